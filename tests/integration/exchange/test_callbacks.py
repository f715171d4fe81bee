"""Callbacks to a real receiver that fails, hangs, breaks off and recovers; a sender that is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from notifier import callbacks as callback_loop
from notifier.callbacks import CallbackConfig, CallbackLoop
from onestop.cli.notifications import main
from onestop.errors import MissingSetting
from onestop.services import callbacks, outbox_desk
from onestop.services.signatures import is_signed
from onestop.settings import Settings
from onestop.storage.exchange_tables import CallbackWatch
from onestop.storage.tables import Notification
from tests.dossier_builders import CODE, PHONE
from tests.integration.exchange.conftest import BOTH, KEY, Receiver, callback_rows, edit
from tests.integration.exchange.description import check, named
from tests.integration.notices.conftest import Office
from tests.integration.notices.test_command import installation

__all__ = ["installation"]
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def loop(office: Office, receiver: Receiver) -> CallbackLoop:
    loop = CallbackLoop(office.sessions, CallbackConfig(receiver.url, KEY, timeout_s=0.4))
    loop.begin()
    return loop


def tell(office: Office, kind: str = "ready", people: int = 1) -> list[int]:
    """Something happens to a dossier that people follow; ids of the notifications."""
    office.changes(applicant_phone=None)  # else who is not on Zalo with us is told by phone besides
    for number in range(people):
        office.person(f"80{number:02}")
    event_id = office.happens(kind, state_to=9)
    office.reads_events()
    return [row.id for row in office.rows() if row.event_id == event_id]


def becomes(office: Office, notification_id: int, status: str, **columns: object) -> None:
    """What dispatcher and channel write."""
    edit(
        office,
        lambda session: session.query(Notification).filter_by(id=notification_id).update({"status": status, **columns}),
    )


def goes_round(office: Office, loop: CallbackLoop, seconds: float = 0.0) -> int:
    """Lets time pass, then one round of the loop."""
    office.now += timedelta(seconds=seconds)
    loop.collect()
    return loop.post_due()


@BOTH
def test_states_are_called_back_in_order_without_a_person(
    office: Office, loop: CallbackLoop, receiver: Receiver
) -> None:
    (one,) = tell(office)
    goes_round(office, loop)
    becomes(office, one, "sent", finished_at=office.now, zalo_message_id="m1")
    goes_round(office, loop, 2)
    becomes(office, one, "delivered", delivered_at=office.now, seen_at=office.now)
    goes_round(office, loop, 2)
    goes_round(office, loop)  # one at a time a notification
    assert receiver.states() == ["queued", "sent", "delivered", "seen"]
    for number, (headers, body) in enumerate(receiver.got, 1):
        content = receiver.bodies()[number - 1]
        check(content, named("Callback"))
        assert (content["number"], content["dossier_code"], content["kind"]) == (number, CODE, "ready")
        assert content["event_id"] == office.rows()[0].event_id
        assert headers["Idempotency-Key"] == content["id"]
        times = headers["X-Onestop-Timestamp"], headers["X-Onestop-Signature"]
        assert is_signed((KEY,), *times, body, time.time())
        assert not any(secret in body.decode() for secret in ("8000", office.rows()[0].citizen_id, PHONE, "Bí Mật"))
    assert receiver.bodies()[1]["channel"] == "cs" and receiver.bodies()[0]["channel"] is None
    with office.sessions() as session:
        assert session.query(CallbackWatch).count() == 0  # nothing more is to come
    goes_round(office, loop, 3600)
    assert len(receiver.got) == 4


def test_states_passed_between_two_looks_are_all_told_with_their_times(
    office: Office, loop: CallbackLoop, receiver: Receiver
) -> None:
    (one,) = tell(office)
    queued_at = office.now
    office.now += timedelta(seconds=30)
    becomes(office, one, "delivered", finished_at=queued_at + timedelta(seconds=5), delivered_at=office.now)
    loop.collect()
    while loop.post_due():
        pass
    assert receiver.states() == ["queued", "sent", "delivered"]
    times = [datetime.fromisoformat(body["at"]) for body in receiver.bodies()]
    assert times == [queued_at, queued_at + timedelta(seconds=5), queued_at + timedelta(seconds=30)]


@pytest.mark.parametrize(
    ("status", "said"),
    [("permanent-failure", "failed"), ("technical-failure", "failed"), ("cancelled", "failed"), ("unknown", "unknown")],
)
def test_bad_end_is_told_with_its_reason_and_a_replay_begins_anew(
    office: Office, loop: CallbackLoop, receiver: Receiver, status: str, said: str
) -> None:
    (one,) = tell(office)
    becomes(office, one, status, finished_at=office.now, error="refused-by-all")
    goes_round(office, loop)
    goes_round(office, loop)
    assert receiver.states() == ["queued", said]
    assert receiver.bodies()[1]["reason"] == "refused-by-all"
    edit(office, lambda session: outbox_desk.replay(session, one, office.now, even_unknown=True))
    goes_round(office, loop, 5)
    becomes(office, one, "sent", finished_at=office.now)
    goes_round(office, loop, 5)
    goes_round(office, loop, 5)
    assert receiver.states() == ["queued", said, "queued", "sent"]


def test_only_news_of_dossier_events_since_the_first_start_is_called_back(office: Office, receiver: Receiver) -> None:
    tell(office)
    loop = CallbackLoop(office.sessions, CallbackConfig(receiver.url, KEY))
    loop.begin()
    office.person("8009", proof="second_code")
    (news, *_picture) = tell(office, "received")
    goes_round(office, loop)
    assert {body["event_id"] for body in receiver.bodies()} == {office.rows()[-1].event_id}
    assert "document" in {row.kind for row in office.rows()}
    assert {body["kind"] for body in receiver.bodies()} == {"received"}


def test_receiver_that_fails_hangs_breaks_and_recovers_gets_everything_in_order(
    office: Office, loop: CallbackLoop, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(callback_loop, "REST_S", 0.0)
    loop._rest_s = 0.0
    (one,) = tell(office)
    becomes(office, one, "delivered", finished_at=office.now, delivered_at=office.now)
    troubles: list[int | str] = [500, "hang", "break", 302, 404, 429]
    receiver.behaviour = lambda number: troubles[number - 1] if number <= len(troubles) else 200
    for _ in range(30):
        goes_round(office, loop, 1800)
    assert receiver.states() == ["queued"] * 7 + ["sent", "delivered"]
    assert len({body["id"] for body in receiver.bodies()}) == 3
    errors = [row.error for row in callback_rows(office)]
    assert errors == [None, None, None]
    assert [row.attempts for row in callback_rows(office)] == [7, 1, 1]


def test_one_that_is_refused_for_ever_holds_up_only_its_own_notification(
    office: Office, loop: CallbackLoop, receiver: Receiver
) -> None:
    first, second = tell(office, people=2)
    for one in (first, second):
        becomes(office, one, "sent", finished_at=office.now)
    receiver.behaviour = lambda _number: 400 if receiver.bodies()[-1]["notification"] == str(first) else 200
    goes_round(office, loop)
    goes_round(office, loop)
    assert [row.state for row in callback_rows(office) if row.notification_id == second] == ["taken", "taken"]
    assert [row.state for row in callback_rows(office) if row.notification_id == first] == ["waiting", "waiting"]


def test_dead_receiver_is_asked_three_times_and_then_rests(
    office: Office, loop: CallbackLoop, receiver: Receiver
) -> None:
    tell(office, people=10)
    receiver.behaviour = lambda _number: 503
    assert goes_round(office, loop) == 0
    assert len(receiver.got) == 3
    goes_round(office, loop)
    assert len(receiver.got) == 3


def test_given_up_after_a_day_listed_and_replayed_under_the_old_id(
    installation: Office,
    receiver: Receiver,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    loop = CallbackLoop(installation.sessions, CallbackConfig(receiver.url, KEY, timeout_s=0.4))
    loop.begin()
    tell(installation)
    receiver.behaviour = lambda _number: 500
    for _ in range(30):
        goes_round(installation, loop, 3600)
    (row,) = callback_rows(installation)
    assert row.state == "failed"
    assert main(["callbacks", "--list"]) == 0
    assert row.public_id in capsys.readouterr().out
    attempts = len(receiver.got)
    receiver.behaviour = lambda _number: 200
    goes_round(installation, loop, 3600)
    assert len(receiver.got) == attempts
    assert main(["callbacks", "--replay-from", "2026-12-01"]) == 0
    assert " 0 " in capsys.readouterr().out
    assert main(["callbacks", "--replay-from", "2026-11-26"]) == 0
    goes_round(installation, loop)
    assert receiver.bodies()[-1]["id"] == row.public_id
    assert callback_rows(installation)[0].state == "taken"


def test_unresolved_pushes_are_listed_and_tried_again(installation: Office, capsys: pytest.CaptureFixture[str]) -> None:
    from notifier.pushes import PushReader
    from onestop.services.pushes import read_push, take_in
    from onestop.storage import dossier_writes as writes
    from tests.dossier_builders import create_dossier

    body = b'{"events":[{"id":5,"kind":"ready","dossier_code":"H00","state_to":9,"at":"2026-11-26T09:00:00+07:00"}]}'
    edit(installation, lambda session: take_in(session, "k", body, read_push(body, installation.now), installation.now))
    reader = PushReader(installation.sessions, installation.reader)
    for _ in range(50):
        installation.now += timedelta(hours=1)
        reader.read()
    assert main(["pushed"]) == 1
    assert "H00" in capsys.readouterr().out
    with installation.vendor.begin() as session:
        create_dossier(session, code="H00")
        writes.update_dossier(session, "H00", {"state": 9})
    assert main(["pushed", "--retry"]) == 0
    assert reader.read() == 1
    assert main(["pushed"]) == 0


@BOTH
def test_two_senders_at_once_post_each_callback_once(office: Office, receiver: Receiver) -> None:
    loops = [CallbackLoop(office.sessions, CallbackConfig(receiver.url, KEY, timeout_s=5)) for _ in range(3)]
    for one in loops:
        one.begin()
    for one in tell(office, people=12):
        becomes(office, one, "sent", finished_at=office.now)
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda one: (one.collect(), one.post_due(), one.post_due(), one.post_due()), loops))
    while any(one.post_due() for one in loops):
        pass
    ids = [body["id"] for body in receiver.bodies()]
    assert len(ids) == len(set(ids)) == 24
    for notification in {body["notification"] for body in receiver.bodies()}:
        assert [b["state"] for b in receiver.bodies() if b["notification"] == notification] == ["queued", "sent"]


SENDER = """
import sys
from notifier.callbacks import CallbackConfig, CallbackLoop
from onestop.storage.engine import create_engine, session_factory
sessions = session_factory(create_engine(sys.argv[1]))
loop = CallbackLoop(sessions, CallbackConfig(sys.argv[2], sys.argv[3], timeout_s=0.4))
loop.post_due()
"""


@BOTH
def test_killed_between_posting_and_recording_it_is_posted_again_under_the_same_id(
    office: Office, loop: CallbackLoop, receiver: Receiver, own_url: str
) -> None:
    tell(office)
    edit(office, lambda session: callbacks.collect(session, office.now))
    # The sender's clock is the machine's, the office's may be ahead of it.
    edit(office, lambda session: make_due(session))
    started: list[subprocess.Popen[bytes]] = []
    ready = threading.Event()

    def kill_first(number: int) -> int | str:
        if number == 1:
            assert ready.wait(20)
            os.kill(started[0].pid, signal.SIGKILL)
            return "break"
        return 204

    receiver.behaviour = kill_first
    command = [sys.executable, "-c", SENDER, own_url, receiver.url, KEY]
    started.append(subprocess.Popen(command, cwd=ROOT))
    ready.set()
    assert started[0].wait(60) == -signal.SIGKILL
    assert [row.state for row in callback_rows(office)] == ["waiting"]
    assert loop.post_due() == 0  # it is still the dead one's
    time.sleep(1.4)
    assert loop.post_due() == 1
    first, second = receiver.bodies()
    assert first == second
    assert [row.state for row in callback_rows(office)] == ["taken"]


def make_due(session: object) -> None:
    from onestop.storage.exchange_tables import Callback

    long_ago = datetime(2020, 1, 1, tzinfo=timezone.utc)
    session.query(Callback).update({"next_attempt_at": long_ago})  # type: ignore[attr-defined]


def test_loop_in_its_own_thread_ends_when_told(office: Office, loop: CallbackLoop, receiver: Receiver) -> None:
    stop = threading.Event()
    thread = threading.Thread(target=loop.run, args=(stop,))
    thread.start()
    tell(office)
    deadline = time.monotonic() + 10
    while not receiver.got and time.monotonic() < deadline:
        time.sleep(0.05)
    stop.set()
    thread.join(5)
    assert not thread.is_alive() and receiver.states() == ["queued"]


def test_old_notifications_are_looked_at_seldom_and_dropped_after_a_week(office: Office, loop: CallbackLoop) -> None:
    (one,) = tell(office)
    becomes(office, one, "sent", finished_at=office.now)
    loop.collect()
    looks = 0
    for _ in range(8 * 24):
        office.now += timedelta(hours=1)
        with office.sessions() as session:
            looks += session.query(CallbackWatch).filter(CallbackWatch.look_at <= office.now).count()
        loop.collect()
    assert 10 < looks < 200
    with office.sessions() as session:
        assert session.query(CallbackWatch).count() == 0
    loop.collect()
    assert len(callback_rows(office)) == 2


def test_watching_reads_only_rows_past_the_cursor(office: Office, loop: CallbackLoop) -> None:
    asked: list[tuple[str, object]] = []
    engine = office.sessions.kw["bind"]
    sa.event.listen(engine, "before_cursor_execute", lambda *call: asked.append((call[2], call[3])))
    loop.collect()
    with engine.raw_connection().connection as connection:
        plans = [
            [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}", values)]
            for statement, values in asked
            if "FROM outbox" in statement
        ]
    assert len(plans) == 2
    assert all("SEARCH outbox USING INTEGER PRIMARY KEY (rowid>?)" in plan for plan in plans)


def test_erased_citizens_notification_is_watched_no_longer(office: Office, loop: CallbackLoop) -> None:
    tell(office)
    edit(office, lambda session: session.add(CallbackWatch(notification_id=999, number=0, look_at=office.now)))
    loop.collect()
    with office.sessions() as session:
        assert [watch.notification_id for watch in session.query(CallbackWatch)] == [office.rows()[0].id]


def test_log_names_no_dossier(office: Office, loop: CallbackLoop, receiver: Receiver) -> None:
    tell(office)
    receiver.behaviour = lambda _number: 500
    with capture_logs() as logs:
        goes_round(office, loop)
    assert logs and CODE not in repr(logs) and KEY not in repr(logs)


def test_address_without_a_key_does_not_start() -> None:
    compulsory = dict.fromkeys(
        ("zalo_app_id", "zalo_oa_id", "zalo_app_secret", "zalo_secret_key", "token_key", "tracker_url"), "x"
    )
    settings = Settings(database_url="x", dossiers_url="x", callback_url="http://127.0.0.1:1", **compulsory)
    with pytest.raises(MissingSetting, match="ONESTOP_EXCHANGE_KEY"):
        CallbackConfig.from_settings(settings)
