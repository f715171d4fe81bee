"""News put together once a day, and how much one citizen gets on a day."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, time, timedelta

import pytest

from onestop.clock import LOCAL
from onestop.services import digests, outbox, preferences, rule_reminders
from onestop.services.preferences import Kind
from onestop.storage.tables import Follow, Notification
from tests.databases import database_url, postgresql_server, postgresql_url  # noqa: F401
from tests.dossier_builders import CODE, create_dossier
from tests.integration.notices.conftest import Office
from tests.integration.notices.test_rule_reminders import Rules

OTHER = "H39.17-261118-0100"


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=LOCAL)


def wants_digest(office: Office, citizen_id: str, hour: time | None = time(17)) -> bool:
    with office.sessions.begin() as session:
        return digests.choose(session, citizen_id, hour, office.now)


def makes(office: Office, when: datetime) -> int:
    office.now = when
    with office.sessions.begin() as session:
        made = digests.make(session, when)
    with office.sessions.begin() as session:
        digests.settle(session, when)
    return made


def sent(office: Office, status: str = "sent") -> list[str]:
    """Zalo takes what is due, or refuses it; returns the words."""
    with office.sessions.begin() as session:
        due = session.query(Notification).filter(
            Notification.lane == "notice", Notification.status == "created",
            Notification.next_attempt_at <= office.now, Notification.phone.is_(None),
        )  # fmt: skip
        found = due.order_by(Notification.id).all()
        for row in found:
            row.status, row.finished_at = status, office.now
        said = [row.record for row in found]
    with office.sessions.begin() as session:
        digests.settle(session, office.now)
    return said


@pytest.fixture
def both(office: Office) -> tuple[Office, str]:
    """Somebody who follows two dossiers and wants one message a day."""
    with office.vendor.begin() as session:
        create_dossier(session, OTHER, procedure_name="Đăng ký kết hôn")
    citizen_id = office.person()
    office.person(code=OTHER)
    wants_digest(office, citizen_id)
    return office, citizen_id


def test_news_of_a_day_comes_together_at_the_hour_in_order_and_once(both: tuple[Office, str]) -> None:
    office, _citizen = both
    office.happens("ready", state_to=9)
    office.happens("processing", OTHER)
    office.happens("ready_early", OTHER, state_to=9)
    office.reads_events()
    assert sent(office) == []
    assert makes(office, at(26, 16, 59)) == 0
    assert makes(office, at(26, 17)) == 1
    assert makes(office, at(26, 17, 1)) == 0
    (said,) = sent(office)
    assert said.splitlines()[:3] == [
        "Dạ, em gom 2 tin hồ sơ của anh/chị:",
        f"1. Hồ sơ {CODE} (Đăng ký khai sinh) đã có kết quả.",
        f"2. Hồ sơ {OTHER} (Đăng ký kết hôn) đã có kết quả, sớm hơn hẹn.",
    ]
    assert {(row.kind, row.status) for row in office.rows()} == {
        ("ready", "sent"), ("ready_early", "sent"), ("digest", "sent"),
    }  # fmt: skip


def test_digest_offers_each_dossier_and_to_end_it(both: tuple[Office, str]) -> None:
    office, _citizen = both
    office.happens("ready", state_to=9)
    office.happens("ready", OTHER, state_to=9)
    office.reads_events()
    makes(office, at(26, 17))
    assert office.buttons()[-3:] == [f"Xem {CODE}", f"Xem {OTHER}", "Báo ngay từng tin"]


def test_single_item_is_sent_as_itself_with_its_document(office: Office) -> None:
    citizen_id = office.person(proof="second_code")
    wants_digest(office, citizen_id)
    office.happens("ready", state_to=9)
    office.reads_events()
    assert {row.lane for row in office.rows()} == {"digest"}
    makes(office, at(26, 17))
    words, picture = sent(office)
    assert "Nơi nhận" in words and picture == "Thông báo có kết quả giải quyết hồ sơ"
    assert {row.kind for row in office.rows()} == {"ready", "document"}


@pytest.mark.parametrize("kind", ["supplement_requested", "refused", "money_due", "stopped", "withdrawn", "apology"])
def test_what_must_not_wait_is_sent_at_once(office: Office, kind: str) -> None:
    wants_digest(office, office.person())
    office.happens(kind, state_to=5)
    office.reads_events()
    assert len(sent(office)) == 1


def test_reminders_answers_and_codes_do_not_wait_either(office: Office) -> None:
    citizen_id = office.person()
    wants_digest(office, citizen_id)
    assert "ngày mai" in Rules(office).round(datetime(2026, 11, 29, 9, tzinfo=LOCAL))[0]
    assert {row.lane for row in office.rows()} == {"notice"}
    with office.sessions() as session:
        chosen = preferences.preferences_of(session, citizen_id)
    assert chosen.digest_at == time(17)


def test_many_items_of_many_dossiers_fit_into_one_message(office: Office) -> None:
    citizen_id = office.person()
    wants_digest(office, citizen_id)
    for number in range(40):
        code = f"000.00.36.H39-261120-{number:04d}"
        with office.vendor.begin() as session:
            create_dossier(session, code, procedure_name="Đăng ký biến động quyền sử dụng đất " * 4)
        office.person(code=code)
        office.happens("ready", code, state_to=9)
    office.reads_events()
    makes(office, at(26, 17))
    (said,) = sent(office)
    assert "em gom 40 tin" in said and "… và tin của:" in said and len(said) < 2000
    row = next(row for row in office.rows() if row.kind == "digest")
    assert len(row.body["text"].encode("utf-16-le")) // 2 <= 2000
    assert len(row.body["buttons"]) <= 5


def test_undone_it_lets_go_what_waits_in_order(both: tuple[Office, str]) -> None:
    office, citizen_id = both
    office.happens("ready", OTHER, state_to=9)
    office.happens("ready", state_to=9)
    office.reads_events()
    assert wants_digest(office, citizen_id, None) and not wants_digest(office, citizen_id, None)
    assert [OTHER in said for said in sent(office)] == [True, False]
    assert makes(office, at(26, 17)) == 0


def test_another_hour_holds_for_what_waits_and_there_is_one_a_day(both: tuple[Office, str]) -> None:
    office, citizen_id = both
    for code in (CODE, OTHER):
        office.happens("ready", code, state_to=9)
    office.reads_events()
    makes(office, at(26, 17))
    assert len(sent(office)) == 1
    for code in (CODE, OTHER):
        office.happens("returned", code, state_from=9, state_to=10)
    office.reads_events()
    wants_digest(office, citizen_id, time(19))
    makes(office, at(26, 19))
    assert sent(office) == []
    makes(office, at(27, 19))
    (said,) = sent(office)
    assert "em gom 2 tin" in said and "đã trao kết quả" in said


def test_clock_that_jumps_days_brings_one_message_and_by_night_none(both: tuple[Office, str]) -> None:
    office, _citizen = both
    for code in (CODE, OTHER):
        office.happens("ready", code, state_to=9)
    office.reads_events()
    assert makes(office, at(30, 23)) == 0
    with office.sessions.begin() as session:
        for row in session.query(Notification):
            assert row.status == "created"
    office.person(last_interaction_at=at(30, 12))
    makes(office, datetime(2026, 12, 1, 7, tzinfo=LOCAL))
    assert len(sent(office)) == 1


def test_kind_switched_off_meanwhile_is_not_told(both: tuple[Office, str]) -> None:
    office, citizen_id = both
    for code in (CODE, OTHER):
        office.happens("ready", code, state_to=9)
    office.reads_events()
    with office.sessions.begin() as session:
        preferences.switch(session, citizen_id, Kind.DOSSIER, False, "m1", "Tắt", office.now)
    makes(office, at(26, 17))
    assert sent(office) == []
    assert {(row.status, row.error) for row in office.rows()} == {("cancelled", "unwanted")}


def test_dossier_followed_no_more_is_left_out(both: tuple[Office, str]) -> None:
    office, citizen_id = both
    for code in (CODE, OTHER):
        office.happens("ready", code, state_to=9)
    office.reads_events()
    with office.sessions.begin() as session:
        session.query(Follow).filter_by(citizen_id=citizen_id, dossier_code=OTHER).update({"ended_at": office.now})
    makes(office, at(26, 17))
    (said,) = sent(office)
    assert said.startswith("Dạ, hồ sơ") and CODE in said


def test_shut_window_lets_each_go_its_own_way(both: tuple[Office, str]) -> None:
    office, _citizen = both
    for code in (CODE, OTHER):
        office.happens("ready", code, state_to=9)
    office.reads_events()
    office.person(last_interaction_at=at(10, 8))
    office.now = at(26, 17)
    with office.sessions.begin() as session:
        digests.make(session, office.now)
    assert [row.kind for row in office.rows() if row.lane == "notice"] == ["ready", "ready"]
    assert all(row.alternatives for row in office.rows())


def test_news_is_seen_when_its_digest_is(both: tuple[Office, str]) -> None:
    office, _citizen = both
    for code in (CODE, OTHER):
        office.happens("ready", code, state_to=9)
    office.reads_events()
    makes(office, at(26, 17))
    sent(office)
    with office.sessions.begin() as session:
        session.query(Notification).filter_by(kind="digest").update(
            {"status": "delivered", "delivered_at": at(26, 18), "seen_at": at(26, 19)}
        )
    with office.sessions.begin() as session:
        assert digests.settle_again(session, at(27, 9)) == 2
    with office.sessions.begin() as session:
        assert digests.settle_again(session, at(27, 9)) == 0
    assert {(row.status, row.seen_at) for row in office.rows()} == {("delivered", at(26, 19))}


def test_digest_that_fails_loses_nothing(both: tuple[Office, str]) -> None:
    office, _citizen = both
    for code in (CODE, OTHER):
        office.happens("ready", code, state_to=9)
    office.reads_events()
    makes(office, at(26, 17))
    sent(office, "permanent-failure")
    assert len(sent(office)) == 2


def test_crash_and_replay_make_one(make_office: Callable[[str], Office], database_url: str) -> None:  # noqa: F811
    office = make_office(database_url)
    with office.vendor.begin() as session:
        create_dossier(session, OTHER)
    citizen_id = office.person()
    office.person(code=OTHER)
    wants_digest(office, citizen_id)
    for code in (CODE, OTHER):
        office.happens("ready", code, state_to=9)
    office.reads_events()
    office.now = at(26, 17)
    with pytest.raises(RuntimeError), office.sessions.begin() as session:
        digests.make(session, office.now)
        raise RuntimeError("killed")

    def work() -> None:
        try:
            with office.sessions.begin() as session:
                digests.make(session, office.now)
        except Exception:  # SQLite: one writer at a time; the loop tries again
            pass

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    office.forgets_cursor()
    office.reads_events()
    makes(office, office.now)
    assert len(sent(office)) == 1
    assert [row.kind for row in office.rows() if row.lane == "notice"] == ["digest"]


# caps


def queues(office: Office, citizen_id: str, kind: str, number: int, **more: object) -> bool:
    from onestop.messages.types import TextMessage

    with office.sessions.begin() as session:
        return outbox.put(
            session, key=f"{kind}:{number}", citizen_id=citizen_id, lane=outbox.NOTICE, kind=kind,
            message=TextMessage(f"Tin {number}"), now=office.now, **more,  # type: ignore[arg-type]
        )  # fmt: skip


def test_more_news_of_dossiers_than_a_day_takes_waits_for_the_next(office: Office) -> None:
    citizen_id = office.person()
    assert all([queues(office, citizen_id, "ready", number) for number in range(26)])
    days = [row.next_attempt_at.astimezone(LOCAL) for row in office.rows()]
    assert [(one.day, one.hour) for one in days[11:13]] == [(26, 10), (27, 8)]
    assert [sum(one.day == day for one in days) for day in (26, 27, 28)] == [12, 12, 2]


def test_more_news_than_a_day_takes_is_dropped_and_written_down(office: Office) -> None:
    citizen_id = office.person()
    assert [queues(office, citizen_id, "power_cuts", number) for number in range(8)] == [True] * 6 + [False] * 2
    assert [row.error for row in office.rows() if row.status == "cancelled"] == ["cap", "cap"]
    office.now += timedelta(days=1)
    assert queues(office, citizen_id, "power_cuts", 9)


def test_what_must_not_wait_passes_every_cap(office: Office) -> None:
    citizen_id = office.person()
    assert all([queues(office, citizen_id, "supplement_requested", number) for number in range(30)])
    assert {row.next_attempt_at.astimezone(LOCAL).day for row in office.rows()} == {26}


def test_reminder_that_would_be_held_past_its_day_is_dropped(office: Office) -> None:
    citizen_id = office.person()
    soon = at(26, 20)
    told = [queues(office, citizen_id, "reminder_due", number, expires_at=soon) for number in range(5)]
    assert told == [True] * 4 + [False]


def test_document_waits_with_its_words(office: Office) -> None:
    citizen_id = office.person(proof="second_code")
    for number in range(12):
        queues(office, citizen_id, "processing", number)
    office.happens("ready", state_to=9)
    office.reads_events()
    words, picture = [row for row in office.rows() if row.dossier_code == CODE]
    assert (words.kind, picture.kind) == ("ready", "document")
    assert words.next_attempt_at == picture.next_attempt_at
    assert words.next_attempt_at.astimezone(LOCAL).day == 27


def test_stopping_reminders_leaves_the_digest_alone(both: tuple[Office, str]) -> None:
    office, citizen_id = both
    with office.sessions.begin() as session:
        rule_reminders.stop(session, citizen_id, CODE, office.now)
    for code in (CODE, OTHER):
        office.happens("ready", code, state_to=9)
    office.reads_events()
    makes(office, at(26, 17))
    assert len(sent(office)) == 1
