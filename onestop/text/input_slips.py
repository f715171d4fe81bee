"""Words left half-typed by the Telex and VNI input methods: 'dduowcj', 'hoof', 'd9u7o75c'."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from onestop.text.syllables import HOI, HUYEN, NANG, NGA, SAC, add_tone, is_folded_syllable, is_syllable

_TELEX_TONES = {"s": SAC, "f": HUYEN, "r": HOI, "x": NGA, "j": NANG}
_VNI_TONES = {"1": SAC, "2": HUYEN, "3": HOI, "4": NGA, "5": NANG}
_VNI_SHAPES = {
    "6": {"a": "â", "e": "ê", "o": "ô"},
    "7": {"o": "ơ", "u": "ư"},
    "8": {"a": "ă"},
    "9": {"d": "đ"},
}
_VOWELS = "aeiouy"
# Foreign words that would decode to a syllable.
_FOREIGN = frozenset(
    "bus list test visa xoong max tax box post pos fast text next best fax sos pass gas mix six".split()
)


def _shape_with_w(word: str) -> str | None:
    """Applies the one w of a Telex word to the vowels before it; alone after an onset it is ư itself."""
    where = word.find("w")
    if where < 0:
        return word
    before, after = word[:where], word[where + 1 :]
    if "w" in after:  # 'uwow' is typed by some for ươ
        before = before.replace("u", "ư") if before.endswith("u") else before
        return _shape_with_w(before + after)
    for plain, shaped in (
        ("uo", "ươ"),
        ("ưo", "ươ"),
        ("ua", "ưa"),
        ("oa", "oă"),
        ("o", "ơ"),
        ("u", "ư"),
        ("a", "ă"),
    ):
        found = before.rfind(plain)
        if found >= 0:
            return before[:found] + shaped + before[found + len(plain) :] + after
    return before + "ư" + after


def _shape_doubles(word: str) -> Iterator[str]:
    """Applies doubled vowels and doubled d, adjacent or with the second one typed last."""
    shaped = word
    for double, single in (("aa", "â"), ("ee", "ê"), ("oo", "ô"), ("dd", "đ")):
        shaped = shaped.replace(double, single, 1)
    yield shaped
    last, body = shaped[-1:], shaped[:-1]
    if last in "aeo" and body.count(last) == 1:
        yield body.replace(last, {"a": "â", "e": "ê", "o": "ô"}[last])
    if last == "d" and body.startswith("d"):
        yield "đ" + body[1:]


def _without_tone_key(word: str) -> Iterator[tuple[str, str]]:
    """Yields the word without each letter that can be its tone key, and that key's mark."""
    last_vowel = max((i for i, letter in enumerate(word) if letter in _VOWELS + "w"), default=-1)
    first_vowel = next((i for i, letter in enumerate(word) if letter in _VOWELS + "w"), len(word))
    for i in range(len(word) - 1, first_vowel, -1):
        # The key may stand before the vowel that closes a glide ('hofa'), never before more.
        if word[i] in _TELEX_TONES and (i > last_vowel or word[i + 1 :] in ("w", "o", "a", "e", "d", "i", "u", "y")):
            yield word[:i] + word[i + 1 :], _TELEX_TONES[word[i]]
    yield word, ""


@lru_cache(maxsize=20000)
def decode_telex(word: str) -> str | None:
    """Returns the syllable that a lower-case ASCII word is the Telex keys of, or None.

    A word that could be a syllable typed without marks is left alone ('to', 'hoa'), as is a foreign word.
    """
    if not word.isascii() or len(word) < 2 or is_folded_syllable(word) or word in _FOREIGN:
        return None
    if not re.fullmatch(r"[a-z]+", word):
        return None
    for body, tone in _without_tone_key(word):
        for shaped in _shape_doubles(body):
            decoded = _shape_with_w(shaped)
            if decoded is None or decoded == word:
                continue
            toned = add_tone(decoded, tone)
            if is_syllable(toned):
                return toned
    return None


@lru_cache(maxsize=20000)
def decode_vni(word: str, is_tone_enough: bool = False) -> str | None:
    """Returns the syllable that a lower-case ASCII word is the VNI keys of, or None.

    Args:
        word: Letters with digits behind them, such as 'ho62' or 'd9u7o7c5'.
        is_tone_enough: Whether a lone tone digit counts. By itself 'to5' is rather "tờ 5".
    """
    match = re.fullmatch(r"[a-z][a-z1-9]*[1-9][a-z1-9]*", word)
    if not match or not any(letter in _VOWELS for letter in word):
        return None
    letters: list[str] = []
    tone, has_shape = "", False
    for key in word:
        if key in _VNI_TONES:
            if tone:
                return None
            tone = _VNI_TONES[key]
        elif key in _VNI_SHAPES:
            if not _apply_vni_shape(letters, _VNI_SHAPES[key]):
                return None
            has_shape = True
        else:
            letters.append(key)
    if not has_shape and not is_tone_enough:
        return None
    toned = add_tone("".join(letters), tone)
    return toned if is_syllable(toned) else None


def _apply_vni_shape(letters: list[str], shapes: dict[str, str]) -> bool:
    for i in range(len(letters) - 1, -1, -1):
        if letters[i] in shapes:
            letters[i] = shapes[letters[i]]
            if letters[i] == "ơ" and i > 0 and letters[i - 1] == "u" and i + 1 <= len(letters):
                letters[i - 1] = "ư"
            return True
    return False
