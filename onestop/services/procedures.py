"""From a citizen's words to a procedure and the facts that are said about it."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TypeVar

from onestop.clock import LOCAL
from onestop.messages.elsewhere import offer_title
from onestop.messages.procedures import ChannelTerm, ProcedureFacts
from onestop.search import NONE, SURE, SearchResult
from onestop.search.records import ELSEWHERE_KEY
from onestop.services.catalogue import is_ended, laid_over
from onestop.services.elsewhere import Matter, all_matters
from onestop.services.procedure_search import ProcedureSearch
from onestop.services.receivers import receiver_of
from onestop.services.working_days import TimeLimit, WorkCalendar, calendar_of, due_at
from onestop.storage import Session, SessionFactory
from onestop.storage.catalogue import Imported, all_imported, catalogue_version, imported_procedure
from onestop.storage.dossier_queries import all_holidays, procedure_by_code
from onestop.storage.dossier_records import Holiday, Procedure
from onestop.storage.guard import DossierReader
from onestop.text import fold

T = TypeVar("T")

MOST_OFFERED = 5
MOST_BESIDE = 2
_DAY = re.compile(r"(\d{2})/(\d{2})/(\d{4})")
_LIKELY = 0.05  # a hit less probable than this is not worth a button
_LIKELY_BESIDE = 0.2  # the same beside a matter of another office

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
    """What the words may mean: one procedure (`sure`), several offers, another office's matter, or nothing.

    Attributes:
        elsewhere: The matter; `offers` are then real procedures that are easily taken for it.
    """

    sure: Offer | None = None
    offers: tuple[Offer, ...] = ()
    elsewhere: Matter | None = None

    @property
    def is_anything(self) -> bool:
        """Whether there is something to say."""
        return bool(self.sure or self.offers or self.elsewhere)


class ProcedureDesk:
    """Searches the catalogue and reads its records. Safe between threads.

    The search index is built at the first use (or by `warm_up`): while the dossier database is away there is none,
    and the next question tries again. An import of the province's own procedures makes the next question build anew.

    Args:
        reader: The one-stop shop's database.
        model_dir: Where the learnt model is kept.
        sessions: Our own database, with the province's own procedures; None: there are none.
    """

    def __init__(self, reader: DossierReader, model_dir: Path, sessions: SessionFactory | None = None) -> None:
        self._reader = reader
        self._model_dir = model_dir
        self._sessions = sessions
        self._lock = threading.Lock()
        self._built: tuple[int, ProcedureSearch] | None = None

    def warm_up(self) -> None:
        """Builds the index.

        Raises:
            BackendUnavailable: The catalogue cannot be read now.
        """
        self._search()

    def _search(self) -> ProcedureSearch:
        """The index of the catalogue's present version."""
        version = self._of_ours(catalogue_version, 0)
        built = self._built
        if built is not None and built[0] >= version:
            return built[1]
        with self._lock:
            if self._built is None or self._built[0] < version:
                nothing: dict[str, Imported] = {}
                version, imported = self._of_ours(_version_and_imported, (0, nothing))
                search = ProcedureSearch.from_reader(self._reader, self._model_dir, imported=imported)
                self._built = (version, search)
            return self._built[1]

    def _of_ours(self, read: Callable[[Session], T], without: T) -> T:
        if self._sessions is None:
            return without
        with self._sessions() as session:
            return read(session)

    def find(self, words: str) -> Found:
        """Finds what the words ask for.

        Raises:
            BackendUnavailable: See `warm_up`.
        """
        search = self._search()
        return _judged(search.search(words, MOST_OFFERED), search.name_of)

    def facts(self, code: str, now: datetime) -> ProcedureFacts | None:
        """Everything that may be said about a procedure; None where the catalogue no longer has it.

        Raises:
            BackendUnavailable: The database does not answer.
        """
        imported = self._of_ours(lambda session: imported_procedure(session, code), None)
        record, holidays = self._reader.read(_record_with_holidays, code)
        if imported is not None and not is_ended(imported):
            return facts_of(laid_over(record, imported), calendar_of(holidays), now, imported)
        return None if record is None or imported is not None else facts_of(record, calendar_of(holidays), now)


def facts_of(
    record: Procedure, calendar: WorkCalendar, now: datetime, imported: Imported | None = None
) -> ProcedureFacts:
    """Turns a record into what words need of it; `imported` says what a record has no columns for."""
    limit = _time_limit(record)
    own = imported.values if imported is not None else {}
    source, checked_on = _source_of(record, imported)
    receiver = receiver_of(record.agency)
    return ProcedureFacts(
        code=record.code,
        name=record.name,
        official_name=record.official_name or "",
        is_curated=record.curated or imported is not None,
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
        place=own.get("place") or (receiver.place if receiver else None),
        place_advice=None if own.get("place") or receiver is None else receiver.advice,
        is_at_centres=receiver is None or receiver.is_at_centres,
        has_own_counter=receiver is not None and not own.get("place"),
        submit_url=own.get("submit_url"),
        result=record.result,
        legal_basis=record.legal_basis or (),
        source=source,
        checked_on=checked_on,
    )


def _source_of(record: Procedure, imported: Imported | None) -> tuple[str | None, date | None]:
    """Who says so, and as of which day: an import's own, else those that stand in the record's source."""
    if imported is not None:
        return imported.source, imported.checked_on
    if not record.source:
        return None, None
    match = _DAY.search(record.source)
    day = date(int(match[3]), int(match[2]), int(match[1])) if match else None
    return re.split(r",|\(", record.source)[0].strip(), day


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


def _version_and_imported(session: Session) -> tuple[int, dict[str, Imported]]:
    return catalogue_version(session), all_imported(session)


def _record_with_holidays(session: Session, code: str) -> tuple[Procedure | None, Sequence[Holiday]]:
    return procedure_by_code(session, code), all_holidays(session)


def _judged(result: SearchResult, name_of: Callable[[str], str | None]) -> Found:
    matter = all_matters().get(result.elsewhere or "")
    if matter is not None:
        return _beside(matter, result, name_of)
    if result.verdict == NONE or not result.hits:
        return Found()
    best = Offer(result.hits[0].code, result.hits[0].name)
    if result.verdict == SURE:
        return Found(sure=best)
    likely = [hit for hit in result.hits if hit.probability >= _LIKELY][:MOST_OFFERED]
    if len(likely) < 2:
        return Found(sure=best)
    return Found(offers=tuple(Offer(hit.code, hit.name) for hit in likely))


def matter_with(code: str) -> Matter | None:
    """The matter of another office that a code of an offer stands for; None for a procedure's code."""
    return all_matters().get(code.removeprefix(ELSEWHERE_KEY)) if code.startswith(ELSEWHERE_KEY) else None


def _beside(matter: Matter, result: SearchResult, name_of: Callable[[str], str | None]) -> Found:
    """The matter with what is easily taken for it; where procedures fit as well, one choice among them."""
    if result.verdict != NONE:
        likely = [Offer(hit.code, hit.name) for hit in result.hits if hit.probability >= _LIKELY][: MOST_OFFERED - 1]
        return Found(offers=(*likely[:1], Offer(ELSEWHERE_KEY + matter.id, offer_title(matter.matter)), *likely[1:]))
    meant = [hit.code for hit in result.hits[:1] if hit.probability >= _LIKELY_BESIDE]
    codes = list(dict.fromkeys([*meant, *matter.related]))[:MOST_BESIDE]
    named = ((code, name_of(code)) for code in codes)
    return Found(elsewhere=matter, offers=tuple(Offer(code, name) for code, name in named if name))
