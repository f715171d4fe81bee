from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from onestop.clock import LOCAL
from onestop.messages.dossiers import (
    SHORT_STATES,
    DossierStatus,
    PrivateDetails,
    not_found_text,
    short_status_text,
    status_text,
    wait_text,
)

DUE = datetime(2026, 11, 25, 8, 30, tzinfo=LOCAL)
STATUS = DossierStatus(
    code="H39.16-261110-0005",
    procedure_name="Đăng ký kết hôn",
    centre_name="Trung tâm Phục vụ hành chính công xã Bến Lức",
    state=4,
    step="Thẩm định",
    submitted_at=DUE - timedelta(days=9),
    received_at=DUE - timedelta(days=8),
    due_at=DUE,
    respond_by=DUE + timedelta(days=3),
    finished_at=DUE - timedelta(days=1),
    returned_at=DUE,
    days_left=2,
)
SECRETS = PrivateDetails(missing_papers=("Giấy chứng sinh",), amount_vnd=1_500_000, note="Tờ khai thiếu chữ ký")


def test_on_time_the_due_moment_and_the_days_left_stand_in_the_first_line() -> None:
    first = status_text(STATUS).splitlines()[0]
    assert "đang được xử lý" in first
    assert "8 giờ 30 thứ Tư, 25/11/2026" in first and "còn 2 ngày làm việc" in first


def test_late_it_says_how_much_and_at_which_step() -> None:
    late = replace(STATUS, is_overdue=True, days_left=-3, overran_step="Ký duyệt", overran_days=2)
    text = status_text(late)
    assert "trễ hẹn 3 ngày làm việc" in text and "Ký duyệt (quá 2 ngày làm việc)" in text


def test_late_by_less_than_a_day_is_no_number_of_days() -> None:
    assert "đã quá giờ hẹn" in status_text(replace(STATUS, is_overdue=True, days_left=0))


def test_why_is_answered_truthfully() -> None:
    assert "vẫn trong hạn" in status_text(STATUS, asks_why=True)
    late = replace(STATUS, is_overdue=True, days_left=-1, overran_step="Ký duyệt")
    assert "lý do cụ thể trung tâm mới trả lời được" in status_text(late, asks_why=True)


@pytest.mark.parametrize("state", range(1, 11))
def test_each_state_has_a_sentence_with_the_code_and_at_most_six_lines(state: int) -> None:
    text = status_text(replace(STATUS, state=state))
    assert STATUS.code in text.splitlines()[0] and len(text.splitlines()) <= 6
    assert SHORT_STATES[state] in short_status_text(replace(STATUS, state=state))


@pytest.mark.parametrize("state", [3, 5, 6, 8])
def test_what_is_private_is_told_only_when_it_is_given(state: int) -> None:
    status = replace(STATUS, state=state)
    public, private = status_text(status), status_text(status, SECRETS)
    assert public != private
    for secret in ("Giấy chứng sinh", "1.500.000", "chữ ký"):
        assert secret not in public
    if state == 5:
        assert "- Giấy chứng sinh" in private and "mã tra cứu" not in private
    if state == 6:
        assert "1.500.000 đồng" in private


def test_a_missed_supplement_date_is_said_to_be_past() -> None:
    assert "đã quá hạn nộp bổ sung" in status_text(replace(STATUS, state=5, is_response_late=True))


def test_a_new_date_names_the_first_one() -> None:
    text = status_text(replace(STATUS, original_due_at=DUE - timedelta(days=5)))
    assert "Ngày hẹn ban đầu: thứ Sáu, 20/11/2026" in text


def test_a_result_ahead_of_time_is_said_so_and_how_it_comes() -> None:
    ready = replace(STATUS, state=9)
    assert "sớm hơn ngày hẹn" in status_text(ready) and "giấy tờ tùy thân" in status_text(ready)
    assert "bưu điện" in status_text(replace(ready, return_mode="postal"))


def test_refusals_carry_no_emoji_and_nothing_about_existence() -> None:
    for text in (not_found_text(["H39.16-261110-0005"]), wait_text(timedelta(seconds=61))):
        assert "✅" not in text and "không đúng" not in text
    assert "2 phút" in wait_text(timedelta(seconds=61))
