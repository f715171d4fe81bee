// The few stickers of this simulator, by the id that is sent; Zalo's own belong to Zalo.

import { staticUrl } from "../shared/dom.js";

export const STICKERS = [
  ["lotus", "Hoa sen"],
  ["hello", "Xin chào"],
  ["thanks", "Cảm ơn"],
  ["heart", "Trái tim"],
  ["like", "Thích"],
  ["waiting", "Đang chờ"],
];

/** The picture of a sticker; an id that is not ours shows the first one. */
export function stickerUrl(id) {
  const known = STICKERS.some(([name]) => name === id);
  return staticUrl(`stickers/${known ? id : STICKERS[0][0]}.svg`);
}
