// Short messages at the foot of the page. They stay long enough to be read, and errors until they are closed.

import { h, icon, iconButton } from "./dom.js";

const ICONS = { done: "circle-check", error: "circle-alert", info: "info" };
const MOST = 3;

function region() {
  let element = document.querySelector(".toasts");
  if (!element) {
    element = h("div", { class: "toasts", role: "status", "aria-live": "polite" });
    document.body.append(element);
  }
  // A dialog lies in the top layer: what it covers could not be read.
  const dialogs = document.querySelectorAll("dialog[open]");
  (dialogs[dialogs.length - 1] ?? document.body).append(element);
  return element;
}

export function toast(text, kind = "info") {
  const element = h("div", { class: `toast ${kind}` }, icon(ICONS[kind]), h("p", {}, text));
  element.append(iconButton("x", "Đóng thông báo", () => element.remove()));
  const list = region();
  list.append(element);
  while (list.children.length > MOST) list.firstElementChild.remove();
  if (kind !== "error") setTimeout(() => element.remove(), 4000 + 40 * text.length);
  return element;
}

/** Runs an act of the user; a failure is told, never swallowed. Answers whether it went well. */
export async function attempt(act) {
  try {
    await act();
    return true;
  } catch (error) {
    toast(error.message, "error");
    return false;
  }
}
