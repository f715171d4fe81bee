from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from onestop.messages.procedures import ASPECTS, ChannelTerm, ProcedureFacts, aspect_text, card_text, several_text

CURATED = ProcedureFacts(
    code="1.001193",
    name="Đăng ký khai sinh",
    official_name="Thủ tục đăng ký khai sinh",
    is_curated=True,
    level="xã",
    agency="UBND cấp xã",
    submit_modes=("trực tiếp", "trực tuyến"),
    documents=("Tờ khai đăng ký khai sinh", "Giấy chứng sinh"),
    duration_number=3,
    duration_unit="working_days",
    duration_text="3 ngày làm việc",
    due_on=date(2026, 11, 30),
    fee_vnd=15_000,
    portal_url="https://dichvucong.gov.vn/x",
)
BARE = ProcedureFacts(code="9.000001", name="Cấp giấy phép nổ mìn")
NATIONAL = ProcedureFacts(
    code="1.000010",
    name="Chứng nhận đăng kiểm tàu biển",
    level="tỉnh",
    channels=(
        ChannelTerm("online", 17, "working_days", 100_000),
        ChannelTerm("direct", 27, "working_days", 150_000),
    ),
    portal_url="https://dichvucong.gov.vn/y",
)


def test_the_card_has_the_name_the_term_the_fee_and_the_place() -> None:
    text = card_text(CURATED)
    assert "3 ngày làm việc" in text and "15.000 đồng" in text and "xã, phường" in text
    assert "tên chính thức" not in text  # it says the same


def test_another_official_name_is_told_once() -> None:
    text = card_text(replace(CURATED, name="Làm khai sinh", official_name="Đăng ký khai sinh"))
    assert text.count("Đăng ký khai sinh") == 1


def test_a_name_in_capitals_that_says_the_same_is_not_told_again() -> None:
    named = replace(CURATED, name="Hưởng trợ cấp mai táng (BHXH)", official_name="HƯỞNG TRỢ CẤP MAI TÁNG")
    assert "tên chính thức" not in card_text(named)


def test_no_official_name_shouts() -> None:
    text = card_text(replace(CURATED, name="Trợ cấp mai táng", official_name="HƯỞNG TRỢ CẤP MAI TÁNG"))
    assert "tên chính thức: Hưởng trợ cấp mai táng" in text


@pytest.mark.parametrize("aspect", ASPECTS)
def test_what_is_not_on_record_is_said_so_and_nothing_invented(aspect: str) -> None:
    text = aspect_text(BARE, aspect)
    assert "chưa" in text
    assert not any(character.isdigit() for character in text)


def test_papers_not_yet_checked_are_the_general_rule() -> None:
    assert "theo quy định chung" not in aspect_text(CURATED, "ask_documents")
    assert "theo quy định chung" in aspect_text(replace(CURATED, unverified=("documents",)), "ask_documents")


def test_the_term_names_the_expected_day_and_calls_the_receipt_the_truth() -> None:
    text = aspect_text(CURATED, "ask_duration")
    assert "thứ Hai, 30/11/2026" in text and "giấy tiếp nhận" in text


def test_a_national_record_tells_terms_and_fees_by_channel() -> None:
    term, fee = aspect_text(NATIONAL, "ask_duration"), aspect_text(NATIONAL, "ask_fee")
    assert "từ 17 ngày làm việc đến 27" in term and "Nộp trực tuyến: 17 ngày làm việc" in term
    assert "Nộp tại quầy: 150.000 đồng" in fee and "theo quy định chung" in fee


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (replace(CURATED, fee_vnd=0, fee_text=None), "miễn phí"),
        (replace(CURATED, fee_text="Không thu phí"), "miễn phí"),
        (replace(CURATED, fee_vnd=None, fee_text="Theo nghị quyết của HĐND cấp tỉnh"), "HĐND tỉnh quy định"),
        (replace(CURATED, fee_text="2.000 đồng/trang"), "2.000 đồng/trang"),
    ],
)
def test_fees_as_they_stand(facts: ProcedureFacts, expected: str) -> None:
    assert expected in aspect_text(facts, "ask_fee")


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (CURATED, "nộp trực tuyến được"),
        (replace(CURATED, online_level="một phần"), "vẫn phải đến quầy một lần"),
        (replace(CURATED, online_level="không trực tuyến"), "chưa nộp trực tuyến được"),
        (replace(CURATED, submit_modes=("trực tiếp",)), "chưa nộp trực tuyến được"),
    ],
)
def test_online_whole_in_part_or_not_at_all(facts: ProcedureFacts, expected: str) -> None:
    assert expected in aspect_text(facts, "ask_online_submission")


def test_the_forms_name_is_taken_from_the_papers_where_there_is_no_file() -> None:
    assert "Tờ khai đăng ký khai sinh" in aspect_text(CURATED, "ask_form")
    with_file = replace(CURATED, paper_forms=(("Mẫu 01", "https://example.vn/01.doc"),))
    assert "https://example.vn/01.doc" in aspect_text(with_file, "ask_form")


def test_offers_are_numbered() -> None:
    text = several_text(["A", "B"], "ask_fee")
    assert "\n1. A\n2. B" in text and "lệ phí" in text
