// Reactions by Zalo's own signs; "/-remove" takes one away.

import { h, icon } from "../shared/dom.js";

const SIGNS = [
  ["/-heart", "❤️", "Yêu thích"],
  ["/-strong", "👍", "Thích"],
  [":>", "😄", "Vui"],
  [":o", "😮", "Ngạc nhiên"],
  [":-((", "😢", "Buồn"],
  [":-h", "😡", "Giận"],
];
const REMOVE = "/-remove";

export function reactionIcon(sign) {
  return SIGNS.find(([known]) => known === sign)?.[1] ?? sign;
}

export function reactionPicker(entry, react) {
  const box = h("div", { class: "reactions" });
  const toggle = h(
    "button",
    {
      type: "button",
      class: "react",
      "aria-label": "Bày tỏ cảm xúc",
      title: "Bày tỏ cảm xúc",
      "aria-expanded": "false",
    },
    icon("heart", "icon-s"),
  );
  toggle.addEventListener("click", () => flip(box, toggle, entry, react));
  box.append(toggle);
  return box;
}

function flip(box, toggle, entry, react) {
  const open = toggle.getAttribute("aria-expanded") === "true";
  toggle.setAttribute("aria-expanded", String(!open));
  box.querySelector(".reaction-list")?.remove();
  if (open) return;
  const choose = (sign) => {
    flip(box, toggle, entry, react);
    react(entry, sign);
  };
  const choices = SIGNS.map(([sign, picture, name]) =>
    h("button", { type: "button", "aria-label": name, title: name, onclick: () => choose(sign) }, picture),
  );
  if (entry.reaction)
    choices.push(
      h(
        "button",
        { type: "button", "aria-label": "Bỏ cảm xúc", title: "Bỏ cảm xúc", onclick: () => choose(REMOVE) },
        "✕",
      ),
    );
  box.append(h("div", { class: "reaction-list" }, choices));
}
