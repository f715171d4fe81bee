// Pictures and files into the chat: picked, taken, dropped, pasted, or handed over by the counter page.

import { find, h, iconButton, replace } from "../shared/dom.js";
import { PICTURE_TYPE } from "../shared/pages-channel.js";
import { attempt, toast } from "../shared/toast.js";
import { citizen, on } from "./state.js";

const LARGEST_BYTES = 10 * 1024 * 1024;
// Zalo itself makes photos smaller before it sends them; a photo of a phone has 12 megapixels.
const SHRINK_ABOVE_BYTES = 1_500_000;
const LONGEST_SIDE_PX = 2048;

export function setUpAttachments({ send }) {
  const inputs = {
    picture: find("[data-file-picture]"),
    camera: find("[data-file-camera]"),
    any: find("[data-file-any]"),
  };
  const waiting = setUpWaiting();

  const sendFile = (file, caption = "") => attempt(async () => send(await eventOf(file, caption)));
  const sendAll = async (files) => {
    if (!citizen()) return toast("Hãy chọn hoặc tạo một người dân trước.", "error");
    for (const file of files) await sendFile(file);
  };
  const sendFromAddress = (address, name = "anh.png") =>
    attempt(async () => {
      if (!citizen()) throw new Error("Hãy chọn hoặc tạo một người dân trước.");
      await send(await eventOf(await download(address, name), ""));
    });

  for (const input of Object.values(inputs)) {
    input.addEventListener("change", async () => {
      const files = [...input.files];
      input.value = "";
      await sendAll(files);
    });
  }
  acceptDrops(sendAll, sendFromAddress);
  find("[data-draft]").addEventListener("paste", (event) => {
    const files = [...event.clipboardData.files].filter(isPicture);
    if (!files.length) return;
    event.preventDefault();
    waiting.add(files);
  });

  return {
    pickPicture: () => inputs.picture.click(),
    takePicture: () => inputs.camera.click(),
    pickFile: () => inputs.any.click(),
    sendFromAddress,
    isWaiting: waiting.isWaiting,
    onwaiting: waiting.onchange,
    sendWaiting: async (caption) => {
      for (const [index, file] of waiting.take().entries()) await sendFile(file, index === 0 ? caption : "");
    },
  };
}

const isPicture = (file) => file.type.startsWith("image/");

/** Pasted pictures wait above the composer, so that a caption can be written. */
function setUpWaiting() {
  const element = find("[data-pending]");
  let files = [];
  let listener = () => {};
  const show = () => {
    for (const image of element.querySelectorAll("img")) URL.revokeObjectURL(image.src);
    element.hidden = !files.length;
    replace(
      element,
      files.map((file) =>
        h(
          "figure",
          {},
          h("img", { src: URL.createObjectURL(file), alt: file.name }),
          iconButton("x", "Bỏ ảnh này", () => {
            files = files.filter((other) => other !== file);
            show();
          }),
        ),
      ),
    );
    listener();
  };
  on("chosen", () => {
    files = [];
    show();
  });
  return {
    add: (more) => {
      files = [...files, ...more];
      show();
    },
    isWaiting: () => files.length > 0,
    onchange: (act) => {
      listener = act;
    },
    take: () => {
      const taken = files;
      files = [];
      show();
      return taken;
    },
  };
}

async function eventOf(file, caption) {
  if (file.size > LARGEST_BYTES && !isPicture(file)) throw new Error("Tệp lớn hơn 10 MB, Zalo không nhận.");
  if (!isPicture(file)) return { type: "file", name: file.name, base64: await base64(file) };
  const event = { type: file.type === "image/gif" ? "gif" : "image", base64: await base64(await shrunk(file)) };
  return caption ? { ...event, caption } : event;
}

async function shrunk(file) {
  if (file.size <= SHRINK_ABOVE_BYTES || file.type === "image/gif") return file;
  const bitmap = await createImageBitmap(file).catch(() => null);
  if (!bitmap) throw new Error("Không đọc được ảnh này.");
  const scale = Math.min(1, LONGEST_SIDE_PX / Math.max(bitmap.width, bitmap.height));
  const canvas = h("canvas", {
    width: Math.round(bitmap.width * scale),
    height: Math.round(bitmap.height * scale),
  });
  canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.9));
}

function base64(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = () => reject(new Error("Không đọc được tệp này."));
    reader.readAsDataURL(blob);
  });
}

async function download(address, name) {
  const url = new URL(address, location.href);
  if (url.origin !== location.origin) throw new Error("Chỉ kéo được ảnh từ trang quầy của bản giả lập này.");
  const response = await fetch(url).catch(() => null);
  if (!response?.ok) throw new Error("Không tải được ảnh vừa kéo vào.");
  return new File([await response.blob()], name, { type: response.headers.get("content-type") ?? "image/png" });
}

function acceptDrops(sendAll, sendFromAddress) {
  const phone = find("[data-phone]");
  const hint = find("[data-drop-hint]");
  const carries = ({ dataTransfer }) =>
    dataTransfer.types.some((type) => ["Files", PICTURE_TYPE, "text/uri-list"].includes(type));
  let depth = 0;
  const show = (isOver) => {
    depth = isOver ? depth : 0;
    hint.hidden = !isOver;
  };
  phone.addEventListener("dragenter", (event) => {
    if (carries(event)) {
      event.preventDefault();
      depth += 1;
      show(true);
    }
  });
  phone.addEventListener("dragover", (event) => {
    if (carries(event)) {
      event.preventDefault();
      event.dataTransfer.dropEffect = "copy";
    }
  });
  phone.addEventListener("dragleave", () => {
    depth -= 1;
    if (depth <= 0) show(false);
  });
  phone.addEventListener("drop", async (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    show(false);
    const { dataTransfer } = event;
    const handed = dataTransfer.getData(PICTURE_TYPE) || dataTransfer.getData("text/uri-list").split("\n")[0];
    if (dataTransfer.files.length && !dataTransfer.getData(PICTURE_TYPE)) await sendAll([...dataTransfer.files]);
    else if (handed) await sendFromAddress(handed.trim(), "giay-hen.png");
  });
}
