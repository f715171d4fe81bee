// "Tiếp nhận hồ sơ mới": procedure, place, applicant. The counter gives code, second code and due date.

import { get, post, query } from "../shared/api.js";
import { combobox } from "../shared/combobox.js";
import { openDialog } from "../shared/dialog.js";
import { h, icon } from "../shared/dom.js";
import { fold, internationalPhone, phone } from "../shared/format.js";
import { hear, tell } from "../shared/pages-channel.js";
import { readCentres } from "./filters.js";

let shownCitizen = null;

// The chat page answers when it is open anywhere: its citizen can be taken over with one click.
hear((message) => {
  if (message.type === "shown") shownCitizen = message;
});

export function receiveDossier({ ondone }) {
  const procedure = procedureField();
  const centre = centreField();
  const name = h("input", { class: "input", id: "new-name", autocomplete: "off", placeholder: "Nguyễn Thị Bưởi" });
  const number = h("input", {
    class: "input",
    id: "new-phone",
    type: "tel",
    autocomplete: "off",
    placeholder: "0900 012 345",
  });
  const rows = [
    row({
      id: "new-procedure",
      label: "Thủ tục",
      control: procedure.element,
      input: procedure.input,
      wrong: "Chọn một thủ tục trong danh sách.",
      isRight: () => procedure.chosen() !== null,
    }),
    row({
      id: "new-centre",
      label: "Nơi tiếp nhận",
      optional: true,
      control: centre.element,
      input: centre.input,
      wrong: "Chọn một nơi trong danh sách, hoặc để trống.",
      isRight: () => centre.chosen() !== null || !centre.input.value.trim(),
    }),
    row({
      id: "new-name",
      label: "Họ tên người nộp",
      control: name,
      input: name,
      wrong: "Nhập họ tên người nộp.",
      isRight: () => name.value.trim().length > 1,
    }),
    row({
      id: "new-phone",
      label: "Số điện thoại",
      control: number,
      input: number,
      wrong: "Số điện thoại cần đủ 10 chữ số, ví dụ 0900 012 345.",
      isRight: () => internationalPhone(number.value) !== null,
    }),
  ];
  const problem = h("p", { class: "notice error", role: "alert", hidden: true });
  const submit = h(
    "button",
    { type: "submit", class: "button primary" },
    icon("file-plus"),
    "Tiếp nhận và in giấy hẹn",
  );
  const form = h(
    "form",
    { class: "move-form", noValidate: true },
    rows.slice(0, 2).map(({ element }) => element),
    fromChat(name, number),
    rows.slice(2).map(({ element }) => element),
    problem,
    h(
      "div",
      { class: "dialog-actions" },
      h("button", { type: "button", class: "button", onclick: () => dialog.close() }, "Thôi"),
      submit,
    ),
  );
  const dialog = openDialog({ title: "Tiếp nhận hồ sơ mới", body: form, className: "receive" });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const wrong = rows.filter((each) => !each.check());
    if (wrong.length) return wrong[0].focus();
    submit.disabled = true;
    problem.hidden = true;
    try {
      const dossier = await post("/counter/v1/dossiers", {
        procedure_code: procedure.chosen().code,
        applicant_name: name.value.trim(),
        applicant_phone: internationalPhone(number.value),
        ...(centre.chosen() && { centre: centre.chosen().id }),
      });
      dialog.close();
      await ondone(dossier);
    } catch (error) {
      problem.textContent = error.message;
      problem.hidden = false;
    } finally {
      submit.disabled = false;
    }
  });
  procedure.input.focus();
}

function row({ id, label, optional = false, control, input, wrong, isRight }) {
  const message = h("p", { class: "wrong", id: `${id}-wrong`, hidden: true }, wrong);
  input.setAttribute("aria-describedby", message.id);
  const element = h(
    "div",
    { class: "field" },
    h("label", { for: id }, label, optional && h("span", { class: "muted" }, " (nếu cần chọn)")),
    control,
    message,
  );
  const check = () => {
    const isFine = isRight();
    message.hidden = isFine;
    input.setAttribute("aria-invalid", String(!isFine));
    return isFine;
  };
  return { element, check, focus: () => input.focus() };
}

function procedureField() {
  return combobox({
    id: "new-procedure",
    placeholder: "Gõ vài chữ: khai sinh, sổ đỏ, hộ kinh doanh…",
    search: async (text) => (await get(`/counter/v1/procedures${query({ q: text })}`)).procedures,
    title: ({ name }) => name,
    show: ({ name, code, sector }) => [
      h("span", {}, name),
      h("small", { class: "muted" }, [code, sector].filter(Boolean).join(" · ")),
    ],
  });
}

function centreField() {
  return combobox({
    id: "new-centre",
    placeholder: "Để trống: nơi mặc định của thủ tục",
    search: async (text) => {
      const wanted = fold(text);
      return (await readCentres()).filter(({ name }) => fold(name).includes(wanted)).slice(0, 30);
    },
    title: ({ name }) => name,
    show: ({ name, area }) => [h("span", {}, name), area && h("small", { class: "muted" }, area)],
  });
}

function fromChat(name, number) {
  const place = h("div", { class: "from-chat" });
  const offer = () => {
    if (!shownCitizen || place.firstChild) return;
    const person = shownCitizen;
    const take = () => {
      name.value = person.name;
      number.value = phone(person.phone);
      number.focus();
    };
    place.append(
      h(
        "button",
        { type: "button", class: "button", onclick: take },
        icon("message-circle"),
        `Người đang nhắn Zalo: ${person.name}`,
      ),
    );
  };
  offer();
  tell({ type: "who" });
  setTimeout(offer, 150);
  return place;
}
