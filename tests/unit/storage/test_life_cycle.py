"""National states and the moves between them."""

from __future__ import annotations

import pytest

from onestop.storage.life_cycle import STATE_NAMES, DossierState, allowed_moves, event_kind_of_move


def test_every_state_has_a_name_and_known_moves() -> None:
    for state in DossierState:
        assert STATE_NAMES[state]
        allowed_moves(state)


@pytest.mark.parametrize("state", [3, 8, 10])
def test_ended_dossier_moves_nowhere(state: int) -> None:
    assert allowed_moves(state) == ()


@pytest.mark.parametrize(
    ("state_from", "state_to", "is_early", "kind"),
    [
        (1, 2, False, "received"),
        (1, 3, False, "refused"),
        (2, 4, False, "processing"),
        (4, 4, False, "apology"),
        (4, 5, False, "supplement_requested"),
        (5, 2, False, "supplement_received"),
        (5, 4, False, "supplement_received"),
        (5, 8, False, "stopped"),
        (4, 6, False, "money_due"),
        (6, 4, False, "money_paid"),
        (4, 7, False, "withdrawn"),
        (7, 8, False, "stopped"),
        (4, 9, False, "ready"),
        (4, 9, True, "ready_early"),
        (6, 9, False, "ready"),
        (9, 10, True, "returned"),
    ],
)
def test_move_makes_its_kind_of_event(state_from: int, state_to: int, is_early: bool, kind: str) -> None:
    assert event_kind_of_move(state_from, state_to, is_early=is_early).value == kind


def test_every_lawful_move_makes_an_event() -> None:
    for state in DossierState:
        for target in allowed_moves(state):
            assert event_kind_of_move(state, target)
