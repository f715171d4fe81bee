from __future__ import annotations

from typing import Any

from connectors.channel.button_budget import within_budget


def message(*titles: str, **more: Any) -> dict[str, Any]:
    return {"text": "…", "buttons": [{"title": title, "payload": f"/{title}"} for title in titles], **more}


def titles(messages: list[dict[str, Any]]) -> list[list[str]]:
    return [[button["title"] for button in one["buttons"]] for one in messages]


def test_one_message_keeps_what_it_has() -> None:
    assert titles(within_budget([message("a", "b"), message()])) == [["a", "b"], []]


def test_no_button_stands_twice_and_there_are_five_at_most() -> None:
    said = within_budget([message("a", "b", "c", "d"), message("c", "d", "e", "f")])
    assert titles(said) == [["a"], ["c", "d", "e", "f"]]


def test_a_question_keeps_its_alternatives_though_an_answer_follows() -> None:
    said = within_budget([message("đúng", "sai", "khác", numbered=True), message("a", "b", "c", "sai")])
    assert titles(said) == [["đúng", "sai", "khác"], ["a", "b"]]


def test_a_menu_in_two_parts_stays_whole() -> None:
    parts = [message("a", "b", "c", keeps_buttons=True), message("d", "e", "f", keeps_buttons=True)]
    assert titles(within_budget(parts)) == [["a", "b", "c"], ["d", "e", "f"]]
