// Follows one citizen's conversation by long polling; both views of the chat are drawn from what it gathers.

import { get, post } from "../shared/api.js";

const WAIT_S = 25;
const HIDDEN_PAUSE_MS = 4000;
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 10_000;

const sleep = (ms, signal) =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener(
      "abort",
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });

/**
 * Starts to follow. `onchange({entries, working})` gets all entries in order whenever something changed;
 * `onoffline(error | null)` tells when the simulator is lost and when it is back. Answers a function that stops.
 */
export function followConversation(userId, { onchange, onoffline }) {
  const stop = new AbortController();
  const entries = new Map();
  run(userId, entries, stop.signal, { onchange, onoffline });
  return () => stop.abort();
}

async function run(userId, entries, signal, { onchange, onoffline }) {
  let after = 0;
  let pause_ms = FIRST_PAUSE_MS;
  let first = true;
  while (!signal.aborted) {
    try {
      // A hidden page keeps no connection open: browsers allow six to one host, shared by all tabs.
      const wait_s = first || document.hidden ? 0 : WAIT_S;
      const answer = await get(`/sim/v1/citizens/${userId}/conversation?after=${after}&wait_s=${wait_s}`, {
        signal,
      });
      if (signal.aborted) return;
      onoffline(null);
      pause_ms = FIRST_PAUSE_MS;
      after = answer.n;
      take(entries, answer.entries);
      onchange({ entries: ordered(entries), working: answer.working, fresh: answer.entries, first });
      first = false;
      if (document.hidden) await sleep(HIDDEN_PAUSE_MS, signal);
    } catch (error) {
      if (signal.aborted) return;
      onoffline(error);
      if (error.status === 404) return;
      await sleep(pause_ms, signal);
      pause_ms = Math.min(2 * pause_ms, LONGEST_PAUSE_MS);
    }
  }
}

function take(entries, changed) {
  for (const entry of changed) entries.set(entry.entry_id, entry);
}

const ordered = (entries) => [...entries.values()].sort((a, b) => a.entry_id - b.entry_id);

/** Tells the simulator that a page shows this chat now, so that messages count as seen. */
export const markOpen = (userId) => post(`/sim/v1/citizens/${userId}/open`).catch(() => {});
