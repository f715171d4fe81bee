"""What we say to a citizen, independent of any channel."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Button:
    """Says `payload` on the citizen's behalf when tapped."""

    title: str
    payload: str


@dataclass(frozen=True)
class UrlButton:
    """Opens a page; the channel tells us nothing of the tap."""

    title: str
    url: str


@dataclass(frozen=True)
class PhoneButton:
    """Dials; `phone` is +84… or a short service number such as 1022."""

    title: str
    phone: str


AnyButton = Button | UrlButton | PhoneButton


@dataclass(frozen=True)
class TextMessage:
    """Plain text, split by the channel where it is too long; buttons stand under its last part.

    `is_listed`: the buttons are written out as a numbered list instead, for who finds tapping hard; `first_number` is
    where it begins, because a second list of the same turn goes on with the numbers.
    """

    text: str
    buttons: tuple[AnyButton, ...] = ()
    is_listed: bool = False
    first_number: int = 1


@dataclass(frozen=True)
class ImageMessage:
    """A picture: `file_ref` names a file of ours, `url` a public one; exactly one is given."""

    caption: str = ""
    file_ref: str | None = None
    url: str | None = None


@dataclass(frozen=True)
class FileMessage:
    """A document of ours (PDF, DOC, DOCX, CSV)."""

    file_ref: str
    name: str


@dataclass(frozen=True)
class RequestUserInfo:
    """Asks for the citizen's contact data by the channel's own form; proves nothing."""

    title: str
    subtitle: str
    image_url: str | None = None


@dataclass(frozen=True)
class TemplateMessage:
    """A registered template; `phone` (+84…) sends it by number, else to the citizen's account."""

    template_kind: str
    data: dict[str, Any]
    phone: str | None = None


@dataclass(frozen=True)
class SealedText:
    """A text that only its sender may read (a one-time code), sealed; empty once it was sent."""

    sealed: str = field(repr=False)


Message = TextMessage | ImageMessage | FileMessage | RequestUserInfo | TemplateMessage | SealedText
