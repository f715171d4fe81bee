from __future__ import annotations

import json

import pytest
from rasa_sdk import Tracker

from actions.turn import MOST_TITLE, _digressions, button, fitted
from connectors.channel.payloads import choice_of


@pytest.mark.parametrize("value", ['có "ngoặc" và {ngoặc}', "a\nb", "/restart"])
def test_a_buttons_entities_survive_the_channel(value: str) -> None:
    made = button("Lệ phí", "ask_fee", procedure=value)
    choice = choice_of(made["title"], made["payload"])
    assert (choice.intent, choice.entities) == ("ask_fee", {"procedure": value})


def test_a_button_without_entities_is_only_its_intent() -> None:
    assert button("Trợ giúp", "help") == {"title": "Trợ giúp", "payload": "/help"}


def test_titles_are_cut_on_a_word() -> None:
    long = "Liên thông đăng ký khai sinh, đăng ký thường trú, cấp thẻ bảo hiểm"
    assert len(fitted(long)) <= MOST_TITLE and fitted(long).endswith("…")
    assert long.startswith(fitted(long)[:-1])
    assert fitted("Lệ phí") == "Lệ phí"


def test_payloads_are_plain_json() -> None:
    payload = button("x", "lookup_dossier", dossier_code="H39.16-260715-0003")["payload"]
    assert json.loads(payload.removeprefix("/lookup_dossier")) == {"dossier_code": "H39.16-260715-0003"}


def tracker_of(form: str | None, *events: dict) -> Tracker:
    return Tracker("c", {}, {}, list(events), False, None, {"name": form} if form else {}, None)


def test_digressions_in_a_row_are_counted() -> None:
    said, listens = {"event": "user", "text": "x"}, {"event": "action", "name": "action_listen"}
    rejected = {"event": "action_execution_rejected", "name": "place_form"}
    answered, asked = {"event": "action", "name": "action_look_up"}, {"event": "action", "name": "place_form"}
    once = (said, rejected, answered, asked, listens)
    assert _digressions(tracker_of("place_form", said, asked, listens, said, rejected)) == 1
    assert _digressions(tracker_of("place_form", said, asked, listens, *once, said, rejected)) == 2
    assert _digressions(tracker_of("place_form", *once, said)) == 0
    assert _digressions(tracker_of(None, *once, said)) == 0
