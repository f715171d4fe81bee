"""Questions to the one-stop shop's database, on both kinds of database."""

from __future__ import annotations

import threading
from datetime import date, timedelta

from onestop.storage import SessionFactory, dossier_tables
from onestop.storage import dossier_queries as queries
from onestop.storage import dossier_writes as writes
from onestop.storage.dossier_queries import DossierFilter
from tests.dossier_builders import (
    CENTRE,
    CODE,
    PHONE,
    create_agency,
    create_document,
    create_dossier,
    create_step,
    moment,
)


def test_dossier_is_read_back_as_it_was_written(dossier_sessions: SessionFactory) -> None:
    with dossier_sessions.begin() as session:
        create_agency(session)
        create_dossier(session, amount_vnd=61_300_000_000, note="thiếu chữ ký")
    with dossier_sessions() as session:
        dossier = queries.dossier_by_code(session, CODE)
        assert dossier is not None
        assert dossier.due_at == moment(30)
        assert dossier.amount_vnd == 61_300_000_000
        assert queries.dossier_by_code(session, CODE.lower()) is None


def test_record_shows_no_personal_data_when_printed(dossier_sessions: SessionFactory) -> None:
    with dossier_sessions.begin() as session:
        create_agency(session)
        create_dossier(session, note="lý do riêng")
    with dossier_sessions() as session:
        printed = repr(queries.dossier_by_code(session, CODE))
    for secret in ("Bí Mật", "Kín", PHONE, "Ấp 3", "lý do riêng", "K7QX"):
        assert secret not in printed


def test_dossiers_of_a_phone_come_newest_first(dossier_sessions: SessionFactory) -> None:
    with dossier_sessions.begin() as session:
        create_agency(session)
        create_dossier(session, "H39.17-261101-0001", submitted_at=moment(1))
        create_dossier(session, "H39.17-261120-0001", submitted_at=moment(20))
        create_dossier(session, "H39.17-261110-0001", submitted_at=moment(10), applicant_phone="+84900000001")
    with dossier_sessions() as session:
        codes = [dossier.code for dossier in queries.dossiers_by_phone(session, PHONE)]
    assert codes == ["H39.17-261120-0001", "H39.17-261101-0001"]


def test_steps_and_papers_keep_their_order(dossier_sessions: SessionFactory) -> None:
    with dossier_sessions.begin() as session:
        create_agency(session)
        create_dossier(session)
        for number in (3, 1, 2):
            create_step(session, number, f"Bước {number}")
            create_document(session, number, f"Giấy {number}")
    with dossier_sessions() as session:
        assert [step.name for step in queries.steps_of(session, CODE)] == ["Bước 1", "Bước 2", "Bước 3"]
        assert [paper.name for paper in queries.documents_of(session, CODE)] == ["Giấy 1", "Giấy 2", "Giấy 3"]


def test_step_overruns_when_it_takes_longer_than_planned(dossier_sessions: SessionFactory) -> None:
    with dossier_sessions.begin() as session:
        create_agency(session)
        create_dossier(session)
        create_step(session, 1, "Tiếp nhận", planned_end_at=moment(19), ended_at=moment(18))
        create_step(session, 2, "Thẩm định", planned_end_at=moment(20), ended_at=moment(21))
        create_step(session, 3, "Trình ký", planned_end_at=moment(25))
        create_step(session, 4, "Trả kết quả")
    with dossier_sessions() as session:
        steps = queries.steps_of(session, CODE)
    assert [step.is_overdue(moment(24)) for step in steps] == [False, True, False, False]
    assert [step.is_overdue(moment(26)) for step in steps] == [False, True, True, False]


def test_events_are_found_past_the_cursor(dossier_sessions: SessionFactory) -> None:
    with dossier_sessions.begin() as session:
        create_agency(session)
        create_dossier(session)
        ids = [_event(session, n) for n in range(1, 6)]
    with dossier_sessions() as session:
        assert queries.newest_event_id(session) == ids[-1]
        assert [event.id for event in queries.events_after(session, ids[1], limit=2)] == ids[2:4]
        assert queries.events_after(session, ids[-1]) == []
        event = queries.event_by_id(session, ids[0])
        assert event is not None
        assert event.data == {"note": "lần 1"}


def test_event_id_is_not_used_again_after_its_row_is_gone(dossier_sessions: SessionFactory) -> None:
    with dossier_sessions.begin() as session:
        create_agency(session)
        create_dossier(session)
        first = _event(session, 1)
    with dossier_sessions.begin() as session:
        session.execute(dossier_tables.dossier_event.delete())
    with dossier_sessions.begin() as session:
        assert _event(session, 2) > first


def test_events_become_visible_in_the_order_of_their_ids(dossier_sessions: SessionFactory) -> None:
    """A reader that always moves its cursor to the newest id misses nothing while writers compete."""
    with dossier_sessions.begin() as session:
        create_agency(session)
        create_dossier(session)
    written: list[int] = []
    seen: list[int] = []

    def write() -> None:
        for n in range(12):
            with dossier_sessions.begin() as session:
                writes.begin_writing(session)
                written.append(_event(session, n))

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    cursor = 0
    while any(thread.is_alive() for thread in threads) or cursor < max(written):
        with dossier_sessions() as session:
            found = [event.id for event in queries.events_after(session, cursor)]
        seen += found
        cursor = found[-1] if found else cursor
    assert sorted(seen) == sorted(written)
    assert len(seen) == 48


def test_filter_finds_what_is_overdue_by_the_given_moment(dossier_sessions: SessionFactory) -> None:
    with dossier_sessions.begin() as session:
        create_agency(session)
        create_dossier(session, "A", state=4, due_at=moment(20))
        create_dossier(session, "B", state=5, due_at=moment(20))  # the citizen is waited for
        create_dossier(session, "C", state=9, due_at=moment(20))  # ended
        create_dossier(session, "D", state=2, due_at=moment(28))
        create_dossier(session, "E", state=1, due_at=None)
    with dossier_sessions() as session:
        late = DossierFilter(now=moment(24), overdue=True)
        assert [dossier.code for dossier in queries.dossiers_matching(session, late)] == ["A"]
        assert queries.count_dossiers(session, late) == 1
        later = DossierFilter(now=moment(29), overdue=True)
        assert {dossier.code for dossier in queries.dossiers_matching(session, later)} == {"A", "D"}
        rest = DossierFilter(now=moment(24), overdue=False)
        assert {dossier.code for dossier in queries.dossiers_matching(session, rest)} == {"B", "C", "D", "E"}
        for dossier in queries.dossiers_matching(session, DossierFilter(now=moment(24))):
            assert dossier.is_overdue(moment(24)) is (dossier.code == "A")


def test_list_goes_page_by_page(dossier_sessions: SessionFactory) -> None:
    with dossier_sessions.begin() as session:
        create_agency(session)
        for n in range(5):
            create_dossier(session, f"D{n}", submitted_at=moment(1) + timedelta(days=n))
    with dossier_sessions() as session:
        everything = DossierFilter(now=moment(24), centre_id=CENTRE, procedure_code="1.001193", state=4)
        page = queries.dossiers_matching(session, everything, limit=2, offset=2)
        assert [dossier.code for dossier in page] == ["D2", "D1"]
        assert queries.count_dossiers(session, everything) == 5


def test_lists_and_missing_values_survive_as_they_are(dossier_sessions: SessionFactory) -> None:
    rows = [
        {"code": "1.000001", "official_name": "A", "name": "A", "aliases": ["á", "à"], "curated": True},
        {"code": "1.000002", "official_name": "B", "name": "B", "aliases": [], "curated": False},
    ]
    rows[0] |= {"documents": ["Tờ khai"], "channels": [{"channel": "online", "fee_vnd": 0}], "unverified": []}
    rows[1] |= {"documents": None, "channels": None, "unverified": ["fee_vnd"]}
    with dossier_sessions.begin() as session:
        writes.insert_rows(session, dossier_tables.procedure, rows)
    with dossier_sessions() as session:
        first, second = queries.all_procedures(session)
    assert first.aliases == ("á", "à")
    assert first.documents == ("Tờ khai",)
    assert first.channels == ({"channel": "online", "fee_vnd": 0},)
    assert second.documents is None  # not on record, which is not the same as nothing needed
    assert second.unverified == ("fee_vnd",)


def test_communes_are_found_by_new_and_by_old_name(dossier_sessions: SessionFactory) -> None:
    with dossier_sessions.begin() as session:
        unit = {"id": "can-giuoc", "kind": "xã", "name": "Cần Giuộc", "province": "Tây Ninh"}
        writes.insert_rows(session, dossier_tables.admin_unit, [unit])
        old = {"admin_unit_id": "can-giuoc", "kind": "xã", "name": "Long Hậu", "part": "all"}
        writes.insert_rows(session, dossier_tables.old_unit, [old])
    with dossier_sessions() as session:
        assert [unit.id for unit in queries.admin_units_by_name(session, "Cần Giuộc")] == ["can-giuoc"]
        assert [old.admin_unit_id for old in queries.old_units_by_name(session, "Long Hậu")] == ["can-giuoc"]
        assert queries.old_units_by_name(session, "Long") == []


def test_papers_that_are_asked_for_are_marked_or_added(dossier_sessions: SessionFactory) -> None:
    with dossier_sessions.begin() as session:
        create_agency(session)
        create_dossier(session)
        create_document(session, 1, "Tờ khai")
        create_document(session, 2, "Ảnh 4x6")
        writes.ask_for_documents(session, CODE, ["Ảnh 4x6", "Giấy ủy quyền"])
    with dossier_sessions.begin() as session:
        states = {paper.name: paper.state for paper in queries.documents_of(session, CODE)}
        assert states == {"Tờ khai": "submitted", "Ảnh 4x6": "missing", "Giấy ủy quyền": "missing"}
        writes.hand_in_missing_documents(session, CODE)
    with dossier_sessions() as session:
        assert {paper.state for paper in queries.documents_of(session, CODE)} == {"submitted"}


def test_holidays_come_in_order(dossier_sessions: SessionFactory) -> None:
    days = [date(2026, 9, 2), date(2026, 4, 30)]
    rows = [{"day": day, "kind": "off", "name": "Lễ", "unverified": False} for day in days]
    with dossier_sessions.begin() as session:
        writes.insert_rows(session, dossier_tables.holiday, rows)
    with dossier_sessions() as session:
        assert [holiday.day for holiday in queries.all_holidays(session)] == sorted(days)


def _event(session, number: int) -> int:
    return writes.add_event(
        session,
        CODE,
        "processing",
        state_from=2,
        state_to=4,
        at=moment(20),
        data={"note": f"lần {number}"},
    )
