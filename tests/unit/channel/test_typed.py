"""Typed text is never a command."""

from __future__ import annotations

import pytest

from connectors.channel.payloads import choice_of, may_be_tapped
from connectors.channel.typed import MAX_CHARACTERS, disarmed


@pytest.mark.parametrize(
    "typed",
    [
        "/restart",
        " /back",
        "/ restart",
        "／restart",
        "/EXTERNAL_ready{}",
        '/lookup_dossier{"a": "b"}',
        "//x",
        "\u200b/restart",
        "\n/x",
    ],
)
def test_leading_slash_is_taken_away(typed: str) -> None:
    assert not disarmed(typed).startswith(("/", "／", " ", "\u200b"))


def test_text_is_nfc_and_short() -> None:
    assert disarmed("hồ sơ") == "hồ sơ"
    assert len(disarmed("a" * 5000)) == MAX_CHARACTERS


def test_slash_inside_stays() -> None:
    assert disarmed("ngày 15/7") == "ngày 15/7"


@pytest.mark.parametrize("intent", ["restart", "back", "session_start", "EXTERNAL_ready"])
def test_no_button_means_a_command_of_rasa(intent: str) -> None:
    assert not may_be_tapped(intent)
    with pytest.raises(ValueError, match="payload"):
        choice_of("x", f"/{intent}")
