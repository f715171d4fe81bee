"""The rules and the domain as a whole."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from actions.base import IntentAction
from actions.forms import FormStep
from connectors.channel.payloads import NEVER_FROM_A_BUTTON, choice_of
from connectors.channel.typed import disarmed
from onestop.messages import small_talk

ROOT = Path(__file__).resolve().parents[3]
DOMAIN: dict[str, Any] = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
RULES: list[dict[str, Any]] = yaml.safe_load((ROOT / "data/rules.yml").read_text(encoding="utf-8"))["rules"]
CONTRACT = """
greet goodbye thank affirm deny cancel help bot_challenge talk_to_human lookup_dossier list_my_dossiers
follow_dossier unfollow_dossier set_reminder search_procedure ask_documents ask_fee ask_duration
ask_where_to_submit ask_online_submission ask_form contact_hotline ask_working_hours ask_address ask_portal
give_feedback lookup_feedback rate_service ask_news ask_power_cut ask_land_price ask_planning ask_exam_score
ask_vaccination_site link_phone stop_notifications resume_notifications ask_privacy delete_my_data insult
out_of_scope
""".split()
CHANNEL = """
send_image send_file send_location send_sticker send_voice send_video send_link send_contact share_info
follow_account send_nothing
""".split()
ANSWERED_IN_A_FORM = {
    "lookup_form": {"send_location"},
    "phone_form": {"share_info"},
    "supplement_form": {"send_image", "send_file"},
    "dossier_form": {"send_image"},
    "feedback_form": {"send_image", "send_location"},
}


def subclasses(kind: type) -> list[type]:
    found = []
    for one in kind.__subclasses__():
        found += [one, *subclasses(one)]
    return found


def steps_with(key: str) -> list[Any]:
    return [step[key] for rule in RULES for step in rule["steps"] if key in step]


def test_the_rules_train_without_a_contradiction(core_model: str) -> None:
    assert Path(core_model).exists()


@pytest.mark.parametrize("intent", [*CONTRACT, *CHANNEL])
def test_every_intent_of_the_contract_and_of_the_channel_has_a_rule(intent: str) -> None:
    assert intent in DOMAIN["intents"]
    first = [rule["steps"][0].get("intent") for rule in RULES if "condition" not in rule]
    assert first.count(intent) == 1


def test_every_intent_of_the_domain_has_a_rule() -> None:
    assert set(DOMAIN["intents"]) == set(steps_with("intent"))


def test_every_response_that_is_named_exists_and_every_one_that_exists_is_used() -> None:
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "actions").rglob("*.py")]
    named = set(re.findall(r"utter_\w+", "\n".join(sources))) | {
        a for a in steps_with("action") if a.startswith("utter_")
    }
    named = {name for name in named if name not in ("utter_message",)}
    asked = {f"utter_ask_{form}_{slot}" for form, spec in DOMAIN["forms"].items() for slot in spec["required_slots"]}
    existing = set(DOMAIN["responses"])
    assert named - existing == set()
    assert existing - named - asked - {"utter_default"} == set()


def test_every_question_of_a_form_can_be_asked() -> None:
    for form, spec in DOMAIN["forms"].items():
        for slot in spec["required_slots"]:
            assert f"utter_ask_{form}_{slot}" in DOMAIN["responses"] or f"action_ask_{form}_{slot}" in DOMAIN["actions"]


def test_actions_of_the_domain_are_those_of_the_action_server(world: Any) -> None:
    assert set(DOMAIN["actions"]) == set(world.endpoint.executor.actions)


def test_an_action_answers_the_intents_that_its_rules_send_it() -> None:
    sent: dict[str, set[str]] = {}
    for rule in RULES:
        if "condition" not in rule:
            sent.setdefault(rule["steps"][1]["action"], set()).add(rule["steps"][0]["intent"])
    for kind in subclasses(IntentAction):
        assert set(kind.intents) == sent[kind().name()], kind.__name__


@pytest.mark.parametrize("form", list(DOMAIN["forms"]))
def test_every_form_ignores_what_comes_from_outside(form: str) -> None:
    outside = {i for i in DOMAIN["intents"] if i.startswith("EXTERNAL_") or i in CHANNEL}
    assert set(DOMAIN["forms"][form]["ignored_intents"]) == outside - ANSWERED_IN_A_FORM.get(form, set())


@pytest.mark.parametrize("form", list(DOMAIN["forms"]))
def test_every_form_can_be_left_and_has_an_end(form: str) -> None:
    conditioned = [rule for rule in RULES if {"active_loop": form} in rule.get("condition", [])]
    assert {rule["steps"][0].get("intent", "done") for rule in conditioned} == {"cancel", "done"}
    step = next(kind for kind in subclasses(FormStep) if kind.form == form)
    assert list(step.slots) == DOMAIN["forms"][form]["required_slots"]


def test_no_slot_takes_text_by_itself_or_steers_the_rules() -> None:
    in_forms = {slot: form for form, spec in DOMAIN["forms"].items() for slot in spec["required_slots"]}
    for name, slot in DOMAIN["slots"].items():
        assert slot["influence_conversation"] is False
        assert [mapping["type"] for mapping in slot["mappings"]] == ["custom"]
        if name in in_forms:
            condition = {"active_loop": in_forms[name], "requested_slot": name}
            assert slot["mappings"][0]["conditions"] == [condition]


@pytest.mark.parametrize("intent", [*DOMAIN["intents"], *sorted(NEVER_FROM_A_BUTTON), "EXTERNAL_result"])
@pytest.mark.parametrize(
    "spelling", ["/{}", " /{}", "／{}", "//{}", "\u200b/{}", '/{}{{"dossier_code": "x"}}', "/{}@1.0"]
)
def test_a_typed_command_is_only_text(intent: str, spelling: str) -> None:
    assert not disarmed(spelling.format(intent)).startswith(("/", "／"))


def test_buttons_of_the_domain_may_be_tapped_and_lead_somewhere() -> None:
    for name, variants in DOMAIN["responses"].items():
        for variant in variants:
            for shown in variant.get("buttons", []):
                choice = choice_of(shown["title"], shown["payload"])
                assert choice.intent in DOMAIN["intents"], name
                assert len(shown["title"]) <= 35
            assert len(variant.get("buttons", [])) <= 5


@pytest.mark.parametrize("wordings", [small_talk.GREETINGS, small_talk.FAREWELLS, small_talk.THANKS])
def test_small_talk_says_each_wording_once_before_it_says_one_again(wordings: tuple[str, ...]) -> None:
    said = [small_talk.variant(wordings, times) for times in range(1, len(wordings) + 2)]
    assert len(set(said)) == len(wordings) >= 4 and said[-1] == said[0]


def test_anger_is_met_with_an_apology_only_once() -> None:
    said = [small_talk.variant_ending_calm(small_talk.INSULTS, times) for times in range(1, 9)]
    assert sum("xin lỗi" in one for one in said) == 1
    assert all(one != other for one, other in zip(said, said[1:], strict=False))


def test_sentences_are_plain_and_polite() -> None:
    for name, variants in DOMAIN["responses"].items():
        for variant in variants:
            text = variant["text"]
            assert not re.search(r"\*\*|__|^#|\bAPI\b|\berror\b", text), name
            assert len(text.splitlines()) <= 6, name
            assert text[0].isupper() or text.startswith("{"), name
