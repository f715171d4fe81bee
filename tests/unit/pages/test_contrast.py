"""Every pair of text and ground on the pages is readable: at least 4.5 : 1, in light and in dark (WCAG 2.2, 1.4.3)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

STATIC = Path(__file__).parents[3] / "simulator" / "pages" / "static"
LEAST = 4.5
BASE_PAIRS = [
    ("text", "bg"),
    ("text", "surface"),
    ("text", "surface-2"),
    ("text", "accent-soft"),
    ("text", "ok-soft"),
    ("text", "warn-soft"),
    ("text", "refused-soft"),
    ("text", "info-soft"),
    ("muted", "bg"),
    ("muted", "surface"),
    ("muted", "surface-2"),
    ("muted", "accent-soft"),
    ("muted", "info-soft"),
    ("accent-text", "accent"),
    ("accent-text", "accent-hover"),
    ("accent-ink", "bg"),
    ("accent-ink", "surface"),
    ("accent-ink", "surface-2"),
    ("accent-ink", "accent-soft"),
    ("ok", "ok-soft"),
    ("warn", "warn-soft"),
    ("warn", "surface"),
    ("warn", "surface-2"),
    ("warn", "accent-soft"),
    ("refused", "refused-soft"),
    ("refused", "surface"),
    ("info", "info-soft"),
    ("info", "surface"),
    ("info", "accent-soft"),
    ("plain", "plain-soft"),
]
CHAT_PAIRS = [
    ("zalo-text", "zalo"),
    ("zalo-text", "zalo-dark"),
    ("zalo-ink", "bubble"),
    ("zalo-ink", "own"),
    ("zalo-ink", "surface"),
    ("bubble-text", "bubble"),
    ("bubble-muted", "bubble"),
    ("own-text", "own"),
    ("own-muted", "own"),
    ("note-text", "note"),
    ("note-text", "chat-bg"),
    ("muted", "chat-bg"),
    ("text", "chat-bg"),
]


def _roles(path: Path, scheme: str) -> dict[str, str]:
    """Custom properties of `:root` with a colour, as the scheme ends up with them."""
    light, _, dark = path.read_text(encoding="utf-8").partition("@media (prefers-color-scheme: dark)")
    texts = [light] if scheme == "light" else [light, dark.split("\n}\n")[0]]
    found: dict[str, str] = {}
    for text in texts:
        root = text[text.index(":root") :]
        found.update(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", root[: root.index("}")]))
    return found


def _luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_pair_of_roles_can_be_read(scheme: str) -> None:
    roles = {**_roles(STATIC / "base.css", scheme), **_roles(STATIC / "chat" / "chat.css", scheme)}
    poor = {
        f"{text} on {ground}": round(_contrast(roles[text], roles[ground]), 2)
        for text, ground in BASE_PAIRS + CHAT_PAIRS
        if _contrast(roles[text], roles[ground]) < LEAST
    }
    assert not poor


def test_contrast_is_measured_as_the_guideline_does() -> None:
    assert round(_contrast("#000000", "#ffffff"), 1) == 21.0
    assert round(_contrast("#777777", "#ffffff"), 2) == 4.48
