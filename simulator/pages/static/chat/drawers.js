// On small screens the citizens and the panel lie over the chat; this opens and closes them.

import { find } from "../shared/dom.js";

const drawers = { people: "[data-people]", panel: "[data-panel]" };

export function setUpDrawers() {
  find("[data-open-people]").addEventListener("click", (event) => open("people", event.currentTarget));
  find("[data-open-panel]").addEventListener("click", (event) => open("panel", event.currentTarget));
  find("[data-close-people]").addEventListener("click", closeDrawers);
  find("[data-close-panel]").addEventListener("click", closeDrawers);
  find("[data-scrim]").addEventListener("click", closeDrawers);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !document.querySelector("dialog[open]")) closeDrawers();
  });
}

let opener = null;

function open(name, from) {
  closeDrawers();
  opener = from;
  const element = find(drawers[name]);
  element.classList.add("open");
  find("[data-scrim]").hidden = false;
  element.focus();
}

export function closeDrawers() {
  const wasOpen = document.querySelector(".people.open, .panel.open");
  if (!wasOpen) return;
  wasOpen.classList.remove("open");
  find("[data-scrim]").hidden = true;
  opener?.focus();
  opener = null;
}
