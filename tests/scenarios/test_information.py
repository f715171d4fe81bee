"""Look-ups as citizens ask for them: news, power cuts, land prices, planning, scores, vaccination, buses."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from onestop.cli.product import ROOT, Product
from onestop.clock import LOCAL
from tests.citizen import Citizen
from tests.world import World

SAMPLE = re.compile(r"Theo .*\(dữ liệu mẫu\).*, cập nhật \d{2}/\d{2}/\d{4}")


def says_who(citizen: Citizen) -> None:
    """Every answer from data names its source, that it is a sample, and the day of checking."""
    assert SAMPLE.search(citizen.text), citizen.transcript


def local_now(product: Product) -> datetime:
    """The product's present moment."""
    offset_s = float((product.home / "clock_offset").read_text(encoding="ascii"))
    return datetime.now(LOCAL) + timedelta(seconds=offset_s)


@pytest.fixture
def imports(product: Product, tmp_path: Path) -> Callable[..., subprocess.CompletedProcess]:
    """`./run import` beside the running product."""

    def run(kind: str, text: str, *options: str) -> subprocess.CompletedProcess:
        file = tmp_path / f"{kind}.csv"
        file.write_text(text, encoding="utf-8")
        command = [sys.executable, "-m", "onestop.cli", "import", kind, str(file), *options]
        return subprocess.run(
            command, cwd=ROOT, env={**os.environ, **product.env}, capture_output=True, text=True, check=False
        )

    return run


# Power cuts


def test_power_cut_by_a_former_commune_then_another_day(citizen: Citizen) -> None:
    citizen.says("mai có cúp điện không em").hears("xã, phường nào")
    citizen.says("Long Hậu").hears("xã Cần Giuộc", "Long Hậu", "cúp điện")
    says_who(citizen)
    citizen.says("còn ngày mốt?").hears("xã Cần Giuộc", "cúp điện")


def test_power_cut_asked_whole_and_without_marks(citizen: Citizen) -> None:
    citizen.says("lich cup dien xa phuoc ly tuan nay").hears("xã Phước Lý", "cúp điện").hears_not("xã, phường nào")
    says_who(citizen)


def test_power_cut_of_a_former_district_is_picked_by_number(citizen: Citizen) -> None:
    citizen.says("huyện Cần Giuộc bữa nào cúp điện").hears("1. Xã Cần Giuộc", "2. ")
    citizen.says("1").hears("xã Cần Giuộc")
    says_who(citizen)


def test_power_cut_somewhere_else_is_not_invented(citizen: Citizen) -> None:
    citizen.says("lịch cúp điện ở Đà Lạt").hears("chưa nhận ra", "1022").hears_not("giờ –")


def test_power_cut_with_a_dossier_question_in_between(citizen: Citizen) -> None:
    citizen.says("lịch cúp điện").hears("xã, phường nào")
    citizen.says("mà trung tâm một cửa mấy giờ mở cửa vậy em").hears("7 giờ", "xã, phường nào")
    citizen.says("ben luc").hears("xã Bến Lức")
    says_who(citizen)


def test_subscribed_power_cuts_come_after_an_import_and_stop_by_one_tap(
    citizen: Citizen, product: Product, imports: Callable[..., subprocess.CompletedProcess], world: World
) -> None:
    world.advances((9 - local_now(product).hour) % 24 * 3600)  # by day: at night it would wait
    citizen.says("có cúp điện thì báo tui nha").hears("xã, phường nào")
    citizen.says("xã Cần Giuộc").hears("từ giờ xã Cần Giuộc")
    day = local_now(product) + timedelta(days=2)
    rows = [
        f"Cần Giuộc;Ấp Thử Nghiệm;{day:%d/%m/%Y} 08:00;{day:%d/%m/%Y} 11:00",
        f"Bến Lức;Ấp Nơi Khác;{day:%d/%m/%Y} 08:00;{day:%d/%m/%Y} 11:00",
    ]
    text = "\n".join(["Xã phường;Khu vực mất điện;Bắt đầu;Kết thúc", *rows]) + "\n"
    options = ("--source", "Điện lực thử (dữ liệu mẫu)", "--checked", f"{local_now(product):%Y-%m-%d}")
    assert "chưa ghi gì" in imports("power_cuts", text, *options, "--check").stdout
    citizen.waits(wait_s=2).hears_nothing()
    bad = imports("power_cuts", text + "Cần Giuộc;;x;y\n", *options)
    assert bad.returncode == 1 and "dòng 4" in bad.stderr
    assert imports("power_cuts", text, *options).returncode == 0
    citizen.waits().hears("xã Cần Giuộc", "Ấp Thử Nghiệm", "8 giờ – 11 giờ", "Theo Điện lực thử").hears_not("Nơi Khác")
    assert imports("power_cuts", text, *options).returncode == 0
    citizen.waits(wait_s=3).hears_nothing()
    citizen.taps("Thôi báo").hears("thôi báo lịch cúp điện của xã Cần Giuộc")
    assert imports("power_cuts", text.replace("Thử Nghiệm", "Mới Nữa"), *options).returncode == 0
    citizen.waits(wait_s=3).hears_nothing()


# News


def test_newest_news_three_at_a_time(citizen: Citizen) -> None:
    citizen.says("có tin gì mới không").hears("1. ", "3. ").hears_not("4. ")
    says_who(citizen)
    first = citizen.text
    citizen.taps("Xem thêm").hears("1. ")
    assert citizen.text != first
    citizen.says("2")
    says_who(citizen)


def test_news_about_a_subject(citizen: Citizen) -> None:
    citizen.says("có gì mới về bảo hiểm y tế không").hears("Bảo hiểm y tế").hears_not("thanh long")
    says_who(citizen)
    citizen.says("co chinh sach gi moi ve thue ho kinh doanh khong").hears("thuế khoán")


def test_urgent_warnings(citizen: Citizen) -> None:
    citizen.says("có cảnh báo khẩn gì không em").hears("KHẨN", "Triều cường")
    says_who(citizen)


# Land prices


def test_land_price_asks_one_thing_at_a_time(citizen: Citizen) -> None:
    citizen.says("cho hỏi bảng giá đất").hears("đường nào")
    citizen.says("nguyen hue").hears("1. Phường Long An")
    citizen.says("1").hears("loại đất nào")
    citizen.says("1").hears("đồng/m²", "vị trí 1", "Quyết định", "không phải giá mua bán")
    says_who(citizen)


def test_land_price_asked_whole_without_marks(citizen: Citizen) -> None:
    citizen.says("gia dat tho cu duong nguyen hue phuong long an vi tri 1").hears(
        "phường Long An", "vị trí 1", "đồng/m²"
    )
    says_who(citizen)


def test_land_price_of_an_unknown_road(citizen: Citizen) -> None:
    citizen.says("giá đất đường Hoàng Sa xã Bến Lức").hears("không thấy", "Hoàng Sa").hears_not("đồng/m²")


# Planning


def test_planning_of_a_plot_with_its_commune_missing(citizen: Citizen) -> None:
    citizen.says("thửa 12 tờ 5 có dính quy hoạch không").hears("xã, phường nào")
    citizen.says("Long Hậu").hears("thửa 12", "tờ bản đồ 5", "xã Cần Giuộc", "quy hoạch là", "văn bản")
    says_who(citizen)


def test_planning_of_a_place(citizen: Citizen) -> None:
    citizen.says("xem quy hoach xa ben luc").hears("1. ")
    citizen.says("1").hears("quy hoạch là", "xã Bến Lức")
    says_who(citizen)


# Exam scores


def test_score_with_the_number_in_the_next_message(citizen: Citizen) -> None:
    citizen.says("tra điểm thi cho con tui với").hears("số báo danh")
    citizen.says("49000012").hears("49000012", "Toán", "Ngữ văn")
    says_who(citizen)
    citizen.says("49000013").hears("49000013")


def test_score_in_one_sentence(citizen: Citizen) -> None:
    citizen.says("diem thi sbd 46000005 bao nhieu").hears("46000005", "Toán")
    says_who(citizen)


def test_score_of_a_number_that_is_not_there(citizen: Citizen) -> None:
    citizen.says("điểm thi số báo danh 49999999").hears("chưa thấy số báo danh 49999999").hears_not("Toán")


# Vaccination sites


def test_vaccination_near_a_shared_location(citizen: Citizen) -> None:
    citizen.says("chích ngừa cho bé ở đâu").hears("xã, phường nào", "vị trí")
    citizen.does("location", lat=10.606, lon=106.671).hears("1. ", "3. ", " km", "xã Cần Giuộc")
    says_who(citizen)


def test_vaccination_against_one_illness_in_a_commune(citizen: Citizen) -> None:
    citizen.says("tiem hpv o khanh hau cho nao").hears("HPV", "1. ", "phường Khánh Hậu")
    says_who(citizen)


def test_vaccination_data_that_are_old(citizen: Citizen) -> None:
    citizen.says("trạm y tế phường Kiến Tường tiêm vào ngày mấy").hears("Kiến Tường", "Dữ liệu đã cũ", "kiểm tra lại")


# Buses: a data file and a provider


def test_bus_by_route_and_by_stops(citizen: Citizen) -> None:
    citizen.says("xe buýt tuyến 62-1 mấy giờ chạy").hears("tuyến 62-1", "4 giờ 30")
    says_who(citizen)
    citizen.says("xe buyt tu tan an di ben luc").hears("1. Tuyến 3")
    citizen.says("1").hears("tuyến 3", "đồng")


def test_bus_asks_for_the_route(citizen: Citizen) -> None:
    citizen.says("giờ xe buýt").hears("tuyến số mấy")
    citizen.says("5").hears("tuyến 5", "Cần Giuộc")


# All together


def test_one_citizen_asks_for_everything_in_turn(citizen: Citizen) -> None:
    citizen.says("mai ở bến lức có cúp điện không").hears("xã Bến Lức")
    citizen.says("còn điểm tiêm chủng?").hears("điểm tiêm", "Bến Lức")
    citizen.says("tin mới").hears("1. ")
    citizen.says("sbd 49000001").hears("49000001")
    citizen.says("thửa 12 tờ 5 xã Bến Lức quy hoạch gì").hears("thửa 12", "xã Bến Lức")
    citizen.says("cảm ơn em").hears("dạ")


def test_the_menu_leads_there(citizen: Citizen) -> None:
    citizen.says("menu")
    citizen.taps("Thông tin").sees("Tin mới")
    citizen.taps("Điểm thi").hears("số báo danh")
    citizen.says("thôi").hears_not("số báo danh")


def test_many_candidates_at_once(new_citizen: Callable[..., Citizen]) -> None:
    citizens = [new_citizen() for _ in range(8)]
    numbers = [f"4900{number:04d}" for number in range(101, 109)]
    for one, number in zip(citizens, numbers, strict=True):
        one.sends({"type": "text", "text": f"điểm thi sbd {number}"})
    for one, number in zip(citizens, numbers, strict=True):
        one.waits(wait_s=30).hears(number, "Toán")
