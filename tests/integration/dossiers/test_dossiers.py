"""What is told about a dossier: to anybody with its code, and to the person it belongs to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from onestop.services.dossiers import (
    DossierNotFound,
    PublicDossier,
    dossiers_of_phone,
    find_dossier,
    find_first_dossier,
    find_private_dossier,
    phone_of_dossier,
    second_code_matches,
)
from onestop.storage import SessionFactory, dossier_tables
from onestop.storage import dossier_writes as writes
from onestop.storage.engine import create_engine, session_factory
from onestop.storage.guard import DossierReader
from onestop.storage.life_cycle import DossierState
from tests.dossier_builders import (
    CODE,
    PHONE,
    create_agency,
    create_document,
    create_dossier,
    create_step,
    moment,
)

NOW = moment(25)
SECRETS = ("Nguyễn Thị Bí Mật", "Trần Văn Kín", PHONE, "Ấp 3", "Thiếu chữ ký", "61300", "Tờ khai lạ", "K7QX")


@pytest.fixture
def vendor(tmp_path: Path) -> Iterator[SessionFactory]:
    """The vendor's side of a database with one centre."""
    engine = create_engine(f"sqlite:///{tmp_path / 'dossiers.sqlite3'}")
    sessions = session_factory(engine)
    with sessions.begin() as session:
        writes.create_tables(session)
        create_agency(session)
        row = {"day": date(2026, 11, 24), "kind": "off", "name": "Ngày Văn hóa Việt Nam", "unverified": True}
        writes.insert_rows(session, dossier_tables.holiday, [row])
    yield sessions
    engine.dispose()


@pytest.fixture
def reader(tmp_path: Path, vendor: SessionFactory) -> Iterator[DossierReader]:
    engine = create_engine(f"sqlite:///{tmp_path / 'dossiers.sqlite3'}", read_only=True)
    yield DossierReader(session_factory(engine))
    engine.dispose()


def add(vendor: SessionFactory, code: str = CODE, **changes: Any) -> None:
    with vendor.begin() as session:
        create_dossier(session, code, **changes)


def test_public_facts_hold_no_personal_data_in_any_state(vendor: SessionFactory, reader: DossierReader) -> None:
    for state in DossierState:
        code = f"H39.17-261118-{state:04d}"
        add(vendor, code, state=int(state), note="Thiếu chữ ký", amount_vnd=61300)
        with vendor.begin() as session:
            create_document(session, 1, "Tờ khai lạ", code, state="missing")
        told = find_dossier(reader, code, NOW)
        everything = repr([getattr(told, field.name) for field in fields(told)])
        assert not [secret for secret in SECRETS if secret in everything]


def test_public_type_has_no_room_for_names_phones_papers_and_reasons() -> None:
    names = {field.name for field in fields(PublicDossier)}
    for word in ("applicant", "owner", "phone", "address", "note", "reason", "amount", "second", "documents"):
        assert not [name for name in names if word in name]


def test_dossier_in_progress_has_its_step_and_days_left(vendor: SessionFactory, reader: DossierReader) -> None:
    add(vendor, due_at=moment(30))
    with vendor.begin() as session:
        create_step(session, 1, "Tiếp nhận hồ sơ", started_at=moment(18), ended_at=moment(18))
        create_step(session, 2, "Thẩm định hồ sơ", started_at=moment(18), planned_end_at=moment(26))
        create_step(session, 3, "Trả kết quả")
    told = find_dossier(reader, CODE, NOW)
    assert told.state is DossierState.PROCESSING
    assert told.current_step is not None
    assert told.current_step.name == "Thẩm định hồ sơ"
    assert (told.days_left, told.is_overdue, told.overran_step) == (3, False, None)
    assert told.centre_name == "Trung tâm Phục vụ hành chính công xã Cần Giuộc"


def test_overdue_dossier_names_the_step_that_overran(vendor: SessionFactory, reader: DossierReader) -> None:
    add(vendor, due_at=moment(23))
    with vendor.begin() as session:
        create_step(session, 1, "Tiếp nhận hồ sơ", planned_end_at=moment(18), ended_at=moment(18, 2))
        create_step(session, 2, "Thẩm định hồ sơ", started_at=moment(18), planned_end_at=moment(19))
        create_step(session, 3, "Trình ký", planned_end_at=moment(23))
    told = find_dossier(reader, CODE, NOW)
    assert told.is_overdue
    assert told.days_left == -1  # the 24th is a holiday
    assert told.overran_step is not None
    assert (told.overran_step.name, told.overran_step.days_over) == ("Thẩm định hồ sơ", 3)


def test_overdue_dossier_whose_late_step_has_ended_names_that_one(
    vendor: SessionFactory, reader: DossierReader
) -> None:
    add(vendor, due_at=moment(24))
    with vendor.begin() as session:
        create_step(session, 1, "Xác minh", started_at=moment(10), planned_end_at=moment(12), ended_at=moment(20))
        create_step(session, 2, "Trình ký", started_at=moment(20), planned_end_at=moment(27))
    told = find_dossier(reader, CODE, NOW)
    assert told.overran_step is not None
    assert told.overran_step.name == "Xác minh"


@pytest.mark.parametrize("state", [1, 3, 5, 6, 7, 8, 9, 10])
def test_waiting_or_ended_dossier_is_never_overdue(vendor: SessionFactory, reader: DossierReader, state: int) -> None:
    add(vendor, state=state, due_at=moment(2), paused_at=moment(1))
    told = find_dossier(reader, CODE, NOW)
    assert not told.is_overdue
    assert told.days_left is None
    assert told.overran_step is None


def test_step_does_not_grow_later_while_the_citizen_is_waited_for(
    vendor: SessionFactory, reader: DossierReader
) -> None:
    add(vendor, state=5, paused_at=moment(19))
    with vendor.begin() as session:
        create_step(session, 1, "Thẩm định", started_at=moment(18), planned_end_at=moment(20))
    told = find_dossier(reader, CODE, NOW)
    assert told.current_step is not None
    assert told.current_step.days_over == 0
    assert told.papers_missing


def test_lateness_of_a_result_is_judged_by_when_it_was_ready(vendor: SessionFactory, reader: DossierReader) -> None:
    add(vendor, state=10, due_at=moment(20), finished_at=moment(20, 2), returned_at=moment(24))
    assert not find_dossier(reader, CODE, NOW).finished_late
    add(vendor, "L", state=9, due_at=moment(20), finished_at=moment(20, 4))
    assert find_dossier(reader, "L", NOW).finished_late


def test_postponed_dossier_says_so(vendor: SessionFactory, reader: DossierReader) -> None:
    add(vendor, original_due_at=moment(20), due_at=moment(28))
    assert find_dossier(reader, CODE, NOW).was_postponed


def test_unknown_code_is_not_found_and_not_repeated(reader: DossierReader) -> None:
    with pytest.raises(DossierNotFound) as caught:
        find_dossier(reader, "H39.17-261118-9999", NOW)
    assert "9999" not in str(caught.value)


def test_first_reading_of_a_mistyped_code_that_exists_is_taken(vendor: SessionFactory, reader: DossierReader) -> None:
    add(vendor)
    add(vendor, "H39.17-261118-0008")
    assert find_first_dossier(reader, ["H39.17-261118-0001", CODE, "H39.17-261118-0008"], NOW).code == CODE
    with pytest.raises(DossierNotFound):
        find_first_dossier(reader, [], NOW)


def test_owner_hears_names_papers_money_and_reason(vendor: SessionFactory, reader: DossierReader) -> None:
    add(vendor, state=5, note="Thiếu chữ ký", amount_vnd=61300)
    with vendor.begin() as session:
        create_document(session, 1, "Tờ khai")
        create_document(session, 2, "Tờ khai lạ", state="missing")
    told = find_private_dossier(reader, CODE, NOW)
    assert told.applicant_name == "Nguyễn Thị Bí Mật"
    assert told.missing_papers == ("Tờ khai lạ",)
    assert (told.reason, told.amount_vnd) == ("Thiếu chữ ký", 61300)
    assert not [secret for secret in SECRETS if secret != "61300" and secret in repr(told)]


def test_dossiers_of_a_proved_phone(vendor: SessionFactory, reader: DossierReader) -> None:
    add(vendor, "A", submitted_at=moment(1))
    add(vendor, "B", submitted_at=moment(2))
    add(vendor, "C", applicant_phone="+84900000001")
    assert [told.code for told in dossiers_of_phone(reader, PHONE, NOW)] == ["B", "A"]


@pytest.mark.parametrize(
    ("given", "fits"), [("K7QX", True), (" k7qx ", True), ("k7 qx", True), ("K7Q", False), ("", False), ("ẳ", False)]
)
def test_second_code_proves_the_paper(vendor: SessionFactory, reader: DossierReader, given: str, fits: bool) -> None:
    add(vendor)
    assert second_code_matches(reader, CODE, given) is fits


def test_dossier_without_a_second_code_is_proved_by_none(vendor: SessionFactory, reader: DossierReader) -> None:
    add(vendor, second_code=None)
    assert not second_code_matches(reader, CODE, "")
    assert phone_of_dossier(reader, CODE) == PHONE


def test_every_dossier_of_the_demo_can_be_told(demo_reader: DossierReader) -> None:
    from onestop.storage.dossier_queries import DossierFilter, dossiers_matching

    for record in demo_reader.read(dossiers_matching, DossierFilter(now=NOW)):
        told = find_dossier(demo_reader, record.code, NOW)
        if told.is_overdue:
            assert told.overran_step is not None
        if told.state in (2, 4, 5, 6, 7, 9):
            assert told.current_step is not None
