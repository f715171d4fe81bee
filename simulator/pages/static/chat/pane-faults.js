// Zalo misbehaving on purpose, and how its webhook is delivered.

import { get, post, remove } from "../shared/api.js";
import { failed, h, icon, replace } from "../shared/dom.js";
import { attempt, toast } from "../shared/toast.js";
import { citizen, state } from "./state.js";

const FAULTS = [
  ["Trả lời chậm 5 giây", { call: "message/cs", fault: "delay:5" }],
  ["Quá tải (-32)", { call: "message/cs", fault: "error:-32" }],
  ["Đứt kết nối, chưa gửi", { call: "message/cs", fault: "reset_before" }],
  ["Đứt kết nối, đã gửi rồi", { call: "message/cs", fault: "reset_after" }],
  ["Lỗi máy chủ (HTTP 500)", { call: "message/cs", fault: "http:500" }],
  ["Trả về trang HTML", { call: "message/cs", fault: "html" }],
  ["Người dân đã chặn (-227)", { call: "message/cs", fault: "error:-227", onlyCitizen: true }],
  ["Mất câu trả lời khi đổi token", { call: "oauth/access_token", fault: "drop_token_answer" }],
];
const SWITCHES = [
  ["enabled", "Chuyển tin cho trợ lý (webhook)"],
  ["retry", "Gửi lại khi trợ lý không nhận"],
  ["shuffle", "Xáo trộn thứ tự tin"],
  ["escape_unicode", "Viết chữ Việt dạng \\u trong JSON"],
];

export function setUpFaultsPane(pane) {
  const times = h(
    "select",
    { class: "input", id: "fault-times" },
    h("option", { value: "1" }, "một lần"),
    h("option", { value: "3" }, "ba lần"),
    h("option", { value: "" }, "đến khi gỡ"),
  );
  const current = h("div", { class: "fault-list" });
  const switches = h("div", { class: "switches" });
  const read = () => Promise.all([readFaults(current), readSwitches(switches)]);
  const add = async ({ onlyCitizen, ...fault }) => {
    if (onlyCitizen && !citizen()) return toast("Chọn một người dân trước.", "error");
    const body = {
      ...fault,
      ...(times.value && { times: Number(times.value) }),
      ...(onlyCitizen && { user_id: state.chosen }),
    };
    if (await attempt(() => post("/sim/v1/faults", body))) await readFaults(current);
  };
  replace(
    pane,
    h("h3", {}, "Làm cho Zalo trục trặc"),
    h("div", { class: "inline" }, h("label", { for: "fault-times" }, "Xảy ra"), times),
    h(
      "div",
      { class: "jumps" },
      FAULTS.map(([title, fault]) =>
        h("button", { type: "button", class: "button jump", onclick: () => add(fault) }, title),
      ),
    ),
    current,
    h("h3", {}, "Cách Zalo chuyển tin"),
    switches,
  );
  setInterval(() => pane.hidden || document.hidden || readFaults(current), 5000);
  return { shown: read };
}

async function readFaults(element) {
  try {
    const { faults } = await get("/sim/v1/faults");
    replace(
      element,
      faults.length
        ? faultList(faults, element)
        : h("p", { class: "small muted" }, "Không có sự cố nào đang chờ."),
    );
  } catch (error) {
    replace(
      element,
      failed(error, () => readFaults(element)),
    );
  }
}

function faultList(faults, element) {
  const clear = async () => {
    if (await attempt(() => remove("/sim/v1/faults"))) await readFaults(element);
  };
  const rows = faults.map((fault) => h("li", {}, icon("zap", "icon-s"), h("span", {}, describe(fault))));
  return [h("ul", {}, rows), h("button", { type: "button", class: "button", onclick: clear }, "Gỡ hết sự cố")];
}

function describe({ call, fault, times, left }) {
  const known = FAULTS.find(([, other]) => other.fault === fault && other.call === call);
  const count = left ?? times;
  return `${known?.[0] ?? `${call}: ${fault}`}${count ? ` · còn ${count} lần` : " · đến khi gỡ"}`;
}

async function readSwitches(element) {
  try {
    const settings = await get("/sim/v1/webhook");
    replace(
      element,
      SWITCHES.filter(([name]) => name in settings).map(([name, title]) =>
        switchElement(name, title, settings[name]),
      ),
    );
  } catch (error) {
    replace(
      element,
      failed(error, () => readSwitches(element)),
    );
  }
}

function switchElement(name, title, value) {
  const box = h("input", { type: "checkbox", checked: value });
  box.addEventListener("change", async () => {
    const wanted = box.checked;
    if (!(await attempt(() => post("/sim/v1/webhook", { [name]: wanted })))) box.checked = !wanted;
  });
  return h("label", { class: "switch" }, box, title);
}
