// Single-key shortcuts that never take a letter away from someone who is typing.

const TYPING = "input, textarea, select, [contenteditable]";

/** `keys`: a map from `event.key` to what it does. Inactive while a dialog is open. */
export function listenKeys(keys) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (document.querySelector("dialog[open]")) return;
    if (event.target.closest(TYPING) && event.key !== "Escape") return;
    const act = keys[event.key];
    if (!act) return;
    if (act(event) !== false) event.preventDefault();
  });
}
