from __future__ import annotations

import pytest

from onestop.services.lookups import second_code_in


@pytest.mark.parametrize(
    "text",
    [
        "H39.1-261124-0002 NW96",
        "H39.1-261124-0002, nw96",
        "H39.1-261124-0002 (NW96)",
        "hồ sơ H39.1-261124-0002 mã tra cứu NW96",
    ],
)
def test_a_second_code_beside_its_code_is_read(text: str) -> None:
    assert second_code_in(text) == "NW96"


@pytest.mark.parametrize(
    "text", ["H39.1-261124-0002 nhen", "H39.1-261124-0002 2026", "H39.1-261124-0002 và H39.1-261124-0003 NW96", "NW96"]
)
def test_other_words_beside_a_code_are_none(text: str) -> None:
    assert second_code_in(text) is None


def test_four_characters_alone_do_where_a_dossier_is_talked_about() -> None:
    assert second_code_in("NW96", is_bare_enough=True) == "NW96"
