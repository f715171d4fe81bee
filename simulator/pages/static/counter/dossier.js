// One dossier: who, what, until when; its steps, papers and history; what may be done next.

import { get } from "../shared/api.js";
import { citizenWithPhone } from "../shared/people.js";
import { failed, find, h, icon, iconButton, loading, replace } from "../shared/dom.js";
import { longDate, money, phone, time } from "../shared/format.js";
import { tell } from "../shared/pages-channel.js";
import { attempt, toast } from "../shared/toast.js";
import { historyList, paperList, stepList } from "./dossier-parts.js";
import { moveButtons } from "./moves.js";
import { receiptCard } from "./receipt.js";
import { dueElement, stateChip } from "./states.js";
import { zaloLinkButton } from "./zalo-link.js";

export class DossierView {
  /** `onchange()` after a move; `onclose(code)` when the officer closes the dossier. */
  constructor({ onchange, onclose }) {
    Object.assign(this, { onchange, onclose, code: null, shown: "", wantsReceipt: false, result: null });
    this.element = find("[data-dossier]");
  }

  async open(code) {
    this.code = code;
    this.shown = "";
    this.result = null;
    this.wantsReceipt = false;
    this.receiptFirst = false;
    this.element.hidden = false;
    document.body.classList.add("dossier-open");
    replace(this.element, this.head(code), loading("Đang mở hồ sơ…"));
    this.element.scrollTop = 0;
    this.element.focus();
    await this.read();
  }

  close() {
    if (!this.code) return false;
    const code = this.code;
    this.code = null;
    this.element.hidden = true;
    document.body.classList.remove("dossier-open");
    this.onclose(code);
    return true;
  }

  /** Reads again; draws only when something changed, so that the place being read stays. */
  async refresh() {
    if (this.code) await this.read({ gently: true });
  }

  /** After a dossier was received: its receipt comes first, for it is to be printed. */
  showReceipt() {
    this.wantsReceipt = true;
    this.receiptFirst = true;
    this.result = doneNotice("Đã tiếp nhận hồ sơ");
    if (this.dossier?.code === this.code) this.draw(this.dossier);
  }

  async read({ gently = false } = {}) {
    const code = this.code;
    try {
      const dossier = await get(`/counter/v1/dossiers/${encodeURIComponent(code)}`);
      if (code !== this.code) return;
      const signature = JSON.stringify(dossier);
      if (signature === this.shown) return;
      this.shown = signature;
      this.draw(dossier);
    } catch (error) {
      if (code === this.code && !gently)
        replace(
          this.element,
          this.head(code),
          failed(error, () => this.read()),
        );
    }
  }

  draw(dossier) {
    this.dossier = dossier;
    const scrollTop = this.element.scrollTop;
    const receipt = receiptCard(dossier, {
      isOpen: this.wantsReceipt,
      ontoggle: (isOpen) => {
        this.wantsReceipt = isOpen;
      },
    });
    replace(
      this.element,
      this.head(dossier.code, stateChip(dossier)),
      h(
        "div",
        { class: "dossier-body" },
        this.result,
        this.receiptFirst && receipt,
        this.facts(dossier),
        moveButtons(dossier, (moved, text) => this.moved(moved, text)),
        !this.receiptFirst && receipt,
        stepList(dossier.steps ?? []),
        paperList(dossier.documents ?? []),
        historyList(dossier.events ?? []),
      ),
    );
    this.element.scrollTop = scrollTop;
  }

  head(code, chip = null) {
    const copy = async () => {
      await navigator.clipboard.writeText(code).catch(() => {});
      toast(`Đã chép mã ${code}.`, "done");
    };
    return h(
      "header",
      { class: "dossier-head" },
      h("div", { class: "dossier-title" }, h("h2", { class: "code" }, code), chip),
      iconButton("copy", "Chép mã hồ sơ", copy),
      iconButton("x", "Đóng hồ sơ (Esc)", () => this.close()),
    );
  }

  facts(dossier) {
    const pair = (name, ...value) => [h("dt", {}, name), h("dd", {}, value)];
    return h(
      "section",
      { "aria-label": "Thông tin hồ sơ" },
      h("h3", { class: "procedure-name" }, dossier.procedure_name),
      h(
        "dl",
        { class: "facts" },
        pair(
          "Người nộp",
          h("span", { class: "strong" }, dossier.applicant_name),
          h("br"),
          h("span", { class: "num" }, phone(dossier.applicant_phone) || "không có số điện thoại"),
        ),
        dossier.owner_name &&
          dossier.owner_name !== dossier.applicant_name &&
          pair("Chủ hồ sơ", dossier.owner_name),
        pair("Nơi tiếp nhận", dossier.centre_name ?? dossier.centre),
        dossier.received_at
          ? pair("Tiếp nhận", moment(dossier.received_at))
          : dossier.submitted_at && pair("Nộp trực tuyến", moment(dossier.submitted_at)),
        pair("Hẹn trả", dueElement(dossier, "ngày làm việc")),
        dossier.state === 5 && dossier.respond_by && pair("Bổ sung trước", moment(dossier.respond_by)),
        dossier.state === 6 &&
          dossier.amount_vnd &&
          pair("Phải nộp", h("span", { class: "num strong" }, money(dossier.amount_vnd))),
        dossier.second_code &&
          pair(
            "Mã tra cứu",
            h("span", { class: "code" }, dossier.second_code),
            h("span", { class: "small muted" }, " in trên giấy hẹn"),
          ),
        dossier.finished_at && pair("Xong lúc", moment(dossier.finished_at)),
      ),
      dossier.applicant_phone &&
        h(
          "button",
          { type: "button", class: "button", onclick: () => playApplicant(dossier) },
          icon("message-circle"),
          "Nhắn Zalo với vai người nộp",
        ),
      zaloLinkButton(dossier.code),
    );
  }

  moved(dossier, text) {
    this.result = doneNotice(text);
    this.receiptFirst = false;
    this.shown = JSON.stringify(dossier);
    this.draw(dossier);
    this.element.scrollTop = 0;
    tell({ type: "moved", code: dossier.code });
    this.onchange();
  }
}

const moment = (at) => h("span", { class: "num" }, `${time(at)}, ${longDate(at)}`);

function doneNotice(text) {
  return h(
    "div",
    { class: "notice done", role: "status" },
    icon("circle-check"),
    h("div", {}, h("p", { class: "strong" }, text), h("p", {}, "Đã ghi sự kiện; người theo dõi sẽ nhận tin.")),
  );
}

/** Shows the applicant in the chat, beside this page or in a tab of its own. */
function playApplicant({ applicant_name, applicant_phone }) {
  return attempt(async () => {
    const userId = await citizenWithPhone({ name: applicant_name, phone: applicant_phone });
    tell({ type: "citizen", user_id: userId });
    if (window.parent === window) window.open(`/chat?user=${userId}`, "simulator-chat");
    else toast(`Khung chat đang ở vai ${applicant_name}.`, "done");
  });
}
