"""The kinds of notification and their templates: data in `notice_templates/`, one file a kind, versions by date.

How to write one: docs/notifications.md, "Templates".
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).with_name("notice_templates")
ZALO_TEMPLATES = Path(__file__).with_name("zalo_templates.json")
OWNER, PUBLIC = "owner", "public"

PLACEHOLDER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Line:
    """One line; dropped where a value in it is empty.

    Attributes:
        audience: `owner`, `public`, or empty for both.
        needs: A value that must be there though it does not stand in the line.
        without: A value that must not be there.
    """

    text: str
    audience: str = ""
    needs: str = ""
    without: str = ""


@dataclass(frozen=True)
class NoticeButton:
    """A button: an intent with its entities, which may hold placeholders."""

    title: str
    intent: str
    entities: dict[str, str] = field(default_factory=dict)
    audience: str = ""
    needs: str = ""


@dataclass(frozen=True)
class Version:
    """One wording of a kind, in force from a day on until the next.

    Attributes:
        digest: Its line in a digest, the first whose values are all there; none: this kind never waits for one.
    """

    number: int
    valid_from: date
    lines: tuple[Line, ...]
    buttons: tuple[NoticeButton, ...]
    digest: tuple[str, ...] = ()

    @property
    def placeholders(self) -> set[str]:
        """Every value that the wording, its conditions or its buttons use."""
        used = {name for line in self.lines for name in PLACEHOLDER.findall(line.text)}
        used |= {name for line in self.lines for name in (line.needs, line.without) if name}
        used |= {name for text in self.digest for name in PLACEHOLDER.findall(text)}
        for button in self.buttons:
            used |= {name for value in button.entities.values() for name in PLACEHOLDER.findall(value)}
            used |= {button.needs} if button.needs else set()
        return used


@dataclass(frozen=True)
class NoticeKind:
    """One kind of notification.

    Attributes:
        kind: A kind of dossier event (docs/integration.md), or ours: `late` and the reminders by rule.
        title: For officers.
        is_on: Where a centre has not decided.
        document: The document that goes with it to the owner, or None.
        zalo_template: Our name of the template that may carry it outside the free window, or None.
        versions: Newest first.
        subject: What a reminder is about, for the template of reminders.
    """

    kind: str
    title: str
    is_on: bool
    document: str | None
    zalo_template: str | None
    versions: tuple[Version, ...]
    subject: str = ""

    def version_on(self, day: date) -> Version:
        """The wording in force; before the first one, the first."""
        return next((one for one in self.versions if one.valid_from <= day), self.versions[-1])


@dataclass(frozen=True)
class ZaloParameter:
    """A parameter of a template: which of our values fills it, cut to how many characters."""

    name: str
    max_length: int
    source: str | None


@dataclass(frozen=True)
class ZaloTemplate:
    """A template that Zalo approved."""

    kind: str
    id: str
    parameters: tuple[ZaloParameter, ...]


@lru_cache(maxsize=1)
def notice_kinds() -> dict[str, NoticeKind]:
    """Every kind, by its name."""
    files = sorted(FOLDER.glob("*.json"))
    kinds = [_kind(json.loads(file.read_text(encoding="utf-8"))) for file in files]
    return {one.kind: one for one in kinds}


@lru_cache(maxsize=1)
def zalo_templates() -> dict[str, ZaloTemplate]:
    """The templates of this installation's account, by our name."""
    data = json.loads(ZALO_TEMPLATES.read_text(encoding="utf-8"))
    return {one["kind"]: _zalo_template(one) for one in data["templates"]}


def zalo_template_ids() -> dict[str, str]:
    """Zalo's template id by our name, as the wire takes it."""
    return {name: template.id for name, template in zalo_templates().items()}


def _kind(data: dict[str, Any]) -> NoticeKind:
    versions = sorted((_version(one) for one in data["versions"]), key=lambda one: one.valid_from, reverse=True)
    return NoticeKind(
        data["kind"],
        data["title"],
        data["is_on"],
        data["document"],
        data["zalo_template"],
        tuple(versions),
        data.get("subject", ""),
    )


def _version(data: dict[str, Any]) -> Version:
    return Version(
        data["version"],
        date.fromisoformat(data["valid_from"]),
        tuple(_line(one) for one in data["lines"]),
        tuple(_button(one) for one in data["buttons"]),
        tuple(data.get("digest", ())),
    )


def _line(data: str | dict[str, str]) -> Line:
    if isinstance(data, str):
        return Line(data)
    return Line(data["text"], data.get("for", ""), data.get("with", ""), data.get("without", ""))


def _button(data: dict[str, Any]) -> NoticeButton:
    entities = dict(data.get("entities") or {})
    return NoticeButton(data["title"], data["intent"], entities, data.get("for", ""), data.get("with", ""))


def _zalo_template(data: dict[str, Any]) -> ZaloTemplate:
    parameters = tuple(ZaloParameter(one["name"], one["max_length"], one.get("from")) for one in data["parameters"])
    return ZaloTemplate(data["kind"], data["id"], parameters)
