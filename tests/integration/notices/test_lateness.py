"""Nobody waits in the dark: apologies before the date, an honest word after it, and a number that must be 0."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from notifier.dates import DateWatch
from onestop.services import apologies, lateness
from onestop.services.apologies import NothingToConfirm
from onestop.storage import apologies as rows
from onestop.storage.notice_tables import Apology
from onestop.storage.tables import Notification
from tests.databases import database_url, postgresql_server, postgresql_url  # noqa: F401
from tests.dossier_builders import CODE, PHONE, create_dossier, moment
from tests.integration.notices.conftest import NOW, Office

NEW_DATE = "2026-12-08T17:00:00+07:00"


def prepares(office: Office) -> int:
    with office.sessions.begin() as session:
        apologies.withdraw_needless(session, office.reader)
        return apologies.prepare(session, office.reader, office.now)


def drafts(office: Office) -> list[Apology]:
    with office.sessions() as session:
        return session.query(Apology).order_by(Apology.id).all()


def confirms(office: Office, number: int) -> None:
    with office.sessions.begin() as session:
        apologies.confirm(session, number, "Cán bộ A", office.now)


# The dossier of the builders is due on Monday 30 November 2026, 10:00.


def test_dossier_that_nears_its_date_gets_a_draft_once(office: Office) -> None:
    assert prepares(office) == 1  # Thursday 10:00: Thursday, Friday and Monday's first hours are left
    assert prepares(office) == 0
    (draft,) = drafts(office)
    assert draft.dossier_code == CODE
    assert draft.due_at == moment(30)
    assert draft.step == "Thẩm định hồ sơ"
    assert draft.state == rows.CONFIRMED  # this centre does not want to be asked


def test_dossier_that_is_far_from_its_date_gets_none(office: Office) -> None:
    office.now = NOW - timedelta(days=1)
    assert prepares(office) == 0


def test_nothing_is_prepared_on_a_day_off(office: Office) -> None:
    office.now = moment(28)  # Saturday
    assert prepares(office) == 0


def test_hours_before_the_date_are_the_centres_choice(office: Office) -> None:
    office.now = NOW - timedelta(days=1)
    office.decides("apology.prepare_hours", "40")
    assert prepares(office) == 1


def test_dossier_that_waits_for_the_citizen_needs_no_apology(office: Office) -> None:
    office.changes(state=5)
    assert prepares(office) == 0


def test_draft_is_withdrawn_when_the_result_comes_in_time(office: Office) -> None:
    prepares(office)
    office.happens("ready", state_to=9)
    prepares(office)
    assert [one.state for one in drafts(office)] == [rows.WITHDRAWN]


def test_letter_goes_out_with_the_new_date(office: Office) -> None:
    owner = office.person(proof="phone")
    prepares(office)
    event = office.happens("apology", due_at=NEW_DATE, note="Chờ xác minh", moves_due_to=moment(8, 10, month=12))
    office.reads_events()
    assert "Ngày hẹn mới: 17 giờ thứ Ba, 08/12/2026" in office.said(owner)[0]
    assert "Ngày hẹn cũ: thứ Hai, 30/11/2026" in office.said(owner)[0]
    assert [picture.file_ref for picture in office.pictures(owner)] == [f"documents/{event}-apology.png"]
    (letter,) = drafts(office)
    assert (letter.state, letter.event_id, letter.sent_at) == (rows.SENT, event, office.now)


def test_letter_waits_for_the_officer_where_the_centre_wants_it(office: Office) -> None:
    office.decides("apology.confirm", "on")
    office.person(proof="phone")
    prepares(office)
    office.happens("apology", due_at=NEW_DATE, moves_due_to=moment(8, 10, month=12))
    office.reads_events()
    office.tells_late()
    assert office.rows() == []

    confirms(office, drafts(office)[0].id)
    office.tells_late()
    assert "Ngày hẹn mới" in office.said()[0]
    assert drafts(office)[0].state == rows.SENT
    office.tells_late()
    assert len(office.said()) == 1


def test_letter_confirmed_beforehand_goes_at_once(office: Office) -> None:
    office.decides("apology.confirm", "on")
    office.person(proof="phone")
    prepares(office)
    confirms(office, drafts(office)[0].id)
    office.happens("apology", due_at=NEW_DATE, moves_due_to=moment(8, 10, month=12))
    office.reads_events()
    assert "Ngày hẹn mới" in office.said()[0]


def test_unconfirmed_letter_goes_out_when_the_promised_date_passes(office: Office) -> None:
    office.decides("apology.confirm", "on")
    office.person(proof="phone")
    prepares(office)
    office.happens("apology", due_at=NEW_DATE, moves_due_to=moment(8, 10, month=12))
    office.reads_events()
    office.now = moment(30, 4)
    office.tells_late()
    assert "Ngày hẹn mới" in office.said()[0]


def test_only_a_draft_can_be_confirmed(office: Office) -> None:
    prepares(office)
    with pytest.raises(NothingToConfirm):
        confirms(office, drafts(office)[0].id)
    with pytest.raises(NothingToConfirm):
        confirms(office, 99)


def test_replayed_apology_sends_no_second_letter_and_makes_no_second_row(office: Office) -> None:
    office.person(proof="phone")
    office.happens("apology", due_at=NEW_DATE, moves_due_to=moment(8, 10, month=12))
    office.reads_events()
    for _ in range(10):
        office.forgets_cursor()
        office.reads_events()
    assert len(office.said()) == 1
    assert len(drafts(office)) == 1


def test_second_apology_is_told_too(office: Office) -> None:
    office.person()
    office.happens("apology", due_at=NEW_DATE, moves_due_to=moment(8, 10, month=12))
    office.happens("apology", due_at="2026-12-15T17:00:00+07:00", moves_due_to=moment(15, 10, month=12))
    office.reads_events()
    assert [("08/12/2026" in text, "15/12/2026" in text) for text in office.said()] == [(True, False), (False, True)]


def test_date_that_passes_in_silence_is_told_once_with_whom_to_call(office: Office) -> None:
    office.person()
    office.now = moment(30, 4)  # an hour after
    assert office.figures().silent == 1
    assert office.tells_late() == 1
    (text,) = office.said()
    assert "đã quá ngày hẹn (10 giờ thứ Hai, 30/11/2026)" in text
    assert "Hồ sơ đang ở bước: Thẩm định hồ sơ" in text
    assert "chưa cho ngày hẹn mới" in text
    assert "1022" in text
    assert office.figures() == lateness.LateFigures(late=1, told=1, nobody_to_tell=0, undelivered=0, silent=0)

    office.now += timedelta(days=1)
    office.tells_late()
    assert len(office.said()) == 1


def test_new_date_that_passes_too_is_told_again(office: Office) -> None:
    office.person()
    office.now = moment(30, 4)
    office.tells_late()
    office.happens("apology", due_at=NEW_DATE, moves_due_to=moment(8, 10, month=12))
    office.reads_events()
    office.now = moment(8, 11, month=12)
    office.tells_late()
    assert [text.count("đã quá ngày hẹn") for text in office.said()] == [1, 0, 1]
    assert office.figures().silent == 0


def test_late_dossier_that_nobody_here_follows_is_for_the_call_list(office: Office) -> None:
    office.now = moment(30, 4)
    assert office.tells_late() == 0
    assert office.figures() == lateness.LateFigures(late=1, told=0, nobody_to_tell=1, undelivered=0, silent=0)


def test_who_begins_to_follow_a_late_dossier_was_told_by_its_look_up(office: Office) -> None:
    office.now = moment(30, 4) + timedelta(days=12)  # the builder's follow is ten days old: after the date
    office.person()
    office.tells_late()
    assert office.said() == []
    assert office.figures().silent == 0


def test_dossier_that_waits_for_the_citizen_is_not_late(office: Office) -> None:
    office.person()
    office.changes(state=5)
    office.now = moment(30, 4)
    assert office.tells_late() == 0
    assert office.figures().late == 0


def test_switched_off_lateness_shows_in_the_published_number(office: Office) -> None:
    office.decides("notify.late", "off")
    office.person()
    office.now = moment(30, 4)
    office.tells_late()
    assert office.figures().silent == 1


def test_message_that_failed_for_good_is_no_silence_but_is_counted(office: Office) -> None:
    office.person()
    office.now = moment(30, 4)
    office.tells_late()
    with office.sessions.begin() as session:
        session.execute(Notification.__table__.update().values(status="permanent-failure"))
    assert office.figures() == lateness.LateFigures(late=1, told=0, nobody_to_tell=0, undelivered=1, silent=0)


def test_more_late_dossiers_than_one_page(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lateness, "PAGE", 3)
    with office.vendor.begin() as session:
        for number in range(7):
            create_dossier(session, code=f"H39.17-261118-1{number:03d}", applicant_phone=PHONE)
    office.person(proof="phone")
    office.now = moment(30, 4)
    assert office.tells_late() == 8
    assert office.figures() == lateness.LateFigures(late=8, told=8, nobody_to_tell=0, undelivered=0, silent=0)


def test_watch_tells_within_a_round_of_the_date(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("notifier.dates.ROUND_EVERY_S", 0.0)
    monkeypatch.setattr("onestop.clock.now", lambda: office.now)
    office.person()
    watch = DateWatch(office.sessions, office.reader)
    office.now = moment(30, 2)
    watch.watch()
    assert office.said() == []
    assert [one.state for one in drafts(office)] == [rows.CONFIRMED]
    office.now = moment(30, 3) + timedelta(seconds=1)
    watch.watch()
    assert len(office.said()) == 1
    watch.watch()
    assert len(office.said()) == 1


def test_drafts_and_lateness_on_each_database(make_office, database_url: str) -> None:  # noqa: F811
    office = make_office(database_url)
    office.decides("apology.confirm", "on")
    office.person(proof="phone")
    assert prepares(office) == 1
    office.happens("apology", due_at=NEW_DATE, moves_due_to=moment(8, 10, month=12))
    office.reads_events()
    confirms(office, drafts(office)[0].id)
    office.tells_late()
    office.now = moment(8, 11, month=12)
    office.tells_late()
    assert ["Ngày hẹn mới" in text for text in office.said()] == [True, False]
    assert office.figures().silent == 0
