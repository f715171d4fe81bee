"""What a report is about: right often enough to be proposed, measured on reports it never learnt from."""

from __future__ import annotations

from pathlib import Path

import pytest

from onestop.services import feedback_classes
from onestop.text import fold

HELD_OUT = Path(__file__).resolve().parents[2] / "heldout" / "feedback_reports.tsv"


def share_right(of: str, is_folded: bool) -> float:
    held = feedback_classes.read_examples(HELD_OUT)
    reader = feedback_classes.reader()
    found = [reader.propose(fold(one.text) if is_folded else one.text) for one in held]
    return sum(getattr(a, of) == getattr(b, of) for a, b in zip(found, held, strict=True)) / len(held)


def test_there_are_enough_labelled_reports_and_none_is_on_both_sides() -> None:
    learnt, held = feedback_classes.read_examples(), feedback_classes.read_examples(HELD_OUT)
    assert len(learnt) + len(held) >= 150 and 0.3 <= len(held) / (len(learnt) + len(held)) <= 0.35
    assert not {fold(one.text) for one in learnt} & {fold(one.text) for one in held}


@pytest.mark.parametrize("is_folded", [False, True])
def test_category_and_kind_are_proposed_rightly_on_reports_held_out(is_folded: bool) -> None:
    assert share_right("category", is_folded) >= 0.88  # 92.2 % when written down in docs/mailbox.md
    assert share_right("kind", is_folded) >= 0.94  # 96.1 % and more


def test_what_it_is_sure_of_is_right() -> None:
    reader = feedback_classes.reader()
    sure = [(reader.propose(one.text), one) for one in feedback_classes.read_examples(HELD_OUT)]
    sure = [(found, one) for found, one in sure if found.is_sure]
    assert len(sure) >= 30 and sum(found.category == one.category for found, one in sure) / len(sure) >= 0.95


def test_every_category_and_kind_is_learnt() -> None:
    data, learnt = feedback_classes.catalogue(), feedback_classes.read_examples()
    assert {one.id for one in data.categories} == {one.category for one in learnt}
    assert {one.id for one in data.kinds} == {one.kind for one in learnt}


@pytest.mark.parametrize("text", ["", "???", "xyz qwe", "👍"])
def test_strange_words_are_a_plain_report_and_nothing_sure(text: str) -> None:
    found = feedback_classes.reader().propose(text)
    assert found.kind == "report" and not found.is_sure


@pytest.mark.parametrize(
    ("words", "category"), [("cái này là về rác", "waste"), ("den duong", "lighting"), ("ok em", None)]
)
def test_a_few_words_name_a_category(words: str, category: str | None) -> None:
    assert feedback_classes.reader().named(words) == category
