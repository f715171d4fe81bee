"""What certain words mean, with and without marks, and what they must not be taken for."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from actions import identity_wording as wording
from onestop.text import fold

CASES: list[tuple[Callable[[str], bool], list[str], list[str]]] = [
    (
        wording.unlinks_phone,
        [
            "huỷ liên kết số điện thoại",
            "hủy liên kết",
            "bỏ liên kết số đi",
            "ngắt kết nối số điện thoại",
        ],
        [
            "liên kết số điện thoại",
            "gỡ số cũ ra, thay bằng số 0356 700 900 giúp anh",
            "thôi không liên kết nữa",
            "đổi số liên kết",
            "xóa thông tin của tôi",
            "bỏ theo dõi hồ sơ này",
            "huỷ hồ sơ được không",
            "hủy liên kết và xóa sạch mọi thứ",
        ],
    ),
    (
        wording.takes_number_off,
        ["gỡ số điện thoại ra khỏi zalo này", "xoá số điện thoại của tôi khỏi đây", "gỡ sđt em ra"],
        ["gỡ hồ sơ của chị tui ra khỏi danh sách", "xóa số điện thoại và mọi dữ liệu của tôi ra khỏi hệ thống"],
    ),
    (
        wording.unlinks_others,
        ["gỡ các Zalo khác", "xóa zalo khác đi", "gỡ máy khác ra"],
        ["bỏ hết người theo dõi khác", "hồ sơ khác", "đổi số khác"],
    ),
    (
        wording.asks_linked_phone,
        [
            "đã liên kết số nào?",
            "zalo này đang liên kết số nào vậy",
            "số nào đang được liên kết",
            "tôi đã liên kết chưa",
            "tui dang lien ket so gi",
        ],
        ["liên kết số điện thoại", "liên kết sđt rồi sao ko nhắn gì", "hai số thì gắn được cả hai không"],
    ),
    (
        wording.wants_code_again,
        ["gửi lại mã", "gui lai ma di", "cho xin mã khác", "mã otp hết hạn rồi gửi cái khác", "lấy mã mới giùm"],
        ["mã là 123456", "gửi mã hồ sơ cho em"],
    ),
    (
        wording.lacks_code,
        ["chưa nhận được mã", "không thấy tin nhắn", "sao chưa thấy mã otp", "mã chưa tới"],
        ["mã là 123456", "gửi lại mã"],
    ),
    (
        wording.wants_other_number,
        ["đổi số khác", "số khác", "nhập sai số rồi", "nhầm số", "thay số mới"],
        ["gửi lại mã", "hồ sơ khác"],
    ),
    (
        wording.counts_followers,
        ["ai đang theo dõi hồ sơ này", "bao nhiêu người theo dõi hồ sơ này", "có ai khác theo dõi hồ sơ của tôi không"],
        ["theo dõi hồ sơ này", "tôi muốn theo dõi"],
    ),
    (
        wording.sends_followers_away,
        [
            "bỏ hết người theo dõi khác",
            "xóa người theo dõi khác",
            "không cho người khác theo dõi hồ sơ này nữa",
            "chặn người khác xem hồ sơ của tôi",
        ],
        ["đừng báo hồ sơ này nữa", "bỏ theo dõi hồ sơ khác", "gỡ các Zalo khác"],
    ),
    (
        wording.lets_followers_back,
        ["cho phép theo dõi lại", "cho người nhà theo dõi lại", "cho vợ tôi theo dõi lại", "mở khóa hồ sơ này"],
        ["cho tôi theo dõi lại hồ sơ này", "theo dõi lại", "mở lại phản ánh"],
    ),
    (
        wording.asks_handed_in_papers,
        ["giấy tờ đã nộp", "hồ sơ này đã nộp những giấy tờ gì", "trong hồ sơ có giấy gì"],
        ["cần giấy tờ gì", "nộp giấy tờ ở đâu"],
    ),
]


@pytest.mark.parametrize(("reads", "text"), [(reads, text) for reads, meant, _other in CASES for text in meant])
def test_words_are_read(reads: Callable[[str], bool], text: str) -> None:
    assert reads(text)
    assert reads(fold(text))


@pytest.mark.parametrize(("reads", "text"), [(reads, text) for reads, _meant, other in CASES for text in other])
def test_other_words_are_not(reads: Callable[[str], bool], text: str) -> None:
    assert not reads(text)
    assert not reads(fold(text))


def test_a_question_about_a_number_is_told_from_linking_it() -> None:
    assert wording.asks_whether_known("số 0912345678 có hồ sơ nào không")
    assert wording.asks_whether_known("kiem tra so 0912345678 co trong he thong khong")
    assert not wording.asks_whether_known("số tôi là 0912345678")
