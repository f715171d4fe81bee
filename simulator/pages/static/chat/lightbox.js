// A picture of the chat, as large as the window allows.

import { h } from "../shared/dom.js";
import { openDialog } from "../shared/dialog.js";

export function showPicture(source) {
  if (!source) return;
  openDialog({
    title: "Ảnh",
    className: "lightbox",
    body: [
      h("img", { src: source, alt: "Ảnh trong cuộc trò chuyện" }),
      h("a", { href: source, target: "_blank", rel: "noopener noreferrer" }, "Mở ảnh gốc trong thẻ mới"),
    ],
  });
}
