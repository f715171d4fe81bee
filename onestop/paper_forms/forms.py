"""What a blank form holds, read from `forms/*.json`."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).with_name("forms")


@dataclass(frozen=True)
class PaperForm:
    """One form.

    Attributes:
        id: The name of its file.
        procedures: Codes of the procedures that need it.
        title: As printed, in capitals or not.
        number: The official number of the form, where it has one.
        addressee: After "Kính gửi:"; None where the form has none.
        blocks: What stands below, in order; see `drawing.py` for the kinds.
        origin: The document that lays the form down.
        fingerprint: Changes with its content.
    """

    id: str
    procedures: tuple[str, ...]
    title: str
    number: str | None
    addressee: str | None
    blocks: tuple[dict[str, Any], ...]
    origin: str
    fingerprint: str

    @property
    def file_name(self) -> str:
        """As the citizen sees it."""
        return f"{self.id}.pdf"


@lru_cache(maxsize=1)
def all_forms() -> tuple[PaperForm, ...]:
    """Every form, by id."""
    return tuple(_form(path) for path in sorted(FOLDER.glob("*.json")))


def forms_of(procedure_code: str) -> list[PaperForm]:
    """The forms that a procedure needs, the main one first."""
    found = [form for form in all_forms() if procedure_code in form.procedures]
    return sorted(found, key=lambda form: form.procedures.index(procedure_code))


def _form(path: Path) -> PaperForm:
    content = path.read_bytes()
    document = json.loads(content)
    return PaperForm(
        id=path.stem,
        procedures=tuple(document["procedures"]),
        title=document["title"],
        number=document.get("number"),
        addressee=document.get("addressee"),
        blocks=tuple(document["blocks"]),
        origin=document["origin"],
        fingerprint=hashlib.sha256(content).hexdigest()[:12],
    )
