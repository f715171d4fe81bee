"""What a Vietnamese syllable can look like: onset, rhyme, tone.

Used to tell a word from a slip of the input method: `dduowcj` is no syllable, `được` is one.
Source of the inventory: the orthography of Quốc ngữ as taught in school (38 onset spellings, 150-odd rhymes).
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from onestop.text.diacritics import fold

TONES = {"\u0301": "sắc", "\u0300": "huyền", "\u0309": "hỏi", "\u0303": "ngã", "\u0323": "nặng"}
SAC, HUYEN, HOI, NGA, NANG = TONES

_ONSETS = (
    "ngh ng nh ch gh gi kh ph qu th tr b c d đ g h k l m n p r s t v x".split()  # longest first
)
_RHYMES = frozenset(
    """
    a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây
    e ec em en eng eo ep et ê êch êm ên ênh êp êt êu
    i ia ich im in inh ip it iu iêc iêm iên iêng iêp iêt iêu yêm yên yêng yêt yêu y
    o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oen oeo oet oi om on ong
    ooc oong op ot ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt
    u ua uân uâng uât uây uc uê uêch uênh ui um un ung uôc uôi uôm uôn uông uôt uơ up ut uy uya uych uyên uyêt
    uyn uynh uyp uyt uyu ư ưa ưc ưi ưm ưng ươc ươi ươm ươn ương ươp ươt ươu ưt ưu
    """.split()
)
_FRONT = frozenset("eêiy")
# "oong", "ooc" stand in a handful of loan words only; in Telex they are far oftener "ông", "ôc".
_FOLDED_RHYMES = frozenset(fold(rhyme) for rhyme in _RHYMES if not rhyme.startswith("oo"))


def split_tone(word: str) -> tuple[str, str]:
    """Splits a lower-case word into itself without its tone mark, and the combining mark ('' for ngang)."""
    tone = ""
    letters: list[str] = []
    for character in unicodedata.normalize("NFD", word):
        if character in TONES:
            tone = character
        else:
            letters.append(character)
    return unicodedata.normalize("NFC", "".join(letters)), tone


def split_onset(toneless: str) -> tuple[str, str]:
    """Splits a lower-case syllable without tone into onset and rhyme ('gin' is g + in, 'qua' is qu + a)."""
    for onset in _ONSETS:
        if toneless.startswith(onset):
            rhyme = toneless[len(onset) :]
            if onset == "gi" and (not rhyme or rhyme[0] not in "aăâeêioôơuưy"):
                return "g", toneless[1:]
            return onset, rhyme
    return "", toneless


def _is_spelt_right(onset: str, rhyme: str) -> bool:
    is_front = bool(rhyme) and rhyme[0] in _FRONT
    if onset in ("gh", "ngh", "k"):
        return is_front or (onset == "k" and rhyme.startswith("y"))
    if onset in ("g", "ng", "c"):
        return not is_front or (onset == "g" and rhyme[0] == "i")
    return True


@lru_cache(maxsize=20000)
def is_syllable(word: str) -> bool:
    """Tells whether a lower-case word, with the marks that it has, is a possible syllable."""
    toneless, tone = split_tone(word)
    onset, rhyme = split_onset(toneless)
    if rhyme not in _RHYMES or not _is_spelt_right(onset, rhyme):
        return False
    is_stopped = rhyme.endswith(("c", "ch", "p", "t"))
    return not (is_stopped and tone in (HUYEN, HOI, NGA))


@lru_cache(maxsize=20000)
def is_folded_syllable(word: str) -> bool:
    """Tells whether a lower-case word without marks is what some syllable folds to."""
    onset, rhyme = split_onset(word)
    return rhyme in _FOLDED_RHYMES and _is_spelt_right(onset, rhyme)


def add_tone(toneless: str, tone: str) -> str:
    """Puts a tone mark where the common spelling has it ('hòa', 'thủy', 'được').

    Args:
        toneless: A lower-case syllable without tone mark.
        tone: A combining mark of `TONES`, or '' for none.
    """
    if not tone:
        return toneless
    onset, rhyme = split_onset(toneless)
    vowels = [i for i, letter in enumerate(rhyme) if fold(letter) in "aeiouy"]
    if not vowels:
        return toneless
    position = len(onset) + _toned_vowel(rhyme, vowels)
    marked = unicodedata.normalize("NFC", toneless[position] + tone)
    return toneless[:position] + marked + toneless[position + 1 :]


def _toned_vowel(rhyme: str, vowels: list[int]) -> int:
    shaped = [i for i in vowels if rhyme[i] in "ăâêôơư"]
    if shaped:
        return shaped[-1]
    if len(vowels) == 1:
        return vowels[0]
    has_coda = vowels[-1] < len(rhyme) - 1
    if has_coda or len(vowels) == 3:
        return vowels[-1] if has_coda else vowels[1]
    return vowels[0]


def with_common_tone_place(word: str) -> str:
    """Moves a misplaced tone mark to its common place: 'hoà' → 'hòa', 'thuỷ' → 'thủy', 'đựơc' → 'được'."""
    toneless, tone = split_tone(word)
    return add_tone(toneless, tone) if tone else word
