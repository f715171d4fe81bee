"""Reminders by rule: when they come, to whom, once, and not when the dossier has gone on."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from onestop.clock import LOCAL
from onestop.services import centre_settings, notices, preferences, rule_reminders
from onestop.services.preferences import Kind
from onestop.services.reminders import remind_by_rule
from onestop.storage import dossier_tables, erasure, own_data, supplements
from onestop.storage import dossier_writes as writes
from onestop.storage import rule_reminders as rows
from onestop.storage.rule_tables import ReminderStop, RuleReminder
from onestop.storage.tables import Follow, Notification, Reminder
from tests.databases import database_url, postgresql_server, postgresql_url  # noqa: F401
from tests.dossier_builders import CENTRE, CODE, create_dossier
from tests.integration.notices.conftest import Office


def at(day: int, hour: int = 9, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=LOCAL)


class Rules:
    """What the notifier does with rules, at a moment that the test names."""

    def __init__(self, office: Office) -> None:
        self.office = office

    def round(self, when: datetime) -> list[str]:
        """One whole round; returns the words that were queued in it."""
        self.office.now = when
        before = len(self.office.rows())
        with self.office.sessions.begin() as session:
            rule_reminders.withdraw_needless(session, self.office.reader, when)
            rule_reminders.plan(session, self.office.reader, when)
        self.sends(when)
        return [row.body["text"] for row in self.office.rows()[before:]]

    def sends(self, when: datetime) -> None:
        with self.office.sessions.begin() as session:
            rule_reminders.send(session, self.office.reader, when)
        with self.office.sessions.begin() as session:
            rule_reminders.send_again(session, self.office.reader, when)

    def at_the_door(self, when: datetime) -> list[int]:
        with self.office.sessions.begin() as session:
            ids = [row.id for row in session.query(Notification).filter_by(status="created")]
            return rule_reminders.still_true(session, self.office.reader, ids, when)

    def states(self) -> dict[str, str]:
        with self.office.sessions() as session:
            return {row.kind: row.state for row in session.query(RuleReminder)}

    def counts(self) -> dict[tuple[str, str], int]:
        with self.office.sessions() as session:
            return rows.counts(session)


@pytest.fixture
def rules(office: Office) -> Rules:
    return Rules(office)


def asks_for_papers(office: Office, when: datetime, respond_by: datetime | None) -> None:
    office.now = when
    office.happens("supplement_requested", state_to=5, items=["Giấy chứng sinh", "Tờ khai"])
    office.changes(paused_at=when, respond_by=respond_by)


# the day before


def test_appointment_is_told_the_day_before_by_day_and_once(rules: Rules) -> None:
    rules.office.person()
    assert rules.round(at(26)) == []
    assert rules.states() == {"reminder_due": "planned"}
    assert rules.round(at(29, 8, 59)) == []
    (said,) = rules.round(at(29))
    assert "ngày mai (thứ Hai, 30/11/2026) là ngày hẹn trả" in said
    assert "Thẩm định hồ sơ" in said and "chờ tin đó rồi hãy đi" in said
    for hour in (10, 12, 19):
        assert rules.round(at(29, hour)) == []


def test_owner_by_linked_phone_is_reminded_and_no_number_is_written_to(rules: Rules) -> None:
    told = rules.office.person(proof="phone")
    rules.round(at(29))
    assert {row.citizen_id for row in rules.office.rows()} == {told}
    assert rules.office.phone_rows() == []


def test_who_is_not_here_is_not_reminded_by_number(rules: Rules) -> None:
    rules.round(at(29))
    assert rules.counts() == {} and rules.office.phone_rows() == []


def test_buttons_show_the_way_and_offer_again_and_no_more(rules: Rules) -> None:
    rules.office.person()
    rules.round(at(29))
    assert rules.office.buttons()[-4:] == [
        "Xem chi tiết", "Đường đi, giờ mở cửa", "Nhắc lại ngày mai", "Thôi nhắc hồ sơ này",
    ]  # fmt: skip


def test_result_that_is_there_before_its_day_says_where_to_collect_it(rules: Rules) -> None:
    rules.office.person()
    rules.office.changes(state=9, finished_at=at(27))
    (said,) = rules.round(at(29))
    assert "Kết quả đã có rồi" in said and "Cần Giuộc" in said and "đang ở bước" not in said


def test_promised_day_that_is_not_worked_is_told_before_the_next_one(rules: Rules) -> None:
    rules.office.person()
    rules.office.changes(due_at=at(28, 10))  # a Saturday
    assert rules.round(at(27)) == []
    assert "ngày mai (thứ Hai, 30/11/2026)" in rules.round(at(29))[0]


def test_another_date_is_another_occasion_and_the_old_one_is_dropped(rules: Rules) -> None:
    rules.office.person()
    rules.round(at(26))
    rules.office.changes(due_at=at(2, 10, month=12))
    assert rules.round(at(29)) == []
    assert "thứ Tư, 02/12/2026" in rules.round(at(1, month=12))[0]
    assert rules.counts() == {("reminder_due", "moved_on"): 1, ("reminder_due", "queued"): 1}


def test_who_begins_to_follow_on_that_very_day_is_reminded_an_hour_later(rules: Rules) -> None:
    rules.office.now = at(29, 11) + timedelta(days=10)  # the builder lets follows be ten days old
    rules.office.person()
    assert rules.round(at(29, 11, 5)) == []
    assert len(rules.round(at(29, 12, 6))) == 1


# papers


def test_papers_that_do_not_come_are_asked_for_after_three_working_days_and_before_the_deadline(rules: Rules) -> None:
    rules.office.person(proof="second_code")
    asks_for_papers(rules.office, at(26, 10), at(9, 17, month=12))
    rules.office.reads_events()
    assert rules.round(at(30)) == []
    (said,) = rules.round(at(1, month=12))  # Friday, Monday, Tuesday
    assert "đang chờ bổ sung giấy tờ" in said and "1. Giấy chứng sinh" in said and "09/12/2026" in said
    assert rules.round(at(5, month=12)) == []
    (said,) = rules.round(at(7, month=12))
    assert "thứ Tư, 09/12/2026 là hạn bổ sung" in said and "dừng giải quyết" in said
    assert rules.round(at(8, month=12)) == []


def test_who_has_the_code_alone_is_told_no_papers(rules: Rules) -> None:
    rules.office.person()
    asks_for_papers(rules.office, at(26, 10), at(9, 17, month=12))
    (said,) = rules.round(at(1, month=12))
    assert "Giấy chứng sinh" not in said and "phiếu yêu cầu bổ sung" in said


def test_pictures_that_were_sent_are_something_that_arrived(rules: Rules) -> None:
    citizen_id = rules.office.person(proof="second_code")
    asks_for_papers(rules.office, at(26, 10), at(9, 17, month=12))
    with rules.office.sessions.begin() as session:
        supplements.insert_photo(session, {
            "key": "m1:0", "citizen_id": citizen_id, "dossier_code": CODE, "request_id": 1, "item_number": 1,
            "item_name": "Giấy chứng sinh", "file_ref": "inbound/a.png", "size_bytes": 1, "sent_at": at(27),
            "delete_after": at(27, month=12),
        })  # fmt: skip
    assert rules.round(at(1, month=12)) == []
    assert "Ảnh anh/chị gửi em đã chuyển cán bộ" in rules.round(at(7, month=12))[0]


def test_without_a_deadline_on_record_there_is_one_reminder_of_papers(rules: Rules) -> None:
    rules.office.person()
    asks_for_papers(rules.office, at(26, 10), None)
    assert len(rules.round(at(1, month=12))) == 1
    assert [rules.round(at(day, month=12)) for day in range(2, 15)] == [[]] * 13


# results that wait


def test_result_that_waits_for_ten_days_is_told_on_a_day_that_is_worked(rules: Rules) -> None:
    rules.office.person()
    rules.office.changes(state=9, finished_at=at(26), due_at=at(26))
    assert rules.round(at(5, month=12)) == []
    assert rules.round(at(6, month=12)) == []  # the tenth day is a Sunday
    (said,) = rules.round(at(7, month=12))
    assert "đã có 11 ngày mà chưa có người nhận" in said and "Nơi nhận" in said
    assert rules.round(at(8, month=12)) == []


def test_result_that_comes_by_post_or_was_collected_waits_for_nobody(rules: Rules) -> None:
    rules.office.person()
    rules.office.changes(state=9, finished_at=at(26), due_at=at(26), return_mode="postal")
    assert rules.round(at(7, month=12)) == []
    rules.office.changes(return_mode="counter")
    rules.round(at(4, month=12))
    rules.office.changes(state=10, returned_at=at(4, month=12))
    assert rules.round(at(7, month=12)) == []
    assert rules.states()["reminder_collect"] == "moved_on"


# moved on, late, once


def test_dossier_that_moves_on_between_queue_and_door_is_not_reminded_of(rules: Rules) -> None:
    rules.office.person()
    rules.round(at(29))
    waiting = rules.at_the_door(at(29))
    assert len(waiting) == 1
    rules.office.changes(state=10)
    assert rules.at_the_door(at(29)) == []
    (row,) = rules.office.rows()
    assert (row.status, row.error) == ("cancelled", "moved-on")


def test_many_days_at_once_bring_no_storm_and_what_is_stale_is_counted(rules: Rules) -> None:
    office = rules.office
    office.person()
    for number in range(5):
        code = f"H39.17-261118-01{number:02d}"
        with office.vendor.begin() as session:
            create_dossier(session, code, due_at=at(28 + number % 3 if number < 3 else 30, 16))
        office.person(code=code)
    rules.round(at(26))
    assert sum(rules.counts().values()) == 6
    assert rules.round(at(10, month=12)) == []
    assert rules.counts() == {("reminder_due", "stale"): 6}


def test_what_was_missed_unseen_is_counted_too_and_what_is_still_true_is_sent_once(rules: Rules) -> None:
    rules.office.person()
    rules.office.changes(state=9, finished_at=at(26), due_at=at(26))
    (said,) = rules.round(at(9, 15, month=12))
    assert "đã có 13 ngày" in said
    with rules.office.sessions.begin() as session:
        session.query(RuleReminder).delete()
        session.query(Notification).delete()
    assert rules.round(at(20, 15, month=12)) == []
    assert rules.counts() == {("reminder_collect", "stale"): 1, ("reminder_due", "stale"): 1}


def test_of_two_reminders_of_one_dossier_that_fall_due_together_the_last_is_sent(rules: Rules) -> None:
    rules.office.person()
    asks_for_papers(rules.office, at(26, 10), at(3, 17, month=12))
    rules.round(at(26, 11))
    (said,) = rules.round(at(2, 10, month=12))
    assert "là hạn bổ sung" in said
    assert rules.states() == {"reminder_papers": "stale", "reminder_deadline": "queued"}


def test_by_night_and_on_days_off_it_waits_for_the_next_working_morning(rules: Rules) -> None:
    rules.office.person()
    rules.office.changes(state=9, finished_at=at(24), due_at=at(24))
    rules.round(at(1, month=12))
    assert rules.round(at(4, 23, month=12)) == []
    assert rules.round(at(5, 10, month=12)) == []  # Saturday
    assert rules.round(at(7, 8, 59, month=12)) == []
    assert len(rules.round(at(7, month=12))) == 1


def test_public_holiday_is_no_working_day(rules: Rules) -> None:
    rules.office.person()
    with rules.office.vendor.begin() as session:
        holiday = {"day": at(7, month=12).date(), "kind": "off", "name": "Nghỉ bù", "unverified": False}
        writes.insert_rows(session, dossier_tables.holiday, [holiday])
    rules.office.changes(state=9, finished_at=at(27), due_at=at(27))
    assert rules.round(at(7, month=12)) == []
    assert len(rules.round(at(8, month=12))) == 1


def test_crash_after_queueing_and_a_replayed_feed_double_nothing(rules: Rules) -> None:
    rules.office.person()
    rules.round(at(29))
    with rules.office.sessions.begin() as session:  # as if the occasion had not been marked
        session.query(RuleReminder).update({"state": "planned"})
    for _ in range(10):
        rules.office.forgets_cursor()
        rules.office.reads_events()
        rules.round(at(29, 10))
    assert [row.kind for row in rules.office.rows()] == ["reminder_due"]


def test_two_notifiers_send_one(make_office: Callable[[str], Office], database_url: str) -> None:  # noqa: F811
    rules = Rules(make_office(database_url))
    rules.office.person()
    with rules.office.sessions.begin() as session:
        rule_reminders.plan(session, rules.office.reader, at(26))
    errors: list[BaseException] = []

    def work() -> None:
        try:
            rules.sends(at(29))
        except BaseException as error:  # SQLite: one writer at a time; the loop would try again
            errors.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rules.sends(at(29))
    assert [row.kind for row in rules.office.rows()] == ["reminder_due"], errors


# what centres and citizens decide


def test_centre_switches_a_rule_off_and_moves_its_days_and_hour(rules: Rules) -> None:
    rules.office.person()
    rules.office.decides("notify.reminder_due", "off")
    assert rules.round(at(29)) == []
    rules.office.decides("notify.reminder_due", None)
    rules.office.decides("remind.reminder_due.days", "2")
    rules.office.decides("remind.reminder_due.hour", "15:00")
    rules.office.changes(due_at=at(2, 10, month=12))
    assert rules.round(at(30, 14)) == []
    assert "còn 2 ngày nữa (thứ Tư, 02/12/2026)" in rules.round(at(30, 15))[0]


@pytest.mark.parametrize(
    ("name", "value"),
    [("remind.reminder_due.days", "0"), ("remind.reminder_due.hour", "22:00"), ("remind.ready.days", "3")],
)
def test_setting_that_makes_no_sense_is_refused(office: Office, name: str, value: str) -> None:
    with pytest.raises(centre_settings.UnknownSetting):
        office.decides(name, value)


def test_kind_switched_off_no_consent_or_everything_stopped_means_silence(rules: Rules) -> None:
    office = rules.office
    off = office.person("8001")
    with office.sessions.begin() as session:
        preferences.switch(session, off, Kind.REMINDER, False, "m1", "Tắt", office.now)
    office.person("8002", notifications_stopped_at=office.now)
    told = office.person("8003")
    rules.round(at(29))
    assert {row.citizen_id for row in office.rows()} == {told}


def test_stop_under_a_reminder_is_for_that_dossier_and_its_news_still_come(rules: Rules) -> None:
    office = rules.office
    citizen_id = office.person()
    with office.sessions.begin() as session:
        rule_reminders.stop(session, citizen_id, CODE, office.now)
    assert rules.round(at(29)) == []
    assert rules.states() == {"reminder_due": "unwanted"}
    office.happens("ready", state_to=9)
    assert office.reads_events() == 1


def test_stop_takes_back_what_already_waits_to_be_sent(rules: Rules) -> None:
    citizen_id = rules.office.person()
    rules.round(at(29))
    with rules.office.sessions.begin() as session:
        rule_reminders.stop(session, citizen_id, CODE, at(29))
    assert [row.status for row in rules.office.rows()] == ["cancelled"]


def test_who_follows_no_more_is_reminded_no_more(rules: Rules) -> None:
    citizen_id = rules.office.person()
    rules.round(at(26))
    with rules.office.sessions.begin() as session:
        session.query(Follow).filter_by(citizen_id=citizen_id).update({"ended_at": at(27)})
    assert rules.round(at(29)) == []


def test_again_tomorrow_comes_if_the_result_still_waits(rules: Rules) -> None:
    office = rules.office
    citizen_id = office.person()
    office.changes(state=9, finished_at=at(26), due_at=at(26))
    rules.round(at(7, month=12))
    for message in ("m1", "m1", "m2"):  # a turn repeated, and a second tap
        with office.sessions.begin() as session:
            moment = rule_reminders.again_for(office.reader, "reminder_collect", CODE, at(7, 10, month=12))
            assert moment is not None
            remind_by_rule(session, citizen_id, message, "reminder_collect", CODE, moment, at(7, 10, month=12), "Nhắc")
    assert rules.round(at(8, 8, month=12)) == []
    (said,) = rules.round(at(8, month=12))
    assert "đã có 12 ngày" in said


def test_again_tomorrow_does_not_come_when_it_was_collected(rules: Rules) -> None:
    office = rules.office
    citizen_id = office.person()
    office.changes(state=9, finished_at=at(26), due_at=at(26))
    rules.round(at(7, month=12))
    with office.sessions.begin() as session:
        remind_by_rule(session, citizen_id, "m1", "reminder_collect", CODE, at(8, month=12), at(7, month=12), "Nhắc")
    office.changes(state=10)
    assert rules.round(at(8, month=12)) == []
    with office.sessions() as session:
        assert [row.state for row in session.query(Reminder)] == ["unwanted"]
    with office.sessions.begin() as session:
        assert notices.remind(session, at(8, month=12)) == 0


def test_outside_the_free_window_the_template_of_reminders_carries_it(rules: Rules) -> None:
    rules.office.person(last_interaction_at=at(10))
    rules.round(at(29))
    (row,) = rules.office.rows()
    assert row.alternatives["template"] == "reminder"
    assert row.alternatives["data"]["ngay_hen"] == "30/11/2026"
    assert row.expires_at is not None


def test_stop_is_exported_and_erased(make_office: Callable[[str], Office], database_url: str) -> None:  # noqa: F811
    office = make_office(database_url)
    citizen_id = office.person()
    with office.sessions.begin() as session:
        rule_reminders.stop(session, citizen_id, CODE, office.now)
    with office.sessions() as session:
        assert own_data.rows_of(session, citizen_id)["reminder_stop"][0]["dossier_code"] == CODE
    with office.sessions.begin() as session:
        erasure.delete_content(session, citizen_id)
    with office.sessions() as session:
        assert session.query(ReminderStop).count() == 0


def test_centre_of_the_reminder_is_the_dossiers(rules: Rules) -> None:
    rules.office.person()
    rules.round(at(26))
    with rules.office.sessions() as session:
        assert session.query(RuleReminder).one().centre_id == CENTRE
