from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

import actions.feedback  # noqa: F401
import onestop.services.dossiers
import onestop.services.working_days  # noqa: F401
from actions.base import UTTERANCES, utterance_of
from onestop.errors import BackendUnavailable, OnestopError

DOMAIN = yaml.safe_load((Path(__file__).resolve().parents[3] / "domain.yml").read_text(encoding="utf-8"))


def all_errors(kind: Any = OnestopError) -> list[type[OnestopError]]:
    return [one for sub in kind.__subclasses__() for one in (sub, *all_errors(sub))]


@pytest.mark.parametrize("kind", all_errors(), ids=lambda kind: kind.__name__)
def test_every_error_has_a_sentence(kind: type[OnestopError]) -> None:
    error = kind.__new__(kind)
    assert utterance_of(error) in DOMAIN["responses"]


def test_a_dead_back_end_has_its_own_sentence() -> None:
    assert utterance_of(BackendUnavailable("x")) == "utter_backend_unavailable"


@pytest.mark.parametrize("response", UTTERANCES.values())
def test_a_sentence_of_failure_names_a_next_step(response: str) -> None:
    assert all("{hotline}" in variant["text"] for variant in DOMAIN["responses"][response])
