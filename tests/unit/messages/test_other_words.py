from __future__ import annotations

from datetime import date, datetime, time

import pytest

from onestop.clock import LOCAL
from onestop.messages import elsewhere, feedback, information, officers, offices, reminders
from onestop.messages.formats import clock_text, hours_in_words, phone_text
from onestop.messages.offices import DayFacts, OfficeFacts

OPENING = ((time(7), time(11, 30)), (time(13, 30), time(17)))
OFFICE = OfficeFacts("c1", "Trung tâm Phục vụ hành chính công xã Bến Lức", opening=OPENING)
WEDNESDAY = DayFacts(date(2026, 11, 25), True, True, date(2026, 11, 26))
SATURDAY = DayFacts(date(2026, 11, 28), False, False, date(2026, 11, 30), "cuối tuần")


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("+84912345678", "0912 345 678"),
        ("02723871201", "0272 387 1201"),
        ("19001006", "1900 1006"),
        ("1022", "1022"),
    ],
)
def test_phone_numbers_are_grouped(phone: str, shown: str) -> None:
    assert phone_text(phone) == shown


def test_hours_inside_a_text_are_spoken() -> None:
    text = hours_in_words("Thứ Hai đến thứ Sáu, 7:00–11:30 và 13:30–17:00, trừ ngày nghỉ lễ")
    assert text == "Thứ Hai đến thứ Sáu, 7 giờ – 11 giờ 30 và 13 giờ 30 – 17 giờ, trừ ngày nghỉ lễ"


def test_clock_times() -> None:
    assert [clock_text(time(8)), clock_text(time(8, 5))] == ["8 giờ", "8 giờ 05"]


def test_an_unknown_number_or_address_is_said_so() -> None:
    assert "chưa có số" in offices.hotline_text(OFFICE, "1022") and "1022" in offices.hotline_text(OFFICE, "1022")
    assert "chưa có địa chỉ" in offices.address_text(OFFICE, "1022")


def test_what_is_known_is_told_with_its_doubts() -> None:
    office = OfficeFacts("c1", "Trung tâm X", "+84912345678", "Số của UBND", "1 Lê Lợi", False, old_name="xã Y (cũ)")
    assert "0912 345 678 (số của UBND)" in offices.hotline_text(office, "1022")
    assert "xã Y (cũ) nay thuộc Trung tâm X" in offices.hotline_text(office, "1022")
    assert "chưa được trung tâm xác nhận" in offices.address_text(office, "1022")


def test_hours_of_a_working_day_and_of_a_day_off() -> None:
    text = offices.hours_text(OFFICE, WEDNESDAY, OPENING)
    assert "hôm nay (thứ Tư, 25/11/2026)" in text and "7 giờ – 11 giờ 30 và 13 giờ 30 – 17 giờ" in text
    assert "thông thường" in text  # nobody confirmed them
    text = offices.hours_text(None, SATURDAY, OPENING)
    assert "nghỉ (cuối tuần)" in text and "thứ Hai, 30/11/2026" in text


def test_a_number_is_offered_at_once_where_one_is_asked_for() -> None:
    assert "1022" in offices.which_office_text("contact_hotline", ["A", "B"], "1022")
    assert "1022" not in offices.which_office_text("ask_address", ["A", "B"], "1022")


def test_feedback_is_shown_before_it_is_sent_and_its_state_after() -> None:
    assert "“đường hư”" in feedback.summary_text(feedback.Draft("đường hư", "ấp 3"))
    assert "Ảnh kèm: 2" in feedback.summary_text(feedback.Draft("đường hư", photos=2))
    long = feedback.Draft("rất dài " * 200, "ấp 3", 2, unit_name="UBND xã Cần Giuộc")
    assert len(feedback.summary_text(long)) < 600 and len(feedback.summary_text(long).splitlines()) <= 6
    due = date(2026, 12, 23)
    taken = feedback.taken_text("PA-261125-0001", due, "UBND xã Cần Giuộc", "report", is_anonymous=False)
    assert "PA-261125-0001" in taken and "thứ Tư, 23/12/2026" in taken and "UBND xã Cần Giuộc" in taken
    created = datetime(2026, 11, 25, 9, tzinfo=LOCAL)
    answered = feedback.State("PA-1", "answered", created, due, due, answer="Đã sửa xong")
    assert "Đã sửa xong" in feedback.state_text(answered)
    late = feedback.State("PA-1", "forwarded", created, due, date(2026, 12, 24))
    assert "quá hạn" in feedback.state_text(late)


@pytest.mark.parametrize("kind", ["complaint", "denunciation"])
def test_a_formal_complaint_is_said_not_to_be_one(kind: str) -> None:
    said = feedback.taken_text("PA-261125-0001", date(2026, 12, 23), None, kind, is_anonymous=False)
    assert "không thay đơn" in said


@pytest.mark.parametrize(("stars", "expected"), [(5, "Cảm ơn"), (1, "rất không hài lòng")])
def test_thanks_for_stars(stars: int, expected: str) -> None:
    assert expected in feedback.thanks_text(stars)


def test_waiting_for_an_officer_is_honest() -> None:
    opens = datetime(2026, 11, 26, 7, 0, tzinfo=LOCAL)
    hours = ((time(7), time(11, 30)), (time(13, 30), time(17)))
    closed = officers.closed_text(True, True, opens, "Ngày Văn hóa Việt Nam", hours, "1022")
    assert "7 giờ thứ Năm, 26/11/2026" in closed and "Ngày Văn hóa" in closed and "13 giờ 30 – 17 giờ" in closed
    assert "chưa biết trước phải chờ bao lâu" in officers.waiting_text(True, False, 0, None, "1022")
    queued = officers.waiting_text(True, True, 3, 12, "1022")
    assert "còn 3 người" in queued and "khoảng 12 phút" in queued and len(queued.splitlines()) <= 6
    assert "vẫn đang chờ" in officers.waiting_text(False, False, 0, None, "1022")


def test_reminders_are_numbered() -> None:
    at = datetime(2026, 11, 26, 8, 0, tzinfo=LOCAL)
    assert "2. 8 giờ thứ Năm, 26/11/2026: B" in reminders.list_text([("A", at), ("B", at)], "?")


def test_the_portal_and_the_page_of_a_procedure() -> None:
    assert "https://p/1" in information.portal_text("https://p", "Khai sinh", "https://p/1")
    assert "Khai sinh" not in information.portal_text("https://p", None, None)


def test_another_office_is_named_with_the_next_step_and_the_source_last() -> None:
    text = elsewhere.elsewhere_text("ly hôn", "Tòa án nhân dân", "Nộp đơn tại tòa.", "Bộ luật X", date(2026, 11, 24))
    first, advice, source = text.splitlines()
    assert "không làm ở một cửa mà ở Tòa án" in first and advice == "Nộp đơn tại tòa."
    assert source == "Theo quy định chung: Bộ luật X (cập nhật 24/11/2026)."
