"""Communes as the look-ups know them: an area is a commune of today, by the id of its centre."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from onestop.services.offices import OfficeDesk
from onestop.services.places import Centre
from onestop.text import fold, nfc

MOST_NAMED = 5


@dataclass(frozen=True)
class Area:
    """A commune of today.

    Attributes:
        name: "xã Cần Giuộc".
        said: The former name by which it was found, "xã Long Hậu, huyện Cần Giuộc (cũ)"; empty for a name of today.
    """

    id: str
    name: str
    said: str = ""


@dataclass(frozen=True)
class NamedAreas:
    """What words may mean: nothing, one commune for sure, or several of which one is meant."""

    areas: tuple[Area, ...] = ()
    is_sure: bool = False


class Areas:
    """The communes of today, by present and former names. Reads nothing before it is asked.

    Args:
        desk: Knows the centres.
        now: The moment that "today" means.
    """

    def __init__(self, desk: OfficeDesk, now: datetime) -> None:
        self._desk = desk
        self._now = now

    def named(self, words: str, is_sentence: bool = False) -> NamedAreas:
        """The communes that a citizen's words may mean, best first.

        Args:
            is_sentence: The words are a whole message that may name no place at all.

        Raises:
            BackendUnavailable: The dossier system does not answer.
        """
        found = self._desk.centres(words, self._now, is_sentence)
        areas = tuple(_area(centre) for centre in found.centres if _is_commune(centre))[:MOST_NAMED]
        as_written = [area for area in areas if _is_written_whole(area, words)]
        if len(as_written) == 1:
            return NamedAreas((as_written[0],), True)
        is_sure = bool(areas) and found.is_first_sure and _is_commune(found.centres[0])
        return NamedAreas(areas[:1] if is_sure else areas, is_sure)

    def area(self, area_id: str) -> Area | None:
        """A commune by its id; raises BackendUnavailable."""
        centre = self._desk.places(self._now).centre(area_id)
        return None if centre is None else _area(centre)

    def exact(self, name: str) -> list[Area]:
        """The communes with just this name, of today or (where that is sure) of before; for files, not for chats."""
        wanted, marked = _bare(fold(nfc(name))), _bare(nfc(name).lower())
        communes = [one for one in self._desk.places(self._now).centres if _is_commune(one)]
        same = [one for one in communes if wanted in (fold(one.unit_name), fold(without_kind(one.unit_name)))]
        if len(same) > 1:
            as_written = [one for one in same if marked in (one.unit_name.lower(), without_kind(one.unit_name).lower())]
            same = as_written or same
        if same:
            return [_area(one) for one in same]
        found = self.named(name)
        if not found.is_sure:
            return []
        return [one for one in found.areas if one.said and wanted in fold(one.said)]


def _is_written_whole(area: Area, words: str) -> bool:
    """Whether kind and name stand there with just these marks: "xã Tân Thạnh" is neither Tân Thành nor the district."""
    plain = " ".join(re.findall(r"\w+", nfc(words).lower()))
    return re.search(rf"\b{re.escape(area.name.lower())}\b(?! cũ)", plain) is not None


def _bare(name: str) -> str:
    words = name.replace(".", " ").split()
    kinds = {"x": "xã", "p": "phường", "xa": "xa", "phuong": "phuong"}
    if words and words[0] in ("x", "p"):
        words[0] = fold(kinds[words[0]]) if name == fold(name) else kinds[words[0]]
    return " ".join(words)


def without_kind(unit_name: str) -> str:
    """ "xã Bến Lức" → "Bến Lức"."""
    return unit_name.partition(" ")[2]


def _is_commune(centre: Centre) -> bool:
    return centre.level != "tỉnh"


def _area(centre: Centre) -> Area:
    return Area(centre.id, centre.unit_name, centre.matched if "(cũ)" in centre.matched else "")
