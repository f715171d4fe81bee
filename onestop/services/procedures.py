"""From a citizen's words to a procedure and the facts that are said about it."""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from onestop.clock import LOCAL
from onestop.messages.procedures import ChannelTerm, ProcedureFacts
from onestop.search import NONE, SURE, SearchResult
from onestop.services.procedure_search import ProcedureSearch
from onestop.services.working_days import TimeLimit, WorkCalendar, calendar_of, due_at
from onestop.storage import Session
from onestop.storage.dossier_queries import all_holidays, procedure_by_code
from onestop.storage.dossier_records import Holiday, Procedure
from onestop.storage.guard import DossierReader
from onestop.text import fold

MOST_OFFERED = 5
_LIKELY = 0.05  # a hit less probable than this is not worth a button

# Folded beginnings of a correction: "không phải, ý tôi là khai tử".
_CORRECTION = re.compile(
    r"^\W*(?:(?:khong|ko|k|hong|hok|hem|hong|dau) phai\w*|sai roi|nham roi|lon roi|khong)?\W*"
    r"(?:ma\W+)?(?:(?:la|y|toi|tui|minh|em|con|chu|bac|co|muon|can|hoi|noi|la|ve|cai|thu tuc|lam)\W+)*"
)


@dataclass(frozen=True)
class Offer:
    """One procedure of several that may be meant."""

    code: str
    name: str


@dataclass(frozen=True)
class Found:
    """What the words may mean: one procedure (`sure`), several offers, or nothing."""

    sure: Offer | None = None
    offers: tuple[Offer, ...] = ()


class ProcedureDesk:
    """Searches the catalogue and reads its records. Safe between threads.

    The search index is built at the first use (or by `warm_up`): while the dossier database is away there is none,
    and the next question tries again.

    Args:
        reader: The one-stop shop's database.
        model_dir: Where the learnt model is kept.
    """

    def __init__(self, reader: DossierReader, model_dir: Path) -> None:
        self._reader = reader
        self._model_dir = model_dir
        self._lock = threading.Lock()
        self._search: ProcedureSearch | None = None

    def warm_up(self) -> None:
        """Builds the index.

        Raises:
            BackendUnavailable: The catalogue cannot be read now.
        """
        with self._lock:
            if self._search is None:
                self._search = ProcedureSearch.from_reader(self._reader, self._model_dir)

    def find(self, words: str) -> Found:
        """Finds what the words ask for.

        Raises:
            BackendUnavailable: See `warm_up`.
        """
        if self._search is None:
            self.warm_up()
        assert self._search is not None
        return _judged(self._search.search(words, MOST_OFFERED))

    def facts(self, code: str, now: datetime) -> ProcedureFacts | None:
        """Everything that may be said about a procedure; None where the catalogue no longer has it.

        Raises:
            BackendUnavailable: The database does not answer.
        """
        record, holidays = self._reader.read(_record_with_holidays, code)
        return None if record is None else facts_of(record, calendar_of(holidays), now)


def facts_of(record: Procedure, calendar: WorkCalendar, now: datetime) -> ProcedureFacts:
    """Turns a record into what words need of it."""
    limit = _time_limit(record)
    return ProcedureFacts(
        code=record.code,
        name=record.name,
        official_name=record.official_name or "",
        is_curated=record.curated,
        level=(record.level or "").lower() or None,
        agency=record.agency,
        submit_modes=record.submit_modes or (),
        documents=record.documents or (),
        duration_number=record.duration_number,
        duration_unit=record.duration_unit,
        duration_text=record.duration_text,
        due_on=due_at(now, limit, calendar).astimezone(LOCAL).date() if limit else None,
        fee_vnd=record.fee_vnd,
        fee_text=record.fee_text,
        online_level=record.online_level,
        paper_forms=tuple((form["name"], form.get("url") or "") for form in record.paper_forms or ()),
        channels=tuple(_channel(channel) for channel in record.channels or ()),
        portal_url=record.portal_url,
        unverified=record.unverified,
        note=record.note,
    )


def page_of(facts: ProcedureFacts | None) -> str | None:
    """The procedure's own page on the portal, where one is on record."""
    return facts.portal_url if facts is not None else None


def meant_instead(text: str) -> str:
    """What is left of a correction when its "không phải, ý tôi là" is taken off; '' where nothing is."""
    match = _CORRECTION.match(fold(text))
    rest = text[match.end() :].strip(" .,!?") if match else text
    return "" if fold(rest) in ("a", "da", "nha", "nhe", "dau") else rest


def _time_limit(record: Procedure) -> TimeLimit | None:
    if record.duration_unit == "same_day":
        return TimeLimit(0, "same_day")
    if record.duration_number and record.duration_unit:
        return TimeLimit(record.duration_number, record.duration_unit)
    terms = {(channel.get("time"), channel.get("unit")) for channel in record.channels or () if channel.get("unit")}
    if len(terms) == 1:
        number, unit = next(iter(terms))
        return TimeLimit(number, str(unit)) if number else None
    return None


def _channel(channel: dict) -> ChannelTerm:
    return ChannelTerm(channel["channel"], channel.get("time"), channel.get("unit"), channel.get("fee_vnd"))


def _record_with_holidays(session: Session, code: str) -> tuple[Procedure | None, Sequence[Holiday]]:
    return procedure_by_code(session, code), all_holidays(session)


def _judged(result: SearchResult) -> Found:
    if result.verdict == NONE or not result.hits:
        return Found()
    best = Offer(result.hits[0].code, result.hits[0].name)
    if result.verdict == SURE:
        return Found(sure=best)
    likely = [hit for hit in result.hits if hit.probability >= _LIKELY][:MOST_OFFERED]
    if len(likely) < 2:
        return Found(sure=best)
    return Found(offers=tuple(Offer(hit.code, hit.name) for hit in likely))
