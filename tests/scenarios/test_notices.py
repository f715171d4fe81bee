"""What a citizen is told unasked when the counter moves a dossier, and what they can do about it."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from PIL import Image

from onestop.cli.product import ROOT, Product
from onestop.clock import LOCAL
from onestop.messages.formats import date_text
from onestop.receipts.qr_reader import read_dossier_codes
from tests.citizen import Citizen
from tests.world import Counter, World, until

REASON = "Tờ khai thiếu chữ ký của người yêu cầu"
ITEMS = ["Giấy chứng sinh bản chính", "Bản sao thẻ căn cước của mẹ"]


def follows(citizen: Citizen, dossier: dict[str, Any], by: str = "second_code") -> Citizen:
    """The citizen looks a dossier up, with the receipt in hand or by its code alone, and wants to be told."""
    citizen.says(dossier["code"]).hears(dossier["code"])
    if by == "second_code":
        citizen.says(f"mã tra cứu {dossier['second_code']}")
    return citizen.taps("Báo khi có thay đổi")


def picture(shade: int) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (320, 240), (shade, shade, shade)).save(file, "PNG")
    return file.getvalue()


def hears_push(citizen: Citizen, pictures: int = 1) -> Citizen:
    """Listens until the words and the picture behind them have come."""
    heard: list[dict[str, Any]] = []

    def has_come() -> bool:
        heard.extend(citizen.waits(wait_s=2.0).heard)
        return bool(heard) and sum(one["kind"] == "image" for one in heard) >= pictures

    until(has_come, within_s=25.0)
    heard.extend(citizen.waits(wait_s=1.0).heard)  # nothing more should follow
    citizen.heard = heard
    return citizen


def files(citizen: Citizen) -> list[dict[str, Any]]:
    return [one for message in citizen.heard for one in message["attachments"]]


def runs(product: Product, *command: str) -> str:
    """An officer's command, beside the running product."""
    words = [sys.executable, "-m", "onestop.cli", "notifications", *command]
    done = subprocess.run(words, cwd=ROOT, env=product.env, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def in_days(days: int) -> str:
    return (datetime.now(LOCAL) + timedelta(days=days)).replace(hour=17, minute=0, second=0, microsecond=0).isoformat()


MOVES: list[tuple[int, tuple[int, ...], int, dict[str, Any], list[str], list[str], str | None]] = [
    # state at first, moves before, the move, its fields, words, buttons, document
    (1, (), 2, {}, ["tiếp nhận", "Ngày hẹn trả kết quả"], ["Xem chi tiết"], "Giấy tiếp nhận hồ sơ và hẹn trả kết quả"),
    (
        1,
        (),
        3,
        {"note": REASON},
        ["không được tiếp nhận", REASON],
        ["Gặp cán bộ"],
        "Phiếu từ chối tiếp nhận giải quyết hồ sơ",
    ),
    (
        2,
        (),
        5,
        {"items": ITEMS, "note": REASON},
        ["cần bổ sung", "1. Giấy chứng sinh", "2. Bản sao thẻ căn cước", REASON],
        ["Gửi ảnh bổ sung", "Gặp cán bộ"],
        "Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ",
    ),
    (2, (5,), 4, {}, ["đã nhận giấy tờ bổ sung", "Ngày hẹn trả kết quả mới"], ["Xem chi tiết"], None),
    (2, (), 6, {"amount_vnd": 1_250_000}, ["Số tiền: 1.250.000 đồng", "giả mạo"], ["Số điện thoại"], None),
    (2, (6,), 4, {}, ["nộp xong nghĩa vụ tài chính"], ["Xem chi tiết"], None),
    (2, (), 7, {}, ["ghi nhận yêu cầu rút", "gọi ngay"], ["Gặp cán bộ"], None),
    (2, (7,), 8, {"note": REASON}, ["đã dừng giải quyết", REASON], ["Gặp cán bộ"], "Thông báo dừng giải quyết hồ sơ"),
    (4, (), 8, {"note": REASON}, ["đã dừng giải quyết", REASON], ["Gặp cán bộ"], "Thông báo dừng giải quyết hồ sơ"),
    (
        2,
        (),
        9,
        {},
        ["đã có kết quả", "mang giấy tiếp nhận"],
        ["Nhắc tôi đi lấy", "Đường đi, giờ mở cửa"],
        "Thông báo có kết quả giải quyết hồ sơ",
    ),
    (2, (9,), 10, {}, ["đã được trao", "Cảm ơn"], ["Rất hài lòng", "Không hài lòng"], None),
]
FIELDS = {5: {"items": ITEMS}, 6: {"amount_vnd": 50_000}}


@pytest.mark.parametrize(
    ("state", "before", "to", "fields", "words", "buttons", "document"),
    MOVES,
    ids=[f"{'-'.join(map(str, (state, *before, to)))}" for state, before, to, *_ in MOVES],
)
def test_move_at_the_counter_is_told_with_its_document_and_buttons(
    citizen: Citizen, counter: Counter, state, before, to, fields, words, buttons, document
) -> None:
    if state == 1:
        dossier = counter.dossier(state=1)
    else:
        dossier = counter.accepts()
        if state == 4:
            counter.moves(dossier["code"], 4)
    follows(citizen, dossier)
    for step in before:
        counter.moves(dossier["code"], step, **FIELDS.get(step, {}))
        citizen.waits()
    counter.moves(dossier["code"], to, **fields)
    hears_push(citizen, pictures=bool(document)).hears(dossier["code"], *words).sees(*buttons)
    assert [message["text"] for message in citizen.heard if message["kind"] == "image"] == (
        [document] if document else []
    )


def test_document_of_a_push_can_be_read_by_bot_and_phone(citizen: Citizen, counter: Counter, tmp_path: Path) -> None:
    dossier = counter.accepts()
    follows(citizen, dossier)
    counter.moves(dossier["code"], 5, items=ITEMS)
    hears_push(citizen)
    (image,) = files(citizen)
    file = tmp_path / "phieu.png"
    file.write_bytes(requests.get(image["url"], timeout=10).content)
    assert read_dossier_codes(file) == [dossier["code"]]
    citizen.shows(file).hears(dossier["code"], "bổ sung")


def test_document_comes_as_pdf_by_its_button(citizen: Citizen, counter: Counter) -> None:
    dossier = counter.accepts()
    follows(citizen, dossier)
    counter.moves(dossier["code"], 5, items=ITEMS)
    hears_push(citizen).taps("Phiếu yêu cầu bản PDF")
    (pdf,) = files(citizen)
    assert pdf["kind"] == "file"
    assert requests.get(pdf["url"], timeout=10).content.startswith(b"%PDF")


def test_chuyen_xu_ly_is_no_news(citizen: Citizen, counter: Counter) -> None:
    dossier = counter.accepts()
    follows(citizen, dossier)
    counter.moves(dossier["code"], 4)
    citizen.waits(wait_s=4.0).hears_nothing()


def test_who_knows_only_the_code_hears_neither_papers_nor_reason_and_gets_no_document(
    citizen: Citizen, counter: Counter
) -> None:
    dossier = counter.accepts()
    follows(citizen, dossier, by="code")
    counter.moves(dossier["code"], 5, items=ITEMS, note=REASON)
    citizen.waits(quiet_s=2.0).hears(dossier["code"], "cần bổ sung", "phiếu yêu cầu bổ sung")
    citizen.hears_not("Giấy chứng sinh", REASON, dossier["applicant_name"])
    assert files(citizen) == []
    assert "Gửi ảnh bổ sung" not in citizen.buttons


def test_refusal_by_code_alone_says_where_the_reason_is(citizen: Citizen, counter: Counter) -> None:
    dossier = counter.dossier(state=1)
    follows(citizen, dossier, by="code")
    counter.moves(dossier["code"], 3, note=REASON)
    citizen.waits(quiet_s=2.0).hears("không được tiếp nhận", "phiếu từ chối").hears_not(REASON)


def test_papers_are_sent_by_photo_one_after_the_other(product: Product, citizen: Citizen, counter: Counter) -> None:
    dossier = counter.accepts()
    follows(citizen, dossier)
    counter.moves(dossier["code"], 5, items=ITEMS)
    hears_push(citizen).hears("Gửi ảnh bổ sung")
    citizen.taps("Gửi ảnh bổ sung").hears("giấy 1/2", ITEMS[0])
    citizen.shows(picture(10)).hears("nhận 1 ảnh cho giấy 1/2")
    citizen.shows(picture(20)).hears("nhận 2 ảnh cho giấy 1/2")
    citizen.says("đủ rồi, giấy tiếp theo nha em").hears(ITEMS[1])
    citizen.shows(picture(30)).hears("giấy 2/2")
    citizen.says("xong rồi em").hears("đã chuyển 3 ảnh", "đủ 2 giấy", "bản chính")
    listed = runs(product, "photos", "--dossier", dossier["code"])
    assert listed.count(dossier["code"]) == 3
    assert ITEMS[1] in listed


def test_sending_is_left_and_gone_on_with_in_ones_own_words(citizen: Citizen, counter: Counter) -> None:
    dossier = counter.accepts()
    follows(citizen, dossier)
    counter.moves(dossier["code"], 5, items=ITEMS)
    hears_push(citizen).taps("Gửi ảnh bổ sung")
    citizen.shows(picture(40)).hears("nhận 1 ảnh")
    citizen.says("thôi để mai tôi gửi tiếp").hears("giữ 1 ảnh")
    citizen.says("mấy giờ trung tâm mở cửa").hears("giờ")
    citizen.says("gui anh bo sung").hears("giấy 2/2", ITEMS[1])
    citizen.says("bỏ qua").hears("Còn thiếu 1 giấy", ITEMS[1]).sees("Gửi giấy còn thiếu")


def test_stranger_cannot_send_papers_for_a_dossier(citizen: Citizen, counter: Counter) -> None:
    dossier = counter.accepts()
    counter.moves(dossier["code"], 5, items=ITEMS)
    citizen.says(dossier["code"]).hears("bổ sung")
    citizen.says("cho tôi gửi ảnh bổ sung").hears("chỉ nhận ảnh bổ sung từ người nộp").hears_not(ITEMS[0])


def test_kind_switched_off_at_one_centre_is_told_by_the_others(
    product: Product, new_citizen: Callable[..., Citizen], counter: Counter
) -> None:
    here, there = counter.accepts(centre="pvhcc-can-giuoc"), counter.accepts()
    assert here["centre"] != there["centre"]
    for kind in ("ready", "ready_early"):  # which one it is depends on the day to which others moved the clock
        runs(product, "switch", kind, "off", "--centre", "pvhcc-can-giuoc")
    try:
        silent, told = new_citizen(), new_citizen()
        follows(silent, here)
        follows(told, there)
        counter.moves(here["code"], 9)
        counter.moves(there["code"], 9)
        told.waits().hears("đã có kết quả")
        silent.waits(wait_s=2.0).hears_nothing()
    finally:
        for kind in ("ready", "ready_early"):
            runs(product, "switch", kind, "default", "--centre", "pvhcc-can-giuoc")


def test_apology_has_the_new_date_the_reason_and_the_letter(citizen: Citizen, counter: Counter) -> None:
    dossier = counter.accepts()
    counter.moves(dossier["code"], 4)
    follows(citizen, dossier)
    new_date = in_days(20)
    counter.moves(dossier["code"], 4, due_at=new_date, note="Chờ kết quả xác minh của cơ quan thuế")
    hears_push(citizen).hears("xin lỗi", date_text(datetime.fromisoformat(new_date)), "cơ quan thuế")
    assert [one["text"] for one in citizen.heard if one["kind"] == "image"] == [
        "Văn bản xin lỗi và đề nghị gia hạn thời gian giải quyết"
    ]
    citizen.says("vậy khi nào lấy được em").hears(date_text(datetime.fromisoformat(new_date)))


def test_apology_waits_for_the_officer_where_the_centre_confirms(
    product: Product, citizen: Citizen, counter: Counter
) -> None:
    dossier = counter.accepts(centre="pvhcc-can-giuoc")
    counter.moves(dossier["code"], 4)
    follows(citizen, dossier)
    runs(product, "set", "apology.confirm", "on", "--centre", "pvhcc-can-giuoc")
    try:
        counter.moves(dossier["code"], 4, due_at=in_days(20))
        citizen.waits(wait_s=4.0).hears_nothing()
        listed = runs(product, "apologies")
        (number,) = [line.split()[0] for line in listed.splitlines() if dossier["code"] in line]
        runs(product, "apologies", "--confirm", number)
        hears_push(citizen).hears("xin lỗi", "Ngày hẹn mới")
    finally:
        runs(product, "set", "apology.confirm", "default", "--centre", "pvhcc-can-giuoc")


def test_date_that_passes_without_a_word_from_the_counter_is_told_once(
    product: Product, new_citizen: Callable[..., Citizen], counter: Counter, world: World
) -> None:
    dossier = counter.accepts()
    counter.moves(dossier["code"], 4)
    by_code, owner = new_citizen(), new_citizen()
    follows(by_code, dossier, by="code")
    follows(owner, dossier)
    soon = datetime.fromisoformat(requests.get(f"{product.url}/sim/v1/clock", timeout=10).json()["at"])
    counter.moves(dossier["code"], 4, due_at=(soon + timedelta(seconds=90)).isoformat())
    for person, pictures in ((by_code, 0), (owner, 1)):
        hears_push(person, pictures).hears("Ngày hẹn mới")
    world.advances(120)
    for person in (by_code, owner):
        person.waits().hears("đã quá ngày hẹn", dossier["code"], "chưa cho ngày hẹn mới", "gọi")
        person.sees("Số điện thoại", "Gặp cán bộ")
    assert until(lambda: "trễ trong im lặng: 0" in runs(product, "late"))
    owner.waits(wait_s=3.0).hears_nothing()
    counter.moves(dossier["code"], 9)
    hears_push(owner).hears("đã có kết quả").hears_not("sớm hơn")
