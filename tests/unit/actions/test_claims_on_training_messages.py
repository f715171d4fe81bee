"""What these words claim, whatever NLU says, they claim from no training message that means something else."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
import yaml

from actions import control_wording, genuine_wording, reminder_wording
from actions.digest_wording import digest_wish
from onestop.text.dates import LOCAL
from onestop.text.scam_signs import scam_signs

ROOT = Path(__file__).resolve().parents[3]
NOW = datetime(2026, 11, 24, 10, tzinfo=LOCAL)
_ANNOTATION = re.compile(r"\[([^\]]*)\](?:\([^)]*\)|\{[^}]*\})")
REMINDERS = {"set_reminder", "cancel"}
NOTICES = {"stop_notifications", "resume_notifications"}


def messages() -> Iterator[tuple[str, str]]:
    for file in sorted((ROOT / "data/writers").rglob("*.yml")):
        for item in yaml.safe_load(file.read_text(encoding="utf-8"))["nlu"]:
            for line in item.get("examples", "").splitlines() if "intent" in item else ():
                if line.startswith("- "):
                    yield item["intent"], _ANNOTATION.sub(r"\1", line[2:])


@pytest.fixture(scope="module")
def written() -> list[tuple[str, str]]:
    found = list(messages())
    assert len(found) > 5000
    return found


def switches(text: str) -> bool:
    return control_wording.switch_wish(text) is not None and not control_wording.means_everything(text)


def alarms(text: str) -> bool:
    return scam_signs(text, ("dichvucong.gov.vn",)).is_alarming


@pytest.mark.parametrize(
    ("claims", "labels", "most"),
    [
        (reminder_wording.lists_reminders, REMINDERS, 0),
        (reminder_wording.cancels_reminder, REMINDERS, 0),
        (lambda text: reminder_wording.changes_reminder(text, NOW, just_set=False), REMINDERS, 0),
        (control_wording.asks_settings, NOTICES, 0),
        (switches, NOTICES, 0),
        (lambda text: digest_wish(text, NOW, is_on=True) is not None, NOTICES, 0),
        (control_wording.asks_what_is_held, {"ask_privacy"}, 0),
        (control_wording.wants_own_data, {"ask_privacy"}, 0),
        (lambda text: control_wording.simple_speech_wish(text) is not None, set(), 2),
        (genuine_wording.asks_whether_genuine, set(), 2),
        (alarms, set(), 2),  # "hôm qua có số lạ nhắn …, kêu cài ứng dụng": the warning is right
    ],
    ids=["list", "cancel", "change", "settings", "switch", "digest", "held", "export", "simple", "genuine", "scam"],
)
def test_words_claim_nothing_that_means_something_else(
    written: list[tuple[str, str]], claims: Callable[[str], bool], labels: set[str], most: int
) -> None:
    wrong = [
        (intent, text)
        for intent, text in written
        if intent not in labels and len(text.split()) <= control_wording.LONGEST_WISH_WORDS and claims(text)
    ]
    assert len(wrong) <= most, wrong
