"""Who is responsible for what is reported: commune, centre, department, by data."""

from __future__ import annotations

from datetime import datetime

from onestop.services.feedback import Unit
from onestop.services.feedback_classes import Catalogue, Category, catalogue
from onestop.services.offices import OfficeDesk
from onestop.services.places import Centre
from onestop.text import fold

MOST_FOUND = 20
_COMMUNE, _POLICE = "ubnd:", "ca:"


class UnitDesk:
    """Proposes and finds responsible units.

    Args:
        offices: Finds the commune that a place means today.
        data: Which kind of unit a category belongs to.
    """

    def __init__(self, offices: OfficeDesk, data: Catalogue | None = None) -> None:
        self._offices = offices
        self._data = data or catalogue()

    def propose(self, category_id: str, text: str, place: str | None, now: datetime) -> Unit | None:
        """The unit for a report; the province's centre, which passes it on, where the commune is not known.

        Raises:
            BackendUnavailable: The dossier system, which knows the places, does not answer.
        """
        category = self._data.category(category_id)
        wanted = _wanted(category, f"{place or ''} {text}")
        agency = self._agency(wanted)
        if agency is not None:
            return agency
        centre = None if wanted == "province_centre" else self._centre_of(place, text, now)
        if centre is None or centre.level == "tỉnh":
            return self._province(now)
        if wanted == "commune":
            return self._commune(centre)
        return self._police(centre) if wanted == "police" else Unit(centre.id, centre.name)

    def find(self, unit_id: str, now: datetime) -> Unit | None:
        """A unit by its id; raises BackendUnavailable."""
        agency = self._agency(unit_id)
        if agency is not None:
            return agency
        prefix, _colon, centre_id = unit_id.rpartition(":")
        centre = self._offices.places(now).centre(centre_id)
        if centre is None or (prefix and centre.level == "tỉnh"):
            return None
        if not prefix:
            return Unit(centre.id, centre.name)
        makers = {_COMMUNE: self._commune, _POLICE: self._police}
        make = makers.get(f"{prefix}:")
        return make(centre) if make else None

    def search(self, words: str, now: datetime) -> list[Unit]:
        """Units whose name holds these words, or that serve the place they name; raises BackendUnavailable."""
        folded = fold(words)
        found = [Unit(one["id"], one["name"]) for one in self._data.units["agencies"] if folded in fold(one["name"])]
        for centre in self._offices.centres(words, now).centres if words else self._offices.places(now).centres:
            found.append(Unit(centre.id, centre.name))
            if centre.level != "tỉnh":
                found += [self._commune(centre), self._police(centre)]
        return found[:MOST_FOUND]

    def _agency(self, unit_id: str) -> Unit | None:
        return next(
            (Unit(one["id"], one["name"]) for one in self._data.units["agencies"] if one["id"] == unit_id), None
        )

    def _centre_of(self, place: str | None, text: str, now: datetime) -> Centre | None:
        for words in (place, text):
            if words:
                found = self._offices.centres(words, now, is_sentence=True)
                if found.is_first_sure:
                    return found.centres[0]
        return None

    def _province(self, now: datetime) -> Unit | None:
        centre = self._offices.places(now).province_centre
        return Unit(centre.id, centre.name) if centre else None

    def _commune(self, centre: Centre) -> Unit:
        return Unit(f"{_COMMUNE}{centre.id}", self._data.units["commune"].format(place=centre.unit_name))

    def _police(self, centre: Centre) -> Unit:
        return Unit(f"{_POLICE}{centre.id}", self._data.units["police"].format(place=centre.unit_name))


def _wanted(category: Category, text: str) -> str:
    folded = fold(text)
    for words, unit in category.elsewhere:
        if any(fold(word) in folded for word in words):
            return unit
    return category.unit
