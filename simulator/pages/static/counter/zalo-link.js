// The officer's one-time QR: ties the dossier's phone to the Zalo of who stands at the desk.

import { post } from "../shared/api.js";
import { h, icon } from "../shared/dom.js";
import { time } from "../shared/format.js";
import { openDialog } from "../shared/dialog.js";
import { PICTURE_TYPE, tell } from "../shared/pages-channel.js";
import { attempt, toast } from "../shared/toast.js";

export function zaloLinkButton(code) {
  return h(
    "button",
    { type: "button", class: "button", onclick: () => attempt(() => show(code)) },
    icon("qr-code"),
    "QR liên kết Zalo",
  );
}

async function show(code) {
  const made = await post(`/counter/v1/dossiers/${encodeURIComponent(code)}/zalo-link`);
  const url = new URL(made.picture_url, location.href).href;
  const picture = h("img", { src: url, alt: "Mã QR liên kết Zalo, dùng một lần", draggable: true });
  picture.addEventListener("dragstart", (event) => {
    event.dataTransfer.effectAllowed = "copy";
    event.dataTransfer.setData(PICTURE_TYPE, url);
    event.dataTransfer.setData("text/uri-list", url);
  });
  openDialog({
    title: "QR liên kết Zalo",
    body: [
      h("p", {}, "Xem căn cước của người dân rồi mới đưa mã này. Người dân chụp gửi vào khung chat Zalo, hoặc gõ mã."),
      picture,
      h("p", { class: "code strong" }, made.token),
      h("p", { class: "small muted" }, `Dùng một lần, tới ${time(made.expires_at)}.`),
    ],
    actions: [
      h(
        "button",
        {
          type: "button",
          class: "button primary",
          onclick: () => {
            tell({ type: "picture", url, name: "qr-lien-ket.png" });
            toast("Đã gửi ảnh vào khung chat đang mở.", "done");
          },
        },
        icon("send-horizontal"),
        "Gửi vào chat",
      ),
    ],
  });
}
