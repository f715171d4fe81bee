"""By which channel news goes: Zalo's window, a template to the account or the number, SMS, at last the call list."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from onestop import clock
from onestop.messages.types import Message, TemplateMessage, TextMessage
from onestop.services.dispatch import Dispatcher, Evidence, Fate, HistoryAnswer, Outcome
from onestop.storage.tables import Notification
from tests.dossier_builders import PHONE
from tests.integration.notices.conftest import Office


class Carrier:
    """Takes what it is handed, or refuses as told."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, Message]] = []
        self.answers: list[Outcome] = []

    def send(self, address: str, message: Message) -> Outcome:
        outcome = self.answers.pop(0) if self.answers else Outcome(Fate.SENT, f"m{len(self.sent)}")
        if outcome.fate is Fate.SENT:
            self.sent.append((address, message))
        return outcome

    def look_up(self, address: str, message: Message, not_before: datetime, is_known: Any) -> Evidence:
        return Evidence(HistoryAnswer.UNDECIDABLE)


class Carriers(dict):
    """One carrier a channel."""

    def __missing__(self, channel: str) -> Carrier:
        self[channel] = Carrier()
        return self[channel]


@pytest.fixture
def carriers(monkeypatch: pytest.MonkeyPatch, office: Office) -> Iterator[Carriers]:
    monkeypatch.setattr(clock, "now", lambda: office.now)
    yield Carriers()


def sends(office: Office, carriers: Carriers) -> Callable[[], list[Notification]]:
    dispatcher = Dispatcher(office.sessions, carriers, "test@here@1")

    def run() -> list[Notification]:
        for _ in range(6):
            for row_id in dispatcher.due(("notice",)):
                dispatcher.send_row(row_id)
        with office.sessions() as session:
            return session.query(Notification).order_by(Notification.id).all()

    return run


def test_who_wrote_an_hour_ago_is_told_for_nothing(office: Office, carriers: Carriers) -> None:
    office.person(proof="second_code")
    office.happens("ready", state_to=9)
    office.reads_events()
    rows = sends(office, carriers)()
    assert {row.channel for row in rows} == {"cs"}
    assert {row.cost_vnd for row in rows} == {0}
    assert not carriers["template_phone"].sent


def test_after_seven_days_of_silence_a_template_goes_to_the_account(office: Office, carriers: Carriers) -> None:
    office.person(proof="phone", last_interaction_at=office.now - timedelta(days=8))
    office.happens("ready", state_to=9)
    office.reads_events()
    [row] = sends(office, carriers)()
    assert (row.channel, row.cost_vnd, row.status) == ("template_uid", 140, "sent")
    [(address, message)] = carriers["template_uid"].sent
    assert address == "8001" and isinstance(message, TemplateMessage) and message.phone is None


def test_whom_zalo_refuses_is_tried_by_number_then_by_sms(office: Office, carriers: Carriers) -> None:
    office.person(proof="phone", last_interaction_at=office.now - timedelta(days=8))
    office.happens("ready", state_to=9)
    office.reads_events()
    carriers["template_uid"].answers = [Outcome(Fate.OTHER_WAY, error="-230")]
    carriers["template_phone"].answers = [Outcome(Fate.OTHER_WAY, error="-118")]
    [row] = sends(office, carriers)()
    assert (row.channel, row.cost_vnd, row.status) == ("sms", 350, "sent")
    [(address, message)] = carriers["sms"].sent
    assert address == PHONE and isinstance(message, TextMessage) and message.text.isascii()


def test_whom_no_channel_reaches_stands_on_the_call_list(office: Office, carriers: Carriers) -> None:
    office.person(proof="phone", last_interaction_at=office.now - timedelta(days=8))
    office.happens("ready", state_to=9)
    office.reads_events()
    for channel in ("template_uid", "template_phone", "sms"):
        carriers[channel].answers = [Outcome(Fate.GIVE_UP, error="refused")]
    [row] = sends(office, carriers)()
    assert (row.status, row.error) == ("permanent-failure", "call-list")


def test_applicant_whom_nobody_knows_on_zalo_is_told_by_number(office: Office, carriers: Carriers) -> None:
    office.happens("received", state_from=1, state_to=2)
    office.reads_events()
    [row] = sends(office, carriers)()
    assert (row.channel, row.phone, row.cost_vnd) == ("template_phone", PHONE, 200)
    [(address, message)] = carriers["template_phone"].sent
    assert address == PHONE and isinstance(message, TemplateMessage) and message.phone == PHONE


def test_applicant_is_told_once_though_the_feed_is_replayed(office: Office, carriers: Carriers) -> None:
    office.happens("received", state_from=1, state_to=2)
    for _ in range(3):
        office.forgets_cursor()
        office.reads_events()
    sends(office, carriers)()
    assert len(carriers["template_phone"].sent) == 1


def test_follower_by_code_alone_does_not_stand_for_the_applicant(office: Office, carriers: Carriers) -> None:
    office.person(proof="code")
    office.happens("ready", state_to=9)
    office.reads_events()
    rows = sends(office, carriers)()
    assert [row.channel for row in rows] == ["cs", "template_phone"]


@pytest.mark.parametrize("proof", ["second_code", "phone"])
def test_no_number_is_written_to_where_its_owner_is_told_on_zalo(office: Office, proof: str) -> None:
    office.person(proof=proof)
    office.happens("ready", state_to=9)
    office.reads_events()
    assert office.phone_rows() == []


def test_owner_who_stopped_messages_gets_none_by_number_either(office: Office) -> None:
    office.person(proof="phone", notifications_stopped_at=office.now)
    office.happens("ready", state_to=9)
    office.reads_events()
    assert office.phone_rows() == [] and office.rows() == []


def test_template_waits_for_the_morning(office: Office, carriers: Carriers) -> None:
    office.person(proof="phone", last_interaction_at=office.now - timedelta(days=8))
    office.happens("ready", state_to=9)
    office.reads_events()
    office.now = office.now.replace(hour=15)  # 22:00 in Asia/Ho_Chi_Minh
    [row] = sends(office, carriers)()
    assert row.status == "created" and not carriers["template_uid"].sent
    office.now = office.now + timedelta(hours=9)
    [row] = sends(office, carriers)()
    assert row.status == "sent"
