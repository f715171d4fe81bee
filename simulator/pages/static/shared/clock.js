// The movable clock of the simulator: what it says now, counted on from the last time it was asked.

import { get, post } from "./api.js";

let offset_ms = 0;
const listeners = new Set();

export const now = () => new Date(Date.now() + offset_ms);

export const onClock = (listener) => listeners.add(listener);

function take(answer) {
  const moment = Date.parse(answer.now ?? answer.at);
  if (Number.isNaN(moment)) return;
  offset_ms = moment - Date.now();
  for (const listener of listeners) listener(now());
}

export async function readClock() {
  take(await get("/sim/v1/clock"));
}

export async function moveClock(change) {
  take(await post("/sim/v1/clock", change));
  announce();
}

const channel = new BroadcastChannel("simulator-clock");
const announce = () => channel.postMessage("moved");
channel.onmessage = () => readClock().catch(() => {});

/** Reads the clock now and each half minute while the page is seen. */
export function followClock() {
  const read = () => document.hidden || readClock().catch(() => {});
  read();
  setInterval(read, 30_000);
  document.addEventListener("visibilitychange", read);
}
