// The chat page: wires the conversation, the composer, the account's menu, the citizens and the panel together.

import { followClock, onClock } from "../shared/clock.js";
import { find, replace, blank, loading, h, icon } from "../shared/dom.js";
import { phone } from "../shared/format.js";
import { hear } from "../shared/pages-channel.js";
import { attempt, toast } from "../shared/toast.js";
import { setUpAttachments } from "./attachments.js";
import { setUpComposer } from "./composer.js";
import { followConversation, markOpen } from "./conversation.js";
import { setUpDrawers } from "./drawers.js";
import { showPicture } from "./lightbox.js";
import { setUpMenu } from "./menu.js";
import { setUpPanel } from "./panel.js";
import { newCitizen, setUpPeople } from "./people-list.js";
import { chooseFirst, choose, citizen, on, readCitizens, sendEvent, state, tellShown } from "./state.js";
import { Thread } from "./thread.js";

const CITIZENS_EVERY_MS = 6000;
const SLOW_MS = 1500;

const elements = {
  thread: find("[data-thread]"),
  toEnd: find("[data-to-end]"),
  offline: find("[data-offline]"),
  follow: find("[data-follow]"),
  followButton: find("[data-follow-button]"),
  sub: find("[data-oa-sub]"),
  who: find("[data-who]"),
};
const kindOfAccount = elements.sub.textContent;

const acts = {
  tap: (button) => attempt(() => sendEvent({ type: "tap", button: button.id })),
  react: (entry, sign) => attempt(() => sendEvent({ type: "reaction", msg_id: entry.msg_id, icon: sign })),
  shareInfo: () => attempt(() => sendEvent({ type: "share_info", name: citizen().name, phone: citizen().phone })),
  show: showPicture,
  reply: (entry) => composer.reply(entry),
};
let composer = null;
const thread = new Thread(elements.thread, {
  view: "citizen",
  acts,
  ongrow: () => {
    elements.toEnd.hidden = false;
  },
});
const panel = setUpPanel();
let stopFollowing = () => {};

function showChosen() {
  stopFollowing();
  thread.clear();
  elements.toEnd.hidden = true;
  elements.offline.hidden = true;
  panel.clear();
  if (!state.chosen) return showNobody();
  replace(elements.thread, loading("Đang mở cuộc trò chuyện…"));
  markOpen(state.chosen);
  stopFollowing = followConversation(state.chosen, { onchange: showEntries, onoffline: showOffline });
}

function showEntries(change) {
  if (change.first) elements.thread.replaceChildren();
  thread.update(change);
  if (!change.entries.length) replace(elements.thread, hello());
  else find(".hello", elements.thread)?.remove();
  panel.showConversation(change);
  if (!document.hidden && change.fresh.some(({ side, status }) => side !== "citizen" && status !== "seen"))
    markOpen(state.chosen);
}

function showNobody() {
  const create = h(
    "button",
    { type: "button", class: "button zalo", onclick: newCitizen },
    icon("user-plus"),
    "Tạo người dân mới",
  );
  const first = state.citizens?.length === 0;
  replace(
    elements.thread,
    blank(
      "users",
      first ? "Chưa có người dân nào" : "Chưa chọn người dân",
      "Tạo một người dân (tên và số điện thoại dựng sẵn) rồi nhắn như trên Zalo.",
      create,
    ),
  );
  showPerson();
}

function hello() {
  const element = blank(
    "message-circle",
    "Chưa có tin nhắn",
    "Nhắn câu đầu tiên, hoặc chọn một mục trong menu bên dưới.",
  );
  element.classList.add("hello");
  return element;
}

function showOffline(error) {
  if (error?.status === 404) {
    readCitizens();
    return;
  }
  elements.offline.hidden = !error;
  if (error) find("[data-offline-text]").textContent = `${error.message} Đang thử lại…`;
}

function showPerson() {
  const shown = citizen();
  elements.follow.hidden = !shown || shown.follows;
  elements.sub.textContent = shown?.follows ? `${kindOfAccount} · đã quan tâm` : kindOfAccount;
  elements.who.textContent = shown ? `${shown.name} · ${phone(shown.phone)}` : "";
  document.body.classList.toggle("no-citizen", !shown);
}

async function follow() {
  elements.followButton.disabled = true;
  await attempt(() => sendEvent({ type: "follow" }));
  elements.followButton.disabled = false;
  await readCitizens();
}

/** Sends one event of the citizen and says so when the product did not take it. */
async function send(event) {
  const slow = setTimeout(() => elements.thread.setAttribute("aria-busy", "true"), SLOW_MS);
  try {
    const answer = await sendEvent(event);
    warnIfUndelivered(answer.webhook_status);
  } finally {
    clearTimeout(slow);
    elements.thread.removeAttribute("aria-busy");
    thread.scrollDown();
  }
}

function warnIfUndelivered(status) {
  if (status === null) toast("Webhook đang tắt: tin chưa được chuyển cho trợ lý.", "info");
  else if (status < 200 || status > 299)
    toast("Trợ lý chưa nhận tin này. Trình giả lập sẽ gửi lại như Zalo vẫn làm.", "info");
}

async function start() {
  followClock();
  onClock(() => showPerson());
  on("chosen", showChosen);
  on("citizens", showPerson);
  on("chosen", showPerson);
  const attach = setUpAttachments({ send });
  composer = setUpComposer({ send, attach });
  setUpMenu({ send });
  setUpDrawers();
  setUpPeople();
  elements.followButton.addEventListener("click", follow);
  elements.toEnd.addEventListener("click", () => {
    thread.scrollDown();
    elements.toEnd.hidden = true;
  });
  elements.thread.addEventListener(
    "scroll",
    () => {
      if (thread.isAtEnd()) elements.toEnd.hidden = true;
    },
    { passive: true },
  );
  hear((message) => hearOther(message, attach));
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && state.chosen) markOpen(state.chosen);
  });
  await readCitizens();
  chooseFirst();
  setInterval(() => document.hidden || readCitizens(), CITIZENS_EVERY_MS);
}

function hearOther(message, attach) {
  if (message.type === "picture") attach.sendFromAddress(message.url, message.name);
  if (message.type === "who") tellShown();
  if (message.type === "citizen") readCitizens().then(() => choose(message.user_id));
}

start();
