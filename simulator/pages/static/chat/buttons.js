// The buttons Zalo stacks under a bubble: some speak for the citizen, some open a page or dial.

import { h, icon } from "../shared/dom.js";

const ICONS = { "oa.open.url": "external-link", "oa.open.phone": "phone", "oa.open.sms": "mail" };

/** `tap(button)` is called for buttons that send an event; null makes them lifeless (the officer's view). */
export function buttonElement(button, tap) {
  const mark = ICONS[button.type] ? icon(ICONS[button.type], "icon-s") : null;
  const address = addressOf(button);
  if (address && tap) {
    const external = button.type === "oa.open.url" ? { target: "_blank", rel: "noopener noreferrer" } : {};
    return h("a", { class: "oa-button", href: address, ...external }, mark, button.title);
  }
  const element = h("button", { type: "button", class: "oa-button", disabled: !tap }, mark, button.title);
  if (tap) element.addEventListener("click", () => tapOnce(element, button, tap));
  return element;
}

async function tapOnce(element, button, tap) {
  element.disabled = true;
  try {
    await tap(button);
  } finally {
    element.disabled = false;
  }
}

function addressOf(button) {
  if (button.type === "oa.open.url" && /^https?:\/\//i.test(button.url ?? "")) return button.url;
  const phone = String(button.phone ?? "").replace(/[^\d+]/g, "");
  if (button.type === "oa.open.phone" && phone) return `tel:${phone}`;
  if (button.type === "oa.open.sms" && phone) return `sms:${phone}`;
  return null;
}
