"""What a citizen is told unasked when something happens to a dossier that they follow.

The words are data (`notice_templates/`); here they are filled in. Who follows by the code alone gets public wording: no
names, no reasons, no amounts, not which papers.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from onestop.clock import LOCAL
from onestop.messages.formats import date_text, moment_text, money_text, phone_text
from onestop.messages.notice_kinds import (
    OWNER,
    PLACEHOLDER,
    PUBLIC,
    NoticeButton,
    Version,
    notice_kinds,
    zalo_templates,
)

TEXT_LIMIT = 2000  # Zalo's, in UTF-16 units: docs/zalo.md
BUTTON_TITLE_LIMIT = 35
MOST_BUTTONS = 5
MOST_ITEMS = 8
LONGEST = {"procedure": 120, "procedure_short": 200, "centre": 120, "address": 160, "hours": 120, "reason": 300}
LONGEST_ITEM = 120
LONGEST_BRIEF = 170

# What a kind's facts can fill. The first set is there for every kind.
ALWAYS = frozenset(
    {"code", "procedure", "procedure_short", "procedure_code", "centre", "centre_id", "phone", "event_date"}
)
_DUE = frozenset({"due_at", "due_date"})
_REASON = frozenset({"reason"})
_PAPER = frozenset({"document"})
_RESPOND = frozenset({"respond_by", "respond_date"})
_PLACE = frozenset({"at_counter", "by_post", "by_net", "address", "hours"})
_REMINDER = frozenset({"subject", "visit_date"})
_MISSING = _RESPOND | {"items", "count"}
PROVIDES: dict[str, frozenset[str]] = {
    "submitted": frozenset(),
    "received": _DUE | _PAPER,
    "refused": _REASON | _PAPER,
    "processing": _DUE,
    "supplement_requested": _REASON | _PAPER | _RESPOND | {"items", "count"},
    "supplement_received": _DUE,
    "money_due": _REASON | _RESPOND | {"amount"},
    "money_paid": _DUE,
    "apology": _REASON | _PAPER | _DUE | {"promised_on"},
    "late": _DUE | {"step"},
    "ready": _DUE | _PAPER | _PLACE,
    "ready_early": _DUE | _PAPER | _PLACE,
    "returned": frozenset({"by_post", "by_net"}),
    "stopped": _REASON | _PAPER,
    "withdrawn": frozenset(),
    "reminder_due": _REMINDER | _PLACE | {"when", "visit_on", "is_ready", "step"},
    "reminder_papers": _REMINDER | _MISSING,
    "reminder_deadline": _REMINDER | _MISSING | {"photos_sent"},
    "reminder_collect": _REMINDER | _PLACE | {"waiting_days"},
}
# Never in the words to who follows by the code alone.
PRIVATE_VALUES = frozenset({"reason", "items", "count", "amount", "by_post", "by_net", "document", "photos_sent"})


@dataclass(frozen=True)
class Notice:
    """One dossier event as words need it.

    Attributes:
        kind: A value of the dossier event log (`received`, `supplement_requested` …), `late`, or a reminder by rule.
        is_private: The reader has proved that the dossier is theirs; else the private fields are empty.
        happened_at: Decides which version of the wording holds.
        promised_at: The date that a new one replaces.
        note, items, amount_vnd, return_mode, document: Private: the officer's reason, the papers that are missing, what
            is to be paid, how the result comes, the document that goes along.
        contact: Whom to call; a number.
        visit_at: The day a reminder is about.
        is_ready, waiting_days: The result waits at the counter; for how long.
        has_photos: Private: pictures of missing papers were sent to us.
    """

    kind: str
    code: str
    procedure_name: str
    centre_name: str
    is_private: bool
    happened_at: datetime
    centre_id: str = ""
    procedure_code: str = ""
    due_at: datetime | None = None
    promised_at: datetime | None = None
    respond_by: datetime | None = None
    step: str = ""
    visit_at: datetime | None = None
    is_ready: bool = False
    waiting_days: int | None = None
    has_photos: bool = False
    address: str = ""
    hours: str = ""
    contact: str = "1022"
    amount_vnd: int | None = None
    return_mode: str = ""
    document: str = ""
    note: str = field(default="", repr=False)
    items: tuple[str, ...] = field(default=(), repr=False)


def notice_text(notice: Notice) -> str | None:
    """The message, or None for a kind that nobody needs to be told."""
    version = _version(notice)
    if version is None:
        return None
    values = values_of(notice)
    lines = [
        _filled(line.text, values)
        for line in version.lines
        if _is_for(line.audience, notice)
        and not (line.needs and not values.get(line.needs))
        and not (line.without and values.get(line.without))
        and all(values.get(name) for name in PLACEHOLDER.findall(line.text))
    ]
    return "\n".join(lines)


def notice_brief(notice: Notice) -> str | None:
    """The line that says it in a digest; None for what does not wait for one."""
    version = _version(notice)
    values = values_of(notice)
    lines = version.digest if version else ()
    fitting = (text for text in lines if all(values.get(name) for name in PLACEHOLDER.findall(text)))
    brief = next(fitting, None)
    return shortened(_filled(brief, values), LONGEST_BRIEF) if brief else None


def notice_buttons(notice: Notice) -> list[NoticeButton]:
    """The buttons under the message, their entities filled in."""
    version = _version(notice)
    values = values_of(notice)
    return [
        NoticeButton(button.title, button.intent, {n: _filled(v, values) for n, v in button.entities.items()})
        for button in (version.buttons if version else ())
        if _is_for(button.audience, notice)
        and not (button.needs and not values.get(button.needs))
        and all(values.get(n) for v in button.entities.values() for n in PLACEHOLDER.findall(v))
    ]


def template_data(notice: Notice) -> dict[str, str] | None:
    """The parameters of the template message that may carry this notice, by name and cut to their lengths.

    None where no template is registered for the kind, or a value that it needs is not there.
    """
    known = notice_kinds().get(notice.kind)
    template = zalo_templates().get(known.zalo_template or "") if known else None
    if template is None:
        return None
    values = values_of(notice)
    data = {one.name: shortened(values.get(one.source or "", ""), one.max_length) for one in template.parameters}
    return data if all(data.values()) else None


def values_of(notice: Notice) -> dict[str, str]:
    """Every value that a template may name; what is not there, or may not be said, is an empty text."""
    values = {
        "code": notice.code,
        "procedure": notice.procedure_name,
        "procedure_short": notice.procedure_name,
        "procedure_code": notice.procedure_code,
        "centre": notice.centre_name,
        "centre_id": notice.centre_id,
        "phone": phone_text(notice.contact),
        "address": notice.address,
        "hours": notice.hours,
        "step": notice.step,
        "event_date": _short_date(notice.happened_at),
        "due_at": moment_text(notice.due_at) if notice.due_at else "",
        "due_date": _short_date(notice.due_at),
        "promised_on": date_text(notice.promised_at) if notice.promised_at else "",
        "respond_by": date_text(notice.respond_by) if notice.respond_by else "",
        "respond_date": _short_date(notice.respond_by),
        "subject": _subject(notice),
        "visit_on": date_text(notice.visit_at) if notice.visit_at else "",
        "visit_date": _short_date(notice.visit_at),
        "when": _when(notice),
        "is_ready": "yes" if notice.is_ready else "",
        "waiting_days": str(notice.waiting_days) if notice.waiting_days else "",
        "at_counter": "yes" if notice.return_mode in ("", "counter") or not notice.is_private else "",
    }
    if notice.is_private:
        values |= _private_values(notice)
    return {name: shortened(text, LONGEST[name]) if name in LONGEST else text for name, text in values.items()}


def shortened(text: str, most: int) -> str:
    """The text cut on a word border to `most` characters."""
    return text if len(text) <= most else text[: most - 1].rsplit(" ", 1)[0].rstrip(" ,;(") + "…"


def length_of(text: str) -> int:
    """A text's length as Zalo may count it: UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2


def problems_of(kind: str, longest: Notice) -> list[str]:
    """What is wrong with a kind's templates, in sentences for whoever writes them; empty where all is well.

    Args:
        longest: A notice whose values are as long as they get.
    """
    found = []
    known = notice_kinds()[kind]
    for version in known.versions:
        where = f"{kind}, bản {version.number}"
        for name in sorted(version.placeholders - ALWAYS - PROVIDES[kind]):
            found.append(f"{where}: loại tin này không có giá trị {{{name}}}.")
        for line in version.lines:
            if line.audience != OWNER and PRIVATE_VALUES & set(PLACEHOLDER.findall(line.text)):
                found.append(f"{where}: dòng “{line.text}” nói điều riêng tư cho người chỉ có mã.")
        for text in version.digest:
            if PRIVATE_VALUES & set(PLACEHOLDER.findall(text)):
                found.append(f"{where}: dòng tin gom “{text}” nói điều riêng tư.")
        if len(version.buttons) > MOST_BUTTONS:
            found.append(f"{where}: quá {MOST_BUTTONS} nút.")
        found += [f"{where}: nút “{b.title}” dài quá." for b in version.buttons if len(b.title) > BUTTON_TITLE_LIMIT]
    length = length_of(notice_text(longest) or "")
    if length > TEXT_LIMIT:
        found.append(f"{kind}: tin dài nhất {length} ký tự, quá {TEXT_LIMIT} của Zalo.")
    return found


def reminder_text(what: str, code: str | None) -> str:
    """A reminder that the citizen asked for, at its time."""
    about = f" (hồ sơ {code})" if code and code not in what else ""
    return f"⏰ Dạ, em nhắc anh/chị: {what}{about}."


def _version(notice: Notice) -> Version | None:
    known = notice_kinds().get(notice.kind)
    return known.version_on(notice.happened_at.astimezone(LOCAL).date()) if known else None


def _is_for(audience: str, notice: Notice) -> bool:
    return audience == "" or audience == (OWNER if notice.is_private else PUBLIC)


def _private_values(notice: Notice) -> dict[str, str]:
    return {
        "reason": notice.note.strip().rstrip(".;, "),
        "items": _numbered(notice.items),
        "count": str(len(notice.items)) if notice.items else "",
        "amount": money_text(notice.amount_vnd) if notice.amount_vnd else "",
        "by_post": "yes" if notice.return_mode == "postal" else "",
        "by_net": "yes" if notice.return_mode == "electronic" else "",
        "document": notice.document,
        "photos_sent": "yes" if notice.has_photos else "",
    }


def _numbered(items: tuple[str, ...]) -> str:
    lines = [f"{number}. {shortened(item, LONGEST_ITEM)}" for number, item in enumerate(items[:MOST_ITEMS], start=1)]
    if len(items) > MOST_ITEMS:
        lines.append(f"… và {len(items) - MOST_ITEMS} giấy khác, ghi đủ trên phiếu yêu cầu.")
    return "\n".join(lines)


def _subject(notice: Notice) -> str:
    known = notice_kinds().get(notice.kind)
    return known.subject if known else ""


def _when(notice: Notice) -> str:
    """How far the day that a reminder is about lies ahead."""
    if notice.visit_at is None:
        return ""
    days = (notice.visit_at.astimezone(LOCAL).date() - notice.happened_at.astimezone(LOCAL).date()).days
    return {0: "hôm nay", 1: "ngày mai"}.get(days, f"còn {days} ngày nữa")


def _filled(text: str, values: dict[str, str]) -> str:
    return PLACEHOLDER.sub(lambda match: values.get(match[1], ""), text)


def _short_date(moment: datetime | None) -> str:
    return f"{moment.astimezone(LOCAL):%d/%m/%Y}" if moment else ""
