// The officer's list: a table, cards on a phone; refreshed in place so that nothing jumps under the hand.

import { get, query } from "../shared/api.js";
import { blank, failed, find, h, icon, iconButton, loading, reconcile, replace } from "../shared/dom.js";
import { number, phone } from "../shared/format.js";
import { isFiltered, readFilters } from "./filters.js";
import { dueElement, dueLine, stateChip } from "./states.js";

const PAGE_SIZE = 50;
const HEADS = ["Mã hồ sơ", "Người nộp", "Thủ tục", "Trạng thái", "Hẹn trả"];

export class DossierList {
  /** `onopen(code)` opens a dossier; `turnTo(offset)` shows another page; `receive()` starts a new dossier. */
  constructor({ onopen, turnTo, receive, clear }) {
    Object.assign(this, { onopen, turnTo, receive, clear, dossiers: [], total: 0, opened: null, asked: 0 });
    this.rows = find("[data-rows]");
    this.body = null;
  }

  /** Reads the list as the filters say; `gently` keeps what is shown until the answer is there. */
  async read({ gently = false } = {}) {
    const asked = ++this.asked;
    const filters = readFilters();
    if (!gently && !this.body) replace(this.rows, loading("Đang tải danh sách hồ sơ…"));
    this.rows.setAttribute("aria-busy", String(!gently));
    try {
      const answer = await get(`/counter/v1/dossiers${query({ ...filters, limit: PAGE_SIZE })}`);
      if (asked === this.asked) this.show(answer, filters);
    } catch (error) {
      if (asked === this.asked) this.showFailure(error, gently);
    } finally {
      if (asked === this.asked) this.rows.removeAttribute("aria-busy");
    }
  }

  show({ dossiers, total }, filters) {
    this.dossiers = dossiers;
    this.total = total ?? dossiers.length;
    this.offset = Number(filters.offset || 0);
    find("[data-count]").textContent = this.countText();
    this.showPaging();
    if (!dossiers.length) {
      this.body = null;
      return replace(this.rows, this.nothing(filters));
    }
    if (!this.body) this.makeTable();
    reconcile(
      this.body,
      dossiers.map((dossier) => this.item(dossier)),
    );
  }

  showFailure(error, gently) {
    // A list that is a few seconds old is better than none; the next refresh tries again.
    if (gently && this.body) return;
    this.body = null;
    find("[data-count]").textContent = "";
    find("[data-paging]").hidden = true;
    replace(
      this.rows,
      failed(error, () => this.read()),
    );
  }

  countText() {
    if (!this.total) return "";
    const last = this.offset + this.dossiers.length;
    const all = `${number(this.total)} hồ sơ`;
    return this.total > this.dossiers.length ? `${number(this.offset + 1)}–${number(last)} trong ${all}` : all;
  }

  nothing(filters) {
    if (isFiltered(filters)) {
      const clear = h("button", { type: "button", class: "button", onclick: () => this.clear() }, "Bỏ lọc");
      return blank(
        "search",
        "Không có hồ sơ nào khớp",
        "Thử bớt điều kiện, hoặc tìm bằng vài chữ của tên hay vài số cuối của mã.",
        clear,
      );
    }
    const receive = h(
      "button",
      { type: "button", class: "button primary", onclick: () => this.receive() },
      icon("file-plus"),
      "Tiếp nhận hồ sơ đầu tiên",
    );
    return blank(
      "folder-open",
      "Chưa có hồ sơ nào",
      "Hồ sơ tiếp nhận tại quầy sẽ hiện ở đây, mới nhất ở trên.",
      receive,
    );
  }

  makeTable() {
    this.body = h("tbody", {});
    const head = h(
      "thead",
      {},
      h(
        "tr",
        {},
        HEADS.map((title) => h("th", { scope: "col" }, title)),
      ),
    );
    replace(
      this.rows,
      h("table", {}, h("caption", { class: "visually-hidden" }, "Danh sách hồ sơ"), head, this.body),
    );
  }

  item(dossier) {
    const isOpen = dossier.code === this.opened;
    return {
      key: dossier.code,
      signature: JSON.stringify([
        dossier.state,
        dossier.due_at,
        dueLine(dossier)?.text,
        dossier.applicant_name,
        isOpen,
      ]),
      build: () => this.row(dossier, isOpen),
    };
  }

  row(dossier, isOpen) {
    const open = h(
      "button",
      {
        type: "button",
        class: "open code",
        "aria-current": isOpen ? "true" : null,
        onclick: () => this.onopen(dossier.code),
      },
      dossier.code,
    );
    const row = h(
      "tr",
      { class: isOpen ? "is-open" : "" },
      h("th", { scope: "row" }, open),
      h(
        "td",
        { class: "person-cell" },
        h("span", { class: "strong" }, dossier.applicant_name),
        h("span", { class: "small muted num" }, phone(dossier.applicant_phone)),
      ),
      h("td", { class: "procedure-cell" }, h("span", {}, dossier.procedure_name)),
      h("td", { class: "state-cell" }, stateChip(dossier)),
      h("td", { class: "due-cell" }, dueElement(dossier)),
    );
    row.addEventListener("click", (event) => {
      if (!event.target.closest("button") && !String(getSelection())) this.onopen(dossier.code);
    });
    return row;
  }

  markOpen(code) {
    this.opened = code;
    if (this.body)
      reconcile(
        this.body,
        this.dossiers.map((dossier) => this.item(dossier)),
      );
  }

  /** Moves the focus down or up; answers whether there was a row. */
  step(direction) {
    const buttons = [...this.rows.querySelectorAll("button.open")];
    if (!buttons.length) return false;
    const at = buttons.indexOf(document.activeElement);
    const start = at < 0 ? buttons.findIndex((button) => button.textContent === this.opened) : at;
    const next = start < 0 ? 0 : Math.min(buttons.length - 1, Math.max(0, start + direction));
    buttons[next].focus();
    buttons[next].closest("tr").scrollIntoView({ block: "nearest" });
    return true;
  }

  focusRow(code) {
    [...this.rows.querySelectorAll("button.open")].find((button) => button.textContent === code)?.focus();
  }

  showPaging() {
    const nav = find("[data-paging]");
    nav.hidden = this.total <= PAGE_SIZE;
    if (nav.hidden) return;
    const pages = Math.ceil(this.total / PAGE_SIZE);
    const page = Math.floor(this.offset / PAGE_SIZE) + 1;
    const turn = (step) => {
      this.turnTo((page - 1 + step) * PAGE_SIZE);
      this.rows.scrollIntoView({ block: "nearest" });
    };
    const before = iconButton("chevron-left", "Trang trước", () => turn(-1));
    const after = iconButton("chevron-right", "Trang sau", () => turn(1));
    before.disabled = page <= 1;
    after.disabled = page >= pages;
    replace(nav, before, h("span", { class: "num" }, `Trang ${number(page)} / ${number(pages)}`), after);
  }
}
