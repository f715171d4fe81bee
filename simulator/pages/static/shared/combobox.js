// A field that searches while one types and lets one choose: list below, arrows, Enter, Escape (ARIA combobox).

import { h, replace } from "./dom.js";

const TYPING_PAUSE_MS = 200;
let nextId = 1;

/**
 * @param {{id: string, placeholder: string, search: (text: string) => Promise<object[]>,
 *   show: (option: object) => (string|Node)[], title: (option: object) => string, onchoose?: (option: object|null) => void}} options
 * @returns {{element: HTMLElement, input: HTMLInputElement, chosen: () => object|null, choose: (option: object|null) => void}}
 */
export function combobox({ id, placeholder, search, show, title, onchoose = () => {} }) {
  const listId = `options-${nextId++}`;
  const input = h("input", {
    class: "input",
    id,
    placeholder,
    autocomplete: "off",
    role: "combobox",
    "aria-expanded": "false",
    "aria-controls": listId,
    "aria-autocomplete": "list",
  });
  const list = h("ul", { class: "options", id: listId, role: "listbox", hidden: true });
  const element = h("div", { class: "combobox" }, input, list);
  let options = [];
  let active = -1;
  let chosen = null;
  let asked = 0;
  let timer = null;

  const close = () => {
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const choose = (option) => {
    chosen = option;
    input.value = option ? title(option) : "";
    close();
    onchoose(option);
  };
  const mark = (index) => {
    active = index;
    [...list.children].forEach((row, place) => row.setAttribute("aria-selected", String(place === index)));
    list.children[index]?.scrollIntoView({ block: "nearest" });
    if (options[index]) input.setAttribute("aria-activedescendant", `${listId}-${index}`);
  };
  const draw = (message = "") => {
    const rows = options.map((option, index) =>
      h(
        "li",
        {
          role: "option",
          id: `${listId}-${index}`,
          "aria-selected": "false",
          onpointerdown: (event) => {
            event.preventDefault();
            choose(option);
          },
        },
        show(option),
      ),
    );
    replace(list, rows.length ? rows : h("li", { class: "no-option", role: "presentation" }, message));
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    active = -1;
  };
  const ask = async () => {
    const mine = ++asked;
    try {
      const found = await search(input.value.trim());
      if (mine !== asked || document.activeElement !== input) return;
      options = found;
      draw("Không có mục nào khớp. Thử ít chữ hơn.");
    } catch (error) {
      if (mine !== asked) return;
      options = [];
      draw(error.message);
    }
  };
  const open = () => {
    clearTimeout(timer);
    timer = setTimeout(ask, list.hidden ? 0 : TYPING_PAUSE_MS);
  };

  input.addEventListener("input", () => {
    if (chosen) {
      chosen = null;
      onchoose(null);
    }
    open();
  });
  input.addEventListener("click", () => {
    if (list.hidden && !chosen) open();
  });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) return open();
      const step = event.key === "ArrowDown" ? 1 : -1;
      if (options.length) mark((active + step + options.length) % options.length);
    } else if (event.key === "Enter" && !list.hidden && options.length) {
      event.preventDefault();
      choose(options[Math.max(active, 0)]);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      event.stopPropagation();
      close();
    }
  });
  return { element, input, chosen: () => chosen, choose };
}
