// Modal dialogs on the browser's own <dialog>: focus, Escape and the backdrop come with it.

import { h, iconButton } from "./dom.js";

let nextId = 1;

/** Opens a dialog; it leaves the page when closed. `onclose` runs once. */
export function openDialog({ title, body, actions = [], onclose, className = "" }) {
  const titleId = `dialog-title-${nextId++}`;
  const dialog = h("dialog", { class: className, "aria-labelledby": titleId });
  dialog.append(
    h(
      "div",
      { class: "dialog-head" },
      h("h2", { id: titleId }, title),
      iconButton("x", "Đóng", () => dialog.close()),
    ),
    h(
      "div",
      { class: "dialog-body" },
      body,
      actions.length ? h("div", { class: "dialog-actions" }, actions) : null,
    ),
  );
  dialog.addEventListener("close", () => {
    rescueToasts(dialog);
    dialog.remove();
    onclose?.();
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog && !dialog.querySelector("form")) dialog.close();
  });
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

function rescueToasts(dialog) {
  const toasts = dialog.querySelector(".toasts");
  if (toasts) document.body.append(toasts);
}

/** Asks before something that cannot be undone; resolves true only when confirmed. */
export function confirmAct({ title, text, act, harmful = true }) {
  return new Promise((resolve) => {
    let confirmed = false;
    const dialog = openDialog({
      title,
      body: h("p", {}, text),
      actions: [
        h("button", { type: "button", class: "button", onclick: () => dialog.close() }, "Thôi"),
        h(
          "button",
          {
            type: "button",
            class: `button ${harmful ? "harmful" : "primary"}`,
            onclick: () => {
              confirmed = true;
              dialog.close();
            },
          },
          act,
        ),
      ],
      onclose: () => resolve(confirmed),
    });
  });
}

export function showKeys(keys) {
  const rows = keys.flatMap(([names, meaning]) => [
    h(
      "span",
      {},
      names.flatMap((name, index) => [index ? " " : "", h("kbd", {}, name)]),
    ),
    h("span", {}, meaning),
  ]);
  return openDialog({ title: "Phím tắt", body: h("div", { class: "keys" }, rows) });
}
