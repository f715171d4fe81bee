// The account's menu at the foot of the chat: parts with sub-menus, as the simulator lists them.

import { get } from "../shared/api.js";
import { find, h, icon, replace } from "../shared/dom.js";
import { attempt } from "../shared/toast.js";
import { citizen } from "./state.js";

export async function setUpMenu({ send }) {
  const nav = find("[data-menu]");
  const draw = async () => {
    try {
      const answer = await get("/sim/v1/menu");
      replace(nav, parts(answer.menu ?? answer, send));
    } catch {
      replace(
        nav,
        h(
          "button",
          { type: "button", class: "menu-part", onclick: draw },
          icon("rotate-ccw", "icon-s"),
          "Tải lại menu",
        ),
      );
    }
  };
  document.addEventListener("click", (event) => {
    if (!nav.contains(event.target)) closeAll(nav);
  });
  nav.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const open = nav.querySelector('[aria-expanded="true"]');
    closeAll(nav);
    open?.focus();
  });
  await draw();
}

function parts(entries, send) {
  const groups = new Map();
  for (const entry of entries)
    groups.set(entry.group ?? "Menu", [...(groups.get(entry.group ?? "Menu") ?? []), entry]);
  return [...groups].map(([title, items]) => part(title, items, send));
}

function part(title, items, send) {
  const list = h(
    "ul",
    { class: "sub-menu", hidden: true },
    items.map((item) =>
      h("li", {}, h("button", { type: "button", onclick: () => choose(item, send) }, item.title)),
    ),
  );
  const button = h(
    "button",
    { type: "button", class: "menu-part", "aria-expanded": "false" },
    icon("list", "icon-s"),
    title,
  );
  button.addEventListener("click", () => {
    const opens = list.hidden;
    closeAll(button.closest("nav"));
    list.hidden = !opens;
    button.setAttribute("aria-expanded", String(opens));
    if (opens) list.querySelector("button").focus();
  });
  return h("div", { class: "menu-group" }, list, button);
}

async function choose(item, send) {
  closeAll(find("[data-menu]"));
  if (citizen()) await attempt(() => send({ type: "menu", payload: item.payload }));
}

function closeAll(nav) {
  for (const list of nav.querySelectorAll(".sub-menu")) list.hidden = true;
  for (const button of nav.querySelectorAll(".menu-part"))
    if (button.hasAttribute("aria-expanded")) button.setAttribute("aria-expanded", "false");
}
