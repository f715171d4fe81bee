"""The documents that go with the news of a dossier: which facts stand in which field of their layouts.

They carry names, so they are given only to who has proved the dossier theirs (docs/notifications.md, "Who gets what").
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from onestop.clock import LOCAL
from onestop.receipts.drawing import draw_pdf, png_of
from onestop.receipts.layouts import Form, Layout, NoSuchForm, layout_for
from onestop.receipts.receipt import receipt_of, receipt_values
from onestop.receipts.wording import date_words, fee_words, grouped_phone, moment_words, place_of, return_place
from onestop.storage.dossier_records import Agency, DossierDocument, DossierEvent, DossierRecord, Procedure

MOST_LEGAL_BASES = 3
_BY_PROCEDURE = "theo quy định của thủ tục, cán bộ tiếp nhận giải thích cụ thể"
_REASON_AT_CENTRE = "cán bộ tiếp nhận giải thích cụ thể tại trung tâm"
TO_BRING = (
    "Giấy tiếp nhận hồ sơ và hẹn trả kết quả",
    "Thẻ căn cước hoặc giấy tờ tùy thân",
    "Giấy ủy quyền, nếu nhận thay",
)


@dataclass(frozen=True)
class Subject:
    """A dossier, what happened to it, and what its documents quote.

    Attributes:
        event: What the document tells of: the request, the refusal, the apology, the result.
        papers: Of the dossier, in the order of the receipt.
    """

    record: DossierRecord = field(repr=False)
    centre: Agency
    event: DossierEvent
    papers: Sequence[DossierDocument] = ()
    procedure: Procedure | None = None

    @property
    def accepted_on(self) -> datetime:
        """The moment that decides which set of forms holds."""
        return (self.record.received_at or self.record.submitted_at).astimezone(LOCAL)


def document_pdf(document: str, subject: Subject) -> bytes:
    """Draws one document of a dossier.

    Args:
        document: `receipt`, `supplement_request`, `refusal`, `apology`, `stop_notice` or `result_notice`.
        subject: What it tells of.

    Raises:
        NoSuchForm: There is no such document, or its form came later than the dossier.
    """
    layout, form = layout_for(document, subject.accepted_on.date())
    return draw_pdf(layout, form, document_values(layout, form, subject))


def document_png(document: str, subject: Subject) -> bytes:
    """The same as a picture; raises alike."""
    return png_of(document_pdf(document, subject))


def official_name(document: str, subject: Subject) -> str:
    """What the document is called on the form in force; raises `NoSuchForm` alike."""
    return layout_for(document, subject.accepted_on.date())[0].official_name


def warm_up() -> None:
    """Draws a picture for nobody: the first one of a process loads fonts and libraries, a second or more."""
    layout, form = layout_for("result_notice", datetime.now(LOCAL).date())
    png_of(draw_pdf(layout, form, {"code": "H39.17-000000-0000"}))


def document_values(layout: Layout, form: Form, subject: Subject) -> dict[str, Any]:
    """The fields of one document.

    Raises:
        NoSuchForm: A receipt of a dossier that was never accepted.
    """
    values = _shared(layout, subject)
    return {**values, **_PARTS[layout.document](subject)}


def _shared(layout: Layout, subject: Subject) -> dict[str, Any]:
    record, centre = subject.record, subject.centre
    owner = record.owner_name or record.applicant_name
    issuer = (record.deciding_agency if layout.issued_by_deciding_agency else None) or centre.name
    return {
        "issuer": issuer,
        "issuer_capitals": issuer.upper(),
        "centre_name": centre.name,
        "place": place_of(centre),
        "issued_on": date_words(subject.event.at),
        "event_at": date_words(subject.event.at),
        "code": record.code,
        "owner_name": owner,
        "addressee": owner,
        "applicant_name": record.applicant_name,
        "other_applicant": record.applicant_name if record.applicant_name != owner else "",
        "address": record.applicant_address or "",
        "phone": grouped_phone(record.applicant_phone),
        "procedure_name": record.procedure_name,
        "reason": (subject.event.data or {}).get("note") or _REASON_AT_CENTRE,
        "contact": grouped_phone(centre.hotline or centre.phone) or "1022",
    }


def _receipt(subject: Subject) -> dict[str, Any]:
    if subject.record.received_at is None:
        raise NoSuchForm("receipt")
    return receipt_values(receipt_of(subject.record, subject.papers, subject.centre, subject.procedure))


def _supplement_request(subject: Subject) -> dict[str, Any]:
    data = subject.event.data or {}
    missing = [paper.name for paper in subject.papers if paper.state == "missing"]
    return {
        "items": list(data.get("items") or missing),
        "reason": data.get("note") or "thành phần hồ sơ chưa đầy đủ theo quy định của thủ tục",
        "respond_by": _date_of(data.get("due_at") or subject.record.respond_by),
    }


def _with_legal_basis(subject: Subject) -> dict[str, Any]:
    bases = (subject.procedure.legal_basis if subject.procedure else None) or ()
    return {"legal_basis": "; ".join(bases[:MOST_LEGAL_BASES]) or _BY_PROCEDURE}


def _apology(subject: Subject) -> dict[str, Any]:
    record, data = subject.record, subject.event.data or {}
    promised = record.original_due_at or record.due_at
    received = f"{_capitalised(date_words(record.received_at))}, " if record.received_at else ""
    new_due_at = data.get("due_at")
    return {
        "received_on_sentence": received,
        "promised_at": moment_words(promised) if promised else "",
        "new_due_at": moment_words(datetime.fromisoformat(new_due_at)) if new_due_at else "",
        "reason": data.get("note") or "cơ quan giải quyết chưa hoàn thành các bước xử lý hồ sơ trong thời hạn",
    }


def _result(subject: Subject) -> dict[str, Any]:
    record, centre = subject.record, subject.centre
    return {
        "due_at": date_words(record.due_at) if record.due_at else "",
        "return_place": return_place(record.return_mode),
        "fee": fee_words(subject.procedure),
        "centre_address": centre.address or "",
        "centre_hours": (centre.working_hours or {}).get("text") or "",
        "to_bring": list(TO_BRING),
    }


_PARTS: dict[str, Callable[[Subject], dict[str, Any]]] = {
    "receipt": _receipt,
    "supplement_request": _supplement_request,
    "refusal": _with_legal_basis,
    "stop_notice": _with_legal_basis,
    "apology": _apology,
    "result_notice": _result,
}
DOCUMENTS = tuple(_PARTS)


def _date_of(moment: datetime | str | None) -> str:
    if moment is None:
        return ""
    return date_words(datetime.fromisoformat(moment) if isinstance(moment, str) else moment)


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]
