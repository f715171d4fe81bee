"""Phone numbers, addresses and opening hours."""

from __future__ import annotations

from pathlib import Path

from onestop import clock
from tests.integration.dialogue.harness import Chat, World, moves_clock


def test_a_number_that_is_not_on_record_is_said_so_and_1022_named(chat: Chat) -> None:
    said = chat.says("số điện thoại một cửa xã Bến Lức", "contact_hotline", agency="một cửa xã Bến Lức")
    assert "chưa có số" in said and "1022" in said and "Gọi 1022" in chat.buttons


def test_an_old_name_resolves_to_todays_centre(chat: Chat) -> None:
    said = chat.says("địa chỉ xã Long Hậu", "ask_address", place="xã Long Hậu")
    assert "xã Long Hậu" in said and "xã Cần Giuộc" in said


def test_the_place_is_asked_for_and_answered_by_words(chat: Chat) -> None:
    said = chat.says("số điện thoại", "contact_hotline")
    assert "1022" in said and "xã, phường nào" in said
    assert "Bến Lức" in chat.says("Bến Lức", "out_of_scope", place="Bến Lức")
    assert len(chat.heard) == 1


def test_something_else_about_the_place_still_to_be_named_replaces_the_first(chat: Chat) -> None:
    assert "địa chỉ" in chat.says("trung tâm gần nhất ở đâu", "ask_address")
    said = chat.says("sđt ở đó", "contact_hotline", place="ở đó")
    assert "chưa nhận ra" not in said and "số của trung tâm" in said
    assert "chưa có số" in chat.says("Bến Lức", "out_of_scope", place="Bến Lức")


def test_a_bare_place_is_offered_what_can_be_asked_about_it(chat: Chat) -> None:
    said = chat.says("dạ xã Bến Lức", "out_of_scope", place="xã Bến Lức")
    assert "xã Bến Lức" in said and chat.buttons == ["Địa chỉ", "Giờ làm việc", "Số điện thoại"]
    assert "làm việc" in chat.says("2")


def test_a_question_word_is_no_place(chat: Chat) -> None:
    assert "xã, phường nào" in chat.says("địa chỉ ở đâu", "ask_address")


def test_a_former_district_asks_which_commune_and_a_number_picks(chat: Chat) -> None:
    said = chat.says(
        "trung tâm hành chính công Cần Giuộc ở đâu", "ask_address", agency="trung tâm hành chính công Cần Giuộc"
    )
    assert "1. " in said and "của nơi nào" in said
    assert "Cần Giuộc" in chat.says("1")


def test_hours_of_today_of_a_saturday_and_of_a_holiday(chat: Chat, tmp_path: Path) -> None:
    assert "hôm nay (thứ Tư, 25/11/2026)" in chat.says("mấy giờ mở cửa", "ask_working_hours")
    said = chat.says("thứ bảy có làm không", "ask_working_hours")
    assert "thứ Bảy, 28/11/2026" in said and "nghỉ" in said and "thứ Hai, 30/11/2026" in said
    said = chat.says("1/1 có làm không", "ask_working_hours", date="2027-01-01")
    assert "nghỉ (Tết Dương lịch)" in said


def test_the_office_of_the_dossier_is_meant_after_a_look_up(chat: Chat, world: World) -> None:
    found = world.dossier(state=4)
    chat.says(found.code, "lookup_dossier", dossier_code=found.code)
    name = world.services.offices.office(found.centre_id, clock.now()).name
    assert name in chat.says("cho tôi số điện thoại", "contact_hotline")


def test_the_same_question_about_another_place(chat: Chat) -> None:
    chat.says("số điện thoại một cửa xã Bến Lức", "contact_hotline", agency="một cửa xã Bến Lức")
    assert "Cần Đước" in chat.says("còn xã Cần Đước?", "out_of_scope", place="xã Cần Đước")


def test_the_power_companys_numbers_come_from_the_data(chat: Chat) -> None:
    said = chat.says("mai có cúp điện không", "ask_power_cut")
    assert "1900 1006" in said and "Gọi 1900 1006" in chat.buttons


def test_a_location_asks_for_the_commune(chat: Chat) -> None:
    said = chat.sends("send_location", "(vị trí)", latitude="10.5", longitude="106.4")
    assert "xã, phường nào" in said


def test_directions_are_built_anew_on_the_next_day(chat: Chat, world: World, tmp_path: Path) -> None:
    chat.says("mấy giờ mở cửa", "ask_working_hours")
    moves_clock(tmp_path, 24 * 3600)
    assert "hôm nay (thứ Năm, 26/11/2026)" in chat.says("mấy giờ mở cửa", "ask_working_hours")
