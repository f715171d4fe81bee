// The citizens one can be: search, switch, and one click for a new one.

import { blank, failed, find, h, loading, reconcile, replace } from "../shared/dom.js";
import { fold, initials, phone, shortMoment } from "../shared/format.js";
import { now } from "../shared/clock.js";
import { createCitizen } from "../shared/people.js";
import { attempt } from "../shared/toast.js";
import { closeDrawers } from "./drawers.js";
import { choose, on, readCitizens, state } from "./state.js";

const TONES = 6;

export function setUpPeople() {
  const search = find("[data-people-search]");
  find("[data-new-citizen]").addEventListener("click", newCitizen);
  search.addEventListener("input", draw);
  on("citizens", draw);
  on("chosen", draw);
  draw();
}

export async function newCitizen() {
  const buttons = document.querySelectorAll("[data-new-citizen]");
  buttons.forEach((button) => {
    button.disabled = true;
  });
  await attempt(async () => {
    const userId = await createCitizen();
    await readCitizens();
    choose(userId);
    closeDrawers();
    find("[data-draft]").focus();
  });
  buttons.forEach((button) => {
    button.disabled = false;
  });
}

function draw() {
  const list = find("[data-people-list]");
  if (state.error && !state.citizens) return replace(list, failed(state.error, readCitizens));
  if (!state.citizens) return replace(list, loading());
  const wanted = fold(find("[data-people-search]").value.trim());
  const shown = ranked(state.citizens).filter((person) => matches(person, wanted));
  if (!shown.length) return replace(list, nothing(wanted));
  if (!list.firstElementChild?.classList.contains("person")) list.replaceChildren();
  reconcile(list, shown.map(item));
}

const nothing = (wanted) =>
  wanted
    ? blank("search", "Không có ai khớp", "Thử tên không dấu, hoặc vài số cuối của điện thoại.")
    : blank("users", "Chưa có người dân nào", "Bấm “Người dân mới” để tạo người đầu tiên.");

const ranked = (citizens) => [...citizens].sort((a, b) => (b.last_at ?? "").localeCompare(a.last_at ?? ""));

function matches(person, wanted) {
  if (!wanted) return true;
  const digits = wanted.replace(/\D/g, "");
  return (
    fold(person.name ?? "").includes(wanted) ||
    (digits.length > 2 && phone(person.phone).replace(/\D/g, "").includes(digits))
  );
}

function item(person) {
  const isChosen = person.user_id === state.chosen;
  const moment = shortMoment(person.last_at, now());
  return {
    key: person.user_id,
    signature: JSON.stringify([person.name, person.last_text, moment, person.unread, isChosen]),
    build: () => row(person, isChosen, moment),
  };
}

function row(person, isChosen, moment) {
  return h(
    "button",
    {
      type: "button",
      class: "person",
      "aria-current": isChosen ? "true" : null,
      onclick: () => {
        choose(person.user_id);
        closeDrawers();
      },
    },
    h(
      "span",
      { class: `avatar initials tone-${tone(person.user_id)}`, "aria-hidden": "true" },
      initials(person.name),
    ),
    h(
      "span",
      { class: "person-text" },
      h("strong", {}, person.name),
      h("span", { class: "last" }, person.last_text || phone(person.phone)),
    ),
    h(
      "span",
      { class: "person-side" },
      h("span", { class: "small muted num" }, moment),
      person.unread
        ? h("span", { class: "unread", "aria-label": `${person.unread} tin chưa đọc` }, String(person.unread))
        : null,
    ),
  );
}

const tone = (userId) => [...userId].reduce((sum, digit) => sum + Number(digit), 0) % TONES;
