"""The use cases behind the conversation, on a real database."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from onestop import clock
from onestop.services import erase, feedback, follows, guesses, officers, topics
from onestop.services.feedback import Report
from onestop.services.working_days import WorkCalendar
from onestop.settings import Settings
from onestop.storage.conversation import set_topic
from onestop.storage.engine import create_engine, session_factory
from onestop.storage.mailbox_tables import FeedbackEvent, SurveyAnswer, TicketMessage
from onestop.storage.tables import (
    Base,
    Citizen,
    Erasure,
    Feedback,
    Follow,
    InboxEvent,
    LookupMiss,
    Notification,
    OfficerRequest,
)

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=clock.LOCAL)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def sessions(tmp_path: Path) -> Iterator[Any]:
    engine = create_engine(f"sqlite:///{tmp_path}/own.sqlite3")
    Base.metadata.create_all(engine)
    yield session_factory(engine)
    engine.dispose()


def miss(session: Any, citizen: str, times: int, at: datetime) -> None:
    for number in range(times):
        guesses.note_miss(session, citizen, f"{citizen}-{at}-{number}", "0", at)


@pytest.mark.parametrize(("misses", "wait"), [(0, 0), (4, 0), (5, 1), (9, 1), (10, 60), (25, 60)])
def test_a_citizen_waits_longer_the_more_they_missed(sessions: Any, misses: int, wait: int) -> None:
    with sessions.begin() as session:
        miss(session, "c1", misses, NOW)
        assert guesses.allowance_of(session, "c1", NOW).wait == wait * MINUTE
        assert guesses.allowance_of(session, "c2", NOW).is_given


def test_the_wait_runs_out_and_an_hour_forgets(sessions: Any) -> None:
    with sessions.begin() as session:
        miss(session, "c1", 10, NOW)
        assert guesses.allowance_of(session, "c1", NOW + 59 * MINUTE).is_stopped
        assert guesses.allowance_of(session, "c1", NOW + 60 * MINUTE).is_given


def test_everybody_who_missed_waits_when_all_together_missed_too_often(sessions: Any) -> None:
    with sessions.begin() as session:
        for number in range(150):
            miss(session, f"other{number}", 2, NOW)
        assert guesses.allowance_of(session, "other1", NOW).is_given
        miss(session, "c1", 1, NOW)
        assert guesses.allowance_of(session, "c1", NOW).wait == 5 * MINUTE
        assert guesses.allowance_of(session, "newcomer", NOW).is_given


def test_a_repeated_message_is_one_miss(sessions: Any) -> None:
    with sessions.begin() as session:
        assert guesses.note_miss(session, "c1", "m1", "0", NOW)
        assert not guesses.note_miss(session, "c1", "m1", "0", NOW)
        assert guesses.note_miss(session, "c1", "m1", "1", NOW)
        assert session.query(LookupMiss).count() == 2


def test_reports_at_the_same_instant_get_different_codes(sessions: Any) -> None:
    codes: list[str] = []

    def report(number: int) -> None:
        with sessions.begin() as session:
            taken = feedback.take(session, f"c{number}", f"m{number}", Report("hư đèn"), WorkCalendar(), NOW)
            codes.append(taken.code)

    threads = [threading.Thread(target=report, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == [f"PA-261125-{number:04d}" for number in range(1, 13)]


def test_the_ten_thousandth_report_of_a_day_has_a_code_too(sessions: Any) -> None:
    with sessions.begin() as session:
        for number, key in ((9998, "a"), (9999, "b")):
            values = {"code": f"PA-261125-{number}", "citizen_id": "c", "key": key, "text": "x", "photos": []}
            session.add(Feedback(**values, state="received", created_at=NOW, due_on=NOW.date()))
        session.flush()
        codes = [feedback.take(session, "c", key, Report("x"), WorkCalendar(), NOW).code for key in ("m1", "m2")]
    assert codes == ["PA-261125-10000", "PA-261125-10001"]


def test_a_better_proof_replaces_a_worse_one_but_not_the_other_way(sessions: Any) -> None:
    with sessions.begin() as session:
        for proof, message in (("code", "m1"), ("second_code", "m2"), ("code", "m3")):
            follows.follow(session, "c1", "H1", proof, message, "w", NOW)
        assert [row.proof for row in session.query(Follow)] == ["second_code"]
        assert follows.unfollow(session, "c1", "H1", "m4", "w", NOW)
        assert not follows.unfollow(session, "c1", "H1", "m5", "w", NOW)
        assert follows.follow(session, "c1", "H1", "code", "m6", "w", NOW)
        assert [row.proof for row in session.query(Follow)] == ["code"]  # the old proof ended with the follow


def test_topics_grow_stale_each_at_its_own_pace(sessions: Any) -> None:
    with sessions.begin() as session:
        topics.speak_of_dossier(session, "c1", NOW, "H1", "1.001193", "pvhcc")
        view = topics.topic_of(session, "c1", NOW + 20 * MINUTE)
        assert (view.dossier_code, view.procedure_code, view.agency_id) == ("H1", "1.001193", "pvhcc")
        assert view.dossier_is_newer
        view = topics.topic_of(session, "c1", NOW + 60 * MINUTE)
        assert (view.dossier_code, view.procedure_code, view.agency_id) == ("H1", None, None)
        assert topics.topic_of(session, "c1", NOW + timedelta(days=4)) == topics.TopicView()


def test_the_newer_topic_counts(sessions: Any) -> None:
    with sessions.begin() as session:
        topics.speak_of_dossier(session, "c1", NOW, "H1", None, None)
        topics.speak_of_procedure(session, "c1", NOW + MINUTE, "1.001193")
        assert not topics.topic_of(session, "c1", NOW + MINUTE).dossier_is_newer


@pytest.mark.parametrize(
    ("hour", "day", "opens"),
    [(9, 25, None), (6, 25, (25, 7)), (12, 25, (25, 13)), (18, 25, (26, 7)), (10, 28, (30, 7))],
)
def test_when_officers_are_there_next(hour: int, day: int, opens: tuple[int, int] | None) -> None:
    from datetime import time

    calendar = WorkCalendar(opening=((time(7), time(11, 30)), (time(13, 30), time(17))))
    found = officers.opens_next(datetime(2026, 11, day, hour, 0, tzinfo=clock.LOCAL), calendar)
    assert (found and (found.day, found.hour)) == opens


def erasable(session: Any) -> None:
    session.add(Citizen(id="c1", zalo_user_id="8001", created_at=NOW, follows_account=True))
    session.add(Citizen(id="c2", zalo_user_id="8002", created_at=NOW, follows_account=True))
    for user in ("8001", "8002"):
        values = {
            "event_key": user,
            "zalo_user_id": user,
            "event_name": "user_send_text",
            "body": b"x",
            "state": "done",
        }
        session.add(InboxEvent(**values, occurred_at=NOW, received_at=NOW, attempts=0))
    for citizen in ("c1", "c2"):
        session.add(Follow(citizen_id=citizen, dossier_code="H1", proof="code", created_at=NOW))
        values = {"key": citizen, "citizen_id": citizen, "lane": "reply", "kind": "reply", "body": {}, "status": "sent"}
        session.add(Notification(**values, attempts=1, created_at=NOW, next_attempt_at=NOW))
        set_topic(session, citizen, last_intent="greet", last_intent_at=NOW)


def settings_of(tmp_path: Path) -> Settings:
    (tmp_path / "files").mkdir(exist_ok=True)
    secrets = dict.fromkeys("zalo_app_id zalo_oa_id zalo_app_secret zalo_secret_key token_key".split(), "x")
    return Settings(
        database_url="x",
        dossiers_url="x",
        tracker_url=f"sqlite:///{tmp_path}/tracker.sqlite3",
        files_dir=tmp_path / "files",
        **secrets,
    )


def test_only_the_one_who_asked_is_erased_and_their_photos_with_them(sessions: Any, tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    photo = settings.files_dir / "incoming" / "photo.jpg"
    photo.parent.mkdir()
    photo.write_bytes(b"x")
    with sessions.begin() as session:
        erasable(session)
        feedback.take(session, "c1", "m1", Report("hư đèn", photos=("incoming/photo.jpg",)), WorkCalendar(), NOW)
    erase.erase_citizen(sessions, settings, "c1")
    with sessions() as session:
        assert [row.id for row in session.query(Citizen)] == ["c2"]
        assert [row.zalo_user_id for row in session.query(InboxEvent)] == ["8002"]
        assert [row.citizen_id for row in session.query(Notification)] == ["c2"]
        assert [row.citizen_id for row in session.query(Follow)] == ["c2"]
        assert session.query(Feedback).count() == 0
    assert not photo.exists()
    erase.erase_citizen(sessions, settings, "c1")  # again, as after a crash


def test_an_erasure_waits_until_the_farewell_is_said(sessions: Any, tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    with sessions.begin() as session:
        erasable(session)
        receipt = erase.request_erasure(session, "c1", "m1", settings.files_dir, NOW)
        assert erase.request_erasure(session, "c1", "m1", settings.files_dir, NOW) == receipt
    assert erase.finish_erasures(sessions, settings, NOW + MINUTE) == 0
    assert erase.finish_erasures(sessions, settings, NOW + 3 * MINUTE) == 1
    assert erase.finish_erasures(sessions, settings, NOW + 3 * MINUTE) == 0
    with sessions() as session:
        assert [(row.receipt, row.citizen_id) for row in session.query(Erasure)] == [(receipt, None)]


def test_erasing_oneself_does_not_begin_the_count_of_guesses_anew(sessions: Any, tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    with sessions.begin() as session:
        erasable(session)
        miss(session, "c1", 10, NOW)
        erase.request_erasure(session, "c1", "m1", settings.files_dir, NOW)
    assert erase.finish_erasures(sessions, settings, NOW + 59 * MINUTE) == 0
    with sessions() as session:
        assert not guesses.allowance_of(session, "c1", NOW + 59 * MINUTE).is_given


def test_withdrawing_at_zalo_does_not_begin_the_count_of_guesses_anew(sessions: Any, tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    with sessions.begin() as session:
        erasable(session)
        miss(session, "c1", 10, NOW)
    erase.withdraw(sessions, settings, "c1", NOW)
    erase.withdraw(sessions, settings, "c1", NOW)  # Zalo says it twice
    with sessions() as session:
        assert guesses.allowance_of(session, "c1", NOW + 59 * MINUTE).is_stopped
        assert [row.citizen_id for row in session.query(Follow)] == ["c2"]  # the content is gone at once
    assert erase.finish_erasures(sessions, settings, NOW + 61 * MINUTE) == 1
    with sessions() as session:
        assert [row.id for row in session.query(Citizen)] == ["c2"]


def test_who_goes_on_guessing_before_the_erasure_ends_is_put_off(sessions: Any, tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    with sessions.begin() as session:
        erasable(session)
        miss(session, "c1", 1, NOW)
    erase.withdraw(sessions, settings, "c1", NOW)
    with sessions.begin() as session:
        miss(session, "c1", 9, NOW + 50 * MINUTE)
    assert erase.finish_erasures(sessions, settings, NOW + 61 * MINUTE) == 0
    assert erase.finish_erasures(sessions, settings, NOW + 122 * MINUTE) == 1


def test_who_guessed_nothing_is_forgotten_at_once_when_withdrawing(sessions: Any, tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    with sessions.begin() as session:
        erasable(session)
    erase.withdraw(sessions, settings, "c1", NOW)
    with sessions() as session:
        assert [row.id for row in session.query(Citizen)] == ["c2"]


def test_what_was_told_to_officers_and_the_way_of_feedback_are_erased_too(sessions: Any, tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    photo = settings.files_dir / "inbound" / "on_ticket.jpg"
    photo.parent.mkdir()
    photo.write_bytes(b"x")
    with sessions.begin() as session:
        erasable(session)
        feedback.take(session, "c1", "m1", Report("hư đèn"), WorkCalendar(), NOW)
        officers.open_ticket(session, "c1", "m2", "sổ đỏ", NOW, None)
        officers.keep_message(session, "c1", "m3", "ảnh đây", ("inbound/on_ticket.jpg",), NOW)
        session.add(SurveyAnswer(key="1:access", citizen_id="c1", rating_id=1, question="access", answer=3, at=NOW))
    erase.erase_citizen(sessions, settings, "c1")
    with sessions() as session:
        for table in (FeedbackEvent, TicketMessage, SurveyAnswer, OfficerRequest):
            assert session.query(table).count() == 0, table
    assert not photo.exists()
