"""The hour in which everybody asks: one query a number, many at the same time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from onestop.information.book import Book
from onestop.information.provider import Answer
from onestop.information.providers.exam_scores import PROVIDER
from onestop.services.offices import OfficeDesk
from onestop.storage import SessionFactory
from tests.integration.information.conftest import NOW

NUMBERS = [f"49{number:06d}" for number in range(1, 101)]


@contextmanager
def statements_of(sessions: SessionFactory) -> Iterator[list[str]]:
    """The SQL that runs meanwhile."""
    seen: list[str] = []
    engine = sessions.kw["bind"]

    def note(_connection, _cursor, statement, *_more) -> None:
        seen.append(statement)

    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)


@pytest.fixture
def asks(demo_information: SessionFactory, desk: OfficeDesk) -> Callable[[str], Answer]:
    def ask(number: str) -> Answer:
        with demo_information() as session:
            answer = PROVIDER.answer({"number": number}, Book(session, PROVIDER.kind, desk, NOW, "1022"))
            assert isinstance(answer, Answer)
            return answer

    return ask


def test_a_number_costs_one_query_over_the_index(
    demo_information: SessionFactory, asks: Callable[[str], Answer]
) -> None:
    with statements_of(demo_information) as seen:
        asks(NUMBERS[0])
    (statement,) = [one for one in seen if one.startswith("SELECT")]
    with demo_information() as session:
        raw = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", ("exam_scores", NUMBERS[0]))
        plan = " ".join(str(row) for row in raw)
    assert "ix_information_record_name (kind=? AND name=?)" in plan


def test_a_hundred_candidates_at_once_each_get_their_own(asks: Callable[[str], Answer]) -> None:
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(asks, NUMBERS))
    for number, answer in zip(NUMBERS, answers, strict=True):
        assert number in answer.text and "Toán" in answer.text
        assert [record.data["number"] for record in answer.records] == [number]


def test_scores_are_not_told_before_their_hour(asks: Callable[[str], Answer]) -> None:
    answer = asks("300001")
    assert "công bố lúc 8 giờ thứ Bảy, 28/11/2026" in answer.text and "Tin học" not in answer.text


def test_a_number_that_is_not_there_is_said_so(asks: Callable[[str], Answer]) -> None:
    assert "chưa thấy số báo danh 99999999" in asks("99999999").text
