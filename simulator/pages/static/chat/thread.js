// Draws a conversation: day lines, runs of bubbles, what is being answered. The citizen's and the officer's view
// are the same thread with the sides exchanged.

import { dayName, isoDay } from "../shared/format.js";
import { h, reconcile, staticUrl } from "../shared/dom.js";
import { now } from "../shared/clock.js";
import { entryElement } from "./entry.js";

const SHOWN_AT_FIRST = 150;
const NEAR_END_PX = 80;

export class Thread {
  /**
   * @param {HTMLElement} container
   * @param {{view: "citizen"|"officer", acts: object, ongrow?: () => void}} options `acts`: tap, react, shareInfo, show
   */
  constructor(container, { view, acts = {}, ongrow = () => {} }) {
    Object.assign(this, { container, view, acts, ongrow, shown: SHOWN_AT_FIRST, last: null, staysAtEnd: true });
    container.addEventListener(
      "scroll",
      () => {
        this.staysAtEnd = this.isAtEnd();
      },
      { passive: true },
    );
    // A tray or a keyboard takes room from below: who was reading the newest message still wants to see it.
    new ResizeObserver(() => this.staysAtEnd && this.scrollDown()).observe(container);
  }

  clear() {
    this.shown = SHOWN_AT_FIRST;
    this.last = null;
    this.container.replaceChildren();
  }

  update({ entries, working, first }) {
    const atEnd = first || this.isAtEnd();
    this.last = { entries, working };
    reconcile(this.container, this.items(entries, working));
    if (atEnd) this.scrollToEnd();
    else this.ongrow();
  }

  isAtEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.container;
    return scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
  }

  scrollToEnd() {
    this.container.scrollTop = this.container.scrollHeight;
    // Pictures have no height until they are loaded.
    for (const picture of this.container.querySelectorAll("img")) {
      if (!picture.complete)
        picture.addEventListener("load", () => this.isNearlyAtEnd() && this.scrollDown(), { once: true });
    }
  }

  isNearlyAtEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.container;
    return scrollHeight - scrollTop - clientHeight < 600;
  }

  scrollDown() {
    this.container.scrollTop = this.container.scrollHeight;
  }

  items(entries, working) {
    const visible = entries.slice(-this.shown);
    const items = [];
    if (visible.length < entries.length) items.push(this.olderItem());
    const newest = newestOfEachSide(visible);
    this.byMessage = new Map(entries.map((entry) => [entry.msg_id, entry]));
    visible.forEach((entry, index) => {
      const before = visible[index - 1];
      if (!before || isoDay(before.at) !== isoDay(entry.at)) items.push(dayItem(entry.at));
      items.push(this.entryItem(entry, before, visible[index + 1], newest.has(entry)));
    });
    if (working && this.view === "citizen") items.push(workingItem());
    return items;
  }

  olderItem() {
    const older = () => {
      this.shown += SHOWN_AT_FIRST;
      this.update(this.last);
    };
    return {
      key: "older",
      signature: "older",
      build: () => h("button", { type: "button", class: "button quiet older", onclick: older }, "Xem tin cũ hơn"),
    };
  }

  entryItem(entry, before, after, showsStatus) {
    const opens =
      !before || before.side !== entry.side || isoDay(before.at) !== isoDay(entry.at) || isNote(before);
    const closes = !after || after.side !== entry.side || isNote(after);
    const quoted = entry.quote_msg_id ? this.byMessage.get(entry.quote_msg_id) : null;
    const place = { view: this.view, opens, closes, showsStatus, quoted };
    return {
      key: `entry-${entry.entry_id}`,
      signature: JSON.stringify([entry.n, opens, closes, showsStatus]),
      build: () => entryElement(entry, place, this.acts),
    };
  }
}

const isNote = ({ side, hidden }) => side === "system" || hidden;

function newestOfEachSide(entries) {
  const newest = new Map();
  for (const entry of entries)
    if (!isNote(entry)) newest.set(entry.side === "citizen" ? "citizen" : "account", entry);
  return new Set(newest.values());
}

function dayItem(at) {
  const name = dayName(at, now());
  return { key: `day-${isoDay(at)}`, signature: name, build: () => h("p", { class: "day" }, h("span", {}, name)) };
}

function workingItem() {
  return {
    key: "working",
    signature: "working",
    build: () =>
      h(
        "div",
        { class: "row account opens working" },
        h("img", { class: "avatar", src: staticUrl("icons/lotus.svg"), alt: "", width: 32, height: 32 }),
        h(
          "div",
          { class: "bubble" },
          h("span", { class: "dots", "aria-hidden": "true" }, h("i"), h("i"), h("i")),
          "đang trả lời…",
        ),
      ),
  };
}
