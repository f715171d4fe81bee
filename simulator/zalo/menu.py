"""The account's own menu (`simulator/menu.json`), which the chat page shows at the bottom."""

import json
from functools import lru_cache
from pathlib import Path

from simulator.zalo.errors import BadRequest

MENU = Path(__file__).parents[1] / "menu.json"


@lru_cache(maxsize=1)
def account_menu() -> tuple[dict[str, str], ...]:
    """Every item with its title, payload and group, in the order of the screen."""
    return tuple(json.loads(MENU.read_text(encoding="utf-8")))


def menu_entry(payload: str) -> dict[str, str]:
    """The item with a payload.

    Raises:
        BadRequest: the menu has none.
    """
    for entry in account_menu():
        if entry["payload"] == payload:
            return entry
    raise BadRequest("The account's menu has no item with this payload.", status=404)
