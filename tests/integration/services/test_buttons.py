"""A button answers to its citizen only; typed text is a command in no other case."""

from __future__ import annotations

from datetime import timedelta

from onestop.messages.types import TextMessage
from onestop.services.buttons import Choice, meaning_of
from onestop.services.channel import ChannelBackend
from onestop.services.sealing import Sealer
from onestop.storage import SessionFactory
from onestop.storage.tables import ButtonToken, Notification

CHOICE = Choice("Xem lệ phí", "ask_fee", {"procedure_code": "1.001193"})


def backend_with_reply(sessions: SessionFactory, *, numbered: bool = False) -> tuple[ChannelBackend, str]:
    backend = ChannelBackend(sessions, 1800, Sealer("x"))
    citizen = backend.open_turn("8001", None).citizen_id
    backend.put_reply(citizen, "turn:0", TextMessage("Chọn ạ"), [CHOICE], are_alternatives=numbered)
    return backend, citizen


def token_of(sessions: SessionFactory) -> str:
    with sessions() as session:
        return session.query(ButtonToken).one().token


def test_tapped_token_means_what_the_button_said(sessions: SessionFactory) -> None:
    backend, _citizen = backend_with_reply(sessions)
    assert backend.open_turn("8001", token_of(sessions)).meaning == CHOICE


def test_token_of_another_citizen_is_only_text(sessions: SessionFactory) -> None:
    backend, _citizen = backend_with_reply(sessions)
    assert backend.open_turn("8002", token_of(sessions)).meaning is None


def test_token_expires(sessions: SessionFactory) -> None:
    from onestop import clock

    _backend, citizen = backend_with_reply(sessions)
    with sessions() as session:
        later = clock.now() + timedelta(days=15)
        assert meaning_of(session, citizen, token_of(sessions), later) is None


def test_number_picks_a_choice_only_where_one_was_asked(sessions: SessionFactory) -> None:
    backend, _citizen = backend_with_reply(sessions, numbered=True)
    assert backend.open_turn("8001", "1").meaning == CHOICE
    assert backend.open_turn("8001", "2").meaning is None
    backend.put_reply(backend.open_turn("8001", None).citizen_id, "turn2:0", TextMessage("Dạ"))
    assert backend.open_turn("8001", "1").meaning is None


def test_title_typed_without_marks_picks_its_choice(sessions: SessionFactory) -> None:
    backend, _citizen = backend_with_reply(sessions, numbered=True)
    assert backend.open_turn("8001", "xem le phi").meaning == CHOICE


def test_menu_word_is_public(sessions: SessionFactory) -> None:
    backend = ChannelBackend(sessions, 1800, Sealer("x"))
    assert backend.open_turn("8001", "#hotline").meaning.intent == "contact_hotline"


def test_repeated_turn_queues_no_second_reply_and_no_second_buttons(sessions: SessionFactory) -> None:
    backend, citizen = backend_with_reply(sessions)
    assert not backend.put_reply(citizen, "turn:0", TextMessage("Chọn ạ"), [CHOICE])
    with sessions() as session:
        assert session.query(Notification).count() == 1
        assert session.query(ButtonToken).count() == 1


def test_officer_silences_the_bot_for_this_citizen_only(sessions: SessionFactory) -> None:
    backend = ChannelBackend(sessions, 1800, Sealer("x"))
    backend.note_officer("8001", "e1", "Chào chị")
    assert backend.open_turn("8001", "alo").is_silenced
    assert not backend.open_turn("8002", "alo").is_silenced
