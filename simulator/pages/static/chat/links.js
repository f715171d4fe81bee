// Makes web addresses and phone numbers in a message tappable, as Zalo does; everything else stays text.

import { h } from "../shared/dom.js";

// A phone number: 0 or +84 and nine or ten digits in any grouping, or a short service number after "tổng đài" or "gọi".
const LINK =
  /(https?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]])|((?:\+84|\b0)(?:[ .]?\d){9,10}\b)(?!-|\.?\d)|(?<=(?:tổng đài|gọi|số) )(\b1\d{3,7}\b)/giu;

/** Splits text into strings and links. */
export function linked(text) {
  const pieces = [];
  let from = 0;
  for (const match of text.matchAll(LINK)) {
    if (match.index > from) pieces.push(text.slice(from, match.index));
    pieces.push(link(match));
    from = match.index + match[0].length;
  }
  if (from < text.length) pieces.push(text.slice(from));
  return pieces;
}

function link([whole, address]) {
  if (address) return h("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, address);
  return h("a", { href: `tel:${whole.replace(/[ .]/g, "")}` }, whole);
}
