"""The second code: four characters printed beside a dossier's code, which prove that one holds the receipt."""

from __future__ import annotations

import random

# No letter or digit that is taken for another one when read from paper: 0 O, 1 I L, 2 Z, 5 S, 8 B, U V.
SECOND_CODE_ALPHABET = "ACDEFGHJKMNPQRTWXY34679"
SECOND_CODE_LENGTH = 4


def draw_second_code(rng: random.Random) -> str:
    """Draws a second code; give a `random.SystemRandom` where it guards anything real."""
    return "".join(rng.choice(SECOND_CODE_ALPHABET) for _ in range(SECOND_CODE_LENGTH))
