"""From a citizen's words to an office of today: its phone, address and opening hours."""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from onestop.clock import LOCAL
from onestop.messages.offices import DayFacts, OfficeFacts
from onestop.services.places import Centre, PlaceIndex, build_place_index
from onestop.services.working_days import WorkCalendar, calendar_of, feast_of, is_working_day, next_working_day
from onestop.storage import Session
from onestop.storage.dossier_queries import all_agencies, all_holidays
from onestop.storage.dossier_records import Agency, Holiday
from onestop.storage.guard import DossierReader
from onestop.text import fold

MOST_OFFERED = 5
_CLEARLY_BEST = 0.75  # the second must score less than this share of the first
_KINDS = frozenset({"xa", "phuong", "tinh", "huyen"})
_OTHER_KINDS = ("utility", "channel", "department", "vertical")
_WORDS = re.compile(r"\w+")


@dataclass(frozen=True)
class FoundOffices:
    """What the words may mean: one office (`sure`), several, or nothing."""

    sure: OfficeFacts | None = None
    offers: tuple[OfficeFacts, ...] = ()


@dataclass(frozen=True)
class FoundCentres:
    """The centres that words may mean, best first, and whether the first one is clearly meant."""

    centres: tuple[Centre, ...] = ()
    is_first_sure: bool = False


@dataclass(frozen=True)
class _Directory:
    """Everything read at once; built anew each day, because offices begin and end on days."""

    day: date
    places: PlaceIndex
    others: tuple[Agency, ...]
    holidays: tuple[Holiday, ...]


class OfficeDesk:
    """Finds offices and their hours. Safe between threads.

    Args:
        reader: The one-stop shop's database.
    """

    def __init__(self, reader: DossierReader) -> None:
        self._reader = reader
        self._lock = threading.Lock()
        self._kept: _Directory | None = None

    def find(self, words: str, now: datetime, is_sentence: bool = False) -> FoundOffices:
        """Finds the office that the words name, by a name of today or of before July 2025.

        Args:
            words: The name, however it is spelt.
            is_sentence: The words are a whole message that may name no office at all ("địa chỉ ở đâu" is not Gò Dầu):
                only a name that is written there counts.

        Raises:
            BackendUnavailable: The dossier system does not answer.
        """
        directory = self._directory(now)
        other = _other_office(directory.others, words)
        if other is not None:
            return FoundOffices(sure=other)
        return self.centres_of(words, now, is_sentence)

    def centres_of(self, words: str, now: datetime, is_sentence: bool = False) -> FoundOffices:
        """The same among one-stop centres only; raises BackendUnavailable."""
        found = self.centres(words, now, is_sentence)
        if found.is_first_sure:
            return FoundOffices(sure=_facts(found.centres[0]))
        return FoundOffices(offers=tuple(_facts(centre) for centre in found.centres))

    def centres(self, words: str, now: datetime, is_sentence: bool = False) -> FoundCentres:
        """Finds the centres whose place the words name; see `find`. Raises BackendUnavailable."""
        centres = self._directory(now).places.resolve_centres(words, MOST_OFFERED)
        if is_sentence:
            centres = [centre for centre in centres if _is_written(centre.matched, words)]
        is_sure = len(centres) == 1 or (len(centres) > 1 and centres[1].score < centres[0].score * _CLEARLY_BEST)
        return FoundCentres(tuple(centres), is_sure)

    def places(self, now: datetime) -> PlaceIndex:
        """The names of all places, present and former; raises BackendUnavailable."""
        return self._directory(now).places

    def office(self, agency_id: str, now: datetime) -> OfficeFacts | None:
        """A centre of today by its id; raises BackendUnavailable."""
        centre = self._directory(now).places.centre(agency_id)
        return None if centre is None else _facts(centre)

    def province_office(self, now: datetime) -> OfficeFacts | None:
        """The province's own centre; raises BackendUnavailable."""
        centre = self._directory(now).places.province_centre
        return None if centre is None else _facts(centre)

    def power_company(self, now: datetime) -> OfficeFacts | None:
        """The power company with its number on record; raises BackendUnavailable."""
        return next((_other_facts(one) for one in self._directory(now).others if one.kind == "utility"), None)

    def calendar(self, office_id: str | None, now: datetime) -> WorkCalendar:
        """Working days and hours of a centre; the province's where none is given. Raises BackendUnavailable."""
        directory = self._directory(now)
        centre = directory.places.centre(office_id) if office_id else None
        centre = centre or directory.places.province_centre
        return calendar_of(directory.holidays, centre.working_hours if centre else None)

    def today(self, now: datetime) -> date:
        """Today, Asia/Ho_Chi_Minh."""
        return now.astimezone(LOCAL).date()

    def day(self, day: date, office_id: str | None, now: datetime) -> DayFacts:
        """Whether a day is worked, and if not, why and when next. Raises BackendUnavailable."""
        calendar = self.calendar(office_id, now)
        entered = {one.day: one for one in self._directory(now).holidays if one.kind == "off"}
        name = entered[day].name if day in entered else feast_of(day)
        weekend = "cuối tuần" if day.weekday() >= 5 else None
        return DayFacts(
            day=day,
            is_worked=is_working_day(day, calendar),
            is_today=day == now.astimezone(LOCAL).date(),
            next_worked=next_working_day(day, calendar),
            name=name or weekend,
            is_unverified=day in entered and entered[day].unverified,
        )

    def _directory(self, now: datetime) -> _Directory:
        today = now.astimezone(LOCAL).date()
        with self._lock:
            if self._kept is None or self._kept.day != today:
                agencies, holidays = self._reader.read(_agencies_and_holidays)
                self._kept = _Directory(
                    today, build_place_index(self._reader, today), _other_agencies(agencies), tuple(holidays)
                )
            return self._kept


def _agencies_and_holidays(session: Session) -> tuple[Sequence[Agency], Sequence[Holiday]]:
    return all_agencies(session), all_holidays(session)


def _other_agencies(agencies: Sequence[Agency]) -> tuple[Agency, ...]:
    """Offices that are no centres and whose own number is on record: everybody else is reached by the centre."""
    return tuple(one for one in agencies if one.kind in _OTHER_KINDS and (one.hotline or one.phone))


def _other_office(others: Sequence[Agency], words: str) -> OfficeFacts | None:
    folded = f" {fold(words)} "
    for agency in others:
        if any(f" {fold(name)} " in folded for name in (agency.name, *agency.aliases) if len(name) > 3):
            return _other_facts(agency)
    return None


def _is_written(label: str, words: str) -> bool:
    name = fold(label.partition(",")[0].removesuffix("(cũ)")).strip()
    kind, _blank, bare = name.partition(" ")
    # A name of one syllable is a word as well: "phản ánh" is not xã Phan.
    named = bare if kind in _KINDS and " " in bare else name
    return f" {named} " in f" {' '.join(_WORDS.findall(fold(words)))} "


def _other_facts(agency: Agency) -> OfficeFacts:
    note = agency.phone_note
    if agency.valid_to is not None and agency.kind != "utility":  # a company's call centre outlives the province
        note = "; ".join(one for one in (note, "số trước ngày sắp xếp đơn vị, có thể đã đổi") if one)
    return OfficeFacts(
        id=agency.id,
        name=agency.name,
        phone=agency.hotline or agency.phone,
        phone_note=note,
        address=agency.address,
        website=agency.website,
        is_address_verified="address" not in agency.unverified,
    )


def _facts(centre: Centre) -> OfficeFacts:
    is_old_name = centre.matched and "(cũ)" in centre.matched
    office = OfficeFacts(
        id=centre.id,
        name=centre.name,
        phone=centre.hotline or centre.phone,
        address=centre.address,
        is_address_verified="address" not in centre.unverified,
        map_url=centre.map_url,
        website=centre.website,
        opening=_opening(centre),
        is_hours_verified="working_hours" not in centre.unverified,
    )
    return replace(office, old_name=centre.matched) if is_old_name else office


def _opening(centre: Centre) -> tuple[tuple[time, time], ...]:
    return calendar_of((), centre.working_hours).opening
