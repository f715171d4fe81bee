"""What the Zalo channel asks of our database: one short transaction a call, so it can run off the event loop."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from onestop import clock
from onestop.messages.simple_speech import MORE_TITLE, MOST_CHOICES, simplified
from onestop.messages.types import AnyButton, Button, Message, TextMessage
from onestop.services import buttons, emergencies, identity, inbox, later, officers, outbox, preferences
from onestop.services.buttons import Choice
from onestop.services.citizens import note_consent
from onestop.services.delivery_status import DELIVERED, SENT
from onestop.services.inbox import InboxItem
from onestop.services.sealing import Sealer
from onestop.storage import Session, SessionFactory, citizens
from onestop.storage import outbox as outbox_rows
from onestop.storage.tables import Citizen, Notification

FOLLOW_ACCOUNT = "follow_account"
FOLLOW_WORDING = "Quan tâm tài khoản Zalo của trung tâm"


@dataclass(frozen=True)
class Push:
    """A notification that the citizen got and that the conversation's history lacks."""

    id: int
    citizen_id: str
    text: str
    kind: str


@dataclass(frozen=True)
class Turn:
    """What the channel needs to know before Rasa sees a message of this citizen."""

    citizen_id: str
    is_silenced: bool
    is_welcomed: bool
    meaning: Choice | None
    pushes: list[Push] = field(default_factory=list)
    silent_for: timedelta | None = None  # since they were last there; None for who is new


class ChannelBackend:
    """The channel's side of the database."""

    def __init__(self, sessions: SessionFactory, officer_silence_s: float, sealer: Sealer) -> None:
        self._sessions = sessions
        self._sealer = sealer
        self._officer_silence = timedelta(seconds=officer_silence_s)

    def store(
        self, event_key: str, event_name: str, zalo_user_id: str | None, body: bytes, occurred_at: datetime
    ) -> InboxItem | None:
        """Keeps an event; None where the same one was kept before."""
        with self._sessions.begin() as session:
            return inbox.store_event(session, event_key, event_name, zalo_user_id, body, occurred_at, clock.now())

    def waiting(self, after_id: int = 0) -> list[InboxItem]:
        """Events whose turn has not ended, oldest first."""
        with self._sessions() as session:
            return inbox.waiting_items(session, clock.now(), after_id=after_id)

    def finish(self, items: list[InboxItem]) -> None:
        """The turn of these events has ended."""
        with self._sessions.begin() as session:
            inbox.finish(session, items)

    def retry_later(self, items: list[InboxItem], error: str) -> bool:
        """Puts failed events back; False where they are given up."""
        with self._sessions.begin() as session:
            return inbox.retry_later(session, items, clock.now(), error)

    def open_turn(self, zalo_user_id: str, typed: str | None, is_interaction: bool = True) -> Turn:
        """Finds or makes the citizen, notes that they are there, and reads what a tap or number means."""
        now = clock.now()
        with self._sessions.begin() as session:
            citizen = citizens.citizen_of_zalo_user(session, zalo_user_id, now)
            silent_for = now - citizen.last_interaction_at if citizen.last_interaction_at else None
            if is_interaction:
                citizen.last_interaction_at = now
                citizen.unreachable_since = None
            meaning = self._meaning(session, citizen.id, typed, now) if typed else None
            if typed and meaning is None:
                preferences.note_address(session, citizen.id, typed, now)
            return Turn(
                citizen_id=citizen.id,
                is_silenced=citizen.silenced_until is not None and citizen.silenced_until > now,
                is_welcomed=citizen.welcomed_at is not None,
                meaning=meaning,
                pushes=[_push(row) for row in outbox_rows.unrecorded_pushes(session, 20, citizen.id)],
                silent_for=silent_for,
            )

    def _meaning(self, session: Session, citizen_id: str, typed: str, now: datetime) -> Choice | None:
        """What is known without NLU: a token, a menu word, a choice just offered, or a secret to keep from Rasa."""
        return buttons.meaning_of(session, citizen_id, typed, now) or identity.secret_in(
            session, self._sealer, citizen_id, typed, now
        )

    def put_reply(
        self,
        citizen_id: str,
        key: str,
        message: Message,
        choices: Sequence[Choice] = (),
        links: Sequence[AnyButton] = (),
        are_alternatives: bool = False,
    ) -> bool:
        """Queues one reply; its buttons are minted in the same transaction.

        Args:
            key: (inbound message id, number): a repeated turn says nothing twice.
            are_alternatives: The choices answer a question, so a typed number picks one.
        """
        now = clock.now()
        with self._sessions.begin() as session:
            is_simple = preferences.preferences_of(session, citizen_id).is_simple
            earlier: Sequence[Choice] = ()
            if is_simple and isinstance(message, TextMessage):
                earlier = () if key.endswith(":0") else buttons.choices_offered(session, citizen_id)
                message, choices = _simplified(message, choices, len(earlier) + 1)
            tokens = buttons.mint(citizen_id, choices, now)
            if tokens or links:
                minted = [Button(token.title, token.token) for token in tokens]
                first = message.first_number if isinstance(message, TextMessage) else 1
                message = TextMessage(outbox.plain_text(message), (*minted, *links), first_number=first)
            is_new = outbox.put(
                session,
                key=key,
                citizen_id=citizen_id,
                lane=outbox.REPLY,
                kind="reply",
                message=message,
                now=now,
            )
            if is_new:
                session.add_all(tokens)
                offered = [*earlier, *choices] if are_alternatives or is_simple else []
                if offered or key.endswith(":0"):  # what follows in the same turn takes no choice away
                    buttons.remember_choices(session, citizen_id, offered, now)
            return is_new

    def note_following(self, zalo_user_id: str, follows: bool, key: str) -> None:
        """The citizen follows the account, which is a consent to be written to, or no longer does.

        Args:
            key: The event's: the same one twice is one consent.
        """
        now = clock.now()
        with self._sessions.begin() as session:
            citizen = citizens.citizen_of_zalo_user(session, zalo_user_id, now)
            citizen.follows_account = follows
            note_consent(session, citizen.id, FOLLOW_ACCOUNT, follows, FOLLOW_WORDING, key, now)

    def later_is_silenced(self, key: str) -> None:
        """An officer has the word: a late answer waits."""
        with self._sessions.begin() as session:
            later.put_back(session, key, clock.now())

    def note_welcomed(self, citizen_id: str) -> None:
        """The citizen has got the welcome; it is not sent twice for `follow` and `user_click_chatnow`."""
        with self._sessions.begin() as session:
            session.get(Citizen, citizen_id).welcomed_at = clock.now()

    def note_officer(self, zalo_user_id: str, key: str, text: str) -> None:
        """An officer wrote in OA Manager: it is kept on the ticket, and the bot is silent for a while."""
        now = clock.now()
        with self._sessions.begin() as session:
            citizen = citizens.citizen_of_zalo_user(session, zalo_user_id, now)
            officers.note_officer_message(session, citizen.id, key, text, now, self._officer_silence)

    @staticmethod
    def is_urgent(text: str) -> bool:
        """Whether a message cries for help: then nothing stands before the number to call."""
        return emergencies.urgent_in(text) is not None

    def hear_in_silence(
        self, turn: Turn, key: str, text: str, typed: str | None, files: Sequence[str] = ()
    ) -> Turn | None:
        """Decides whether a message sent while the bot is silent is for the bot; else it is kept for the officer.

        Taps on buttons, menu words and secrets are for the bot, and so are words that ask for it and cries for help.

        Returns:
            The turn for Rasa, or None where the message was kept.
        """
        is_tap = typed is not None and typed.strip().startswith("#")
        if turn.meaning is not None and (is_tap or turn.meaning.intent in identity.SECRET_INTENTS):
            return turn
        if officers.wants_assistant(text):
            return replace(turn, meaning=officers.BACK)
        now = clock.now()
        with self._sessions.begin() as session:
            officers.keep_message(session, turn.citizen_id, key, text, files, now)
        return replace(turn, meaning=None) if typed is not None and emergencies.urgent_in(text) else None

    def note_delivery(self, message_ids: Sequence[str], is_seen: bool, at: datetime) -> bool:
        """Zalo says that messages of ours arrived or were read; twice, late, or the second before the first.

        Returns:
            Whether all are known; a send whose outcome is not recorded yet is not.
        """
        at = min(at, clock.now())
        with self._sessions.begin() as session:
            rows = [outbox_rows.by_message_id(session, message_id) for message_id in message_ids]
            for row in rows:
                if row is not None:
                    _note_delivery(row, is_seen, at)
        return all(row is not None for row in rows)

    def unrecorded_pushes(self) -> list[Push]:
        """Pushes that reached their citizens and do not stand in the history yet."""
        with self._sessions() as session:
            return [_push(row) for row in outbox_rows.unrecorded_pushes(session, 50)]

    def note_recorded(self, push_ids: Sequence[int]) -> None:
        """These pushes now stand in the history."""
        with self._sessions.begin() as session:
            for push_id in push_ids:
                session.get(Notification, push_id).recorded_at = clock.now()


def _push(row: Notification) -> Push:
    return Push(row.id, row.citizen_id, row.record or "", row.kind)


def _note_delivery(row: Notification, is_seen: bool, at: datetime) -> None:
    row.delivered_at = min(row.delivered_at or at, at)  # what was read had arrived
    if is_seen:
        row.seen_at = min(row.seen_at or at, at)
    if row.status == SENT:
        row.status = DELIVERED


def _simplified(message: TextMessage, choices: Sequence[Choice], first: int) -> tuple[TextMessage, list[Choice]]:
    """A short text with few choices, numbered from `first`; what was cut is one of them."""
    simple = simplified(message.text)
    shown = list(choices)[:MOST_CHOICES]
    if simple.rest:
        shown = [*shown[: MOST_CHOICES - 1], Choice(MORE_TITLE, "hear_more", {"rest": simple.rest})]
    return replace(message, text=simple.text, first_number=first), shown
