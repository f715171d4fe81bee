"""Citizens ask where their dossier stands."""

from __future__ import annotations

from datetime import datetime

import pytest

from onestop.messages.formats import date_text
from tests.citizen import Citizen
from tests.world import Counter


def due_date(dossier: dict) -> str:
    return date_text(datetime.fromisoformat(dossier["due_at"]))


def says_nothing_private(citizen: Citizen, dossier: dict) -> None:
    citizen.hears_not(dossier["applicant_name"], dossier["applicant_phone"], "0" + dossier["applicant_phone"][3:])


def test_code_in_the_message(citizen: Citizen, counter: Counter) -> None:
    dossier = counter.dossier(state=4, overdue="false")
    citizen.says(f"cho hỏi hồ sơ {dossier['code']} tới đâu rồi em").hears(dossier["code"], due_date(dossier))
    says_nothing_private(citizen, dossier)


def test_bare_code(citizen: Citizen, counter: Counter) -> None:
    dossier = counter.dossier(state=9)
    citizen.says(dossier["code"]).hears(dossier["code"], "kết quả")
    says_nothing_private(citizen, dossier)


def test_code_asked_for(citizen: Citizen, counter: Counter) -> None:
    dossier = counter.dossier(state=2)
    citizen.says("tra cứu hồ sơ").hears("mã")
    citizen.says(dossier["code"]).hears(dossier["code"])


def test_code_asked_for_from_the_menu(citizen: Citizen, counter: Counter) -> None:
    dossier = counter.dossier(state=2)
    citizen.opens("#tra_cuu").hears("mã")
    citizen.says("mã là " + dossier["code"].lower().replace("-", " ")).hears(dossier["code"])


@pytest.mark.parametrize(
    "spoil",
    [
        lambda code: code.lower(),
        lambda code: code.replace("-", " "),
        lambda code: code.replace("-", "–"),
        lambda code: code.replace(".", " ").replace("-", " ").lower(),
        lambda code: "hs " + code.replace("-0", "-O", 1),
    ],
)
def test_mistyped_code_is_repaired(citizen: Citizen, counter: Counter, spoil) -> None:
    dossier = next(one for one in counter.dossiers(state=4, limit=20) if "-0" in one["code"])
    citizen.says(f"hs {spoil(dossier['code'])} toi dau roi")
    if dossier["code"] in citizen.text and "phải" in citizen.text.lower():
        citizen.says("dạ đúng rồi")
    citizen.hears(dossier["code"])
    says_nothing_private(citizen, dossier)


def test_unknown_code(citizen: Citizen) -> None:
    citizen.says("hồ sơ H39.16-260203-9999 xong chưa").hears("chưa tìm thấy")


def test_overdue_dossier_says_sorry_and_which_date_passed(citizen: Citizen, counter: Counter) -> None:
    dossier = counter.dossier(overdue="true")
    citizen.says(f"sao hồ sơ {dossier['code']} trễ hẹn hoài vậy").hears(dossier["code"], due_date(dossier))
    citizen.hears_one_of("trễ", "quá hạn", "quá giờ hẹn", "xin lỗi")
    says_nothing_private(citizen, dossier)


def test_missing_papers_are_not_named_by_code_alone(citizen: Citizen, counter: Counter) -> None:
    dossier = counter.accepts()
    counter.moves(dossier["code"], 5, items=["Giấy chứng sinh bản chính"])
    citizen.says(f"{dossier['code']}").hears("bổ sung").hears_not("Giấy chứng sinh")


def test_second_code_opens_the_private_part(citizen: Citizen, counter: Counter) -> None:
    dossier = counter.accepts()
    counter.moves(dossier["code"], 5, items=["Giấy chứng sinh bản chính"])
    citizen.says(dossier["code"])
    citizen.says(f"mã tra cứu {dossier['second_code']}").hears("Giấy chứng sinh")


def test_wrong_second_code_opens_nothing(citizen: Citizen, counter: Counter) -> None:
    dossier = counter.accepts()
    counter.moves(dossier["code"], 5, items=["Giấy chứng sinh bản chính"])
    wrong = "ABCD" if dossier["second_code"] != "ABCD" else "BCDE"
    citizen.says(f"hồ sơ {dossier['code']} mã tra cứu {wrong}").hears_not("Giấy chứng sinh")


def test_photo_of_the_receipt(citizen: Citizen, counter: Counter) -> None:
    dossier = counter.accepts()
    citizen.shows(counter.receipt(dossier["code"])).hears(dossier["code"])


def test_photo_without_a_code(citizen: Citizen) -> None:
    import io

    from PIL import Image

    picture = io.BytesIO()
    Image.new("RGB", (400, 300), "white").save(picture, "PNG")
    citizen.shows(picture.getvalue()).hears_one_of("mã", "QR")


def test_dossier_just_spoken_of_is_meant_afterwards(citizen: Citizen, counter: Counter) -> None:
    dossier = counter.dossier(state=4, overdue="false")
    citizen.says(dossier["code"])
    citizen.says("khi nào lấy được vậy em").hears(due_date(dossier))


def test_two_codes_in_one_message(citizen: Citizen, counter: Counter) -> None:
    one, two = counter.dossiers(state=4, limit=2)
    citizen.says(f"xem giùm tui 2 hồ sơ {one['code']} với {two['code']}").hears(one["code"], two["code"])


def test_guessing_codes_is_stopped(citizen: Citizen, counter: Counter) -> None:
    dossier = counter.dossier(state=4)
    for number in range(12):
        citizen.says(f"H39.16-260203-8{number:03d}")
    citizen.says(dossier["code"]).hears_not(due_date(dossier))


def test_wish_to_look_up_can_be_left(citizen: Citizen) -> None:
    citizen.opens("#tra_cuu").hears("mã")
    citizen.says("thôi khỏi").hears_not("chưa tìm thấy")
    citizen.says("lệ phí làm giấy khai sinh bao nhiêu").hears_one_of("miễn", "đồng")


def test_question_in_the_middle_of_the_form_is_answered_and_the_form_goes_on(
    citizen: Citizen, counter: Counter
) -> None:
    dossier = counter.dossier(state=2)
    citizen.opens("#tra_cuu")
    citizen.says("mấy giờ trung tâm mở cửa").hears_one_of("7 giờ", "giờ")
    citizen.says(dossier["code"]).hears(dossier["code"])
