// Side by side there is nothing to do; on a narrow screen this changes halves, and shows the chat when it gets a picture.

import { hear } from "./shared/pages-channel.js";

const halves = document.querySelector(".halves");
const tabs = [...document.querySelectorAll('.demo-tabs [role="tab"]')];

function show(name) {
  halves.dataset.shown = name;
  for (const tab of tabs) {
    const isShown = tab.id === `show-${name}`;
    tab.setAttribute("aria-selected", String(isShown));
    tab.tabIndex = isShown ? 0 : -1;
    if (isShown) tab.classList.remove("has-news");
  }
}

for (const tab of tabs) {
  tab.addEventListener("click", () => show(tab.id.replace("show-", "")));
  tab.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    const other = tabs.find((candidate) => candidate !== tab);
    other.focus();
    show(other.id.replace("show-", ""));
  });
}

hear((message) => {
  if (message.type === "picture" || message.type === "citizen") show("chat");
  if (message.type === "moved" && halves.dataset.shown === "counter")
    document.querySelector("#show-chat").classList.add("has-news");
});
