"""What stands on each document, in which order: data in `layouts/`, one file a form.

A dossier keeps the set of forms that was in force when it was accepted (docs/notifications.md, "Documents").
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from onestop.errors import OnestopError

FOLDER = Path(__file__).with_name("layouts")
COMMON = "common.json"


class NoSuchForm(OnestopError):
    """No form of this document was in force on the day the dossier was accepted."""


@dataclass(frozen=True)
class Form:
    """The official form behind a layout; a notice of our own has no number."""

    number: str | None
    circular: str | None
    valid_from: date
    valid_to: date

    @property
    def note(self) -> str:
        """How small print names it; empty for a notice of our own."""
        return f"Mẫu số {self.number}, {self.circular}." if self.number else ""


@dataclass(frozen=True)
class Layout:
    """One document's layout.

    Attributes:
        document: Our name of the document: `receipt`, `supplement_request` …
        official_name: As the circular names it.
        title: Its lines, in capitals.
        blocks: What stands below the title, in order; see docs/notifications.md, "Layouts".
    """

    document: str
    official_name: str
    forms: tuple[Form, ...]
    title: tuple[str, ...]
    blocks: tuple[dict[str, Any], ...]
    notes: tuple[str, ...]
    document_number: str = ""
    under_title: str = ""
    shows_second_code: bool = False
    issued_by_deciding_agency: bool = False

    def form_on(self, day: date) -> Form | None:
        """The form in force on this day."""
        return next((form for form in self.forms if form.valid_from <= day <= form.valid_to), None)


def layout_for(document: str, accepted_on: date) -> tuple[Layout, Form]:
    """The layout of a document, and its form, for a dossier accepted on this day.

    Raises:
        NoSuchForm: The document did not exist then.
    """
    for layout in all_layouts():
        form = layout.form_on(accepted_on)
        if layout.document == document and form is not None:
            return layout, form
    raise NoSuchForm(document)


@lru_cache(maxsize=1)
def all_layouts() -> tuple[Layout, ...]:
    """Every layout, by file name."""
    files = sorted(file for file in FOLDER.glob("*.json") if file.name != COMMON)
    return tuple(_layout(json.loads(file.read_text(encoding="utf-8"))) for file in files)


@lru_cache(maxsize=1)
def common() -> dict[str, Any]:
    """Head, foot and sizes of every document."""
    return json.loads((FOLDER / COMMON).read_text(encoding="utf-8"))


def _layout(data: dict[str, Any]) -> Layout:
    values: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in data.items()}
    values["forms"] = tuple(_form(form) for form in data["forms"])
    return Layout(**values)


def _form(data: dict[str, Any]) -> Form:
    return Form(
        data["number"],
        data["circular"],
        date.fromisoformat(data.get("valid_from", "0001-01-01")),
        date.fromisoformat(data.get("valid_to", "9999-12-31")),
    )
