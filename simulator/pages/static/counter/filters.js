// What the officer looks for. The address of the page holds it, so that a list can be kept, sent and gone back to.

import { get } from "../shared/api.js";
import { find, h, icon, replace } from "../shared/dom.js";
import { collator } from "../shared/format.js";
import { STATES } from "./states.js";

const NAMES = ["q", "state", "centre", "overdue", "offset"];
const QUICK = [["", "Tất cả"], ["2"], ["4"], ["5"], ["6"], ["9"]];
const TYPING_PAUSE_MS = 250;

export function readFilters() {
  const address = new URLSearchParams(location.search);
  return Object.fromEntries(NAMES.map((name) => [name, address.get(name) ?? ""]));
}

export const isFiltered = ({ q, state, centre, overdue }) => Boolean(q || state || centre || overdue);

/** `onchange()` is called when the list must be read anew. */
export function setUpFilters(onchange) {
  const form = find("[data-filters]");
  fillStates();
  fillCentres();
  show(form);

  let timer = null;
  const apply = (changes, { adds = true } = {}) => {
    clearTimeout(timer);
    write({ offset: "", ...changes }, adds);
    show(form);
    onchange();
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    apply({ q: form.q.value.trim() });
  });
  form.q.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => apply({ q: form.q.value.trim() }, { adds: false }), TYPING_PAUSE_MS);
  });
  form.q.addEventListener("keydown", (event) => {
    if (event.key === "Escape") form.q.blur();
  });
  form.state.addEventListener("change", () => apply({ state: form.state.value }));
  form.centre.addEventListener("change", () => apply({ centre: form.centre.value }));
  form.overdue.addEventListener("change", () => apply({ overdue: form.overdue.checked ? "true" : "" }));
  find("[data-clear]").addEventListener("click", () => apply({ q: "", state: "", centre: "", overdue: "" }));
  find("[data-quick]").addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button) apply({ state: button.value });
  });
  window.addEventListener("popstate", () => {
    show(form);
    onchange();
  });
  return {
    turnTo: (offset) => apply({ offset: offset || "" }),
    focus: () => {
      form.q.focus();
      form.q.select();
    },
  };
}

function write(changes, adds) {
  const address = new URL(location.href);
  for (const [name, value] of Object.entries(changes)) {
    if (value) address.searchParams.set(name, value);
    else address.searchParams.delete(name);
  }
  if (adds) history.pushState(null, "", address);
  else history.replaceState(null, "", address);
}

function show(form) {
  const filters = readFilters();
  if (document.activeElement !== form.q) form.q.value = filters.q;
  form.state.value = filters.state;
  form.centre.value = filters.centre;
  form.overdue.checked = filters.overdue === "true";
  for (const button of find("[data-quick]").children)
    button.setAttribute("aria-pressed", String(button.value === filters.state));
  find("[data-clear]").hidden = !isFiltered(filters);
}

function fillStates() {
  for (const [code, { name }] of Object.entries(STATES))
    find("[data-state-choice]").append(h("option", { value: code }, name));
  replace(
    find("[data-quick]"),
    QUICK.map(([code, name]) =>
      h(
        "button",
        { type: "button", class: "quick-chip", value: code, "aria-pressed": "false" },
        code && icon(STATES[code].icon, "icon-s"),
        name ?? STATES[code].name,
      ),
    ),
  );
}

async function fillCentres() {
  const select = find("[data-centre-choice]");
  try {
    for (const { id, name } of await readCentres()) select.append(h("option", { value: id }, name));
    select.value = readFilters().centre;
  } catch {
    // The list itself says what is wrong; without centres one can still read it.
  }
}

let centres = null;

/** Centres by Vietnamese order; read once. */
export async function readCentres() {
  centres ??= (await get("/counter/v1/centres")).centres.sort((a, b) => collator.compare(a.name, b.name));
  return centres;
}
