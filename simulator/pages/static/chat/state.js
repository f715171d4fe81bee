// What the chat page shows: the citizens, the chosen one, and who wants to know of changes.

import { get, post } from "../shared/api.js";
import { tell } from "../shared/pages-channel.js";

const STORED = "simulator.citizen";
const listeners = { citizens: new Set(), chosen: new Set() };

export const state = { citizens: null, chosen: null, error: null };

export const on = (event, listener) => listeners[event].add(listener);

const emit = (event) => listeners[event].forEach((listener) => listener(state));

export const citizen = () => state.citizens?.find(({ user_id }) => user_id === state.chosen) ?? null;

export const sendEvent = (event) => post(`/sim/v1/citizens/${state.chosen}/events`, event);

export async function readCitizens() {
  try {
    state.citizens = (await get("/sim/v1/citizens")).citizens;
    state.error = null;
  } catch (error) {
    state.error = error;
  }
  if (state.chosen && state.citizens && !citizen()) forget();
  emit("citizens");
}

function forget() {
  state.chosen = null;
  emit("chosen");
}

export function choose(userId) {
  state.chosen = userId;
  remember(userId);
  emit("chosen");
  tellShown();
}

function remember(userId) {
  const address = new URL(location.href);
  address.searchParams.set("user", userId);
  history.replaceState(null, "", address);
  try {
    localStorage.setItem(STORED, userId);
  } catch {
    // Private windows may refuse storage; the address still holds the choice.
  }
}

/** The citizen the address names, else the one shown last, else the newest. */
export function chooseFirst() {
  const wanted = [new URLSearchParams(location.search).get("user"), stored()];
  const known = new Set(state.citizens?.map(({ user_id }) => user_id));
  const found = wanted.find((userId) => userId && known.has(userId)) ?? newest();
  if (found) choose(found);
  else emit("chosen");
}

function stored() {
  try {
    return localStorage.getItem(STORED);
  } catch {
    return null;
  }
}

function newest() {
  const ranked = [...(state.citizens ?? [])].sort((a, b) => (b.last_at ?? "").localeCompare(a.last_at ?? ""));
  return ranked[0]?.user_id ?? null;
}

export function tellShown() {
  const shown = citizen();
  if (shown) tell({ type: "shown", user_id: shown.user_id, name: shown.name, phone: shown.phone });
}
