// The receipt with its QR: look, open, print, hand to the chat by dragging or by a button.

import { find, h, icon, replace } from "../shared/dom.js";
import { PICTURE_TYPE, tell } from "../shared/pages-channel.js";
import { toast } from "../shared/toast.js";

const receiptUrl = (code) =>
  new URL(`/counter/v1/dossiers/${encodeURIComponent(code)}/receipt.png`, location.href).href;

/** Folded until asked for: the picture is drawn by the counter only then. */
export function receiptCard(dossier, { isOpen, ontoggle }) {
  if (!dossier.received_at) return null;
  const body = h("div", { class: "receipt-body" });
  const details = h(
    "details",
    { class: "receipt", open: isOpen },
    h("summary", {}, icon("qr-code"), "Giấy tiếp nhận và hẹn trả kết quả"),
    body,
  );
  const fill = () => {
    ontoggle(details.open);
    if (details.open && !body.firstChild) body.append(receipt(dossier.code));
  };
  details.addEventListener("toggle", fill);
  fill();
  return details;
}

function receipt(code) {
  const url = receiptUrl(code);
  const name = `giay-hen-${code}.png`;
  const picture = h("img", {
    src: url,
    alt: `Giấy tiếp nhận hồ sơ ${code}, có mã QR`,
    draggable: true,
    class: "receipt-picture",
  });
  picture.addEventListener("dragstart", (event) => {
    event.dataTransfer.effectAllowed = "copy";
    event.dataTransfer.setData(PICTURE_TYPE, url);
    event.dataTransfer.setData("text/uri-list", url);
  });
  picture.addEventListener("error", () =>
    picture.replaceWith(
      h(
        "p",
        { class: "notice error" },
        icon("circle-alert"),
        "Chưa vẽ được giấy hẹn này. Đóng mở lại hồ sơ để thử lần nữa.",
      ),
    ),
  );
  return h(
    "div",
    {},
    h("p", { class: "small muted" }, "Kéo ảnh này thả vào khung chat, như người dân chụp giấy hẹn gửi lên."),
    picture,
    h(
      "div",
      { class: "receipt-actions" },
      h(
        "button",
        { type: "button", class: "button", onclick: () => handOver(url, name) },
        icon("send-horizontal"),
        "Gửi vào chat",
      ),
      h("button", { type: "button", class: "button", onclick: () => print(url) }, icon("printer"), "In"),
      h("a", { class: "button", href: url, target: "_blank", rel: "noopener" }, icon("external-link"), "Mở ảnh"),
    ),
  );
}

function handOver(url, name) {
  tell({ type: "picture", url, name });
  toast("Đã gửi ảnh vào khung chat đang mở. Chưa thấy gì? Mở trang chat rồi gửi lại.", "done");
}

/** The print style sheet shows only this sheet. */
function print(url) {
  const sheet = h("img", { src: url, alt: "Giấy tiếp nhận hồ sơ và hẹn trả kết quả" });
  sheet.addEventListener("load", () => window.print(), { once: true });
  replace(find("[data-print]"), sheet);
}
