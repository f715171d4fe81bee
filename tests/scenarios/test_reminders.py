"""Reminders, as people talk about them."""

from __future__ import annotations

import re
from collections.abc import Callable

from tests.citizen import Citizen
from tests.world import Counter, World


def test_an_old_farmer_sets_moves_sees_and_drops_one(citizen: Citizen) -> None:
    citizen.says("cháu ơi mai 8h nhắc bác đi lấy giấy đất nghen").hears("8 giờ", "đi lấy giấy đất")
    citizen.says("dời qua 9h").hears("đã sửa", "9 giờ").hears_not("lúc nào")
    citizen.says("bác có hẹn nhắc gì không").hears("1. 9 giờ", "đi lấy giấy đất")
    citizen.says("thôi khỏi nhắc nữa").hears("đã bỏ lời nhắc")
    citizen.says("xem lời nhắc").hears("không giữ lời nhắc nào")


def test_a_hurried_citizen_without_marks_in_three_messages(citizen: Citizen) -> None:
    citizen.says("nhac toi dong thue").hears("lúc nào")
    citizen.says("30/2").hears("tháng 2 không có ngày 30")
    citizen.says("thu nam 9h").hears("9 giờ thứ Năm", "dong thue")
    citizen.says("doi sang thu sau").hears("9 giờ thứ Sáu")


def test_of_three_two_go_by_their_numbers_and_the_last_by_its_words(citizen: Citizen) -> None:
    for hour, what in ((7, "đi họp tổ dân phố"), (8, "đóng tiền nước"), (9, "nộp thuế đất")):
        citizen.says(f"mốt {hour}h nhắc tui {what}").hears(f"{hour} giờ", what)
    citizen.says("hủy lời nhắc").hears("1. 7 giờ", "3. 9 giờ", "muốn bỏ lời nhắc nào")
    citizen.says("1 và 3").hears("đã bỏ 2 lời nhắc")
    citizen.says("hủy lời nhắc đóng tiền nước").hears("đóng tiền nước")
    citizen.says("tui có lời nhắc nào").hears("không giữ lời nhắc nào")


def test_inside_the_form_one_may_still_look_at_the_list(citizen: Citizen) -> None:
    citizen.says("mai nhắc tôi đi họp").hears("đi họp")
    citizen.opens("#nhac_hen").hears("lúc nào")
    citizen.says("xem lời nhắc").hears("1. 8 giờ", "đi họp")
    assert "lúc nào" not in citizen.text, "who looked at the list is asked for a new one's time again"


def test_a_time_that_is_past_gets_the_next_sensible_one_by_a_number(citizen: Citizen) -> None:
    citizen.says("hôm qua nhắc tôi gọi cho cán bộ địa chính").hears("đã qua")
    citizen.says("1").hears("em sẽ nhắc", "gọi cho cán bộ địa chính")


def test_lunar_days_are_named_by_both_calendars(citizen: Citizen) -> None:
    citizen.says("mùng một tới nhắc bà đi chùa nha con").hears("âm lịch", "đi chùa")
    other = next(title for title in citizen.buttons if title.startswith("Dương lịch"))
    citizen.taps(other).hears("đã sửa").hears_not("âm lịch")


def test_every_monday_is_declined_plainly(citizen: Citizen) -> None:
    citizen.says("mỗi thứ hai 8h nhắc tôi uống thuốc").hears("chưa nhắc lặp lại", "thứ Hai", "uống thuốc")


def test_the_button_of_a_ready_dossier_proposes_when_to_go(citizen: Citizen, counter: Counter) -> None:
    dossier = counter.dossier(state=9)
    citizen.says(dossier["code"]).taps("Nhắc tôi đi lấy").hears("lúc nào")
    proposed = next(title for title in citizen.buttons if "8 giờ" in title)
    citizen.taps(proposed).hears("em sẽ nhắc", "8 giờ", dossier["code"])


def test_before_the_promised_day_of_the_dossier_talked_about(citizen: Citizen, counter: Counter) -> None:
    dossier = next(one for one in counter.dossiers(state=4, overdue="false", limit=20) if one["due_at"])
    citizen.says(dossier["code"])
    citizen.says("trước hẹn trả 1 ngày nhắc tôi nha")
    citizen.hears_one_of("em sẽ nhắc", "đã qua").hears_not("mã hồ sơ in trên giấy")


def test_the_reminder_comes_and_is_wanted_again_and_then_done(citizen: Citizen, world: World) -> None:
    citizen.says("30 phút nữa nhắc tui tắt bếp").hears("em sẽ nhắc")
    world.advances(31 * 60)
    citizen.waits().hears("em nhắc anh/chị: tắt bếp", "Mã tin:").sees("Nhắc lại sau 1 giờ", "Xong rồi")
    citizen.taps("Nhắc lại sau 1 giờ").hears("em sẽ nhắc", "tắt bếp")
    world.advances(61 * 60)
    citizen.waits().hears("tắt bếp")
    citizen.says("2").hears("ghi là xong")


def test_nobody_hears_of_anothers_reminders(new_citizen: Callable[..., Citizen]) -> None:
    new_citizen().says("mai nhắc tôi đi gặp luật sư ly hôn").hears("luật sư")
    new_citizen().says("xem lời nhắc").hears("không giữ lời nhắc nào").hears_not("luật sư")


def test_too_far_away_words_set_nothing(citizen: Citizen) -> None:
    citizen.says("em có nhắc hẹn được không").hears_not("em sẽ nhắc")
    assert citizen.heard and not re.search(r"\d{2}/\d{2}/\d{4}", citizen.text)
