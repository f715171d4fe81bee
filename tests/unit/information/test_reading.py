"""What providers read in messages, where no data are needed."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from types import SimpleNamespace

import pytest

from onestop.clock import LOCAL
from onestop.information.book import Record, distance_km
from onestop.information.provider import Said, age_text
from onestop.information.providers import power_cuts
from onestop.information.providers.exam_scores import PROVIDER as EXAM
from onestop.information.providers.land_prices import lands_in
from onestop.information.providers.news import PROVIDER as NEWS
from onestop.information.providers.news import _subject
from onestop.information.registry import all_providers, provider_meant

DAY = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("có gì mới về bảo hiểm y tế không", "bảo hiểm y tế"),
        ("co gi moi ve bao hiem y te khong", "bao hiem y te"),
        ("bảo hiểm y tế có gì mới", "bảo hiểm y tế"),
        ("có văn bản mới nào về thuế hộ kinh doanh chưa", "thuế hộ kinh doanh"),
        ("có bão không", "bão"),
        ("co bao khong em", "bão"),
        ("tin mới", ""),
        ("hôm nay có tin gì mới không em", ""),
        ("thông báo mới nhất", ""),
        ("có cảnh báo gì không", ""),
    ],
)
def test_the_subject_of_a_question_about_news(text: str, subject: str) -> None:
    assert _subject(text) == subject


@pytest.mark.parametrize("text", ["xem thêm", "còn tin nào nữa không", "coi them", "tin khác", "nữa"])
def test_more_of_the_same_goes_on_with_the_list(text: str) -> None:
    facts = NEWS.merged({"from": 0, "subject": "thuế"}, NEWS.read(Said(text), None))
    assert facts == {"from": 3, "subject": "thuế"}


@pytest.mark.parametrize(
    ("text", "wanted", "number"),
    [
        ("sbd 49001234", None, "49001234"),
        ("số báo danh của em là 46 000 012", None, "46000012"),
        ("49001234 mấy điểm", None, "49001234"),
        ("210077", "number", "210077"),
        ("dạ 49.001.234 ạ", "number", "49001234"),
        ("49001234", "number", "49001234"),
    ],
)
def test_a_candidates_number_is_read(text: str, wanted: str | None, number: str) -> None:
    assert EXAM.read(Said(text, wanted=wanted), None) == {"number": number}


@pytest.mark.parametrize(
    "text", ["điểm thi năm 2026", "gọi 0912345678", "điểm lớp 10", "mấy giờ có điểm ngày 16/07/2026"]
)
def test_another_number_is_no_candidates_number(text: str) -> None:
    assert EXAM.read(Said(text), None) == {}


@pytest.mark.parametrize(
    ("text", "lands"),
    [
        ("gia dat tho cu duong nguyen hue", ("ODT", "ONT")),
        ("gia dat o tai do thi", ("ODT", "ONT")),
        ("gia dat o duong nguyen hue", ()),
        ("gia dat o ben luc", ("ODT", "ONT")),
        ("dat ruong", ("LUC",)),
        ("ql1 ben luc", ()),
        ("dat vuon", ("CLN",)),
        ("dat thuong mai dich vu", ("TMD",)),
    ],
)
def test_kinds_of_land(text: str, lands: tuple[str, ...]) -> None:
    assert lands_in(text) == lands


def test_the_mark_that_a_school_asks_for_is_no_candidates_score() -> None:
    facts = EXAM.read(Said("điểm chuẩn lớp 10 trường Hùng Vương"), None)
    assert "chưa có điểm chuẩn" in EXAM.answer(facts, None).text


@pytest.mark.parametrize(
    ("text", "do"),
    [
        ("có cúp điện thì báo tui", "follow"),
        ("mai mốt cup dien nho bao truoc cho em", "follow"),
        ("đăng ký nhận lịch cúp điện", "follow"),
        ("thôi đừng báo cúp điện nữa", "stop"),
        ("khoi gui lich cup dien", "stop"),
        ("mai có cúp điện không", None),
        ("tôi đang nhận báo cúp điện ở đâu", None),
        ("cúp điện từ sáng giờ chưa có lại, báo giùm tui", None),
    ],
)
def test_wanting_to_be_told_of_power_cuts_and_no_more(text: str, do: str | None, monkeypatch) -> None:
    monkeypatch.setattr(power_cuts, "read_area", lambda _said, _book: {})
    book = SimpleNamespace(now=datetime(2026, 11, 25, 9, tzinfo=LOCAL))
    assert power_cuts.PROVIDER.read(Said(text), book).get("do") == do


def test_sources_are_named_with_the_oldest_day_of_checking() -> None:
    records = [
        Record("a", "Sở Y tế", DAY - timedelta(days=3)),
        Record("b", "Điện lực", DAY),
        Record("c", "Sở Y tế", DAY - timedelta(days=1)),
    ]
    assert EXAM.source_text(records, DAY) == "Theo Sở Y tế; Điện lực, cập nhật 22/11/2026."


@pytest.mark.parametrize("provider", all_providers(), ids=lambda provider: provider.kind)
def test_old_data_are_said_to_be_old_and_who_knows_better(provider) -> None:
    data = {column.name: "x" for column in provider.own_columns}
    fresh = Record("a", "Nguồn A", DAY - provider.good_for, data=data)
    old = Record("a", "Nguồn A", DAY - provider.good_for - timedelta(days=1), data=data)
    assert "cũ" not in provider.source_text([fresh], DAY)
    said = provider.source_text([old], DAY)
    assert "Dữ liệu đã cũ" in said and provider.verify_with in said and "Nguồn A" in said


def test_ages_are_told_in_days_or_months() -> None:
    assert age_text(timedelta(days=12)).startswith("12 ngày")
    assert age_text(timedelta(days=100)).startswith("3 tháng")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("xe buýt đi Bến Lức mấy giờ", "bus"),
        ("cúp điện hoài", "power_cuts"),
        ("bảng giá đất", "land_prices"),
        ("tra điểm thi", "exam_scores"),
        ("chich ngua", "vaccination_sites"),
        ("lộ giới đường này", "planning"),
    ],
)
def test_words_that_surely_mean_a_look_up(text: str, kind: str) -> None:
    assert provider_meant(text).kind == kind


def test_words_that_mean_none() -> None:
    assert provider_meant("làm khai sinh cần gì") is None


def test_every_provider_has_its_own_kind_and_intent() -> None:
    providers = all_providers()
    assert len({one.kind for one in providers}) == len({one.intent for one in providers}) == len(providers) >= 7


def test_a_degree_of_latitude_is_111_km() -> None:
    assert distance_km((10.0, 106.0), (11.0, 106.0)) == pytest.approx(111.2, abs=0.1)
