"""A typed answer picks one of the choices just offered, or none."""

from __future__ import annotations

import pytest

from onestop.services.choosing import choice_in

LICENCES = ("Đổi giấy phép lái xe", "Cấp giấy phép lái xe (sát hạch)", "Cấp lại giấy phép lái xe")
ASPECTS = ("Giấy tờ cần có", "Nộp ở đâu", "Nộp trực tuyến", "Mẫu đơn", "Lệ phí")


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ("2", 1),
        ("số 2 nha em", 1),
        ("cái thứ hai", 1),
        ("dạ cái đầu tiên", 0),
        ("chon so 3", 2),
        ("cái cuối", 2),
        ("số một", 0),
        ("đổi", 0),
        ("cấp lại", 2),
        ("cap lai a", 2),
        ("bị mất thì sao", 2),
        ("doi bang", None),  # another word than the titles': language understanding reads it
        ("4", None),
        ("giấy phép lái xe", None),
        ("không phải", None),
        ("cấp lại giấy phép lái xe bị mất ở Sài Gòn thì làm sao", None),
    ],
)
def test_answer_picks_a_licence(said: str, place: int | None) -> None:
    assert choice_in(said, LICENCES) == place


@pytest.mark.parametrize(
    ("said", "place"), [("lệ phí", 4), ("le phi nha", 4), ("giấy tờ", 0), ("trực tuyến", 2), ("nộp", None)]
)
def test_answer_picks_a_question(said: str, place: int | None) -> None:
    assert choice_in(said, ASPECTS) == place


def test_nothing_is_picked_where_nothing_was_offered() -> None:
    assert choice_in("1", ()) is None
