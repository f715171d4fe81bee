// The three lists of a dossier: steps, papers, what happened.

import { h, icon } from "../shared/dom.js";
import { date, dateTime, longDate, money, time } from "../shared/format.js";
import { now } from "../shared/clock.js";
import { STATES } from "./states.js";

function section(title, content, empty) {
  return h("section", {}, h("h3", {}, title), content ?? h("p", { class: "muted" }, empty));
}

export function stepList(steps) {
  const rows = steps.map((step) => {
    const kind = stepKind(step);
    return h(
      "li",
      { class: `step ${kind.name}` },
      h("span", { class: "step-mark", "aria-hidden": "true" }, icon(kind.icon, "icon-s")),
      h(
        "div",
        {},
        h("p", { class: "strong" }, step.name, h("span", { class: "visually-hidden" }, ` (${kind.word})`)),
        h("p", { class: "small muted" }, [step.department, stepTimes(step)].filter(Boolean).join(" · ")),
        kind.late && h("p", { class: "small late-word" }, icon("triangle-alert", "icon-s"), ` ${kind.late}`),
      ),
    );
  });
  return section(
    "Các bước xử lý",
    rows.length ? h("ol", { class: "steps" }, rows) : null,
    "Chưa có bước nào được ghi.",
  );
}

function stepKind(step) {
  if (step.ended_at) {
    const overran = step.planned_end_at && Date.parse(step.ended_at) > Date.parse(step.planned_end_at);
    return {
      name: "ended",
      icon: "check",
      word: "đã xong",
      late: overran ? `xong sau hạn ${date(step.planned_end_at)}` : "",
    };
  }
  if (!step.started_at) return { name: "ahead", icon: "ellipsis", word: "chưa bắt đầu", late: "" };
  const overruns = step.planned_end_at && Date.parse(step.planned_end_at) < now().getTime();
  return {
    name: "current",
    icon: "hourglass",
    word: "đang làm",
    late: overruns ? `quá hạn bước này (${date(step.planned_end_at)})` : "",
  };
}

function stepTimes({ started_at, planned_end_at, ended_at }) {
  if (ended_at) return `${dateTime(started_at)} → ${dateTime(ended_at)}`;
  if (started_at) return `từ ${dateTime(started_at)}${planned_end_at ? `, hạn ${date(planned_end_at)}` : ""}`;
  return planned_end_at ? `dự kiến xong ${date(planned_end_at)}` : "";
}

const PAPER_STATES = {
  submitted: { word: "đã nộp", icon: "circle-check", tone: "ok" },
  missing: { word: "còn thiếu", icon: "circle-alert", tone: "info" },
};

export function paperList(documents) {
  const rows = documents.map(({ name, state }) => {
    const known = PAPER_STATES[state] ?? { word: state ?? "", icon: "file-text", tone: "" };
    return h(
      "li",
      { class: "paper" },
      h("span", {}, name),
      h("span", { class: `chip ${known.tone}`.trim() }, icon(known.icon, "icon-s"), known.word),
    );
  });
  return section(
    "Giấy tờ",
    rows.length ? h("ul", { class: "papers" }, rows) : null,
    "Danh mục giấy tờ của hồ sơ này trống.",
  );
}

const EVENTS = {
  registered: "Nộp trực tuyến",
  received: "Tiếp nhận hồ sơ",
  refused: "Từ chối tiếp nhận",
  processing: "Chuyển xử lý",
  supplement_requested: "Yêu cầu bổ sung giấy tờ",
  supplement_received: "Đã nhận giấy tờ bổ sung",
  money_due: "Thông báo nộp tiền",
  money_paid: "Đã nộp tiền",
  apology: "Xin lỗi và hẹn lại ngày trả",
  ready: "Có kết quả",
  ready_early: "Có kết quả trước hạn",
  returned: "Đã trả kết quả",
  stopped: "Dừng xử lý",
  withdrawn: "Công dân xin rút hồ sơ",
};

export function historyList(events) {
  const rows = [...events].reverse().map((event) =>
    h(
      "li",
      {},
      h(
        "p",
        {},
        h("span", { class: "strong" }, EVENTS[event.kind] ?? STATES[event.state_to]?.name ?? event.kind),
        h("span", { class: "small muted num" }, ` ${time(event.at)}, ${longDate(event.at)}`),
      ),
      details(event.data ?? event).map((line) => h("p", { class: "small" }, line)),
    ),
  );
  return section("Nhật ký", rows.length ? h("ol", { class: "history" }, rows) : null, "Chưa có sự kiện nào.");
}

function details({ items, note, due_at, amount_vnd }) {
  const lines = [];
  if (items?.length) lines.push(`Giấy tờ cần bổ sung: ${items.join("; ")}`);
  if (amount_vnd !== undefined && amount_vnd !== null) lines.push(`Số tiền: ${money(amount_vnd)}`);
  if (due_at) lines.push(`Ngày hẹn: ${date(due_at)}`);
  if (note) lines.push(note);
  return lines;
}
