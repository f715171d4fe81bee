"""What a citizen lets us send unasked, and how we speak to them.

Nothing is sent unasked without a recorded consent, none of a kind that is switched off, and nothing at all while
everything is. Sending a report is the consent to its answers, which can be switched off; an officer's words in a talk
are not of these kinds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import Enum
from functools import partial

from onestop.clock import LOCAL
from onestop.services.citizens import NOTIFICATIONS, note_consent
from onestop.storage import Session, digests
from onestop.storage import citizen_settings as rows
from onestop.storage.citizens import citizen_by_id
from onestop.storage.tables import Citizen
from onestop.text.kinship import self_named

SPEECH, SIMPLE = "speech", "simple"
DIGEST = digests.SETTING  # the hour at which news of dossiers comes together, HH:MM; none: each at once
USUAL_DIGEST = time(17)
FIRST_DIGEST, LAST_DIGEST = time(7), time(20)
ADDRESS = "address"
FEEDBACK_ANSWERS = "notices.feedback"  # the consent that sending a report is
_OFF = "off"


class Kind(Enum):
    """A kind of message that is sent unasked and can be switched off by itself."""

    DOSSIER = "dossier"
    REMINDER = "reminder"
    NEWS = "news"
    SURVEY = "survey"
    FEEDBACK = "feedback"


# By the beginning of an outbox row's kind (`Notification.kind`); every other one is news of a dossier.
_KINDS_OF_ROWS: dict[str, Kind | None] = {
    "reminder": Kind.REMINDER,
    "rating": Kind.SURVEY,
    "rate_": Kind.SURVEY,
    "survey": Kind.SURVEY,
    "news": Kind.NEWS,
    "broadcast_test": None,  # somebody asked to see it
    "broadcast": Kind.NEWS,
    "power_cuts": Kind.NEWS,
    "vaccination": Kind.NEWS,
    "land_prices": Kind.NEWS,
    "planning": Kind.NEWS,
    "exam_scores": Kind.NEWS,
    "bus": Kind.NEWS,
    "feedback": Kind.FEEDBACK,
    # In a talk that the citizen began, or a warning that must not be missed:
    "reply": None,
    "ticket": None,
    "officer": None,
    "phone_linked_elsewhere": None,
}


@dataclass(frozen=True)
class Preferences:
    """What is on for one citizen.

    Attributes:
        all_off: Whether everything was stopped at once.
        off: The kinds that come no more, all of them where everything was stopped.
        is_simple: Whether we speak simply: short, one thing at a time, numbers in place of buttons.
        address: By which word they are spoken to, as they call themselves; empty for "anh/chị".
        digest_at: The hour at which news that can wait comes, all in one message; None: each at once.
    """

    all_off: bool = False
    off: frozenset[Kind] = frozenset()
    is_simple: bool = False
    address: str = ""
    digest_at: time | None = None

    def is_on(self, kind: Kind) -> bool:
        """Whether messages of this kind come."""
        return kind not in self.off

    def next_digest(self, at: datetime) -> datetime:
        """The first digest at or after a moment; only where there are any."""
        assert self.digest_at is not None
        return next_hour(at, self.digest_at)


def preferences_of(session: Session, citizen_id: str) -> Preferences:
    """What this citizen decided; everything is on where they decided nothing."""
    return _preferences(rows.settings_of(session, citizen_id), citizen_by_id(session, citizen_id))


def preferences_among(session: Session, citizens: Sequence[Citizen], row_kind: str) -> dict[str, Preferences]:
    """What those of these citizens decided who may be sent a message of this kind unasked, by id: as `may_be_told`."""
    kind = kind_of_row(row_kind)
    ids = [one.id for one in citizens]
    kept = rows.settings_of_many(session, ids)
    consented = rows.consented_among(session, ids)
    found = {one.id: _preferences(kept.get(one.id, {}), one) for one in citizens}
    return {id: one for id, one in found.items() if _may_come(kind, one, partial(consented.__contains__, id))}


def _preferences(kept: Mapping[str, str], citizen: Citizen | None) -> Preferences:
    all_off = citizen is not None and citizen.notifications_stopped_at is not None
    off = frozenset(kind for kind in Kind if all_off or kept.get(_name(kind)) == _OFF)
    digest = kept.get(DIGEST)
    digest_at = time.fromisoformat(digest) if digest else None
    return Preferences(all_off, off, kept.get(SPEECH) == SIMPLE, kept.get(ADDRESS, ""), digest_at)


def next_hour(at: datetime, hour: time) -> datetime:
    """The first moment at this hour of a day, Asia/Ho_Chi_Minh, at or after `at`."""
    today = datetime.combine(at.astimezone(LOCAL).date(), hour, LOCAL)
    return today if today >= at else today + timedelta(days=1)


def kind_of_row(row_kind: str) -> Kind | None:
    """The kind to which a row of the outbox belongs; None for what belongs to a talk or is a warning."""
    return next((kind for name, kind in _KINDS_OF_ROWS.items() if row_kind.startswith(name)), Kind.DOSSIER)


def may_be_told(session: Session, citizen_id: str, row_kind: str, chosen: Preferences) -> bool:
    """Whether a message of this kind may be sent unasked: consent is recorded, and the kind is on."""
    return _may_come(kind_of_row(row_kind), chosen, lambda: rows.has_consented(session, citizen_id))


def _may_come(kind: Kind | None, chosen: Preferences, has_consented: Callable[[], bool]) -> bool:
    """Whether it may: who reported something before that counted as a consent is answered all the same."""
    if kind is None:
        return True
    return chosen.is_on(kind) and (kind is Kind.FEEDBACK or has_consented())


def switch(
    session: Session, citizen_id: str, kind: Kind, wanted: bool, message_id: str, wording: str, now: datetime
) -> bool:
    """Switches one kind on or off, with a record; after "stop everything" one kind on leaves the others off.

    Returns:
        Whether that changed anything.
    """
    before = preferences_of(session, citizen_id)
    if before.is_on(kind) == wanted:
        return False
    citizen = citizen_by_id(session, citizen_id)
    if wanted and before.all_off and citizen is not None:
        citizen.notifications_stopped_at = None
        for other in Kind:
            rows.set_setting(session, citizen_id, _name(other), _OFF if other is not kind else None, now)
    else:
        rows.set_setting(session, citizen_id, _name(kind), None if wanted else _OFF, now)
    note_consent(session, citizen_id, _name(kind), wanted, wording, message_id, now)
    return True


def switch_all(session: Session, citizen_id: str, wanted: bool, message_id: str, wording: str, now: datetime) -> bool:
    """Stops or resumes everything that is said unasked, with a record; returns whether that changed anything."""
    before = preferences_of(session, citizen_id)
    citizen = citizen_by_id(session, citizen_id)
    if citizen is None or (not before.off if wanted else before.all_off):
        return False
    citizen.notifications_stopped_at = None if wanted else now
    for kind in Kind:
        rows.set_setting(session, citizen_id, _name(kind), None, now)
    note_consent(session, citizen_id, NOTIFICATIONS, wanted, wording, message_id, now)
    return True


def speak_simply(session: Session, citizen_id: str, wanted: bool, now: datetime) -> bool:
    """Speaks simply from now on, or as usual again; returns whether that changed anything."""
    if preferences_of(session, citizen_id).is_simple == wanted:
        return False
    rows.set_setting(session, citizen_id, SPEECH, SIMPLE if wanted else None, now)
    return True


def note_address(session: Session, citizen_id: str, text: str, now: datetime) -> None:
    """Remembers by which word to speak to a citizen, where what they wrote tells."""
    word = self_named(text)
    if word is not None and word != rows.settings_of(session, citizen_id).get(ADDRESS, ""):
        rows.set_setting(session, citizen_id, ADDRESS, word or None, now)


def _name(kind: Kind) -> str:
    return f"notices.{kind.value}"
