"""The templates of notifications: what they may name, how long they get, and which Zalo template carries them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from onestop.clock import LOCAL
from onestop.messages.notice_kinds import Line, NoticeKind, Version, notice_kinds, zalo_template_ids, zalo_templates
from onestop.messages.notices import (
    ALWAYS,
    PROVIDES,
    TEXT_LIMIT,
    Notice,
    length_of,
    notice_buttons,
    notice_text,
    problems_of,
    template_data,
    values_of,
)
from onestop.storage.life_cycle import EventKind

ROOT = Path(__file__).resolve().parents[3]
KINDS = sorted(notice_kinds())


def longest(kind: str) -> Notice:
    """A notice whose every value is as long as it gets."""
    return Notice(
        kind=kind,
        code="000.00.36.H39-261120-0061",
        procedure_name="Đăng ký biến động quyền sử dụng đất " * 12,
        procedure_code="1.001193",
        centre_name="Trung tâm Phục vụ hành chính công " * 6,
        centre_id="pvhcc",
        is_private=True,
        happened_at=datetime(2026, 11, 26, 10, tzinfo=LOCAL),
        due_at=datetime(2026, 12, 8, 17, 30, tzinfo=LOCAL),
        promised_at=datetime(2026, 11, 30, 17, 30, tzinfo=LOCAL),
        respond_by=datetime(2026, 12, 8, 17, 30, tzinfo=LOCAL),
        step="Thẩm định hồ sơ " * 10,
        address="Số 5 đường Nguyễn An Ninh " * 10,
        hours="Thứ Hai đến thứ Sáu, 7:00–11:30 " * 10,
        contact="02723871201",
        amount_vnd=999_999_999_999,
        return_mode="counter",
        document="Văn bản xin lỗi và đề nghị gia hạn thời gian giải quyết",
        visit_at=datetime(2026, 11, 27, 17, tzinfo=LOCAL),
        is_ready=True,
        waiting_days=10,
        has_photos=True,
        note="Chờ kết quả xác minh của cơ quan thuế. " * 30,
        items=tuple(f"Giấy tờ thứ {n} có tên rất dài theo quy định " * 5 for n in range(30)),
    )


def test_there_are_the_fourteen_kinds_of_the_dossier_system_and_five_of_ours() -> None:
    reminders = {"reminder_due", "reminder_papers", "reminder_deadline", "reminder_collect"}
    assert set(KINDS) == {kind.value for kind in EventKind} | {"late"} | reminders
    assert len(EventKind) == 14
    assert set(PROVIDES) == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_template_names_only_what_its_kind_provides_and_stays_within_zalos_limits(kind: str) -> None:
    assert problems_of(kind, longest(kind)) == []


@pytest.mark.parametrize("kind", KINDS)
def test_every_value_that_a_kind_provides_is_filled(kind: str) -> None:
    ways = [values_of(replace(longest(kind), return_mode=mode)) for mode in ("counter", "postal", "electronic")]
    assert {name for name in ALWAYS | PROVIDES[kind] if not any(values.get(name) for values in ways)} == set()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("is_private", [True, False])
def test_no_placeholder_and_no_empty_value_is_ever_shown(kind: str, is_private: bool) -> None:
    bare = Notice(kind, "H39.17-261118-0003", "Đăng ký khai sinh", "Trung tâm", is_private, datetime.now(LOCAL))
    text = notice_text(bare) or ""
    assert "{" not in text
    for trace in (": .", "()", "  ", "None"):
        assert trace not in text
    assert all("{" not in value for button in notice_buttons(bare) for value in button.entities.values())


def test_longest_message_fits_into_one_of_zalos() -> None:
    assert max(length_of(notice_text(longest(kind)) or "") for kind in KINDS) <= TEXT_LIMIT


def test_wording_with_a_private_value_for_everybody_is_found() -> None:
    kind = notice_kinds()["refused"]
    wrong = replace(kind, versions=(Version(9, date(2026, 1, 1), (Line("Dạ, {reason}, {step}"),), ()),))
    problems = _problems_with(wrong)
    assert any("riêng tư" in one for one in problems)
    assert any("{step}" in one for one in problems)


def test_day_of_the_event_picks_the_version() -> None:
    first, second = Version(1, date(2026, 1, 1), (), ()), Version(2, date(2026, 6, 1), (), ())
    kind = NoticeKind("ready", "x", True, None, None, (second, first))
    assert kind.version_on(date(2026, 5, 31)) is first
    assert kind.version_on(date(2026, 6, 1)) is second
    assert kind.version_on(date(2025, 1, 1)) is first


@pytest.mark.parametrize("kind", KINDS)
def test_versions_are_numbered_in_order_of_their_dates(kind: str) -> None:
    versions = notice_kinds()[kind].versions
    assert [one.number for one in versions] == sorted((one.number for one in versions), reverse=True)


def test_zalo_templates_are_those_of_the_simulated_account() -> None:
    data = json.loads((ROOT / "simulator/templates.json").read_text(encoding="utf-8"))
    registered = {one["kind"]: one for one in data["templates"] if not one["kind"].startswith("example_")}
    assert zalo_template_ids() == {kind: one["id"] for kind, one in registered.items()}
    for kind, template in zalo_templates().items():
        theirs = {one["name"]: one["max_length"] for one in registered[kind]["parameters"]}
        assert {one.name: one.max_length for one in template.parameters} == theirs
        assert registered[kind]["status"] == "ENABLE"


@pytest.mark.parametrize("kind", [one.kind for one in notice_kinds().values() if one.zalo_template])
def test_template_data_fits_the_template(kind: str) -> None:
    data = template_data(longest(kind))
    assert data is not None
    template = zalo_templates()[notice_kinds()[kind].zalo_template or ""]
    assert set(data) == {one.name for one in template.parameters}
    assert all(1 <= len(data[one.name]) <= one.max_length for one in template.parameters)


def test_template_that_lacks_a_value_is_not_sent() -> None:
    assert template_data(replace(longest("supplement_requested"), respond_by=None)) is None
    assert template_data(replace(longest("money_due"), is_private=False)) is None
    assert template_data(longest("withdrawn")) is None


def _problems_with(kind: NoticeKind) -> list[str]:
    known = notice_kinds()
    kept = known[kind.kind]
    known[kind.kind] = kind
    try:
        return problems_of(kind.kind, longest(kind.kind))
    finally:
        known[kind.kind] = kept
