// What reaches the citizen's phone outside the chat: template messages by number and SMS.

import { get } from "../shared/api.js";
import { now } from "../shared/clock.js";
import { blank, failed, h, icon, loading, reconcile, replace } from "../shared/dom.js";
import { dayName, internationalPhone, phone, time } from "../shared/format.js";
import { attempt, toast } from "../shared/toast.js";
import { buttonElement } from "./buttons.js";
import { linked } from "./links.js";
import { citizen, on, sendEvent } from "./state.js";

const EVERY_MS = 3000;

export function setUpPhonePane(pane) {
  const field = h("input", {
    class: "input",
    type: "tel",
    id: "phone-number",
    placeholder: "0900 012 345",
    autocomplete: "off",
  });
  const list = h("div", { class: "phone-list" });
  let shown = null;
  const form = h(
    "form",
    { class: "field" },
    h("label", { for: "phone-number" }, "Số điện thoại"),
    h("div", { class: "inline" }, field, h("button", { type: "submit", class: "button" }, "Xem")),
    h("p", { class: "hint" }, "Tin mẫu theo số và SMS đến số này, kể cả khi người dân chưa quan tâm tài khoản."),
  );
  replace(pane, form, list);

  const show = (number) => {
    if (shown !== number) replace(list, loading());
    shown = number;
    field.value = phone(number);
    read();
  };
  const read = async () => {
    const number = shown;
    if (!number || pane.hidden || document.hidden) return;
    try {
      const { messages } = await get(
        `/sim/v1/phones/${encodeURIComponent(number)}/messages?after=0&wait_s=0&quiet_s=0`,
      );
      if (number === shown) draw(list, messages, number === citizen()?.phone);
    } catch (error) {
      if (number === shown) replace(list, failed(error, read));
    }
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const number = internationalPhone(field.value);
    if (number) show(number);
    else toast("Số điện thoại cần đủ 10 chữ số, ví dụ 0900 012 345.", "error");
  });
  on("chosen", () => {
    const person = citizen();
    if (person?.phone) show(person.phone);
    else {
      shown = null;
      replace(list, blank("smartphone", "Chưa chọn người dân"));
    }
  });
  setInterval(read, EVERY_MS);
  return { shown: read };
}

// Buttons work only on the phone of the citizen whom the chat shows: a tap needs somebody who taps.
function draw(list, messages, isOwn) {
  if (!messages.length)
    return replace(
      list,
      blank("smartphone", "Chưa có tin nào", "Tin mẫu Zalo theo số điện thoại và SMS sẽ hiện ở đây."),
    );
  if (!list.firstElementChild?.classList.contains("phone-message")) list.replaceChildren();
  reconcile(
    list,
    [...messages].reverse().map((message) => ({
      key: String(message.seq),
      signature: String(isOwn),
      build: () => messageElement(message, isOwn),
    })),
  );
}

function messageElement(message, isOwn) {
  const tap = isOwn ? (button) => attempt(() => sendEvent({ type: "tap", button: button.id })) : null;
  const isSms = message.channel === "sms";
  return h(
    "article",
    { class: `phone-message ${isSms ? "sms" : "template"}` },
    h(
      "header",
      {},
      icon(isSms ? "mail" : "bell", "icon-s"),
      h("strong", {}, isSms ? "SMS" : "Tin mẫu Zalo"),
      h("span", { class: "small muted num" }, `${dayName(message.at, now())}, ${time(message.at)}`),
    ),
    h("p", { class: "text" }, linked(message.text ?? "")),
    message.buttons?.length
      ? h(
          "div",
          { class: "buttons" },
          message.buttons.map((button) => buttonElement(button, tap)),
        )
      : null,
  );
}
