// The lawful next moves of a dossier: a button each, a dialog with the few fields it needs, and then it is done.

import { post } from "../shared/api.js";
import { openDialog } from "../shared/dialog.js";
import { h, icon } from "../shared/dom.js";
import { isoDay, number } from "../shared/format.js";
import { now } from "../shared/clock.js";
import { STATES } from "./states.js";

const CENTRE_OFFSET = "+07:00";
const CLOSING_TIME = "17:00";
const APOLOGY_DAYS = 5;
const DAY_MS = 86_400_000;

// How a move looks, by where it leads. What it is called and which fields it takes is the counter's own data
// (`moves` of a dossier: [{to, title, needs, optional}]).
const LOOKS = {
  2: { icon: "file-input", kind: "primary", done: "Đã tiếp nhận hồ sơ" },
  3: { icon: "ban", kind: "harmful", done: "Đã từ chối tiếp nhận" },
  4: { icon: "hourglass", kind: "primary", done: "Đã chuyển hồ sơ sang xử lý" },
  5: { icon: "file-x", kind: "", done: "Đã yêu cầu bổ sung giấy tờ" },
  6: { icon: "wallet", kind: "", done: "Đã thông báo số tiền phải nộp" },
  7: { icon: "undo-2", kind: "harmful", done: "Đã ghi yêu cầu rút hồ sơ" },
  8: { icon: "circle-stop", kind: "harmful", done: "Đã dừng xử lý hồ sơ" },
  9: { icon: "circle-check", kind: "primary", done: "Hồ sơ đã có kết quả" },
  10: { icon: "package-check", kind: "primary", done: "Đã trả kết quả" },
};
const APOLOGY = { icon: "calendar-clock", kind: "", done: "Đã ghi lời xin lỗi và ngày hẹn mới" };
const SUPPLEMENTED = { icon: "file-check", kind: "primary", done: "Đã nhận giấy tờ bổ sung" };
const UNKNOWN = { icon: "chevron-right", kind: "", done: "Đã chuyển hồ sơ" };
// A refusal without a reason leaves people helpless: the page asks for one even where the counter does not.
const NEEDS_REASON = new Set([3, 8]);

function look(from, to) {
  if (from === to) return APOLOGY;
  if (from === 5 && (to === 2 || to === 4)) return SUPPLEMENTED;
  return LOOKS[to] ?? UNKNOWN;
}

function describe(from, { to, title, needs = [], optional = [] }) {
  const asks = [
    ...needs.map((name) => ({ name, needed: true })),
    ...optional.map((name) => ({ name, needed: false })),
  ];
  const fields = asks.map(({ name, needed }) => ({
    name,
    needed: needed || (name === "note" && NEEDS_REASON.has(to)),
  }));
  return { from, to, title, fields: fields.filter(({ name }) => name in FIELDS), ...look(from, to) };
}

/** A section with the buttons; `onmoved(dossier, text)` after the counter has taken a move. */
export function moveButtons(dossier, onmoved) {
  const moves = (dossier.moves ?? []).map((move) => describe(dossier.state, move)).sort(byWeight);
  const buttons = moves.map((move) =>
    h(
      "button",
      { type: "button", class: `button ${move.kind}`, onclick: () => askMove(dossier, move, onmoved) },
      icon(move.icon),
      move.title,
    ),
  );
  return h(
    "section",
    { class: "moves" },
    h("h3", {}, "Bước tiếp theo"),
    buttons.length
      ? h("div", { class: "move-buttons" }, buttons)
      : h("p", { class: "muted" }, "Hồ sơ đã kết thúc, không còn bước nào."),
  );
}

const WEIGHTS = { primary: 0, "": 1, harmful: 2 };
const byWeight = (a, b) => WEIGHTS[a.kind] - WEIGHTS[b.kind];

function askMove(dossier, move, onmoved) {
  const fields = move.fields.map(({ name, needed }) => FIELDS[name](dossier, needed, move));
  const problem = h("p", { class: "notice error", role: "alert", hidden: true });
  const submit = h(
    "button",
    { type: "submit", class: `button ${move.kind || "primary"}` },
    icon(move.icon),
    move.title,
  );
  const form = h(
    "form",
    { class: "move-form", noValidate: true },
    h(
      "p",
      {},
      h("span", { class: "code" }, dossier.code),
      ` của ${dossier.applicant_name}: `,
      h("strong", {}, STATES[dossier.state]?.name ?? dossier.state_name),
      " → ",
      h("strong", {}, move.from === move.to ? "hẹn lại ngày trả" : (STATES[move.to]?.name ?? move.title)),
    ),
    fields.map(({ element }) => element),
    h("p", { class: "small muted" }, "Người theo dõi hồ sơ sẽ nhận tin trên Zalo."),
    problem,
    h(
      "div",
      { class: "dialog-actions" },
      h("button", { type: "button", class: "button", onclick: () => dialog.close() }, "Thôi"),
      submit,
    ),
  );
  const dialog = openDialog({ title: move.title, body: form });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const wrong = fields.filter((field) => !field.check());
    if (wrong.length) return wrong[0].focus();
    submit.disabled = true;
    problem.hidden = true;
    try {
      const body = Object.assign({ to: move.to }, ...fields.map((field) => field.value()));
      const moved = await post(`/counter/v1/dossiers/${encodeURIComponent(dossier.code)}/move`, body);
      dialog.close();
      onmoved(moved, move.done);
    } catch (error) {
      problem.textContent = error.message;
      problem.hidden = false;
    } finally {
      submit.disabled = false;
    }
  });
  (form.querySelector("input, textarea") ?? submit).focus();
}

/** Wraps an input: what is wrong is said under it, and what was typed stays. */
function field({ id, label, hint, input, needed, wrong, read, isRight = () => true }) {
  const message = h("p", { class: "wrong", id: `${id}-wrong`, hidden: true }, wrong);
  input.id = id;
  const element = h(
    "div",
    { class: "field" },
    h("label", { for: id }, label, !needed && h("span", { class: "muted" }, " (nếu có)")),
    hint && h("p", { class: "hint", id: `${id}-hint` }, hint),
    input,
    message,
  );
  input.setAttribute("aria-describedby", [hint && `${id}-hint`, `${id}-wrong`].filter(Boolean).join(" "));
  const check = () => {
    const isFine = (!needed && !input.value.trim()) || (Boolean(input.value.trim()) && isRight(input.value));
    message.hidden = isFine;
    input.setAttribute("aria-invalid", String(!isFine));
    return isFine;
  };
  return {
    element,
    check,
    focus: () => input.focus(),
    value: () => (input.value.trim() ? read(input.value) : {}),
  };
}

const digits = (text) => text.replace(/\D/g, "");

const FIELDS = {
  note: (dossier, needed) => {
    const input = h("textarea", { class: "input", rows: 2 });
    const label = needed ? "Lý do" : "Ghi chú";
    return field({
      id: "move-note",
      label,
      hint: needed ? "Viết như nói với người dân." : "",
      input,
      needed,
      wrong: "Cần ghi lý do để người dân hiểu.",
      read: (text) => ({ note: text.trim() }),
    });
  },
  items: (dossier, needed) => itemsField(dossier, needed),
  due_at: (dossier, needed, { to }) => {
    const input = h("input", {
      class: "input",
      type: "date",
      min: isoDay(now()),
      value: needed ? suggestedDay(dossier) : "",
    });
    return field({
      id: "move-due",
      label: DAY_LABELS[to] ?? "Ngày hẹn trả mới",
      input,
      needed,
      wrong: "Chọn một ngày từ hôm nay trở đi.",
      isRight: (day) => day >= isoDay(now()),
      read: (day) => ({ due_at: `${day}T${CLOSING_TIME}:00${CENTRE_OFFSET}` }),
    });
  },
  amount_vnd: (dossier, needed) => {
    const input = h("input", { class: "input num", inputMode: "numeric", placeholder: "150.000" });
    input.addEventListener("input", () => {
      const typed = digits(input.value);
      input.value = typed ? number(Number(typed)) : "";
    });
    return field({
      id: "move-amount",
      label: "Số tiền phải nộp (đồng)",
      input,
      needed,
      wrong: "Nhập số tiền lớn hơn 0.",
      isRight: (text) => Number(digits(text)) > 0,
      read: (text) => ({ amount_vnd: Number(digits(text)) }),
    });
  },
};

const DAY_LABELS = { 5: "Bổ sung trước ngày", 6: "Nộp trước ngày" };

function suggestedDay(dossier) {
  const from = Math.max(now().getTime(), Date.parse(dossier.due_at ?? "") || 0);
  return isoDay(from + APOLOGY_DAYS * DAY_MS);
}

/** Papers of the dossier to tick, and a line each for whatever else is missing. */
function itemsField(dossier, needed) {
  const boxes = (dossier.documents ?? []).map(({ name }) => ({ name, box: h("input", { type: "checkbox" }) }));
  const input = h("textarea", { class: "input", rows: 2, id: "move-items", placeholder: "Mỗi dòng một giấy tờ" });
  const message = h(
    "p",
    { class: "wrong", id: "move-items-wrong", hidden: true },
    "Chọn hoặc ghi ít nhất một giấy tờ cần bổ sung.",
  );
  const items = () => [
    ...boxes.filter(({ box }) => box.checked).map(({ name }) => name),
    ...input.value
      .split("\n")
      .map((line) => line.trim())
      .filter(Boolean),
  ];
  const element = h(
    "fieldset",
    { class: "field items" },
    h("legend", {}, "Giấy tờ cần bổ sung"),
    boxes.map(({ name, box }) => h("label", { class: "tick-line" }, box, h("span", {}, name))),
    h("label", { for: "move-items" }, boxes.length ? "Giấy tờ khác" : "Giấy tờ"),
    input,
    message,
  );
  return {
    element,
    check: () => {
      const isFine = !needed || items().length > 0;
      message.hidden = isFine;
      return isFine;
    },
    focus: () => (boxes[0]?.box ?? input).focus(),
    value: () => ({ items: items() }),
  };
}
