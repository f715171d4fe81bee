// Vietnamese dates, days, money and phones. Every date is shown in the centre's time zone, wherever the browser is.

const ZONE = "Asia/Ho_Chi_Minh";
const DAY_MS = 86_400_000;
const WEEKDAYS = {
  Mon: "thứ Hai",
  Tue: "thứ Ba",
  Wed: "thứ Tư",
  Thu: "thứ Năm",
  Fri: "thứ Sáu",
  Sat: "thứ Bảy",
  Sun: "Chủ nhật",
};

const partsFormat = new Intl.DateTimeFormat("en-GB", {
  timeZone: ZONE,
  weekday: "short",
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
});

function parts(moment) {
  return Object.fromEntries(partsFormat.formatToParts(new Date(moment)).map(({ type, value }) => [type, value]));
}

/** 25/11/2026 */
export function date(moment) {
  if (!moment) return "";
  const { day, month, year } = parts(moment);
  return `${day}/${month}/${year}`;
}

/** thứ Tư, 25/11/2026 */
export const longDate = (moment) => (moment ? `${WEEKDAYS[parts(moment).weekday]}, ${date(moment)}` : "");

/** 08:30 */
export function time(moment) {
  if (!moment) return "";
  const { hour, minute } = parts(moment);
  return `${hour}:${minute}`;
}

/** 08:30 25/11/2026 */
export const dateTime = (moment) => (moment ? `${time(moment)} ${date(moment)}` : "");

/** 2026-11-25: the day in the centre's zone, also what a date field holds. */
export function isoDay(moment) {
  const { day, month, year } = parts(moment);
  return `${year}-${month}-${day}`;
}

const dayNumber = (moment) => Date.parse(isoDay(moment)) / DAY_MS;

/** Calendar days from `now` to `moment`; negative when it has passed. */
export const daysBetween = (now, moment) => dayNumber(moment) - dayNumber(now);

/** Hôm nay, Hôm qua, or the long date. */
export function dayName(moment, now) {
  const days = daysBetween(now, moment);
  if (days === 0) return "Hôm nay";
  if (days === -1) return "Hôm qua";
  const text = longDate(moment);
  return text[0].toUpperCase() + text.slice(1);
}

/** The time today, otherwise the day: for lists of conversations. */
export function shortMoment(moment, now) {
  if (!moment) return "";
  return daysBetween(now, moment) === 0 ? time(moment) : date(moment).slice(0, 5);
}

const numberFormat = new Intl.NumberFormat("vi-VN");

export const number = (value) => numberFormat.format(value);

export const money = (vnd) => (vnd === 0 ? "miễn phí" : `${numberFormat.format(vnd)} đồng`);

/** +84900012345 → 0900 012 345 */
export function phone(value) {
  if (!value) return "";
  const local = value.replace(/^\+?84/, "0");
  return /^0\d{9}$/.test(local) ? `${local.slice(0, 4)} ${local.slice(4, 7)} ${local.slice(7)}` : value;
}

/** What people type (0900 012 345, 84…, +84…) → +84900012345, or null when it is no phone number of ten digits. */
export function internationalPhone(typed) {
  const digits = typed.replace(/[\s.\-()]/g, "");
  const match = /^(?:\+?84|0)(\d{9})$/.exec(digits);
  return match ? `+84${match[1]}` : null;
}

/** Folds case, marks and đ, so that “tran” finds “Trần”. */
export function fold(text) {
  return text.toLowerCase().replaceAll("đ", "d").normalize("NFD").replace(/\p{M}/gu, "");
}

export const collator = new Intl.Collator("vi");

/** First letters of the last two words: Trần Thị Bưởi → TB. */
export function initials(name) {
  const words = (name || "?").trim().split(/\s+/);
  const picked = words.length > 1 ? [words[0], words[words.length - 1]] : words;
  return picked.map((word) => word[0].toUpperCase()).join("");
}
