"""New power cuts are told to who asked for it: once a cut, not at night, until they stop it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from onestop import clock
from onestop.information import subscriptions
from onestop.information.loading import Changes
from onestop.storage import SessionFactory
from onestop.storage.citizens import citizen_of_zalo_user
from onestop.storage.information_tables import AreaNotice
from onestop.storage.tables import ButtonToken, Consent, Notification
from tests.integration.information.conftest import CUTS, NOW

Imports = Callable[..., Changes]
AREA = "pvhcc-can-giuoc"
ONE = "Cần Giuộc;Ấp 1;26/11/2026 08:00;26/11/2026 11:00;Bảo trì\n"
TWO = "Long Hậu;Ấp 2;27/11/2026 13:00;27/11/2026 16:30;\n"
ELSEWHERE = "Bến Lức;Ấp 3;26/11/2026 08:00;26/11/2026 11:00;\n"
PAST = "Cần Giuộc;Ấp 4;24/11/2026 08:00;24/11/2026 11:00;\n"


@pytest.fixture
def citizen_id(sessions: SessionFactory) -> str:
    with sessions.begin() as session:
        citizen = citizen_of_zalo_user(session, "77", NOW)
        subscriptions.subscribe(session, citizen.id, "power_cuts", AREA, "m1", "báo em", NOW)
        return citizen.id


def told(sessions: SessionFactory) -> list[Notification]:
    with sessions() as session:
        return session.query(Notification).order_by(Notification.id).all()


def test_a_new_cut_is_queued_with_its_source_and_a_way_to_stop(
    imports: Imports, sessions: SessionFactory, citizen_id: str
) -> None:
    imports("power_cuts", CUTS + ONE + ELSEWHERE + PAST)
    (row,) = told(sessions)
    assert (row.citizen_id, row.lane, row.kind) == (citizen_id, "notice", "power_cuts")
    text = row.body["text"]
    assert "xã Cần Giuộc" in text and "8 giờ – 11 giờ" in text and "Theo Điện lực, cập nhật 25/11/2026" in text
    assert "Ấp 3" not in text and "Ấp 4" not in text
    assert [button["title"] for button in row.body["buttons"]] == ["Xem lịch", "Thôi báo"]
    with sessions() as session:
        tokens = {one.token: one.intent for one in session.query(ButtonToken)}
    assert {tokens[button["payload"]] for button in row.body["buttons"]} == {"ask_power_cut"}


def test_each_cut_is_told_once_whatever_is_imported(
    imports: Imports, sessions: SessionFactory, citizen_id: str
) -> None:
    imports("power_cuts", CUTS + ONE)
    imports("power_cuts", CUTS + ONE)
    imports("power_cuts", CUTS + ELSEWHERE)
    imports("power_cuts", CUTS + ONE)  # it comes back
    assert len(told(sessions)) == 1
    imports("power_cuts", CUTS + ONE + TWO)
    assert len(told(sessions)) == 2
    assert "Ấp 2" in told(sessions)[1].body["text"] and "Ấp 1" not in told(sessions)[1].body["text"]


def test_several_new_cuts_are_one_message(imports: Imports, sessions: SessionFactory, citizen_id: str) -> None:
    imports("power_cuts", CUTS + ONE + TWO)
    (row,) = told(sessions)
    assert "Ấp 1" in row.body["text"] and "Ấp 2" in row.body["text"]


def test_at_night_it_waits_for_the_morning(imports: Imports, sessions: SessionFactory, citizen_id: str) -> None:
    night = datetime(2026, 11, 25, 22, 30, tzinfo=clock.LOCAL)
    imports("power_cuts", CUTS + TWO, now=night)
    assert told(sessions)[0].next_attempt_at == datetime(2026, 11, 26, 7, 0, tzinfo=clock.LOCAL)


def test_who_stopped_is_told_no_more(imports: Imports, sessions: SessionFactory, citizen_id: str) -> None:
    with sessions.begin() as session:
        assert subscriptions.unsubscribe(session, citizen_id, "power_cuts", [AREA], "m2", "thôi", NOW) == [AREA]
    imports("power_cuts", CUTS + ONE)
    assert told(sessions) == []
    with sessions() as session:
        assert [one.given for one in session.query(Consent).order_by(Consent.id)] == [True, False]


def test_who_stopped_all_messages_is_left_alone(imports: Imports, sessions: SessionFactory, citizen_id: str) -> None:
    with sessions.begin() as session:
        citizen_of_zalo_user(session, "77", NOW).notifications_stopped_at = NOW
    imports("power_cuts", CUTS + ONE)
    assert told(sessions) == []


def test_who_was_told_of_what_is_long_over_is_forgotten(
    imports: Imports, sessions: SessionFactory, citizen_id: str
) -> None:
    imports("power_cuts", CUTS + ONE)
    later = NOW + timedelta(days=60)
    imports("power_cuts", CUTS + "Bến Lức;Ấp 3;30/01/2027 08:00;30/01/2027 11:00;\n", now=later)
    with sessions() as session:
        assert session.query(AreaNotice).count() == 0
