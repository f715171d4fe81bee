"""Other offices' matters, places in a question, the whole record, blank forms, a province's own export."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from onestop.cli.product import ROOT, Product
from tests.citizen import Citizen

EXPORT = (
    "Mã thủ tục;Tên thủ tục;Lệ phí;Thời hạn giải quyết;Mức độ trực tuyến;Liên kết nộp trực tuyến;Nguồn;Ngày kiểm tra\n"
    "1.004756;Cấp Chứng chỉ hành nghề thú y;{fee};9 ngày làm việc;Toàn trình;https://dvc.example.vn/thu-y;"
    "Quyết định 77/QĐ-UBND;20/11/2026\n"
    "7.222222;Cấp thẻ lái đò ngang bến Vàm Cỏ;30.000 đồng;4 ngày làm việc;Một phần;;Quyết định 78/QĐ-UBND;20/11/2026\n"
)


@pytest.mark.parametrize(
    ("question", "office"),
    [
        ("thu tuc ly hon", "Tòa án nhân dân"),
        ("muốn ly dị chồng thì nộp đơn ở đâu", "Tòa án nhân dân"),
        ("xe em có bị phạt nguội không", "Cảnh sát giao thông"),
        ("làm thẻ atm ở đâu", "ngân hàng"),
        ("xin visa đi Mỹ thăm con cần gì", "đại sứ quán"),
        ("mat sim lam lai o dau", "nhà mạng"),
    ],
)
def test_what_another_office_does_is_said_so(citizen: Citizen, question: str, office: str) -> None:
    citizen.says(question).hears(office, "không làm ở một cửa").hears_not("chưa tìm ra")


def test_a_real_procedure_wins_over_the_matter_it_sounds_like(citizen: Citizen) -> None:
    citizen.says("ghi chú ly hôn ở nước ngoài").hears("ghi chú ly hôn").hears_not("Tòa án")


def test_the_near_procedure_is_one_tap_away_and_then_talked_about(citizen: Citizen) -> None:
    citizen.says("ly hôn").hears("Tòa án")
    near = next(title for title in citizen.buttons if title.startswith("Ghi vào Sổ hộ tịch"))
    citizen.taps(near).hears("ghi chú ly hôn")
    citizen.says("mấy ngày có").hears("ngày làm việc")


def test_the_police_take_what_is_theirs(citizen: Citizen) -> None:
    citizen.says("làm lại thẻ căn cước bị mất nộp ở đâu").hears("Công an xã, phường").hears_not(
        "xã, phường nào trong tỉnh cũng"
    )


def test_the_whole_record_comes_as_two_messages_with_its_source(citizen: Citizen) -> None:
    citizen.says("đăng ký kết hôn")
    citizen.taps("Xem đầy đủ").hears("Thời hạn:", "Lệ phí:", "Nơi nộp:", "Căn cứ pháp lý:", "Nguồn:", "18/07/2026")
    assert len(citizen.heard) == 2, citizen.transcript
    citizen.hears("Giấy tờ cần có", "1. ")


def test_every_answer_names_its_source_and_day(citizen: Citizen) -> None:
    citizen.says("lệ phí đăng ký khai tử").hears("Nguồn: Cổng Dịch vụ công quốc gia", "18/07/2026")


def test_a_blank_form_comes_as_a_file(citizen: Citizen) -> None:
    citizen.says("cho xin mẫu tờ khai đăng ký khai sinh").hears("bản trắng", "Tờ khai đăng ký khai sinh")
    names = [file["name"] for message in citizen.heard for file in message["attachments"]]
    assert names == ["to-khai-dang-ky-khai-sinh.pdf"], citizen.transcript


def test_submitting_online_says_plainly_what_is_left_to_do(citizen: Citizen) -> None:
    citizen.says("sang tên xe máy nộp online được không").hears(
        "vẫn phải đến quầy một lần", "https://dichvucong.gov.vn"
    )


def test_insurance_for_the_baby_follows_the_birth(citizen: Citizen) -> None:
    citizen.says("vợ mới sanh, muốn làm giấy khai sinh cho bé").hears("khai sinh")
    citizen.says("còn làm bảo hiểm cho bé thì sao").hears_one_of("bảo hiểm y tế", "BHYT")


def test_a_bare_number_is_no_matter(citizen: Citizen) -> None:
    citizen.says("đăng ký khai sinh cần giấy tờ gì").hears("chứng sinh")
    citizen.says("1").hears_not("mầm non", "không làm ở một cửa")


def test_an_export_counts_without_a_restart_only_after_a_yes(
    citizen: Citizen, product: Product, tmp_path: Path
) -> None:
    citizen.says("lệ phí cấp chứng chỉ hành nghề thú y").hears_not("123.000")
    file = tmp_path / "tinh.csv"
    file.write_text(EXPORT.format(fee="123.000 đồng"), encoding="utf-8")
    assert "Chưa ghi gì" in imported(product, file)
    citizen.says("lệ phí cấp chứng chỉ hành nghề thú y").hears_not("123.000")
    assert "2 mới" in imported(product, file, "--yes")
    citizen.says("lệ phí cấp chứng chỉ hành nghề thú y").hears("123.000 đồng", "Quyết định 77/QĐ-UBND", "20/11/2026")
    citizen.says("nộp online được không").hears("không phải đến quầy", "https://dvc.example.vn/thu-y")
    citizen.says("cấp thẻ lái đò ngang bến Vàm Cỏ").hears("30.000 đồng", "4 ngày làm việc")
    file.write_text(EXPORT.format(fee="150.000 đồng"), encoding="utf-8")
    told = imported(product, file, "--check")
    assert "Lệ phí: 123.000 đồng → 150.000 đồng" in told and "1 giữ nguyên" in told


def imported(product: Product, file: Path, *more: str) -> str:
    command = [sys.executable, "-m", "onestop.cli", "import", "procedures", str(file), *more]
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **product.env}, capture_output=True, text=True, check=False, input=""
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
