from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from connectors.zalo.answers import history_items
from connectors.zalo.history import Found, History, HistoryItem, NotFound, Undecidable, find_sent

START = datetime(2026, 11, 24, 8, tzinfo=timezone.utc)
TEXT = "Hồ sơ của anh/chị đã có kết quả, mời anh/chị đến nhận."


def item(message_id: str | None = "m1", after_s: float = 1, from_oa: bool = True, text: str = TEXT, kind: str = "text"):
    return HistoryItem(message_id, "8000", from_oa, START + timedelta(seconds=after_s), kind, text)


OLDER = item("m0", after_s=-60, from_oa=False, text="Xin chào")


def test_the_message_is_found_by_its_text():
    assert find_sent([item("m9"), OLDER], TEXT, START, ()) == Found("m9")


def test_it_is_found_through_decomposed_letters_and_other_blanks():
    shown = item(text=TEXT.replace("à", "a\u0300").replace(" ", "  ") + "\n")
    assert find_sent([shown, OLDER], TEXT, START, ()) == Found("m1")


def test_the_oldest_of_several_matches_is_taken():
    assert find_sent([item("m3", 9), item("m2", 3), OLDER], TEXT, START, ()) == Found("m2")


@pytest.mark.parametrize(
    "other",
    [
        item(from_oa=False),
        item(after_s=-30),
        item("known"),
        item(text="Một tin khác hẳn của cán bộ"),
        item(text="Hồ sơ"),
    ],
)
def test_messages_of_others_and_of_earlier_are_not_ours(other):
    assert find_sent([other, OLDER], TEXT, START, {"known"}) == NotFound()


def test_a_few_seconds_between_the_clocks_do_not_hide_it():
    assert find_sent([item(after_s=-4), OLDER], TEXT, START, ()) == Found("m1")


def test_a_history_that_does_not_reach_back_proves_nothing():
    newer = item(from_oa=False, text="Alo")
    assert find_sent([newer], TEXT, START, ()) == Undecidable()
    assert find_sent([], TEXT, START, ()) == Undecidable()


def test_the_whole_conversation_proves_absence():
    assert find_sent([], TEXT, START, (), reaches_start=True) == NotFound()
    assert find_sent([item(from_oa=False, text="Alo")], TEXT, START, (), reaches_start=True) == NotFound()


@pytest.mark.parametrize(
    "vague", [item(text=""), item(None), item(text=TEXT[:30] + "…"), item(text="", kind="template")]
)
def test_what_may_be_ours_without_proof_is_undecidable(vague):
    assert find_sent([vague, OLDER], TEXT, START, ()) == Undecidable()


def test_a_message_without_text_is_undecidable_beside_another_and_absent_beside_none():
    assert find_sent([item(text="", kind="photo"), OLDER], "", START, ()) == Undecidable()
    assert find_sent([item(text="Chào", kind="text"), OLDER], "", START, ()) == NotFound()


def test_any_of_the_texts_that_may_have_gone_counts():
    listed = f"{TEXT}\n\n1. Đánh giá\n2. Gọi 1022"
    history = History((item("m5", text=listed), OLDER))
    assert history.verdict_on((TEXT, listed), START, ()) == Found("m5")
    assert History((OLDER,)).verdict_on((TEXT, listed), START, ()) == NotFound()
    assert History(()).verdict_on((TEXT, listed), START, ()) == Undecidable()


def test_zalos_items_are_read_with_strings_and_numbers_and_in_doubt_as_ours():
    data = {
        "data": [
            {"src": 0, "time": 1790000000123, "message": "a", "message_id": "m1", "from_id": "1", "to_id": "2"},
            {"src": "1", "time": "1790000000123", "message": "b", "message_id": "m2", "from_id": "2"},
            {"message_id": "m3"},
        ]
    }  # fmt: skip
    first, second, third = history_items(data)
    assert (first.from_oa, first.user_id, first.text) == (True, "2", "a")
    assert (second.from_oa, second.user_id, second.at) == (False, "2", first.at)
    assert (third.from_oa, third.at) == (True, None)
