// Jumps of the one clock that the simulator and the product share. It only goes forward; a reset brings it back.

import { post } from "../shared/api.js";
import { moveClock, now, onClock, readClock } from "../shared/clock.js";
import { confirmAct } from "../shared/dialog.js";
import { h, icon, replace } from "../shared/dom.js";
import { dateTime, isoDay, longDate, time } from "../shared/format.js";
import { attempt, toast } from "../shared/toast.js";
import { readCitizens } from "./state.js";

const HOUR_S = 3600;
const DAY_S = 24 * HOUR_S;
const DAY_MS = DAY_S * 1000;
const CENTRE_OFFSET = "+07:00";

/** The next moment with this time of day in the centre's zone, e.g. at("08:00") is tomorrow when it is past eight. */
function nextAt(clockTime) {
  const today = new Date(`${isoDay(now())}T${clockTime}:00${CENTRE_OFFSET}`);
  return today > now() ? today : new Date(today.getTime() + DAY_MS);
}

const tomorrowAt = (clockTime) =>
  new Date(`${isoDay(new Date(now().getTime() + DAY_MS))}T${clockTime}:00${CENTRE_OFFSET}`);

const JUMPS = [
  ["+ 1 giờ", "", () => ({ advance_s: HOUR_S })],
  ["+ 1 ngày", "", () => ({ advance_s: DAY_S })],
  ["8:00 sáng mai", "giờ mở cửa", () => ({ at: tomorrowAt("08:00").toISOString() })],
  ["22:00 tối", "giờ yên lặng", () => ({ at: nextAt("22:00").toISOString() })],
  ["+ 48 giờ", "hết hạn trả lời miễn phí", () => ({ advance_s: 48 * HOUR_S })],
  ["+ 7 ngày", "hết hạn nhắn tư vấn", () => ({ advance_s: 7 * DAY_S })],
];

export function setUpClockPane(pane) {
  const clock = h("p", { class: "big-clock num" });
  const day = h("p", { class: "muted" });
  const show = () => {
    clock.textContent = time(now());
    day.textContent = longDate(now());
  };
  const custom = h("input", { class: "input", type: "datetime-local", id: "clock-custom" });
  const jumps = JUMPS.map(([title, hint, change]) =>
    h(
      "button",
      { type: "button", class: "button jump", onclick: () => jump(change()) },
      h("span", {}, title),
      hint && h("small", {}, hint),
    ),
  );
  replace(
    pane,
    h("div", { class: "clock-face" }, clock, day),
    h("div", { class: "jumps" }, jumps),
    h(
      "form",
      { class: "field", onsubmit: (event) => jumpTo(event, custom) },
      h("label", { for: "clock-custom" }, "Đến lúc khác"),
      h("div", { class: "inline" }, custom, h("button", { type: "submit", class: "button" }, "Chuyển")),
    ),
    h(
      "p",
      { class: "small muted" },
      "Đồng hồ này dùng chung cho Zalo giả lập, quầy và trợ lý; chỉ đi tới. Các nhắc hẹn chạy theo trong 2 giây.",
    ),
    h(
      "button",
      { type: "button", class: "button harmful", onclick: reset },
      icon("rotate-ccw"),
      "Đặt lại trình giả lập",
    ),
  );
  onClock(show);
  setInterval(show, 1000);
  show();
  return {};
}

async function jump(change) {
  await attempt(async () => {
    await moveClock(change);
    toast(`Đồng hồ giờ là ${dateTime(now())}.`, "done");
  });
}

async function jumpTo(event, field) {
  event.preventDefault();
  if (!field.value) return toast("Chọn ngày giờ trước.", "error");
  await jump({ at: `${field.value}:00${CENTRE_OFFSET}` });
}

async function reset() {
  const text =
    "Người dân, tin nhắn và sự cố của Zalo giả lập sẽ mất; đồng hồ trở về giờ thật. Hồ sơ ở quầy và dữ liệu của trợ lý giữ nguyên.";
  if (!(await confirmAct({ title: "Đặt lại trình giả lập?", text, act: "Đặt lại" }))) return;
  await attempt(async () => {
    await post("/sim/v1/reset");
    await readClock();
    await readCitizens();
    toast("Đã đặt lại trình giả lập.", "done");
  });
}
