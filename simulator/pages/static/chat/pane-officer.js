// The same conversation as an officer sees it in OA Manager, and a line to answer as an officer.

import { post } from "../shared/api.js";
import { blank, h, icon, replace } from "../shared/dom.js";
import { attempt } from "../shared/toast.js";
import { citizen, on, state } from "./state.js";
import { Thread } from "./thread.js";

export function setUpOfficerPane(pane) {
  const list = h("div", {
    class: "thread officer-thread",
    role: "log",
    "aria-label": "Hội thoại, góc nhìn cán bộ",
    tabIndex: 0,
  });
  const field = h("textarea", {
    class: "input",
    rows: 2,
    placeholder: "Trả lời với tư cách cán bộ",
    "aria-label": "Trả lời với tư cách cán bộ",
  });
  const form = h(
    "form",
    { class: "officer-form" },
    field,
    h("button", { type: "submit", class: "button primary" }, icon("send-horizontal"), "Gửi"),
  );
  const thread = new Thread(list, { view: "officer" });
  let last = null;
  replace(
    pane,
    h(
      "p",
      { class: "small muted" },
      "Như trong OA Manager: cán bộ đọc cùng cuộc trò chuyện và có thể trả lời thay trợ lý.",
    ),
    list,
    form,
  );

  const draw = (first = false) => {
    if (pane.hidden || !last) return;
    if (!last.entries.length) return replace(list, blank("headset", "Chưa có tin nhắn"));
    if (list.querySelector(".blank")) list.replaceChildren();
    thread.update({ ...last, first });
  };
  const send = async () => {
    const text = field.value.trim();
    if (!text || !citizen()) return;
    if (await attempt(() => post(`/sim/v1/citizens/${state.chosen}/staff`, { text }))) field.value = "";
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send();
  });
  on("chosen", () => {
    field.value = "";
  });
  return {
    clear: () => {
      last = null;
      thread.clear();
      replace(list, blank("headset", "Chưa chọn người dân"));
    },
    show: (change) => {
      last = change;
      draw(change.first);
    },
    shown: () => draw(true),
  };
}
