// The line to write in: Enter sends, Shift+Enter breaks the line; stickers, places and the rest open a tray below it.

import { get } from "../shared/api.js";
import { find, h, icon, iconButton, replace, staticUrl } from "../shared/dom.js";
import { attempt, toast } from "../shared/toast.js";
import { citizen, on } from "./state.js";
import { STICKERS, stickerUrl } from "./stickers.js";

const TALLEST_PX = 120;

/** Answers `reply(entry)`, which makes the next text an answer to that message. */
export function setUpComposer({ send, attach }) {
  const form = find("[data-composer]");
  const draft = find("[data-draft]");
  const tray = setUpTray(send);
  const quoting = setUpQuoting(draft);
  let queue = Promise.resolve();

  const fit = () => {
    draft.style.height = "auto";
    draft.style.height = `${Math.min(draft.scrollHeight, TALLEST_PX)}px`;
    find("[data-send]").hidden = !draft.value.trim() && !attach.isWaiting();
    find("[data-pick]").hidden = !find("[data-send]").hidden;
  };
  attach.onwaiting(fit);

  // One after the other: two quick messages must arrive in the order in which they were typed.
  const submit = () => {
    const text = draft.value.trim();
    if (!text && !attach.isWaiting()) return;
    draft.value = "";
    const quoted = quoting.take();
    queue = queue.then(() => (attach.isWaiting() ? attach.sendWaiting(text) : sendText(text, quoted)));
    fit();
  };
  const sendText = async (text, quoted) => {
    if (await attempt(() => send({ type: "text", text, ...quoted }))) return;
    draft.value = draft.value ? `${text}\n${draft.value}` : text;
    fit();
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  draft.addEventListener("input", fit);
  draft.addEventListener("focus", () => tray.close());
  draft.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    submit();
  });
  find("[data-pick]").addEventListener("click", () => attach.pickPicture());
  find("[data-sticker]").addEventListener("click", (event) => tray.toggle(event.currentTarget, stickerTray));
  find("[data-more]").addEventListener("click", (event) =>
    tray.toggle(event.currentTarget, (tools) => moreTray(tools, attach)),
  );
  on("chosen", () => {
    tray.close();
    quoting.take();
    fit();
  });
  fit();
  return { reply: quoting.start };
}

function setUpQuoting(draft) {
  const element = find("[data-quoting]");
  let quoted = null;
  const start = (entry) => {
    quoted = entry;
    element.hidden = !entry;
    if (!entry) return;
    replace(
      element,
      h("p", {}, h("strong", {}, "Trả lời: "), entry.text || "tin này"),
      iconButton("x", "Không trả lời tin này nữa", () => start(null)),
    );
    draft.focus();
  };
  const take = () => {
    const field = quoted ? { quote_msg_id: quoted.msg_id } : {};
    start(null);
    return field;
  };
  return { start, take };
}

function setUpTray(send) {
  const element = find("[data-tray]");
  let owner = null;
  const close = () => {
    owner?.setAttribute("aria-expanded", "false");
    owner = null;
    element.hidden = true;
  };
  const sendAndClose = async (event) => {
    close();
    await attempt(() => send(event));
  };
  const tools = { send: sendAndClose, close, show: (content) => replace(element, content) };
  const toggle = (button, build) => {
    const isOpen = owner === button;
    close();
    if (isOpen || !citizen()) return;
    owner = button;
    button.setAttribute("aria-expanded", "true");
    element.hidden = false;
    replace(element, build(tools));
    element.querySelector("button")?.focus();
  };
  element.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const back = owner;
    close();
    back?.focus();
  });
  return { close, toggle };
}

function stickerTray({ send }) {
  const choices = STICKERS.map(([name, label]) => {
    const event = { type: "sticker", id: name };
    return h(
      "button",
      { type: "button", "aria-label": label, title: label, onclick: () => send(event) },
      h("img", { src: stickerUrl(name), alt: "", width: 72, height: 72 }),
    );
  });
  return h("div", { class: "sticker-grid" }, choices);
}

function moreTray(tools, attach) {
  const choice = (name, label, onclick) =>
    h("button", { type: "button", onclick }, h("span", { class: "disc" }, icon(name)), label);
  const contact = () => tools.send({ type: "business_card", name: citizen().name, phone: citizen().phone });
  return h(
    "div",
    { class: "more-grid" },
    choice("map-pin", "Vị trí", async () => tools.show(await placeTray(tools))),
    choice("camera", "Chụp ảnh", () => {
      tools.close();
      attach.takePicture();
    }),
    choice("paperclip", "Tệp", () => {
      tools.close();
      attach.pickFile();
    }),
    choice("contact", "Danh thiếp", contact),
  );
}

async function placeTray(tools) {
  const places = await get(staticUrl("shared/places.json")).catch(() => []);
  const sendPlace = ({ lat, lon }) => tools.send({ type: "location", lat, lon });
  const rows = places.map((place) =>
    h(
      "li",
      {},
      h(
        "button",
        { type: "button", onclick: () => sendPlace(place) },
        icon("map-pin", "icon-s"),
        h("span", {}, place.name, h("small", {}, place.hint)),
      ),
    ),
  );
  const here = h(
    "button",
    { type: "button", onclick: () => sendOwnPlace(sendPlace) },
    icon("map-pin", "icon-s"),
    h("span", {}, "Vị trí của máy này", h("small", {}, "trình duyệt sẽ hỏi quyền")),
  );
  return h("ul", { class: "place-list" }, h("li", {}, here), rows);
}

function sendOwnPlace(sendPlace) {
  const refused = () => toast("Trình duyệt không cho biết vị trí. Chọn một nơi trong danh sách.", "error");
  if (!navigator.geolocation) return refused();
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => sendPlace({ lat: coords.latitude, lon: coords.longitude }),
    refused,
    { timeout: 8000, maximumAge: 60_000 },
  );
}
