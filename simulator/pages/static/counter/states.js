// The national states as the counter shows them: a word, an icon and a colour together.

import { h, icon } from "../shared/dom.js";
import { date, daysBetween } from "../shared/format.js";
import { now } from "../shared/clock.js";

export const STATES = {
  1: { name: "Mới đăng ký", icon: "inbox", tone: "" },
  2: { name: "Đã tiếp nhận", icon: "file-input", tone: "" },
  3: { name: "Không tiếp nhận", icon: "ban", tone: "refused" },
  4: { name: "Đang xử lý", icon: "hourglass", tone: "" },
  5: { name: "Chờ bổ sung", icon: "file-x", tone: "info" },
  6: { name: "Chờ nộp tiền", icon: "wallet", tone: "info" },
  7: { name: "Xin rút hồ sơ", icon: "undo-2", tone: "" },
  8: { name: "Dừng xử lý", icon: "circle-stop", tone: "refused" },
  9: { name: "Có kết quả", icon: "circle-check", tone: "ok" },
  10: { name: "Đã trả kết quả", icon: "package-check", tone: "" },
};

// Only here the clock runs; in 5, 6 and 7 the citizen is waited for, and the rest have ended.
const RUNNING = new Set([2, 4]);
const WAITING = new Set([5, 6, 7]);

export function stateChip({ state, state_name }) {
  const known = STATES[state] ?? { name: state_name, icon: "info", tone: "" };
  return h(
    "span",
    { class: `chip ${known.tone}`.trim(), title: state_name },
    icon(known.icon, "icon-s"),
    known.name,
  );
}

/**
 * How far the due date is, in working days as the counter counts them: {text, tone, icon}; null where no clock runs.
 * `unit` is said in full where there is room.
 */
export function dueLine(dossier, unit = "ngày") {
  if (!dossier.due_at) return null;
  if (WAITING.has(dossier.state)) return { text: "đang chờ người dân", tone: "waiting", icon: "user" };
  if (!RUNNING.has(dossier.state)) return null;
  const days = dossier.days_left ?? daysBetween(now(), dossier.due_at);
  if (dossier.overdue)
    return { text: days < 0 ? `trễ ${-days} ${unit}` : "vừa quá hẹn", tone: "late", icon: "triangle-alert" };
  if (daysBetween(now(), dossier.due_at) === 0) return { text: "hẹn hôm nay", tone: "soon", icon: "clock" };
  return { text: `còn ${days} ${unit}`, tone: days <= 2 ? "soon" : "calm", icon: "clock" };
}

export function dueElement(dossier, unit = "ngày") {
  const line = dueLine(dossier, unit);
  return h(
    "div",
    { class: "due" },
    h("span", { class: "num" }, dossier.due_at ? date(dossier.due_at) : "Chưa có ngày hẹn"),
    line &&
      h(
        "span",
        { class: `due-line ${line.tone}`, title: "Tính theo ngày làm việc" },
        icon(line.icon, "icon-s"),
        line.text,
      ),
  );
}
