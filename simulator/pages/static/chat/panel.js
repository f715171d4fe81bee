// The panel beside the phone: tabs for the clock, the phone's messages, the officer and Zalo's faults.

import { find } from "../shared/dom.js";
import { setUpClockPane } from "./pane-clock.js";
import { setUpFaultsPane } from "./pane-faults.js";
import { setUpOfficerPane } from "./pane-officer.js";
import { setUpPhonePane } from "./pane-phone.js";

export function setUpPanel() {
  const tabs = [...find("[data-panel]").querySelectorAll('[role="tab"]')];
  const panes = {
    clock: setUpClockPane(find("#pane-clock")),
    phone: setUpPhonePane(find("#pane-phone")),
    officer: setUpOfficerPane(find("#pane-officer")),
    faults: setUpFaultsPane(find("#pane-faults")),
  };
  const select = (tab) => {
    for (const other of tabs) {
      const isChosen = other === tab;
      other.setAttribute("aria-selected", String(isChosen));
      other.tabIndex = isChosen ? 0 : -1;
      find(`#${other.getAttribute("aria-controls")}`).hidden = !isChosen;
    }
    panes[tab.id.replace("tab-", "")].shown?.();
  };
  for (const [index, tab] of tabs.entries()) {
    tab.addEventListener("click", () => select(tab));
    tab.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      const next = tabs[(index + step + tabs.length) % tabs.length];
      next.focus();
      select(next);
    });
  }
  return { clear: panes.officer.clear, showConversation: panes.officer.show };
}
