"""Somebody tries to get at what is not theirs, or to make the product stumble; each of these once succeeded."""

from __future__ import annotations

import hashlib
import io
import json
import time
from collections.abc import Callable

import pytest
import requests
from PIL import Image

from onestop.cli.product import APP_ID, OA_ID, Product
from tests.citizen import Citizen
from tests.scenarios.test_identity import Phone, link
from tests.world import Counter

NUMBER = "+84977700001"


def guesses_five(citizen: Citizen, begins_at: int) -> Citizen:
    return citizen.says(" ".join(f"H39.16-260203-{number}" for number in range(begins_at, begins_at + 5)))


def test_withdrawing_and_coming_back_gives_no_new_guesses(new_citizen: Callable[..., Citizen]) -> None:
    thief = new_citizen()
    guesses_five(thief, 9000).hears("chưa tìm thấy")
    thief.sends({"type": "withdraw"})
    guesses_five(thief, 9100).hears("tạm chưa tra thêm mã").hears_not("em là trợ lý")


def test_withdrawing_gives_no_new_one_time_codes(new_citizen: Callable[..., Citizen]) -> None:
    thief = new_citizen()
    thief.says("liên kết số 0977 700 009").hears("mã 6 số")
    thief.sends({"type": "withdraw"})
    thief.says("liên kết số 0977 700 009").hears("giây")


def test_who_is_untied_while_sending_papers_hears_no_more_of_them(
    new_citizen: Callable[..., Citizen], product: Product, counter: Counter
) -> None:
    dossier = counter.accepts(applicant_phone=NUMBER)
    counter.moves(dossier["code"], 5, items=["Giấy chứng sinh bản chính"])
    sender = link(new_citizen(), Phone(product, NUMBER), NUMBER)
    sender.says(f"gửi ảnh bổ sung cho hồ sơ {dossier['code']}").hears("Giấy chứng sinh")
    sender.says("hủy liên kết số điện thoại").hears("đã gỡ").hears_not("Giấy chứng sinh")
    sender.says("xong").hears_not("Giấy chứng sinh")


@pytest.mark.parametrize("typed", ["\u0301\u0301\u0301", "hồ sơ của tôi \u0323 tới đâu rồi"])
def test_marks_without_letters_are_answered(citizen: Citizen, typed: str) -> None:
    citizen.says(typed)
    assert citizen.heard


def test_a_picture_as_thin_as_a_thread_is_answered(citizen: Citizen) -> None:
    picture = io.BytesIO()
    Image.new("L", (1, 70_000)).save(picture, "PNG")
    citizen.shows(picture.getvalue()).hears("chưa thấy mã QR")


def test_an_event_recorded_long_ago_is_not_played_again(product: Product, citizen: Citizen) -> None:
    citizen.says("xin chào")
    for age_days, is_answered in ((60, False), (0, True)):
        event = {
            "app_id": APP_ID,
            "event_name": "user_send_text",
            "sender": {"id": citizen.user_id},
            "recipient": {"id": OA_ID},
            "message": {"text": "mấy giờ làm việc", "msg_id": f"recorded-{age_days}"},
            "timestamp": str(int((now_s(product) - age_days * 86_400) * 1000)),
        }
        assert posts(product, event) == 200
        citizen.waits(wait_s=8.0 if is_answered else 2.0)
        assert bool(citizen.heard) is is_answered


def now_s(product: Product) -> float:
    """The product's time: its clock may have been moved by other tests."""
    return time.time() + float((product.home / "clock_offset").read_text(encoding="ascii"))


def posts(product: Product, event: dict) -> int:
    """Posts an event as Zalo does, signed."""
    body = json.dumps(event).encode()
    parts = (APP_ID.encode(), body, event["timestamp"].encode(), product.env["ONESTOP_ZALO_SECRET_KEY"].encode())
    headers = {"X-ZEvent-Signature": f"mac={hashlib.sha256(b''.join(parts)).hexdigest()}"}
    url = f"http://127.0.0.1:{product.ports.rasa}/webhooks/zalo/webhook"
    return requests.post(url, data=body, headers=headers, timeout=5).status_code
