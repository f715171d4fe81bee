from __future__ import annotations

import pytest

from actions import control_wording as wording
from actions.genuine_wording import asks_whether_genuine, has_followed_it


@pytest.mark.parametrize(
    ("text", "kinds", "wanted"),
    [
        ("tắt tin hồ sơ", ("dossier",), False),
        ("tat nhac hen", ("reminder",), False),
        ("đừng gửi tin tức nữa", ("news",), False),
        ("mấy cái tin cúp điện với tin bão gì đó thôi ngưng hết đi nghen", ("news",), False),
        ("tắt khảo sát với tin tức", ("news", "survey"), False),
        ("bật lại nhắc hẹn", ("reminder",), True),
        ("hôm trước lỡ tắt tin tức, giờ mở lại tin tức giùm", ("news",), True),
    ],
)
def test_kinds_are_switched(text: str, kinds: tuple[str, ...], wanted: bool) -> None:
    assert wording.switch_wish(text) == wording.SwitchWish(kinds, wanted)


@pytest.mark.parametrize(
    "text", ["tắt thông báo", "đừng báo hồ sơ này nữa", "tôi muốn nhận lại hồ sơ", "có tin tức gì mới"]
)
def test_no_kind_is_switched(text: str) -> None:
    assert wording.switch_wish(text) is None


def test_everything_is_more_than_its_parts() -> None:
    assert wording.means_everything("ngung tat ca thong bao ho so lan tin tuc")
    assert not wording.means_everything("tắt tin hồ sơ")


@pytest.mark.parametrize(
    "text", ["đang bật gì, tắt gì", "tui đang nhận tin gì vậy", "xem cài đặt", "cai dat thong bao"]
)
def test_the_state_is_asked_for(text: str) -> None:
    assert wording.asks_settings(text)


@pytest.mark.parametrize("text", ["bạn lưu gì của tôi", "luu gi cua toi", "có những thông tin gì về tui"])
def test_what_is_held_is_asked_for(text: str) -> None:
    assert wording.asks_what_is_held(text)


@pytest.mark.parametrize(
    ("text", "of_others"),
    [
        ("cho tôi xem dữ liệu của tôi", False),
        ("tai du lieu cua tui ve", False),
        ("cho tôi tải dữ liệu của ông Nguyễn Văn Ba", True),
        ("xuất dữ liệu của chồng tôi", True),
        ("gửi tôi dữ liệu của số 0912345678", True),
        ("tải thông tin của người khác", True),
    ],
)
def test_a_copy_of_data_is_wanted_of_oneself_or_of_others(text: str, of_others: bool) -> None:
    assert wording.wants_own_data(text) and wording.is_of_others(text) is of_others


@pytest.mark.parametrize("text", ["xem hồ sơ của tôi", "tải mẫu đơn", "xem dữ liệu quy hoạch đất", "xem bảng giá đất"])
def test_no_copy_of_data_is_wanted(text: str) -> None:
    assert not wording.wants_own_data(text)


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("nói đơn giản thôi", True),
        ("chu to len", True),
        ("người già", True),
        ("tui già rồi mắt kém không đọc được", True),
        ("nói ngắn thôi", True),
        ("tắt chế độ đơn giản", False),
        ("noi binh thuong lai di", False),
        ("trợ cấp người già", None),
        ("chế độ người cao tuổi được nhận bao nhiêu", None),
        ("thủ tục đơn giản hóa", None),
    ],
)
def test_how_we_shall_speak(text: str, wish: bool | None) -> None:
    assert wording.simple_speech_wish(text) is wish


@pytest.mark.parametrize(
    "text",
    [
        "Tin này có phải của trung tâm không?",
        "tin nay co phai cua ben minh gui khong",
        "link này lừa đảo không em",
        "có phải trung tâm gửi cho tôi không",
        "kiểm tra giúp tôi tin này",
    ],
)
def test_it_is_asked_whether_a_message_is_ours(text: str) -> None:
    assert asks_whether_genuine(text)


@pytest.mark.parametrize(
    "text", ["giấy này có phải công chứng không", "trung tâm có làm thứ bảy không", "có tin gì mới không"]
)
def test_other_questions_are_not_about_a_message(text: str) -> None:
    assert not asks_whether_genuine(text)


@pytest.mark.parametrize(
    "text",
    [
        "thông báo này phải gặp người thật mới giải quyết được",
        "tin nhắn này gửi cho người già đọc không nổi, cho gặp người thật đi",
    ],
)
def test_who_wants_a_person_does_not_ask_whether_a_message_is_genuine(text: str) -> None:
    assert not asks_whether_genuine(text)


@pytest.mark.parametrize(
    ("text", "has"),
    [
        ("tôi lỡ bấm vô rồi sao giờ", True),
        ("da nhap ma roi", True),
        ("mới đọc mã cho nó xong", True),
        ("tin này của ai gửi vậy", False),
        ("dạ ai gửi tin này", False),
    ],
)
def test_who_did_what_the_swindler_wanted(text: str, has: bool) -> None:
    assert has_followed_it(text) is has
