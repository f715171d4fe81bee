// The lawful next moves of a dossier: a button each, a dialog with the few fields it needs, and then it is done.

import { get, post } from "../shared/api.js";
import { openDialog } from "../shared/dialog.js";
import { h, icon } from "../shared/dom.js";
import { isoDay, number } from "../shared/format.js";
import { now } from "../shared/clock.js";
import { STATES } from "./states.js";

const CENTRE_OFFSET = "+07:00";
const CLOSING_TIME = "17:00";
const APOLOGY_DAYS = 5;
const DAY_MS = 86_400_000;

// What officers call a move, by where it leads; `from` narrows it. `asks` are the fields, "!" marks a needed one.
const MOVES = [
  { from: 1, to: 2, title: "Tiếp nhận", done: "Đã tiếp nhận hồ sơ", icon: "file-input", asks: ["note"], main: true },
  { to: 3, title: "Từ chối tiếp nhận", done: "Đã từ chối tiếp nhận", icon: "ban", asks: ["reason!"], harmful: true },
  { from: 4, to: 4, title: "Xin lỗi, hẹn lại", done: "Đã ghi lời xin lỗi và ngày hẹn mới", icon: "calendar-clock", asks: ["due_at!", "reason"] },
  { from: 5, to: 2, title: "Đã bổ sung, tiếp nhận lại", done: "Đã nhận giấy tờ bổ sung", icon: "file-check", asks: ["due_at", "note"] },
  { from: 5, to: 4, title: "Đã bổ sung, xử lý tiếp", done: "Đã nhận giấy tờ bổ sung", icon: "file-check", asks: ["due_at", "note"], main: true },
  { from: 6, to: 4, title: "Đã nộp tiền, xử lý tiếp", done: "Đã ghi nhận nộp tiền", icon: "banknote", asks: ["note"], main: true },
  { to: 4, title: "Chuyển xử lý", done: "Đã chuyển hồ sơ sang xử lý", icon: "hourglass", asks: ["note"], main: true },
  { to: 5, title: "Yêu cầu bổ sung", done: "Đã yêu cầu bổ sung giấy tờ", icon: "file-x", asks: ["items!", "note"] },
  { to: 6, title: "Thông báo nộp tiền", done: "Đã thông báo số tiền phải nộp", icon: "wallet", asks: ["amount_vnd!", "note"] },
  { to: 7, title: "Công dân xin rút", done: "Đã ghi yêu cầu rút hồ sơ", icon: "undo-2", asks: ["note"], harmful: true },
  { to: 8, title: "Dừng xử lý", done: "Đã dừng xử lý hồ sơ", icon: "circle-stop", asks: ["reason!"], harmful: true },
  { to: 9, title: "Có kết quả", done: "Đã ghi: có kết quả", icon: "circle-check", asks: ["note"], main: true },
  { to: 10, title: "Trả kết quả", done: "Đã trả kết quả", icon: "package-check", asks: ["note"], main: true },
];

let lawful = null;

/** Lawful moves of a state as the counter's own rules have them: [{to, name}]. Read once. */
async function lawfulMoves(state) {
  lawful ??= await get("/counter/v1/moves");
  return lawful.moves[String(state)] ?? [];
}

function describe(from, to, name) {
  const known = MOVES.find((move) => move.to === to && (move.from === undefined || move.from === from));
  return known ?? { to, title: name, done: `Đã chuyển: ${name}`, icon: "chevron-right", asks: ["note"] };
}

/** A section with the buttons; `onmoved(dossier, text)` after the counter has taken a move. */
export function moveButtons(dossier, onmoved) {
  const section = h("section", { class: "moves", "aria-label": "Bước tiếp theo" }, h("h3", {}, "Bước tiếp theo"));
  lawfulMoves(dossier.state)
    .then((moves) => {
      if (!moves.length) return section.append(h("p", { class: "muted" }, "Hồ sơ đã kết thúc, không còn bước nào."));
      const described = moves.map(({ to, name }) => describe(dossier.state, to, name));
      section.append(h("div", { class: "move-buttons" }, described.sort(byWeight).map((move) => moveButton(dossier, move, onmoved))));
    })
    .catch((error) => { lawful = null; section.append(h("p", { class: "late-word", role: "alert" }, error.message)); });
  return section;
}

const weight = (move) => (move.harmful ? 2 : move.main ? 0 : 1);
const byWeight = (a, b) => weight(a) - weight(b);

function moveButton(dossier, move, onmoved) {
  const kind = move.harmful ? "harmful" : move.main ? "primary" : "";
  return h("button", { type: "button", class: `button ${kind}`, onclick: () => askMove(dossier, move, onmoved) }, icon(move.icon), move.title);
}

function askMove(dossier, move, onmoved) {
  const fields = move.asks.map((ask) => FIELDS[ask.replace("!", "")](dossier, ask.endsWith("!")));
  const problem = h("p", { class: "notice error", role: "alert", hidden: true });
  const submit = h("button", { type: "submit", class: `button ${move.harmful ? "harmful" : "primary"}` }, icon(move.icon), move.title);
  const form = h("form", { class: "move-form", noValidate: true },
    h("p", {}, h("span", { class: "code" }, dossier.code), ` của ${dossier.applicant_name}: `, h("strong", {}, STATES[dossier.state]?.name ?? dossier.state_name), " → ", h("strong", {}, move.from === move.to ? "hẹn lại ngày trả" : (STATES[move.to]?.name ?? move.title))),
    fields.map(({ element }) => element),
    h("p", { class: "small muted" }, "Người theo dõi hồ sơ sẽ nhận tin trên Zalo."),
    problem,
    h("div", { class: "dialog-actions" }, h("button", { type: "button", class: "button", onclick: () => dialog.close() }, "Thôi"), submit));
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
  const element = h("div", { class: "field" }, h("label", { for: id }, label, !needed && h("span", { class: "muted" }, " (nếu có)")), hint && h("p", { class: "hint", id: `${id}-hint` }, hint), input, message);
  input.setAttribute("aria-describedby", [hint && `${id}-hint`, `${id}-wrong`].filter(Boolean).join(" "));
  const check = () => {
    const isFine = (!needed && !input.value.trim()) || (Boolean(input.value.trim()) && isRight(input.value));
    message.hidden = isFine;
    input.setAttribute("aria-invalid", String(!isFine));
    return isFine;
  };
  return { element, check, focus: () => input.focus(), value: () => (input.value.trim() ? read(input.value) : {}) };
}

const digits = (text) => text.replace(/\D/g, "");

function noteField(id, label, hint, needed) {
  const input = h("textarea", { class: "input", rows: 2 });
  return field({ id, label, hint, input, needed, wrong: "Cần ghi lý do để người dân hiểu.", read: (text) => ({ note: text.trim() }) });
}

const FIELDS = {
  note: (dossier, needed) => noteField("move-note", "Ghi chú", "", needed),
  reason: (dossier, needed) => noteField("move-note", "Lý do", "Viết như nói với người dân.", needed),
  items: (dossier, needed) => itemsField(dossier, needed),
  due_at: (dossier, needed) => {
    const input = h("input", { class: "input", type: "date", min: isoDay(now()), value: needed ? suggestedDay(dossier) : "" });
    return field({
      id: "move-due", label: "Ngày hẹn trả mới", input, needed, wrong: "Chọn một ngày từ hôm nay trở đi.",
      isRight: (day) => day >= isoDay(now()), read: (day) => ({ due_at: `${day}T${CLOSING_TIME}:00${CENTRE_OFFSET}` }),
    });
  },
  amount_vnd: (dossier, needed) => {
    const input = h("input", { class: "input num", inputMode: "numeric", placeholder: "150.000" });
    input.addEventListener("input", () => { const typed = digits(input.value); input.value = typed ? number(Number(typed)) : ""; });
    return field({
      id: "move-amount", label: "Số tiền phải nộp (đồng)", input, needed, wrong: "Nhập số tiền lớn hơn 0.",
      isRight: (text) => Number(digits(text)) > 0, read: (text) => ({ amount_vnd: Number(digits(text)) }),
    });
  },
};

function suggestedDay(dossier) {
  const from = Math.max(now().getTime(), Date.parse(dossier.due_at ?? "") || 0);
  return isoDay(from + APOLOGY_DAYS * DAY_MS);
}

/** Papers of the dossier to tick, and a line each for whatever else is missing. */
function itemsField(dossier, needed) {
  const boxes = (dossier.documents ?? []).map(({ name }) => ({ name, box: h("input", { type: "checkbox" }) }));
  const input = h("textarea", { class: "input", rows: 2, id: "move-items", placeholder: "Mỗi dòng một giấy tờ" });
  const message = h("p", { class: "wrong", id: "move-items-wrong", hidden: true }, "Chọn hoặc ghi ít nhất một giấy tờ cần bổ sung.");
  const items = () => [...boxes.filter(({ box }) => box.checked).map(({ name }) => name), ...input.value.split("\n").map((line) => line.trim()).filter(Boolean)];
  const element = h("fieldset", { class: "field items" },
    h("legend", {}, "Giấy tờ cần bổ sung"),
    boxes.map(({ name, box }) => h("label", { class: "tick-line" }, box, h("span", {}, name))),
    h("label", { for: "move-items" }, boxes.length ? "Giấy tờ khác" : "Giấy tờ"), input, message);
  return {
    element,
    check: () => { const isFine = !needed || items().length > 0; message.hidden = isFine; return isFine; },
    focus: () => (boxes[0]?.box ?? input).focus(),
    value: () => ({ items: items() }),
  };
}
