"""Citizens ask what to bring, what it costs, how long it takes, where to go."""

from __future__ import annotations

import pytest

from tests.citizen import Citizen


def test_life_event_finds_the_procedure(citizen: Citizen) -> None:
    citizen.says("vợ em mới sanh muốn làm giấy cho bé").hears("khai sinh")


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("lam giay khai sinh can giay to gi", ("chứng sinh",)),
        ("đăng ký kết hôn cần giấy tờ gì em", ("kết hôn",)),
        ("lệ phí làm giấy khai sinh bao nhiêu", ("miễn",)),
        ("dang ky khai tu mat may ngay", ("khai tử",)),
        ("làm giấy khai sinh nộp ở đâu", ("xã",)),
        ("khai sinh nộp qua mạng được không", ("trực tuyến",)),
        ("cho xin mẫu tờ khai đăng ký khai sinh", ("tờ khai",)),
    ],
)
def test_one_aspect_is_answered(citizen: Citizen, question: str, expected: tuple[str, ...]) -> None:
    citizen.says(question).hears(*expected)


def test_aspects_by_ellipsis(citizen: Citizen) -> None:
    citizen.says("muốn làm giấy khai sinh cho con")
    if "Đăng ký khai sinh" in citizen.buttons:
        citizen.taps("Đăng ký khai sinh")
    citizen.hears("khai sinh")
    citizen.says("cần giấy tờ gì").hears("chứng sinh")
    citizen.says("còn lệ phí?").hears_one_of("miễn", "đồng")
    citizen.says("mấy ngày có").hears("ngày")
    citizen.says("rồi nộp ở đâu").hears_one_of("xã", "trung tâm")


def test_aspect_without_a_procedure_is_asked_back(citizen: Citizen) -> None:
    citizen.says("cần giấy tờ gì vậy em").hears("thủ tục")
    citizen.says("đăng ký kết hôn").hears("kết hôn")


def test_correction(citizen: Citizen) -> None:
    citizen.says("lệ phí đăng ký khai sinh")
    citizen.says("không phải, ý tôi là khai tử").hears("khai tử")


def test_bare_name(citizen: Citizen) -> None:
    citizen.says("cấp đổi sổ đỏ").hears_one_of("Giấy chứng nhận", "sổ đỏ")


def test_several_fit_and_a_number_picks(citizen: Citizen) -> None:
    citizen.says("thủ tục đất đai")
    assert citizen.buttons, citizen.transcript
    citizen.says("1")
    assert citizen.heard, citizen.transcript


def test_no_such_procedure(citizen: Citizen) -> None:
    citizen.says("thủ tục xin giấy phép nuôi khủng long bay").hears_one_of(
        "chưa tìm thấy", "không tìm thấy", "chưa thấy", "chưa tìm ra"
    )


def test_menu_then_words(citizen: Citizen) -> None:
    citizen.opens("#thu_tuc").hears("giấy tờ")
    citizen.says("sang tên xe máy cũ").hears_one_of("xe", "đăng ký")


def test_two_requests_in_one_message(citizen: Citizen) -> None:
    citizen.says("làm giấy khai sinh cần giấy tờ gì, với lại lệ phí bao nhiêu vậy em").hears("chứng sinh")
    citizen.hears_one_of("miễn", "lệ phí")


def test_code_of_a_procedure_is_no_dossier(citizen: Citizen) -> None:
    citizen.says("thủ tục 1.001193 cần giấy gì").hears("khai sinh").hears_not("chưa tìm thấy hồ sơ")


def test_fragments_are_answered_once(citizen: Citizen) -> None:
    for text in ("em ơi", "cho hỏi", "làm giấy khai sinh cần giấy tờ gì"):
        citizen.sends({"type": "text", "text": text})
    citizen.waits(quiet_s=2.5).hears("chứng sinh")
    assert len(citizen.heard) <= 2, citizen.transcript
