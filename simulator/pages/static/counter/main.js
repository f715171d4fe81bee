// The counter page: the list, the open dossier, and the keys.

import { followClock, now, onClock } from "../shared/clock.js";
import { find } from "../shared/dom.js";
import { longDate, time } from "../shared/format.js";
import { listenKeys } from "../shared/keys.js";
import { showKeys } from "../shared/dialog.js";
import { DossierView } from "./dossier.js";
import { setUpFilters } from "./filters.js";
import { DossierList } from "./list.js";
import { receiveDossier } from "./receive.js";

const REFRESH_MS = 8000;
const KEYS = [
  [["/"], "Tìm hồ sơ"],
  [["j", "k"], "Xuống, lên trong danh sách"],
  [["Enter"], "Mở hồ sơ đang chọn"],
  [["n"], "Tiếp nhận hồ sơ mới"],
  [["r"], "Đọc lại danh sách"],
  [["Esc"], "Đóng hồ sơ"],
  [["?"], "Bảng phím tắt này"],
];

const filters = setUpFilters(() => list.read());
const list = new DossierList({
  onopen: open,
  turnTo: filters.turnTo,
  receive,
  clear: () => find("[data-clear]").click(),
});
const view = new DossierView({ onchange: () => list.read({ gently: true }), onclose: close });

function open(code) {
  const address = new URL(location.href);
  address.searchParams.set("code", code);
  history.replaceState(null, "", address);
  list.markOpen(code);
  view.open(code);
}

function close(code) {
  const address = new URL(location.href);
  address.searchParams.delete("code");
  history.replaceState(null, "", address);
  list.markOpen(null);
  list.focusRow(code);
}

function receive() {
  receiveDossier({
    ondone: async (dossier) => {
      await list.read({ gently: true });
      list.markOpen(dossier.code);
      open(dossier.code);
      view.showReceipt();
    },
  });
}

function showClock() {
  find("[data-clock]").textContent = `${time(now())} · ${longDate(now())}`;
}

function refresh() {
  if (document.hidden || document.querySelector("dialog[open]")) return;
  list.read({ gently: true });
  view.refresh();
}

find("[data-receive]").addEventListener("click", receive);
find("[data-keys]").addEventListener("click", () => showKeys(KEYS));
listenKeys({
  "/": () => filters.focus(),
  j: () => list.step(1),
  k: () => list.step(-1),
  n: receive,
  r: () => {
    list.read();
    view.refresh();
  },
  "?": () => showKeys(KEYS),
  Escape: () => view.close(),
});
onClock(() => {
  showClock();
  refresh();
});
followClock();
setInterval(showClock, 1000);
setInterval(refresh, REFRESH_MS);
document.addEventListener("visibilitychange", refresh);
list.read();
const asked = new URLSearchParams(location.search).get("code");
if (asked) open(asked);
