"""Broadcasts: who gets them, who may let them go, and how they are stopped."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from onestop.services import audit, broadcasts
from onestop.services.broadcasts import Audience, NotAllowed
from onestop.settings import Settings
from onestop.storage import broadcasts as rows
from onestop.storage.information_tables import AreaSubscription
from onestop.storage.tables import Consent, Notification
from tests.dossier_builders import CENTRE
from tests.integration.notices.conftest import Office


class Desk:
    """The administration's work with broadcasts."""

    def __init__(self, office: Office) -> None:
        self.office = office

    def subscriber(self, zalo_user: str, topic: str = "policy", proof: str | None = None, **more: Any) -> str:
        citizen_id = self.office.person(zalo_user, proof, **more)
        with self.office.sessions.begin() as session:
            chosen = broadcasts.topics()[topic]
            broadcasts.subscribe(session, citizen_id, chosen, True, f"m{zalo_user}", "Nhận tin", self.office.now)
        return citizen_id

    def draft(self, topic: str = "policy", **more: Any) -> int:
        with self.office.sessions.begin() as session:
            values = {"text": "Từ 1/12 làm thẻ mới.", "url": None, "audience": Audience(), "created_by": "Lan", **more}
            return broadcasts.draft(session, topic=topic, now=self.office.now, **values).id

    def approve(self, number: int, by: str = "Minh", **more: Any) -> None:
        with self.office.sessions.begin() as session:
            broadcasts.approve(session, number, by, self.office.now, **more)

    def does(self, work: Any, number: int, *more: Any) -> None:
        with self.office.sessions.begin() as session:
            work(session, number, *more)

    def expands(self) -> int:
        with self.office.sessions.begin() as session:
            return broadcasts.expand(session, self.office.reader, self.office.now)

    def estimate(self, number: int) -> broadcasts.Estimate:
        with self.office.sessions() as session:
            return broadcasts.estimate(session, self.office.reader, number, self.office.now)

    def told(self, number: int) -> set[str]:
        with self.office.sessions() as session:
            found = session.query(Notification).filter_by(kind="broadcast", event_id=number)
            return {row.citizen_id for row in found}

    def state(self, number: int) -> str:
        with self.office.sessions() as session:
            return rows.broadcast_by_id(session, number).state


@pytest.fixture
def desk(office: Office) -> Desk:
    return Desk(office)


def test_only_subscribers_of_the_topic_get_it_once(desk: Desk) -> None:
    wanted = desk.subscriber("8001")
    desk.subscriber("8002", topic="jobs")
    desk.office.person("8003", None)
    number = desk.draft()
    desk.approve(number)
    assert desk.expands() == 1
    assert desk.expands() == 0
    assert desk.told(number) == {wanted}
    assert desk.state(number) == "done"


def test_subscription_is_a_recorded_consent(desk: Desk) -> None:
    citizen_id = desk.subscriber("8001")
    with desk.office.sessions() as session:
        assert session.query(Consent).filter_by(citizen_id=citizen_id, purpose="topic:policy", given=True).count() == 1


def test_urgent_warning_reaches_everybody_who_takes_messages(desk: Desk) -> None:
    reached = desk.office.person("8001", None)
    desk.office.person("8002", None, notifications_stopped_at=desk.office.now)
    number = desk.draft("warning")
    desk.approve(number)
    desk.expands()
    assert desk.told(number) == {reached}


def test_count_and_price_are_known_before(desk: Desk) -> None:
    now = desk.office.now
    desk.subscriber("8001")
    desk.subscriber("8002", last_interaction_at=now - timedelta(days=3))
    desk.subscriber("8003", last_interaction_at=now - timedelta(days=8))
    seen = desk.estimate(desk.draft())
    assert (seen.reached, seen.cost_vnd, seen.out_of_window, seen.had_one_today) == (2, 55, 1, 0)


def test_second_broadcast_of_a_day_is_not_sent_to_the_same_citizen(desk: Desk) -> None:
    desk.subscriber("8001")
    first, second = desk.draft(), desk.draft()
    for number in (first, second):
        desk.approve(number)
        desk.expands()
    assert desk.told(first) and not desk.told(second)
    assert desk.estimate(desk.draft()).had_one_today == 1


def test_who_wrote_it_cannot_approve_it(desk: Desk) -> None:
    number = desk.draft()
    for by in ("Lan", " lan ", ""):
        with pytest.raises(NotAllowed, match="người khác"):
            desk.approve(number, by)
    assert desk.state(number) == "draft"
    desk.approve(number, "Minh")
    with pytest.raises(NotAllowed, match="không duyệt được"):
        desk.approve(number, "Hoa")


def test_scheduled_one_waits_for_its_hour(desk: Desk) -> None:
    desk.subscriber("8001")
    number = desk.draft()
    desk.approve(number, at=desk.office.now + timedelta(hours=2))
    assert desk.expands() == 0
    desk.office.now += timedelta(hours=2, seconds=1)
    assert desk.expands() == 1


def test_pause_takes_what_waits_out_of_sight_and_resume_brings_it_back(desk: Desk) -> None:
    desk.subscriber("8001")
    number = desk.draft()
    desk.approve(number)
    desk.expands()
    desk.does(broadcasts.pause, number)
    assert {row.lane for row in desk.office.rows() if row.kind == "broadcast"} == {"held"}
    assert desk.expands() == 0
    desk.does(broadcasts.resume, number)
    assert {row.lane for row in desk.office.rows() if row.kind == "broadcast"} == {"bulk"}


def test_cancelled_one_sends_nothing_more(desk: Desk) -> None:
    desk.subscriber("8001")
    number = desk.draft()
    desk.approve(number)
    desk.expands()
    desk.does(broadcasts.cancel, number, desk.office.now)
    assert {row.status for row in desk.office.rows() if row.kind == "broadcast"} == {"cancelled"}
    with pytest.raises(NotAllowed):
        desk.does(broadcasts.resume, number)


def test_correction_reaches_exactly_those_who_got_the_first(desk: Desk) -> None:
    got, failed = desk.subscriber("8001"), desk.subscriber("8002")
    number = desk.draft()
    desk.approve(number)
    desk.expands()
    with desk.office.sessions.begin() as session:
        for row in session.query(Notification).filter_by(event_id=number):
            row.status = "delivered" if row.citizen_id == got else "permanent-failure"
    desk.subscriber("8003")
    correction = desk.draft(text="Đính chính: từ 15/12.", corrects_id=number)
    desk.approve(correction)
    desk.expands()
    assert desk.told(correction) == {got} and failed not in desk.told(correction)


def test_audience_by_commune_and_by_centre(desk: Desk) -> None:
    near, far = desk.subscriber("8001"), desk.subscriber("8002", proof="code")
    with desk.office.sessions.begin() as session:
        session.add(AreaSubscription(citizen_id=near, kind="power_cut", area="xa-1", created_at=desk.office.now))
    by_area, by_centre = desk.draft(audience=Audience(areas=("xa-1",))), desk.draft(audience=Audience(centre=CENTRE))
    nobody = desk.draft(audience=Audience(procedure="9.999999"))
    assert desk.estimate(nobody).reached == 0
    for number in (by_area, by_centre):
        desk.approve(number)
        desk.expands()
    assert (desk.told(by_area), desk.told(by_centre)) == ({near}, {far})


def test_night_and_cap_give_way_to_an_emergency_that_a_second_person_approved_as_such(desk: Desk) -> None:
    desk.subscriber("8001")
    desk.office.now = desk.office.now.replace(hour=15)  # 22:00 in Asia/Ho_Chi_Minh
    calm, urgent = desk.draft(), desk.draft("warning", is_emergency=True)
    desk.approve(calm)
    desk.expands()
    desk.approve(urgent, as_emergency=True)
    desk.expands()
    waits = {
        row.event_id: row.next_attempt_at > desk.office.now for row in desk.office.rows() if row.kind == "broadcast"
    }
    assert waits == {calm: True, urgent: False}


def test_emergency_of_one_person_alone_is_none(desk: Desk) -> None:
    desk.subscriber("8001")
    desk.office.now = desk.office.now.replace(hour=15)
    first, second = desk.draft("warning", is_emergency=True), desk.draft("warning", is_emergency=True)
    with pytest.raises(NotAllowed, match="--emergency"):
        desk.approve(first)
    with pytest.raises(NotAllowed, match="người khác"):
        desk.approve(first, "Lan", as_emergency=True)
    for number in (first, second):
        desk.approve(number, as_emergency=False)
        desk.expands()
    (row,) = [row for row in desk.office.rows() if row.kind == "broadcast"]
    assert row.next_attempt_at > desk.office.now
    assert (desk.told(first), desk.told(second)) == ({row.citizen_id}, set())


def test_calm_one_cannot_be_approved_as_an_emergency(desk: Desk) -> None:
    with pytest.raises(NotAllowed, match="không được soạn là tin khẩn"):
        desk.approve(desk.draft(), as_emergency=True)


def test_what_people_did_with_broadcasts_is_in_the_audit(desk: Desk) -> None:
    number = desk.draft("warning", is_emergency=True)
    desk.approve(number, as_emergency=True)
    desk.does(broadcasts.pause, number, "Hoa")
    desk.does(broadcasts.resume, number)
    desk.does(broadcasts.cancel, number, desk.office.now, "Hoa")
    with desk.office.sessions() as session:
        told = [(one.who, one.what, one.subject) for one in reversed(audit.newest(session))]
    assert told == [
        ("Lan", "broadcast.draft", str(number)), ("Minh", "broadcast.emergency", str(number)),
        ("Hoa", "broadcast.pause", str(number)), ("operator", "broadcast.resume", str(number)),
        ("Hoa", "broadcast.cancel", str(number)),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "wrong", [{"text": " "}, {"text": "x" * 1501}, {"url": "http://x.vn"}, {"created_by": " "}, {"corrects_id": 99}]
)
def test_what_cannot_be_sent_is_refused_when_written(desk: Desk, wrong: dict[str, Any]) -> None:
    with pytest.raises(NotAllowed):
        desk.draft(**wrong)


def test_news_goes_before_a_broadcast_queued_earlier(desk: Desk) -> None:
    from notifier.loop import Notifier, Pools

    desk.subscriber("8001", proof="phone")
    desk.approve(desk.draft())
    desk.expands()
    desk.office.happens("received", state_from=1, state_to=2)
    desk.office.reads_events()
    kinds = {row.id: row.kind for row in desk.office.rows()}
    tried: list[str] = []

    class Order:
        def under_way(self, pool: object) -> int:
            return 0

        def due(self, lanes: tuple[str, ...], limit: int = 100, older_than_s: float = 0.0) -> list[int]:
            return [row.id for row in desk.office.rows() if row.lane in lanes][:limit]

        def send_rows(self, ids: list[int], pool: object, **patience: float) -> int:
            tried.extend(kinds[row_id] for row_id in ids)
            return len(ids)

    settings = Settings("sqlite://", "sqlite://", "sqlite://", "1", "2", "x", "x", "x")
    with Pools.open() as pools:
        Notifier(desk.office.sessions, desk.office.reader, Order(), settings).send_due(pools)  # type: ignore[arg-type]
    assert tried.index("received") < tried.index("broadcast")
