"""From what people call a place to the one-stop centre of today.

Districts ended in July 2025 and communes were merged, but citizens go on saying the old names, without marks,
shortened, or only the name that three places share. So an answer may have several centres: ask back then.
"""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from onestop.storage import Session
from onestop.storage import dossier_queries as queries
from onestop.storage.dossier_records import AdminUnit, Agency, OldUnit
from onestop.storage.guard import DossierReader
from onestop.text.diacritics import fold, nfc

CENTRE_KIND = "one_stop_centre"

# How much a match says. A name that is in use today beats one that was; its kind ("xã") makes it surer; a
# former district says little about which of its communes is meant.
_TODAY, _TODAY_NAME_ONLY, _ALIAS = 1.0, 0.9, 0.9
_OLD, _OLD_NAME_ONLY, _OLD_PART = 0.8, 0.7, 0.6
_OLD_AGENCY, _DISTRICT = 0.6, 0.4
_SAME_MARKS_BONUS = 0.25
_MISSPELT_FACTOR = 0.6
_WORTH_OFFERING = 0.4  # of the best score
_LIKENESS = 0.86

_SHORT_KINDS = {
    "h": "huyen",
    "tp": "thanh pho",
    "tx": "thi xa",
    "tt": "thi tran",
    "x": "xa",
    "p": "phuong",
    "t": "tinh",
}
_NOT_WORDS = re.compile(r"[^\w]+")
_LONGEST_NAME_WORDS = 6


@dataclass(frozen=True)
class Centre:
    """A one-stop centre of today, as an answer to a place that somebody named.

    Attributes:
        unit_name: The place it serves: "xã Cần Giuộc", "tỉnh Tây Ninh".
        hotline: None where no number is on record; name 1022 then.
        working_hours: As `agency.working_hours`; typical ones where `unverified` says so.
        formerly: The communes that today's was made from, with their district.
        unverified: Which fields nobody has confirmed.
        matched: The name that was recognised, as on record; empty where none was asked.
        score: How well it fits, comparable within one answer only.
    """

    id: str
    name: str
    unit_name: str
    level: str | None
    address: str | None
    hotline: str | None
    phone: str | None
    email: str | None
    website: str | None
    map_url: str | None
    working_hours: dict[str, Any] | None
    formerly: tuple[str, ...]
    unverified: tuple[str, ...]
    matched: str = ""
    score: float = 0.0


@dataclass(frozen=True)
class _Name:
    """A name by which centres are known; `marked` keeps the marks, in lower case."""

    marked: str
    label: str
    centre_id: str
    weight: float


class PlaceIndex:
    """Every name of every place, present and former. Build it once; it does not change.

    Args:
        centres: The centres of today.
        names: What they may be called.
    """

    def __init__(self, centres: Sequence[Centre], names: Iterable[_Name]) -> None:
        self._centres = {centre.id: centre for centre in centres}
        self._names: defaultdict[str, list[_Name]] = defaultdict(list)
        for name in names:
            self._names[_plain(name.marked)].append(name)
        self._most_words = max((name.count(" ") + 1 for name in self._names), default=0)

    def centre(self, centre_id: str) -> Centre | None:
        """The centre with this agency id."""
        return self._centres.get(centre_id)

    @property
    def province_centre(self) -> Centre | None:
        """The province's own centre."""
        return next((one for one in self._centres.values() if one.level == "tỉnh"), None)

    @property
    def centres(self) -> list[Centre]:
        """All centres of today."""
        return list(self._centres.values())

    def resolve_centres(self, text: str, limit: int = 8) -> list[Centre]:
        """The centres of today that a text may mean, best first.

        Args:
            text: A place or agency in the citizen's words, perhaps in a sentence.
            limit: How many at most.

        Returns:
            Nothing where no place was recognised; several where the words fit several.
        """
        scores = self._score(text)
        best = max((score for score, _ in scores.values()), default=0.0)
        found = [
            replace(self._centres[centre_id], score=round(score, 3), matched=label)
            for centre_id, (score, label) in scores.items()
            if score >= best * _WORTH_OFFERING
        ]
        plain = _plain(text)
        found.sort(key=lambda centre: (-centre.score, not _names_unit(plain, centre), centre.unit_name))
        return found[:limit]

    def _score(self, text: str) -> dict[str, tuple[float, str]]:
        """Sums over the names in the text: who names commune and district means where both hold."""
        words = _plain(text).split()
        marked = f" {_spaced(nfc(text).lower())} "
        scores: dict[str, tuple[float, str]] = {}
        for phrase, factor in self._phrases(words):
            best: dict[str, tuple[float, str]] = {}
            for name in self._names[phrase]:
                score = factor * (name.weight + _SAME_MARKS_BONUS * _has_marked(name.marked, marked))
                if score > best.get(name.centre_id, (0.0, ""))[0]:
                    best[name.centre_id] = (score, name.label)
            for centre_id, (score, label) in best.items():
                before, label_before = scores.get(centre_id, (0.0, label))
                scores[centre_id] = (before + score, label_before)
        return scores

    def _phrases(self, words: list[str]) -> list[tuple[str, float]]:
        """The longest known names in the text, none inside another; else the likest ones."""
        found: list[tuple[str, float]] = []
        start = 0
        while start < len(words):
            length = self._longest_from(words, start)
            if length:
                found.append((" ".join(words[start : start + length]), 1.0))
            start += length or 1
        return found or self._misspelt(words)

    def _longest_from(self, words: list[str], start: int) -> int:
        for length in range(min(self._most_words, len(words) - start), 0, -1):
            if " ".join(words[start : start + length]) in self._names:
                return length
        return 0

    def _misspelt(self, words: list[str]) -> list[tuple[str, float]]:
        best: tuple[float, str] = (0.0, "")
        for length in range(min(_LONGEST_NAME_WORDS, len(words)), 1, -1):
            for start in range(len(words) - length + 1):
                written = " ".join(words[start : start + length])
                for known in difflib.get_close_matches(written, self._names, n=1, cutoff=_LIKENESS):
                    likeness = difflib.SequenceMatcher(None, written, known).ratio()
                    best = max(best, (likeness, known))
        return [(best[1], _MISSPELT_FACTOR * best[0])] if best[1] else []


def build_place_index(reader: DossierReader, today: date) -> PlaceIndex:
    """Reads agencies and communes and indexes their names.

    Raises:
        BackendUnavailable: The dossier system does not answer.
    """
    return reader.read(_index, today)


def _index(session: Session, today: date) -> PlaceIndex:
    agencies = queries.all_agencies(session)
    units = {unit.id: unit for unit in queries.all_admin_units(session)}
    old_units = queries.all_old_units(session)
    open_centres = [one for one in agencies if one.kind == CENTRE_KIND and _is_valid(one, today)]
    centres = [_centre(one, units, old_units) for one in open_centres]
    centre_of_unit = {one.admin_unit_id: one.id for one in open_centres if one.admin_unit_id}
    names: list[_Name] = []
    for agency in open_centres:
        names += _names_of_centre(agency, units.get(agency.admin_unit_id or ""))
    for old in old_units:
        if old.admin_unit_id in centre_of_unit:
            names += _names_of_old_unit(old, centre_of_unit[old.admin_unit_id])
    names += _names_of_districts(old_units, units, centre_of_unit)
    province = next((one for one in open_centres if one.level == "tỉnh"), None)
    if province is not None:
        names += _names_of_provinces(units.values(), province.id)
    by_name = {_plain(one.name): one.id for one in open_centres}
    for agency in agencies:
        if not _is_valid(agency, today):
            names += _names_of_ended_agency(agency, by_name, province.id if province else None)
    return PlaceIndex(centres, names)


def _centre(agency: Agency, units: dict[str, AdminUnit], old_units: Sequence[OldUnit]) -> Centre:
    unit = units.get(agency.admin_unit_id or "")
    return Centre(
        id=agency.id,
        name=agency.name,
        unit_name=f"{unit.kind} {unit.name}" if unit else (agency.area or agency.name),
        level=agency.level,
        address=agency.address,
        hotline=agency.hotline,
        phone=agency.phone,
        email=agency.email,
        website=agency.website,
        map_url=agency.map_url,
        working_hours=agency.working_hours,
        formerly=tuple(_full_name(old) for old in old_units if unit and old.admin_unit_id == unit.id),
        unverified=agency.unverified,
    )


def _names_of_centre(agency: Agency, unit: AdminUnit | None) -> list[_Name]:
    names = [_Name(alias, alias, agency.id, _ALIAS) for alias in agency.aliases]
    names.append(_Name(agency.name, agency.name, agency.id, _TODAY))
    if unit is not None:
        label = f"{unit.kind} {unit.name}"
        names.append(_Name(label, label, agency.id, _TODAY))
        names.append(_Name(f"ubnd {label}", label, agency.id, _TODAY))
        names.append(_Name(unit.name, label, agency.id, _TODAY_NAME_ONLY))
    elif agency.area:
        names.append(_Name(agency.area, agency.area, agency.id, _TODAY))
    return names


def _names_of_old_unit(old: OldUnit, centre_id: str) -> list[_Name]:
    label = f"{_full_name(old)} (cũ)"
    kind_and_name = _kind_and_name(old)
    with_kind = _OLD if old.part != "part" else _OLD_PART
    names = [_Name(kind_and_name, label, centre_id, with_kind)]
    bare = kind_and_name.partition(f"{old.kind} ")[2]
    if not bare.isdigit():  # "phường 1" is a place, "1" is not
        names.append(_Name(bare, label, centre_id, min(with_kind, _OLD_NAME_ONLY)))
    return names


def _names_of_districts(
    old_units: Sequence[OldUnit], units: dict[str, AdminUnit], centre_of_unit: dict[str, str]
) -> list[_Name]:
    members = {(unit.former_district, unit.id) for unit in units.values() if unit.former_district}
    members |= {(old.district, old.admin_unit_id) for old in old_units if old.district}
    names = []
    for district, unit_id in sorted(members):
        if district is None or unit_id not in centre_of_unit:
            continue
        label = f"{district[:1].lower()}{district[1:]} (cũ)"
        names.append(_Name(district, label, centre_of_unit[unit_id], _DISTRICT))
        names.append(_Name(_without_kind(district), label, centre_of_unit[unit_id], _DISTRICT))
    return names


def _names_of_provinces(units: Iterable[AdminUnit], centre_id: str) -> list[_Name]:
    provinces = {unit.former_province for unit in units} | {unit.province for unit in units}
    names = []
    for province in sorted(one for one in provinces if one):
        label = f"tỉnh {province}"
        names.append(_Name(label, label, centre_id, _ALIAS))
        names.append(_Name(province, label, centre_id, _OLD_NAME_ONLY))
    return names


def _names_of_ended_agency(agency: Agency, centre_by_name: dict[str, str], province_id: str | None) -> list[_Name]:
    """The names of an agency that has ended, for the centres that follow it.

    Dossiers of departments are taken at the province's centre, whichever department followed.
    """
    heirs = [centre_by_name[_plain(name)] for name in agency.successors if _plain(name) in centre_by_name]
    if not heirs and province_id is not None:
        heirs = [province_id]
    weight = _DISTRICT if len(heirs) > 1 else _OLD_AGENCY
    spoken = dict.fromkeys((agency.name, *agency.aliases))
    return [_Name(name, agency.name, heir, weight) for name in spoken for heir in heirs]


def _is_valid(agency: Agency, today: date) -> bool:
    started = agency.valid_from is None or agency.valid_from <= today
    return started and (agency.valid_to is None or today <= agency.valid_to)


def _full_name(old: OldUnit) -> str:
    name = _kind_and_name(old)
    return f"{name}, {old.district[:1].lower()}{old.district[1:]}" if old.district else name


def _kind_and_name(old: OldUnit) -> str:
    """`xã Long Hậu`; what is called by a number has its kind in its name already: `phường 1`."""
    bare = old.name.removeprefix(f"{old.kind.capitalize()} ")
    return f"{old.kind} {bare}"


def _names_unit(plain_text: str, centre: Centre) -> bool:
    """Whether the text has the bare name of the place that the centre serves."""
    bare = _plain(centre.unit_name.partition(" ")[2])
    return f" {bare} " in f" {plain_text} "


def _without_kind(district: str) -> str:
    for kind in ("Huyện ", "Thành phố ", "Thị xã "):
        if district.startswith(kind):
            return district.removeprefix(kind)
    return district


def _plain(text: str) -> str:
    """Folded words with one blank between, shortened kinds of places written out."""
    words = _NOT_WORDS.sub(" ", fold(nfc(text))).split()
    last = len(words) - 1
    return " ".join(_SHORT_KINDS.get(word, word) if at < last else word for at, word in enumerate(words))


def _spaced(text: str) -> str:
    return " ".join(_NOT_WORDS.sub(" ", text).split())


def _has_marked(name: str, marked_text: str) -> bool:
    """Whether the text has the name with just these marks."""
    return f" {_spaced(nfc(name).lower())} " in marked_text
