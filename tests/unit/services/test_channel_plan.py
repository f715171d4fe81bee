"""The cheapest lawful way, by what is known of a person and how long they have been silent."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from onestop.messages.notice_kinds import notice_kinds
from onestop.services.channel_plan import Reach, Way, next_way, rates_on, sms_text, ways

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=timezone.utc)
RATES = rates_on(date(2026, 11, 24))
ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize(
    ("silent_for", "expected"),
    [
        (timedelta(hours=47), Way("cs", 0)),
        (timedelta(hours=49), Way("cs", 55)),
        (timedelta(days=6, hours=23), Way("cs", 55)),
        (timedelta(days=7, minutes=1), Way("template_uid", 140)),
    ],
)
def test_way_to_an_account_by_how_long_it_was_silent(silent_for: timedelta, expected: Way) -> None:
    reach = Reach(True, NOW - silent_for, "+84912345678")
    assert ways(reach, "ready", True, NOW, RATES)[0] == expected


def test_who_has_no_account_gets_a_template_by_number_then_sms() -> None:
    found = ways(Reach(False, phone="+84912345678"), "ready", True, NOW, RATES)
    assert found == [Way("template_phone", 200), Way("sms", 350)]
    assert next_way(found, {"template_phone"}) == Way("sms", 350)
    assert next_way(found, {"template_phone", "sms"}) is None


def test_nothing_is_lawful_without_account_number_or_template() -> None:
    assert ways(Reach(True, NOW - timedelta(days=8)), None, False, NOW, RATES) == []
    assert ways(Reach(True), None, True, NOW, RATES) == []


def test_one_time_code_never_goes_to_an_account() -> None:
    found = ways(Reach(True, NOW - timedelta(days=8), "+84912345678"), "otp", False, NOW, RATES)
    assert found == [Way("template_phone", 300)]


def test_prices_are_those_of_the_registered_templates() -> None:
    registered = json.loads((ROOT / "simulator" / "templates.json").read_text(encoding="utf-8"))["templates"]
    for template in registered:
        if not template["kind"].startswith("example_"):
            prices = (template["price_phone_vnd"], template["price_uid_vnd"])
            assert RATES.template_vnd(template["kind"]) == prices, template["kind"]


def test_every_short_text_fits_into_one_sms_of_plain_letters() -> None:
    names = {kind.zalo_template for kind in notice_kinds().values() if kind.zalo_template}
    for name in names:
        text = sms_text(name, "000.00.26.H53-261123-0006")
        assert text is not None and text.isascii() and len(text) <= RATES.sms_length, name
