"""Hotlines, addresses, hours; greetings, help, fallback; feedback, reminders, follows; pushes."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from onestop.clock import LOCAL
from tests.citizen import Citizen
from tests.world import Counter, World


def test_follow_brings_the_welcome_once(citizen: Citizen) -> None:
    citizen.does("follow").hears("chào")
    assert citizen.buttons
    citizen.does("chat_now").hears_nothing()


def test_greeting_and_thanks(citizen: Citizen) -> None:
    citizen.says("xin chào").hears("dạ")
    citizen.says("cảm ơn em nha").hears("dạ")


def test_hotline_without_a_known_number_names_1022(citizen: Citizen) -> None:
    citizen.says("cho xin số điện thoại trung tâm hành chính công").hears("1022")


def test_hotline_of_a_merged_district(citizen: Citizen) -> None:
    citizen.says("sdt mot cua huyen can giuoc").hears_one_of("1022", "Cần Giuộc")


def test_hours(citizen: Citizen) -> None:
    citizen.says("thứ bảy có làm việc không em").hears_one_of("thứ Bảy", "thứ Hai", "nghỉ")


def test_address(citizen: Citizen) -> None:
    citizen.says("trung tâm hành chính công xã Cần Giuộc ở đâu").hears_one_of("Cần Giuộc", "địa chỉ")


def test_portal(citizen: Citizen) -> None:
    citizen.says("cho xin trang web dịch vụ công").hears("dichvucong.gov.vn")


def test_help_and_who_are_you(citizen: Citizen) -> None:
    citizen.says("bạn làm được gì").hears("tra cứu")
    citizen.says("đang nói chuyện với người hay máy vậy").hears_one_of("trợ lý", "máy", "tự động")


def test_human(citizen: Citizen) -> None:
    citizen.says("cho tôi gặp cán bộ").hears_one_of("cán bộ", "1022")


def test_nonsense_offers_choices(citizen: Citizen) -> None:
    citizen.says("xvbn qwer zzzz")
    assert citizen.heard and citizen.buttons, citizen.transcript


def test_out_of_scope_is_not_guessed(citizen: Citizen) -> None:
    citizen.says("hôm nay trời có mưa không em").hears_not("khai sinh", "lệ phí")
    assert citizen.heard


@pytest.mark.parametrize(
    "typed", ["/restart", '/lookup_dossier{"dossier_code":"x"}', " /back", "/EXTERNAL_ready", "／restart"]
)
def test_typed_slash_is_only_text(citizen: Citizen, typed: str) -> None:
    citizen.says(typed)
    assert citizen.heard


@pytest.mark.parametrize("kind", ["sticker", "gif", "audio", "video"])
def test_things_without_words_get_a_next_step(citizen: Citizen, kind: str) -> None:
    citizen.does(kind)
    assert citizen.heard


def test_location(citizen: Citizen) -> None:
    citizen.does("location", lat=10.6, lon=106.67)
    assert citizen.heard


def test_feedback_with_a_code_and_its_state(citizen: Citizen) -> None:
    citizen.says("tôi muốn phản ánh đường ấp 3 xã Long Hậu hư nát mấy tháng nay không ai sửa")
    for _step in range(5):
        found = re.search(r"PA-\d{6}-\d{4}", citizen.text)
        if found:
            break
        yes = next(
            (title for title in citizen.buttons if re.search("gửi|đúng|xác nhận|bỏ qua|không", title.lower())), None
        )
        citizen.taps(yes) if yes else citizen.says("đồng ý gửi")
    assert found, citizen.transcript
    citizen.says(f"phản ánh {found[0]} xử lý tới đâu rồi").hears(found[0])


def test_reminder_comes_at_its_time(citizen: Citizen, world: World) -> None:
    citizen.says("mai 8h sáng nhắc tôi đi lấy kết quả nha").hears("8 giờ")
    at = world.now().astimezone(LOCAL)
    tomorrow = (at + timedelta(days=1)).replace(hour=8, minute=1)
    world.advances((tomorrow - at).total_seconds())
    citizen.waits(wait_s=15).hears("lấy kết quả")


def test_follow_a_dossier_and_hear_of_it(citizen: Citizen, counter: Counter) -> None:
    dossier = counter.accepts()
    citizen.says(dossier["code"])
    citizen.says("khi nào có kết quả báo tôi nha")
    if "theo dõi" not in citizen.text.lower():
        citizen.says("đồng ý")
    counter.moves(dossier["code"], 4)
    counter.moves(dossier["code"], 9)
    citizen.waits().hears(dossier["code"], "kết quả").hears_not(dossier["applicant_name"])
    citizen.says("lấy ở đâu, khi nào lấy được?").hears_one_of(dossier["code"], "kết quả", "Trung tâm")


def test_unfollowed_dossier_is_silent(citizen: Citizen, counter: Counter) -> None:
    dossier = counter.accepts()
    citizen.says(f"theo dõi giúp tôi hồ sơ {dossier['code']}")
    citizen.says("thôi đừng báo hồ sơ này nữa")
    counter.moves(dossier["code"], 4)
    counter.moves(dossier["code"], 9)
    citizen.waits(wait_s=4).hears_nothing()


def test_officer_silences_the_bot(citizen: Citizen, product) -> None:
    import requests

    citizen.says("chào em")
    url = f"{product.url}/sim/v1/citizens/{citizen.user_id}/staff"
    assert requests.post(url, json={"text": "Chào chị, em là cán bộ một cửa."}, timeout=10).ok
    citizen.waits(wait_s=2)
    citizen.sends({"type": "text", "text": "lệ phí bao nhiêu"})
    citizen.waits(wait_s=4)
    assert not [message for message in citizen.heard if message["from"] == "bot"], citizen.transcript


@pytest.mark.parametrize(
    "question",
    [
        "mai có cúp điện không",
        "bảng giá đất đường Nguyễn Huệ",
        "thửa 12 tờ 5 có dính quy hoạch không",
        "tra điểm thi số báo danh 49001234",
        "chích ngừa cho bé ở đâu",
        "có tin gì mới không",
        "tắt thông báo đi",
        "bật lại thông báo",
        "mấy người lưu thông tin gì của tôi",
        "liên kết số điện thoại 0912345678",
        "tôi có những hồ sơ nào",
        "đánh giá 5 sao",
        "xóa thông tin của tôi",
        "đồ bot ngu",
    ],
)
def test_every_other_wish_has_a_truthful_answer(citizen: Citizen, question: str) -> None:
    citizen.says(question).hears_not("chưa hiểu", "trục trặc")
    assert citizen.heard, citizen.transcript


def test_zalo_fails_once_and_the_reply_comes_all_the_same(citizen: Citizen, world: World) -> None:
    world.fails("message/cs", "reset_after", times=1, user_id=citizen.user_id)
    citizen.says("cảm ơn em")
    citizen.waits(wait_s=1)
    assert len(citizen.all_messages()) == 1
