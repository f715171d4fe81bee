from __future__ import annotations

from typing import Any

from connectors.channel.many_requests import in_turn


def parse(intent: str, confidence: float = 0.9, **entities: str) -> dict[str, Any]:
    found = [{"entity": name, "value": value} for name, value in entities.items()]
    return {"text": f"({intent})", "intent": {"name": intent, "confidence": confidence}, "entities": found}


def test_the_first_two_are_answered_and_the_rest_are_handed_on() -> None:
    decided = in_turn(
        [
            parse("ask_fee", procedure="khai sinh"),
            parse("give_feedback"),
            parse("ask_working_hours"),
            parse("ask_power_cut"),
        ]
    )
    assert decided is not None
    assert (decided["intent"]["name"], decided["second_intent"]["name"]) == ("ask_fee", "ask_working_hours")
    assert [one["intent"] for one in decided["further"]] == ["ask_power_cut", "give_feedback"], "a talk comes last"


def test_a_question_without_a_procedure_is_about_the_one_named_before() -> None:
    decided = in_turn(
        [
            parse("search_procedure", procedure="sổ đỏ"),
            parse("ask_documents"),
            parse("ask_fee"),
            parse("ask_duration"),
        ]
    )
    assert decided is not None
    assert decided["entities"] == [{"entity": "procedure", "value": "sổ đỏ"}]
    assert decided["further"] == [
        {"intent": "ask_duration", "entities": {"procedure": "sổ đỏ"}, "text": "(ask_duration)"}
    ]


def test_stories_small_talk_and_doubles_are_no_requests() -> None:
    same = parse("ask_fee", procedure="khai sinh")
    assert in_turn([same, same, parse("greet"), parse("ask_news", 0.4), parse("ask_address")]) is None
