from __future__ import annotations

from dataclasses import replace
from datetime import date, time

from onestop.messages import offices, procedures
from onestop.messages.elsewhere import elsewhere_text, offer_title
from onestop.messages.offices import DayFacts, OfficeFacts
from onestop.messages.procedures import ProcedureFacts

OPENING = ((time(7), time(11, 30)), (time(13, 30), time(17)))
CENTRE = OfficeFacts("c1", "Trung tâm Phục vụ hành chính công xã Cần Giuộc", opening=OPENING)
WEDNESDAY = DayFacts(date(2026, 11, 25), True, True, date(2026, 11, 26))
BIRTH = ProcedureFacts(
    code="1.001193",
    name="Đăng ký khai sinh",
    is_curated=True,
    level="xã",
    submit_modes=("trực tiếp", "trực tuyến"),
    documents=("Tờ khai", "Giấy chứng sinh"),
    legal_basis=("Luật 60/2014/QH13",),
    source="Cổng Dịch vụ công quốc gia",
    checked_on=date(2026, 7, 18),
    portal_url="https://dichvucong.gov.vn/x",
)


def test_another_office_is_named_with_the_next_step_and_the_source() -> None:
    day = date(2026, 11, 24)
    text = elsewhere_text("ly hôn", "Tòa án nhân dân khu vực", "Nộp đơn tại tòa.", "Luật X", day, ["Ghi chú ly hôn"])
    assert text.splitlines()[0] == "Dạ, việc ly hôn không làm ở một cửa mà ở Tòa án nhân dân khu vực."
    assert "- Ghi chú ly hôn" in text and "Luật X" in text and "24/11/2026" in text
    assert offer_title("ly hôn") == "Ly hôn (nơi khác làm)"


def test_what_nobody_does_is_said_so() -> None:
    text = elsewhere_text("ly thân", "không cơ quan nào: chưa có thủ tục", "Tự thỏa thuận.", "Luật", date(2026, 11, 24))
    assert text.startswith("Dạ, việc ly thân thì không cơ quan nào")


def test_the_whole_record_is_two_messages_that_zalo_takes_whole() -> None:
    first, second = procedures.full_texts(BIRTH)
    for piece in ("Lệ phí: chưa có trong dữ liệu", "Căn cứ pháp lý: Luật 60/2014/QH13", "cập nhật 18/07/2026"):
        assert piece in first
    assert "1. Tờ khai" in second and len(first) < 2000 and len(second) < 2000
    (only,) = procedures.full_texts(replace(BIRTH, documents=()))
    assert "chưa có danh sách" in only


def test_a_counter_of_its_own_is_not_any_commune() -> None:
    text = procedures.aspect_text(
        replace(BIRTH, place="Công an xã, phường", has_own_counter=True), "ask_where_to_submit"
    )
    assert "Công an xã, phường" in text and "nào trong tỉnh" not in text
    assert "xã, phường nào trong tỉnh" in procedures.aspect_text(BIRTH, "ask_where_to_submit")


def test_the_own_link_comes_before_the_portals() -> None:
    text = procedures.aspect_text(
        replace(BIRTH, submit_url="https://dvc.example.vn/nop", online_level="toàn trình"), "ask_online_submission"
    )
    assert "https://dvc.example.vn/nop" in text and "không phải đến quầy" in text


def test_a_time_of_day_is_answered_first() -> None:
    lunch = offices.hours_text(CENTRE, WEDNESDAY, OPENING, time(12))
    assert "lúc 12 giờ nghỉ trưa, mở lại lúc 13 giờ 30" in lunch
    assert "đang giờ làm việc, đến 17 giờ" in offices.hours_text(CENTRE, WEDNESDAY, OPENING, time(14))
    assert "đã hết giờ làm việc" in offices.hours_text(CENTRE, WEDNESDAY, OPENING, time(18))
    assert "chưa mở cửa" in offices.hours_text(CENTRE, WEDNESDAY, OPENING, time(6))


def test_a_day_off_that_nobody_confirmed_says_so() -> None:
    day = DayFacts(date(2026, 11, 24), False, True, date(2026, 11, 25), "Ngày Văn hóa Việt Nam", is_unverified=True)
    assert "chưa ai xác nhận" in offices.hours_text(CENTRE, day, OPENING)
    assert "Hôm nay nghỉ (Ngày Văn hóa Việt Nam)" in offices.hours_line(day, OPENING)


def test_an_old_name_is_told_with_the_centre_that_serves_it() -> None:
    old = replace(CENTRE, old_name="xã Long Hậu (cũ)")
    text = offices.submit_here_text(old, "đăng ký khai sinh", "Hôm nay làm việc.", None, None)
    assert "xã Long Hậu (cũ) nay do Trung tâm Phục vụ hành chính công xã Cần Giuộc phục vụ" in text
