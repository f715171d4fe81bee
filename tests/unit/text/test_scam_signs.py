from __future__ import annotations

import pytest

from onestop.text.scam_signs import is_official, scam_signs

SCAM = "Trung tam mot cua: ho so cua ban bi loi, nop tien qua link https://dichvucong-gov.com/nop de khong bi huy ho so"


@pytest.mark.parametrize(
    "text",
    [
        SCAM,
        "Vui lòng truy cập bit.ly/abc123 và nhập mã OTP để xác nhận",
        "có người gọi tới xưng là cán bộ kêu tui chuyển khoản 2 triệu",
        "co nguoi goi vao may xung cong an bat toi cai app vneid",
        "nó nhắn tin cho tôi đòi mã otp",
    ],
)
def test_a_likely_swindle_alarms(text: str) -> None:
    assert scam_signs(text).is_alarming


@pytest.mark.parametrize(
    "text",
    [
        "nộp tiền qua tài khoản nào",
        "em chưa nhận được mã xác nhận",
        "gửi lại mã xác nhận",
        "cán bộ đòi tiền tôi 2 triệu mới chịu làm giấy",
        "trang dichvucong.gov.vn nộp lệ phí ở đâu",
        "hồ sơ H39.16-260805-0102 tới đâu rồi",
    ],
)
def test_ordinary_words_do_not(text: str) -> None:
    assert not scam_signs(text).is_alarming


@pytest.mark.parametrize(
    ("host", "official"),
    [
        ("dichvucong.gov.vn", True),
        ("zalo.me", True),
        ("oa.zalo.me", True),
        ("dichvucong-gov.com", False),
        ("gov.vn.xyz", False),
        ("fakezalo.me", False),
    ],
)
def test_whose_site_it_is(host: str, official: bool) -> None:
    assert is_official(host) is official


def test_an_own_host_is_no_foreign_one() -> None:
    assert not scam_signs("xem https://portal.example.com", ["portal.example.com"]).foreign_hosts
