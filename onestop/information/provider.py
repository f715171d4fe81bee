"""What a look-up is: the intent it answers, the file it reads, what it must be told, what it says.

The core (actions/information.py) knows providers only by this interface: it reads a message with `read`, asks what
`answer` asks for, one thing at a time, and says what it answers, with the source and the day it was last checked.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any, ClassVar

from onestop.information.book import Book, Record
from onestop.information.columns import COMMON, Column
from onestop.text import fold, nfc

Facts = dict[str, Any]
"""What is known of a question, by names of the provider's own; can be kept as JSON."""

AREA_FACTS = frozenset({"area", "area_said", "areas", "unknown_place", "latitude", "longitude"})


@dataclass(frozen=True)
class Said:
    """A message of a citizen, as a provider reads it.

    Attributes:
        entities: What NLU found, by the names of the language contract.
        wanted: The need that was just asked for: a bare value ("Long Hậu", "12345678") then answers it.
        location: Latitude and longitude that were shared instead of words.
    """

    text: str
    entities: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    wanted: str | None = None
    location: tuple[float, float] | None = None

    @cached_property
    def folded(self) -> str:
        """Lower case, no marks, one blank between words."""
        return " ".join(fold(nfc(self.text)).split())

    def values(self, entity: str) -> tuple[str, ...]:
        """The values of an entity."""
        return tuple(self.entities.get(entity, ()))


@dataclass(frozen=True)
class Option:
    """A button that goes on with the same look-up, with these facts in place of those before."""

    title: str
    facts: Facts


@dataclass(frozen=True)
class Offer:
    """A button that leads to another matter."""

    title: str
    intent: str
    entities: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Link:
    """A button that opens a page."""

    title: str
    url: str


@dataclass(frozen=True)
class Call:
    """A button that dials."""

    title: str
    phone: str


@dataclass(frozen=True)
class Ask:
    """One thing is missing: the question for it, with choices where they are few.

    Attributes:
        need: Its name; comes back in `Said.wanted`.
        text: The question; the choices are listed under it by their number.
        links: Ways to people who know.
    """

    need: str
    text: str
    options: tuple[Option, ...] = ()
    links: tuple[Link | Call, ...] = ()


@dataclass(frozen=True)
class Answer:
    """What is said.

    Attributes:
        text: Without the source, which is put under it.
        records: What it rests on; where there are none, the kind's newest record is the source.
        options: Buttons that go on with this look-up.
        has_source: False where nothing of the data was used.
        are_choices: Whether the options are a list from which a typed number or word picks.
    """

    text: str
    records: tuple[Record, ...] = ()
    options: tuple[Option, ...] = ()
    links: tuple[Link | Call, ...] = ()
    offers: tuple[Offer, ...] = ()
    has_source: bool = True
    are_choices: bool = False


Outcome = Ask | Answer


@dataclass(frozen=True)
class Index:
    """By what a record is found.

    Attributes:
        key: Names it within its kind; two lines with one key contradict each other.
        name: What people look it up by, folded by the provider alike here and in `read`.
        visible_from: Before this moment it is kept, but not told.
    """

    key: str
    name: str | None = None
    area: str | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    visible_from: datetime | None = None
    latitude: float | None = None
    longitude: float | None = None


class Provider(ABC):
    """One look-up. Holds no state: `book` brings the records and the moment.

    Attributes:
        kind: Its name in `./run import`.
        intent: The intent it answers, in domain.yml.
        title: What it knows, in the middle of a sentence: "lịch cúp điện".
        own_columns: The columns of its file, without source and day of checking.
        good_for: How long after the day of checking the data are not yet old.
        verify_with: Who knows better where they are old.
        signs: Matches folded messages that are surely about this, for what NLU does not know yet.
        carried: Facts that the next question may leave unsaid.
        is_about_home: Whether the commune told for another such look-up is meant here too.
        followed_as: What a subscriber is told of ("lịch cúp điện mới"); empty where one cannot subscribe.
    """

    kind: ClassVar[str]
    intent: ClassVar[str]
    title: ClassVar[str]
    own_columns: ClassVar[tuple[Column, ...]]
    good_for: ClassVar[timedelta]
    verify_with: ClassVar[str]
    signs: ClassVar[re.Pattern[str]]
    carried: ClassVar[tuple[str, ...]] = ()
    is_about_home: ClassVar[bool] = False
    followed_as: ClassVar[str] = ""

    @property
    def columns(self) -> tuple[Column, ...]:
        """All columns of its file."""
        return (*self.own_columns, *COMMON)

    def contradiction(self, values: Mapping[str, Any]) -> str | None:
        """What is wrong with a line whose cells are each right; None where nothing is."""
        return None

    @abstractmethod
    def index(self, values: Mapping[str, Any]) -> Index:
        """By what a line of the file will be found."""

    @abstractmethod
    def read(self, said: Said, book: Book) -> Facts:
        """What a message tells; empty where it tells nothing."""

    @abstractmethod
    def answer(self, facts: Facts, book: Book) -> Outcome:
        """Answers as far as the facts go, else asks for one thing."""

    def merged(self, before: Facts, new: Facts) -> Facts:
        """The facts of a question that is being completed, or goes on from the last one: what is new counts."""
        kept = dict(before)
        if AREA_FACTS & new.keys():
            kept = {name: value for name, value in before.items() if name not in AREA_FACTS}
        return {**kept, **new}

    def goes_on(self, said: Said, new: Facts) -> bool:
        """Whether a message that is no question of its own ("còn ngày mốt?") goes on with the last one."""
        return bool(new)

    def without_data(self, book: Book) -> Answer:
        """What is said while no file of this kind has been imported."""
        text = f"Dạ, em chưa có {self.title} trong dữ liệu nên không dám nói. Anh/chị hỏi {self.verify_with} giúp em."
        return Answer(text, offers=(Offer("Đường dây nóng", "contact_hotline"),), has_source=False)

    def news_text(self, area_name: str, records: Sequence[Record], now: datetime) -> str:
        """What subscribers are told of new records in their commune; only where `followed_as` is set."""
        raise NotImplementedError

    def can_still_be_news(self, index: Index, now: datetime) -> bool:
        """Whether a new record is worth telling subscribers."""
        return index.ends_at is None or index.ends_at > now

    def source_text(self, records: Sequence[Record], today: date) -> str:
        """Who says so, on which day it was checked last, and that it is old where it is.

        Args:
            records: What was said; at least one.
        """
        checked_on = min(record.checked_on for record in records)
        sources = list(dict.fromkeys(self.source_of(record) for record in records))
        named = "; ".join(sources[:2]) + (" và nguồn khác" if len(sources) > 2 else "")
        said = f"Theo {named}, cập nhật {checked_on:%d/%m/%Y}."
        if self.is_old(checked_on, today):
            said += f"\nDữ liệu đã cũ ({age_text(today - checked_on)}), anh/chị kiểm tra lại với {self.verify_with}."
        return said

    def source_of(self, record: Record) -> str:
        """Who says what a record holds."""
        return record.source

    def is_old(self, checked_on: date, today: date) -> bool:
        """Whether data checked on this day are old for their kind."""
        return today - checked_on > self.good_for


def age_text(age: timedelta) -> str:
    """ "12 ngày", "3 tháng": how long ago something was checked."""
    if age.days < 60:
        return f"{age.days} ngày chưa kiểm tra lại"
    return f"{age.days // 30} tháng chưa kiểm tra lại"
