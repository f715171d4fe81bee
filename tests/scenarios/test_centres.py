"""Where to go: by place, by procedure, by dossier; old names, hours of feasts and lunch breaks."""

from __future__ import annotations

import pytest

from tests.citizen import Citizen
from tests.world import Counter


def test_a_place_in_the_question_names_its_centre_and_there_means_it(citizen: Citizen) -> None:
    citizen.says("muốn làm giấy khai sinh cho con")
    citizen.says("nộp ở đâu, nhà tui ở xã Cần Giuộc").hears("Trung tâm Phục vụ hành chính công xã Cần Giuộc")
    citizen.says("sđt ở đó").hears("xã Cần Giuộc", "1022")
    citizen.says("mấy giờ mở cửa").hears("xã Cần Giuộc")
    citizen.says("chỉ đường").hears("xã Cần Giuộc").sees("Chỉ đường trên bản đồ")


def test_an_old_name_leads_to_todays_centre(citizen: Citizen) -> None:
    citizen.says("làm khai sinh nộp ở đâu, nhà em ở xã Long Hậu").hears("xã Long Hậu", "(cũ)", "xã Cần Giuộc")


def test_a_name_of_several_places_is_asked_once(citizen: Citizen) -> None:
    citizen.says("cho xin số điện thoại một cửa xã Tân Thành").hears("1.", "2.")
    citizen.says("2").hears("1022").hears_not("nơi nào ạ")


def test_a_former_district_offers_its_communes_for_handing_in(citizen: Citizen) -> None:
    citizen.says("đăng ký kết hôn nộp ở đâu, em ở huyện Cần Giuộc").hears("1.", "trong tỉnh")
    chosen = citizen.buttons[0]
    citizen.taps(chosen).hears("Trung tâm Phục vụ hành chính công xã")
    citizen.says("số điện thoại ở đó").hears("1022")


def test_a_procedure_of_the_province_may_be_handed_in_nearby(citizen: Citizen) -> None:
    citizen.says("tách thửa đất nộp ở đâu, tui ở Bến Lức").hears("hành chính công tỉnh", "Bến Lức", "không kể nơi ở")


def test_there_is_the_provinces_centre_after_its_procedure(citizen: Citizen) -> None:
    citizen.says("cấp giấy chứng nhận đăng ký tàu cá nộp ở đâu").hears("tỉnh")
    citizen.says("số điện thoại ở đó").hears("Trung tâm Phục vụ hành chính công tỉnh")


def test_the_centre_of_a_dossier_by_its_code(citizen: Citizen, counter: Counter) -> None:
    dossier = counter.accepts()
    citizen.says(f"hồ sơ {dossier['code']} nộp ở trung tâm nào, cho xin địa chỉ trung tâm đó")
    citizen.hears("Trung tâm Phục vụ hành chính công")
    citizen.says("số điện thoại ở đó").hears("Trung tâm Phục vụ hành chính công", "1022")


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("30/4 có làm việc không", ("nghỉ", "Ngày Chiến thắng")),
        ("mùng 1 Tết có mở cửa không", ("nghỉ", "Tết Nguyên đán")),
        ("Tết nghỉ tới ngày nào", ("Tết Nguyên đán", "đến hết", "làm việc lại")),
        ("thứ 7 có làm không", ("thứ Bảy", "nghỉ")),
        ("trưa thứ sáu tuần sau có làm không", ("nghỉ trưa", "13 giờ 30")),
        ("29 tết còn làm không", ("nghỉ", "Tết")),
    ],
)
def test_hours_of_feasts_and_breaks(citizen: Citizen, question: str, expected: tuple[str, ...]) -> None:
    citizen.says(question).hears(*expected)


def test_hours_of_a_centre_then_another_day_there(citizen: Citizen) -> None:
    citizen.says("trung tâm hành chính công xã Bến Lức mấy giờ mở cửa").hears("xã Bến Lức")
    citizen.says("còn thứ bảy có làm không").hears("thứ Bảy", "nghỉ")


def test_a_place_outside_the_province_is_not_guessed(citizen: Citizen) -> None:
    citizen.says("đăng ký khai sinh nộp ở đâu, nhà tôi ở Hà Nội").hears_not("Hà Nội (cũ)").hears("xã, phường")
