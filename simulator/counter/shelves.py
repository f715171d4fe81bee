"""What officers look at: lists, single dossiers, procedures and centres."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import lru_cache

from onestop.services.working_days import WorkCalendar
from onestop.storage import Session, SessionFactory, dossier_queries
from onestop.storage.dossier_queries import DossierFilter
from onestop.storage.dossier_records import Agency, DossierRecord, Procedure
from onestop.text.diacritics import fold
from simulator.counter.desk import calendar_at
from simulator.counter.errors import NotFound, Unusable
from simulator.counter.requests import ListRequest
from simulator.counter.views import Json, WholeDossier, centre_json, procedure_json, row_json, whole_json


class Shelves:
    """Reads the vendor's database for the counter.

    Args:
        sessions: Sessions on it.
        now: The simulated clock.
    """

    def __init__(self, sessions: SessionFactory, now: Callable[[], datetime]) -> None:
        self._sessions = sessions
        self._now = now
        self._procedures: list[Procedure] = []

    def list_dossiers(self, wanted: ListRequest) -> Json:
        """A page of the list, newest first, and how many dossiers there are in all.

        Raises:
            Unusable: The centre that is filtered by does not exist.
        """
        now = self._now()
        with self._sessions() as session:
            names = {agency.id: agency.name for agency in dossier_queries.all_agencies(session)}
            if wanted.centre_id is not None and wanted.centre_id not in names:
                raise Unusable(f"Không có trung tâm nào mang mã “{wanted.centre_id}”.")
            calendar = calendar_at(session, None)
            total, records = _matching(session, wanted, now)
        rows = [row_json(record, now, calendar, names[record.centre_id]) for record in records]
        return {"dossiers": rows, "total": total, "limit": wanted.limit, "offset": wanted.offset}

    def whole_dossier(self, code: str) -> Json:
        """A dossier with everything that hangs on it.

        Raises:
            NotFound: No dossier has this code.
        """
        with self._sessions() as session:
            whole = _whole(session, code)
            centre = dossier_queries.agency_by_id(session, whole.record.centre_id)
            calendar: WorkCalendar = calendar_at(session, centre)
        return whole_json(whole, self._now(), calendar, centre.name if centre else whole.record.centre_id)

    def receipt_facts(self, code: str) -> tuple[WholeDossier, Agency, Procedure | None]:
        """What the receipt of a dossier is printed from.

        Raises:
            NotFound: No dossier has this code, or it has not been accepted.
        """
        with self._sessions() as session:
            whole = _whole(session, code)
            if whole.record.received_at is None:
                raise NotFound(f"Hồ sơ {code} chưa được tiếp nhận nên chưa có giấy tiếp nhận.")
            centre = dossier_queries.agency_by_id(session, whole.record.centre_id)
            procedure_code = whole.record.procedure_code
            procedure = dossier_queries.procedure_by_code(session, procedure_code) if procedure_code else None
        if centre is None:
            raise NotFound(f"Hồ sơ {code} không có trung tâm tiếp nhận.")
        return whole, centre, procedure

    def search_procedures(self, words: str, limit: int) -> Json:
        """Procedures whose names or aliases have all these words, with or without marks; curated ones first."""
        if not self._procedures:  # the catalogue does not change while a demo runs
            with self._sessions() as session:
                self._procedures = dossier_queries.all_procedures(session)
        current = [one for one in self._procedures if one.valid_to is None]
        found = [one for one in current if _has_all(words, (one.code, one.name, one.official_name, *one.aliases))]
        found.sort(key=lambda one: (not one.curated, len(one.name), one.code))
        return {"procedures": [procedure_json(one) for one in found[:limit]], "total": len(found)}

    def list_centres(self) -> Json:
        """The one-stop centres of today: the province's, then the communes' by name."""
        with self._sessions() as session:
            agencies = dossier_queries.all_agencies(session)
        centres = [one for one in agencies if one.kind == "one_stop_centre" and one.valid_to is None]
        centres.sort(key=lambda one: (one.level != "tỉnh", _vietnamese_order(one.area or one.name)))
        return {"centres": [centre_json(one) for one in centres]}


def _whole(session: Session, code: str) -> WholeDossier:
    record = dossier_queries.dossier_by_code(session, code)
    if record is None:
        raise NotFound(f"Không có hồ sơ mã {code}.")
    return WholeDossier(
        record,
        dossier_queries.steps_of(session, code),
        dossier_queries.documents_of(session, code),
        dossier_queries.events_of(session, code),
    )


def _matching(session: Session, wanted: ListRequest, now: datetime) -> tuple[int, list[DossierRecord]]:
    condition = DossierFilter(
        now=now,
        state=wanted.state,
        overdue=wanted.overdue,
        procedure_code=wanted.procedure_code,
        centre_id=wanted.centre_id,
    )
    if wanted.words is None and wanted.procedure_words is None:
        records = dossier_queries.dossiers_matching(session, condition, wanted.limit, wanted.offset)
        return dossier_queries.count_dossiers(session, condition), records
    # Neither database folds Vietnamese marks alike: words are compared here, over some thousand rows.
    found = [
        record
        for record in dossier_queries.dossiers_matching(session, condition)
        if _has_all(wanted.procedure_words or "", (record.procedure_name,))
        and _has_all(wanted.words or "", _searched(record))
    ]
    return len(found), found[wanted.offset : wanted.offset + wanted.limit]


def _searched(record: DossierRecord) -> tuple[str, ...]:
    phone = record.applicant_phone or ""
    return (
        record.code,
        record.applicant_name,
        record.owner_name or "",
        record.procedure_name,
        phone,
        phone.replace("+84", "0", 1),
    )


def _has_all(words: str, texts: Iterable[str]) -> bool:
    wanted = _folded(words).split()
    if not wanted:
        return True
    haystack = "\n".join(_folded(text) for text in texts)
    return all(word in haystack for word in wanted)


@lru_cache(maxsize=65536)
def _folded(text: str) -> str:
    return fold(text)


def _vietnamese_order(text: str) -> tuple[str, str]:
    return fold(text), text
