// One line of the conversation: its bubble by kind, its buttons, time and state.

import { h, icon, staticUrl } from "../shared/dom.js";
import { initials, time } from "../shared/format.js";
import { buttonElement } from "./buttons.js";
import { linked } from "./links.js";
import { reactionIcon, reactionPicker } from "./reactions.js";
import { citizen } from "./state.js";
import { stickerUrl } from "./stickers.js";

const STATUS = {
  citizen: { sent: "Đã gửi", delivered: "Đã nhận", seen: "Đã xem", failed: "Chưa gửi được" },
  account: { sent: "Đã gửi", delivered: "Đã nhận", seen: "Đã xem", failed: "Không gửi được" },
};

/** `place`: {view, opens, closes, showsStatus, quoted}; `acts`: {tap, react, shareInfo, show, reply}; none is required. */
export function entryElement(entry, place, acts) {
  if (entry.side === "system") return note(entry.text || SYSTEM_WORDS[entry.kind] || entry.kind);
  if (entry.hidden)
    return note(`${place.view === "citizen" ? "Bạn" : "Người dân"} đã chọn “${entry.text}”`, "tapped");
  const isCitizen = entry.side === "citizen";
  const mine = isCitizen === (place.view === "citizen");
  const classes = [
    "row",
    mine ? "mine" : "theirs",
    isCitizen ? "citizen" : "account",
    entry.side,
    `kind-${entry.kind}`,
  ];
  if (place.opens) classes.push("opens");
  if (place.closes) classes.push("closes");
  return h(
    "div",
    { class: classes.join(" "), data: { msgId: entry.msg_id ?? "" } },
    !mine && avatar(entry, isCitizen),
    h(
      "div",
      { class: "stack" },
      place.opens && who(entry, place),
      bubble(entry, acts, place),
      statusLine(entry, place, isCitizen),
    ),
  );
}

const SYSTEM_WORDS = {
  follow: "Đã quan tâm tài khoản",
  unfollow: "Đã bỏ quan tâm tài khoản",
  chat_now: "Đã mở cuộc trò chuyện",
  withdraw: "Đã rút lại quyền sử dụng dữ liệu",
};

function note(text, extra = "") {
  return h("p", { class: `note ${extra}`.trim() }, h("span", {}, text));
}

function avatar(entry, isCitizen) {
  if (isCitizen)
    return h(
      "span",
      { class: "avatar initials", "aria-hidden": "true" },
      initials(citizen()?.name ?? "Người dân"),
    );
  if (entry.side === "staff")
    return h("span", { class: "avatar staff-mark", "aria-hidden": "true" }, icon("headset", "icon-s"));
  return h("img", { class: "avatar", src: staticUrl("icons/lotus.svg"), alt: "", width: 32, height: 32 });
}

function who(entry, { view }) {
  if (entry.side === "staff") return h("p", { class: "who-line" }, "Cán bộ trả lời");
  if (view === "officer" && entry.side === "bot") return h("p", { class: "who-line" }, "Trợ lý tự động");
  return h("span", { class: "visually-hidden" }, entry.side === "citizen" ? "Người dân:" : "Tài khoản:");
}

function bubble(entry, acts, place) {
  const parts = KINDS[entry.kind]?.(entry, acts, place) ?? textPart(entry);
  const canReact = place.view === "citizen" && entry.side !== "citizen" && acts.react;
  return h(
    "div",
    { class: "bubble" },
    h(
      "div",
      { class: "bubble-body" },
      place.quoted && quote(place.quoted),
      parts,
      h("p", { class: "time num" }, time(entry.at)),
    ),
    buttonList(entry, acts, place),
    entry.reaction && h("span", { class: "reaction", title: "Cảm xúc" }, reactionIcon(entry.reaction)),
    canReact && h("div", { class: "bubble-tools" }, reactionPicker(entry, acts.react), replyButton(entry, acts)),
  );
}

function replyButton(entry, acts) {
  if (!acts.reply) return null;
  return h(
    "button",
    {
      type: "button",
      class: "react",
      "aria-label": "Trả lời tin này",
      title: "Trả lời tin này",
      onclick: () => acts.reply(entry),
    },
    icon("undo-2", "icon-s"),
  );
}

function quote(entry) {
  const author = entry.side === "citizen" ? citizen()?.name : "Tài khoản";
  return h(
    "blockquote",
    { class: "quote" },
    h("strong", {}, author ?? ""),
    h("span", {}, entry.text || NAMELESS[entry.kind] || "Tin nhắn"),
  );
}

const NAMELESS = {
  image: "Ảnh",
  gif: "Ảnh động",
  sticker: "Nhãn dán",
  file: "Tệp",
  location: "Vị trí",
  audio: "Ghi âm",
  video: "Video",
};

function textPart(entry) {
  return [entry.text && h("p", { class: "text" }, linked(entry.text)), unknownAttachments(entry)];
}

const captionOf = (entry) => (entry.text ? h("p", { class: "text" }, linked(entry.text)) : null);

function unknownAttachments(entry) {
  return (entry.attachments ?? []).map((attachment) =>
    attachment.kind === "image" ? picture(attachment, {}) : fileCard(attachment),
  );
}

const KINDS = {
  image: (entry, acts) => [entry.attachments.map((attachment) => picture(attachment, acts)), captionOf(entry)],
  gif: (entry, acts) => KINDS.image(entry, acts),
  sticker: (entry) =>
    h("img", {
      class: "sticker",
      src: stickerUrl(entry.attachments?.[0]?.name),
      alt: "Nhãn dán",
      width: 120,
      height: 120,
    }),
  file: (entry) => [entry.attachments.map(fileCard), captionIfOther(entry)],
  audio: (entry) =>
    entry.attachments.map(({ url }) => h("audio", { controls: true, preload: "none", src: safeUrl(url) ?? "" })),
  video: (entry) =>
    entry.attachments.map(({ url }) => h("video", { controls: true, preload: "none", src: safeUrl(url) ?? "" })),
  location: (entry) => locationCard(entry.location),
  link: (entry) => captionOf(entry),
  business_card: (entry) => card("contact", "Danh thiếp", entry.attachments?.[0]?.name ?? entry.text),
  template: (entry) => [
    h("p", { class: "template-head" }, icon("bell", "icon-s"), "Tin mẫu của tài khoản"),
    h("p", { class: "text" }, linked(entry.text)),
  ],
  request_user_info: (entry, acts, { view }) => [
    card("contact", "Xin thông tin liên hệ", entry.text),
    view === "citizen" &&
      acts.shareInfo &&
      h("button", { type: "button", class: "share", onclick: () => acts.shareInfo() }, "Chia sẻ thông tin"),
  ],
};

function captionIfOther(entry) {
  const isName = entry.attachments.some(({ name }) => name === entry.text);
  return isName ? null : captionOf(entry);
}

function safeUrl(url) {
  try {
    const parsed = new URL(url, location.href);
    return ["http:", "https:", "blob:"].includes(parsed.protocol) ? parsed.href : null;
  } catch {
    return null;
  }
}

function picture({ url, name }, acts) {
  const source = safeUrl(url);
  const image = h("img", { src: source ?? "", alt: name || "Ảnh trong cuộc trò chuyện", loading: "lazy" });
  image.addEventListener("error", () => image.replaceWith(brokenPicture(source)));
  return h(
    "button",
    { type: "button", class: "picture", "aria-label": "Xem ảnh lớn", onclick: () => acts.show?.(source) },
    image,
  );
}

function brokenPicture(source) {
  return h(
    "span",
    { class: "broken" },
    icon("image", "icon-s"),
    source ? "Không tải được ảnh" : "Ảnh không có địa chỉ",
  );
}

function fileCard({ url, name }) {
  const href = safeUrl(url);
  const content = [icon("file-text"), h("span", { class: "file-name" }, name || "Tệp đính kèm")];
  return href
    ? h("a", { class: "file", href, target: "_blank", rel: "noopener noreferrer" }, content)
    : h("span", { class: "file" }, content);
}

function card(iconName, title, text) {
  return h(
    "div",
    { class: "info-card" },
    icon(iconName),
    h("div", {}, h("strong", {}, title), h("p", {}, linked(text ?? ""))),
  );
}

function locationCard(place) {
  const lat = Number(place?.lat ?? place?.latitude);
  const lon = Number(place?.lon ?? place?.longitude);
  return h(
    "div",
    { class: "location" },
    h("div", { class: "map", "aria-hidden": "true" }, icon("map-pin")),
    h(
      "p",
      {},
      "Vị trí đã gửi",
      h("br"),
      h("span", { class: "small muted num" }, `${lat.toFixed(5)}, ${lon.toFixed(5)}`),
    ),
  );
}

function buttonList(entry, acts, { view }) {
  if (!entry.buttons?.length) return null;
  const active = view === "citizen" && acts.tap;
  return h(
    "div",
    { class: "buttons" },
    entry.buttons.map((button) => buttonElement(button, active ? acts.tap : null)),
  );
}

function statusLine(entry, { showsStatus, view }, isCitizen) {
  const word = STATUS[isCitizen ? "citizen" : "account"][entry.status];
  const wanted = showsStatus && word && (isCitizen || view === "officer");
  if (!wanted && entry.status !== "failed") return null;
  const mark = { sent: "check", delivered: "check-check", seen: "check-check", failed: "circle-alert" }[
    entry.status
  ];
  return h("p", { class: `status ${entry.status}` }, icon(mark, "icon-s"), word);
}
