"""What we say about a procedure: only what its record holds, and how sure that is."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from onestop.messages.formats import date_text, money_text

ASPECTS = (
    "ask_documents",
    "ask_fee",
    "ask_duration",
    "ask_where_to_submit",
    "ask_online_submission",
    "ask_form",
)

ASPECT_TITLES = {
    "ask_documents": "Giấy tờ cần có",
    "ask_fee": "Lệ phí",
    "ask_duration": "Bao lâu có",
    "ask_where_to_submit": "Nộp ở đâu",
    "ask_online_submission": "Nộp trực tuyến",
    "ask_form": "Mẫu đơn",
}

ASPECT_QUESTIONS = {
    "ask_documents": "giấy tờ cần có",
    "ask_fee": "lệ phí",
    "ask_duration": "thời hạn",
    "ask_where_to_submit": "nơi nộp",
    "ask_online_submission": "cách nộp trực tuyến",
    "ask_form": "mẫu đơn",
}

_UNITS = {
    "working_days": "ngày làm việc",
    "days": "ngày",
    "hours": "giờ làm việc",
    "months": "tháng",
    "years": "năm",
}
_CHANNELS = {"online": "trực tuyến", "direct": "tại quầy", "postal": "qua bưu điện"}
MOST_PAPERS = 12
MOST_LAWS = 4
NOT_ON_RECORD = "chưa có trong dữ liệu"
_LEVEL_WORDS = {
    "toàn trình": "toàn trình (làm hết trên mạng, không phải đến quầy)",
    "một phần": "một phần (nộp trên mạng, vẫn phải đến quầy một lần)",
}


@dataclass(frozen=True)
class ChannelTerm:
    """What one way of handing in takes and costs, where the national record says so."""

    channel: str  # online | direct | postal
    number: int | None = None
    unit: str | None = None
    fee_vnd: int | None = None


@dataclass(frozen=True)
class ProcedureFacts:
    """A procedure as words need it; None and empty mean "not on record".

    Attributes:
        unverified: Fields that a person must still check ("documents", "duration", "fee" …).
        due_on: The day a result is due if handed in today, where the term can be counted.
        place: Where it is handed in, where that is not simply the centre of its level.
        place_advice: A sentence about that place.
        is_at_centres: Whether a one-stop centre may take it.
        has_own_counter: Whether the deciding agency has counters of its own: not every commune's will do then.
        submit_url: The page on which just this procedure is handed in.
        source: Who says all this, as of `checked_on`.
    """

    code: str
    name: str
    official_name: str = ""
    is_curated: bool = False
    level: str | None = None
    agency: str | None = None
    submit_modes: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    duration_number: int | None = None
    duration_unit: str | None = None
    duration_text: str | None = None
    due_on: date | None = None
    fee_vnd: int | None = None
    fee_text: str | None = None
    online_level: str | None = None
    paper_forms: tuple[tuple[str, str], ...] = ()
    channels: tuple[ChannelTerm, ...] = ()
    portal_url: str | None = None
    unverified: tuple[str, ...] = ()
    note: str | None = None
    place: str | None = None
    place_advice: str | None = None
    is_at_centres: bool = True
    has_own_counter: bool = False
    submit_url: str | None = None
    result: str | None = None
    legal_basis: tuple[str, ...] = ()
    source: str | None = None
    checked_on: date | None = None

    @property
    def page(self) -> str | None:
        """Where it is handed in online, else its page on the portal."""
        return self.submit_url or self.portal_url


def card_text(facts: ProcedureFacts) -> str:
    """The short answer to "muốn làm …": what it is, the term, the fee, where; the rest by buttons."""
    lines = [f"📄 Dạ, thủ tục {_named(facts)}."]
    term = _term(facts)
    if term:
        lines.append(f"Thời hạn: {term}.")
    fee = _fee(facts)
    if fee:
        lines.append(f"Lệ phí: {fee}.")
    where = place_text(facts)
    if where:
        lines.append(f"Nơi nộp: {where}.")
    lines.append("Anh/chị muốn biết thêm phần nào ạ?")
    return "\n".join(lines)


def aspect_text(facts: ProcedureFacts, aspect: str) -> str:
    """Answers one of the six aspects."""
    return "\n".join(_ASPECTS[aspect](facts))


def several_text(names: Sequence[str], aspect: str | None = None) -> str:
    """Several procedures fit: which one?"""
    asked = f" Em trả lời {ASPECT_QUESTIONS[aspect]} ngay." if aspect else ""
    listed = "\n".join(f"{number}. {name}" for number, name in enumerate(names, start=1))
    return f"Dạ, anh/chị cần thủ tục nào dưới đây ạ?{asked}\n{listed}"


def none_text(portal_url: str, hotline: str) -> str:
    """No procedure fits."""
    return (
        "Dạ, em chưa tìm ra thủ tục này trong danh mục. "
        "Anh/chị nói cách khác giúp em (ví dụ: làm khai sinh, sang tên đất), "
        f"tra trên {portal_url}, hoặc gọi {hotline}."
    )


def _named(facts: ProcedureFacts) -> str:
    official = facts.official_name.rstrip(". ")
    if official.isupper():
        official = official.capitalize()  # capitals shout; "HƯỞNG TRỢ CẤP" names nothing else
    plain = re.sub(r" \([^()]*\)$", "", facts.name).lower()
    if not official or official.lower().removeprefix("thủ tục ") in (facts.name.lower(), plain):
        return facts.name
    return f"{facts.name} (tên chính thức: {official})" if len(official) <= 160 else facts.name


def full_texts(facts: ProcedureFacts) -> list[str]:
    """The whole record in two messages at most: what to bring, then everything else, and where it comes from."""
    lines = [f"📄 Dạ, toàn bộ thủ tục {_named(facts)} (mã {facts.code})."]
    for title, value in (
        ("Thời hạn", _term(facts)),
        ("Lệ phí", _fee(facts)),
        ("Nơi nộp", place_text(facts)),
        ("Cách nộp", ", ".join(_modes(facts)) or None),
        ("Nộp trực tuyến", _online_level(facts)),
        ("Kết quả", facts.result),
        ("Căn cứ pháp lý", "; ".join(facts.legal_basis[:MOST_LAWS]) or None),
    ):
        lines.append(f"{title}: {value or NOT_ON_RECORD}.")
    lines += _source_lines(facts, with_page=True)
    if not facts.documents:
        return ["\n".join([*lines, "Giấy tờ cần có: em chưa có danh sách; xem ở trang chính thức."])]
    opening = "Giấy tờ cần có (theo quy định chung):" if "documents" in facts.unverified else "Giấy tờ cần có:"
    papers = [f"{number}. {paper}" for number, paper in enumerate(facts.documents, start=1)]
    forms = [f"Mẫu đơn: {name}" + (f" ({url})" if url else "") for name, url in facts.paper_forms]
    return ["\n".join(lines), "\n".join([opening, *papers, *forms])]


def _online_level(facts: ProcedureFacts) -> str | None:
    modes = _modes(facts)
    if facts.online_level == "không trực tuyến" or (modes and "trực tuyến" not in modes):
        return "chưa nộp được"
    return _LEVEL_WORDS.get(facts.online_level or "") or ("có" if modes else None)


def _source_lines(facts: ProcedureFacts, with_page: bool = False) -> list[str]:
    """Who says so and as of when; nothing where that is not on record."""
    page = f": {facts.portal_url}" if with_page and facts.portal_url else "."
    if facts.source is None:
        return [f"Bản chính thức{page}"] if page != "." else []
    as_of = f", cập nhật {facts.checked_on:%d/%m/%Y}" if facts.checked_on else ""
    return [f"Nguồn: {facts.source}{as_of}{page}"]


def _official_page(facts: ProcedureFacts) -> str:
    if facts.portal_url:
        return f"Bản chính thức: {facts.portal_url}"
    return "Anh/chị hỏi thêm trung tâm nơi nộp để có thông tin chính thức."


def _documents(facts: ProcedureFacts) -> list[str]:
    if not facts.documents:
        return [
            f"Dạ, trong dữ liệu của em chưa có danh sách giấy tờ của thủ tục {facts.name}.",
            _official_page(facts),
        ]
    opening = "theo quy định chung, " if "documents" in facts.unverified else ""
    lines = [f"Dạ, {opening}{lower_first(facts.name)} cần:"]
    lines += [f"- {paper}" for paper in facts.documents[:MOST_PAPERS]]
    return lines + (_source_lines(facts, with_page=True) or [_official_page(facts)])


def _fee_lines(facts: ProcedureFacts) -> list[str]:
    fee = _fee(facts)
    if fee is None:
        return [
            f"Dạ, dữ liệu của em chưa ghi lệ phí của thủ tục {facts.name}. Anh/chị hỏi quầy trước khi nộp giúp em.",
            _official_page(facts),
        ]
    caution = "theo quy định chung, " if "fee" in facts.unverified or not facts.is_curated else ""
    lines = [f"Dạ, {caution}lệ phí {lower_first(facts.name)}: {fee}."]
    if "HĐND" in fee:
        lines.append("Mức này do HĐND tỉnh quy định; trung tâm nơi nộp cho biết con số đang áp dụng.")
    return lines + _channel_fees(facts) + _source_lines(facts)


def _fee(facts: ProcedureFacts) -> str | None:
    if facts.fee_text:
        text = facts.fee_text.rstrip(".")
        return "miễn phí" if text == "Không thu phí" else lower_first(text)
    if facts.fee_vnd is not None:
        return money_text(facts.fee_vnd)
    fees = {term.fee_vnd for term in facts.channels}
    if len(fees) == 1 and None not in fees:
        return money_text(next(fee for fee in fees if fee is not None))
    return "khác nhau theo cách nộp" if _known_fees(facts) else None


def _known_fees(facts: ProcedureFacts) -> list[ChannelTerm]:
    return [term for term in facts.channels if term.fee_vnd is not None]


def _channel_fees(facts: ProcedureFacts) -> list[str]:
    if facts.fee_text or facts.fee_vnd is not None or len({term.fee_vnd for term in facts.channels}) == 1:
        return []
    return [f"- Nộp {_CHANNELS[term.channel]}: {money_text(term.fee_vnd or 0)}" for term in _known_fees(facts)]


def _duration_lines(facts: ProcedureFacts) -> list[str]:
    term = _term(facts)
    if term is None:
        return [
            f"Dạ, dữ liệu của em chưa ghi thời hạn của thủ tục {facts.name}. "
            "Ngày hẹn in trên giấy tiếp nhận là ngày chính xác.",
            _official_page(facts),
        ]
    caution = "theo quy định chung, " if "duration" in facts.unverified or not facts.is_curated else ""
    lines = [f"Dạ, {caution}thời hạn {lower_first(facts.name)}: {lower_first(term)}."]
    if facts.due_on is not None:
        lines.append(f"Nộp đủ giấy tờ hôm nay thì khoảng {date_text(facts.due_on)} có kết quả.")
    if not facts.duration_text:
        lines += _channel_terms(facts)
    lines.append("Ngày hẹn in trên giấy tiếp nhận là ngày chính xác.")
    return lines + _source_lines(facts)


def _term(facts: ProcedureFacts) -> str | None:
    if facts.duration_text:
        return facts.duration_text.rstrip(".")
    if facts.duration_unit == "same_day":
        return "trong ngày làm việc; nhận sau 15 giờ thì trả ngày làm việc kế tiếp"
    if facts.duration_number and facts.duration_unit in _UNITS:
        return f"{facts.duration_number} {_UNITS[facts.duration_unit]}"
    terms = {(term.number, term.unit) for term in facts.channels if term.number and term.unit in _UNITS}
    if len(terms) == 1:
        number, unit = next(iter(terms))
        return f"{number} {_UNITS[str(unit)]}"
    if terms:
        most = sorted(terms, key=lambda term: term[0] or 0)
        return f"từ {most[0][0]} {_UNITS[str(most[0][1])]} đến {most[-1][0]} {_UNITS[str(most[-1][1])]} tùy cách nộp"
    return None


def _channel_terms(facts: ProcedureFacts) -> list[str]:
    known = [term for term in facts.channels if term.number and term.unit in _UNITS]
    if len({(term.number, term.unit) for term in known}) < 2:
        return []
    return [f"- Nộp {_CHANNELS[term.channel]}: {term.number} {_UNITS[str(term.unit)]}" for term in known]


def _where_lines(facts: ProcedureFacts) -> list[str]:
    where = place_text(facts)
    if where is None:
        return [f"Dạ, dữ liệu của em chưa ghi nơi nộp của thủ tục {facts.name}.", _official_page(facts)]
    lines = [f"Dạ, {lower_first(facts.name)} nộp tại {where}."]
    modes = _modes(facts)
    if modes:
        lines.append(f"Cách nộp: {', '.join(modes)}.")
    if facts.place_advice:
        lines.append(facts.place_advice)
    nearby = nearby_text(facts)
    return lines + ([nearby] if nearby else []) + _source_lines(facts)


def nearby_text(facts: ProcedureFacts) -> str | None:
    """Whether it may be handed in at another centre of the province than one's own.

    Source: Nghị định 118/2025/NĐ-CP, "không phụ thuộc vào địa giới hành chính" within a province.
    """
    if facts.has_own_counter or not facts.level:
        return None
    if "xã" in facts.level:
        return "Anh/chị nộp ở xã, phường nào trong tỉnh cũng được tiếp nhận."
    if "tỉnh" in facts.level:
        return "Ở xa thì anh/chị hỏi trung tâm xã, phường gần nhà: trong tỉnh được chọn nơi nộp, không kể nơi ở."
    return None


def place_text(facts: ProcedureFacts) -> str | None:
    """Where it is handed in, as a part of a sentence; None where that is not on record."""
    if facts.place:
        return facts.place
    level = facts.level or ""
    agency = f" (cơ quan giải quyết: {facts.agency})" if facts.agency else ""
    if "xã" in level and "tỉnh" in level:
        return f"Trung tâm Phục vụ hành chính công xã, phường hoặc của tỉnh{agency}"
    if "xã" in level:
        return f"Trung tâm Phục vụ hành chính công xã, phường{agency}"
    if "tỉnh" in level:
        return f"Trung tâm Phục vụ hành chính công tỉnh{agency}"
    return facts.agency


def is_online(facts: ProcedureFacts) -> bool:
    """Whether the record says that it can be handed in online."""
    return facts.online_level != "không trực tuyến" and "trực tuyến" in _modes(facts)


def _modes(facts: ProcedureFacts) -> list[str]:
    if facts.submit_modes:
        return list(facts.submit_modes)
    return [_CHANNELS[term.channel] for term in facts.channels if term.channel in _CHANNELS]


def _online_lines(facts: ProcedureFacts) -> list[str]:
    modes = _modes(facts)
    if facts.online_level == "không trực tuyến" or (modes and "trực tuyến" not in modes):
        return [f"Dạ, {lower_first(facts.name)} chưa nộp trực tuyến được; anh/chị nộp {_listed(modes)} giúp em."]
    if not modes:
        return [
            f"Dạ, dữ liệu của em chưa ghi {lower_first(facts.name)} có nộp trực tuyến không.",
            _official_page(facts),
        ]
    sentence = _ONLINE_SENTENCES.get(facts.online_level or "", _LEVEL_UNKNOWN)
    lines = [f"Dạ, {lower_first(facts.name)} nộp trực tuyến được. {sentence}"]
    if facts.page:
        lines.append(f"Nộp đúng thủ tục này ở: {facts.page}")
    lines.append("Anh/chị đăng nhập bằng tài khoản VNeID.")
    return lines + _source_lines(facts)


def _form_lines(facts: ProcedureFacts) -> list[str]:
    if facts.paper_forms:
        lines = [f"Dạ, mẫu đơn của {lower_first(facts.name)}:"]
        return lines + [f"- {name}: {url}" if url else f"- {name}" for name, url in facts.paper_forms]
    named = [
        paper
        for paper in facts.documents
        if paper.lower().startswith(("tờ khai", "đơn ", "mẫu", "phiếu", "giấy đề nghị"))
    ]
    lines = [f"Dạ, em chưa có tệp mẫu đơn của thủ tục {facts.name}."]
    if named:
        lines.append(f"Tên mẫu: {named[0]}.")
    lines.append("Mẫu phát miễn phí tại quầy, và tải được ở trang của thủ tục trên Cổng Dịch vụ công.")
    if facts.portal_url:
        lines.append(facts.portal_url)
    return lines


_ONLINE_SENTENCES = {
    "toàn trình": "Toàn trình: làm hết trên mạng, không phải đến quầy.",
    "một phần": "Một phần: nộp trên mạng, nhưng vẫn phải đến quầy một lần.",
}
_LEVEL_UNKNOWN = "Dữ liệu chưa ghi toàn trình hay một phần; trang nộp cho biết có phải đến quầy không."


def form_files_text(facts: ProcedureFacts, forms: Sequence[tuple[str, str]]) -> str:
    """What the blank forms are that follow as files: title and the document that lays it down."""
    lines = [f"Dạ, mẫu đơn của {lower_first(facts.name)}, bản trắng để in ra điền:"]
    lines += [f"- {title} ({origin})" for title, origin in forms]
    return "\n".join([*lines, "Mẫu phát miễn phí tại quầy; bản chính thức ở trang của thủ tục."])


def _listed(words: Sequence[str]) -> str:
    return " hoặc ".join(words)


def lower_first(text: str) -> str:
    """Lower-cases the first letter, but not of a name in capitals ("UBND")."""
    if len(text) > 1 and text[1].isupper():
        return text
    return text[:1].lower() + text[1:]


_ASPECTS: dict[str, Callable[[ProcedureFacts], list[str]]] = {
    "ask_documents": _documents,
    "ask_fee": _fee_lines,
    "ask_duration": _duration_lines,
    "ask_where_to_submit": _where_lines,
    "ask_online_submission": _online_lines,
    "ask_form": _form_lines,
}
