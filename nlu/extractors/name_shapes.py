"""Where names stand that no list holds, by what they are put together from.

A place is its type and a number or a name ("ấp 4", "chợ Gò Đen", "hẻm 12 Nguyễn Đình Chiểu"), an agency an office
and a place ("công an xã Long Hậu"), a procedure an action, a thing and what narrows it ("cấp lại / sổ đỏ / bị
mất"). These are guesses for the tagger to weigh, not finds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nlu.extractors.gazetteer import Gazetteer

_STOP_WORDS = frozenset(
    "co bi bao la thi o khong ko k hay may gan doan nao va voi cho chua roi do nay kia toi di den tu duoc dc ma sao "
    "vay z de ve len xuong qua ra vo vao thay can nop lam xin tai ben dau mo dong sang chieu trua dem mai nhe nha a "
    "da em anh chi chu co bac con tui minh gia phi nhieu het dang se cung nhu trong ngoai tren duoi truoc sau cua "
    "ad oi nua luon giup gium dum hu cup mat tiem tiep".split()
)
_OWN_PLACE = frozenset(("xa", "phuong", "huyen", "tinh", "quan", "thi", "tp", "tt"))
_LONGEST_UNKNOWN = 3
_ACTIONS_AT_MOST = 3
_LONGEST_OBJECT = 4


@dataclass(frozen=True)
class Words:
    """The words of a message as the lists are asked for them.

    Attributes:
        folded: Without diacritics, short forms written out.
        written: The same with diacritics, lower case.
        is_name: Whether the word was written with a capital where not all are.
    """

    folded: Sequence[str]
    written: Sequence[str]
    is_name: Sequence[bool]


@dataclass(frozen=True)
class Shape:
    """A guess.

    Attributes:
        start: Index of the first word.
        end: Index past the last one.
        name: 'place', 'agency' or 'procedure'.
        made_of: What it is put together from. Behind a place's type '#' a number, '=' a listed name, 'X' words with
            capitals, '?' any words; of an agency also '_' (its own "xã", "tỉnh") and '' (the office alone); of a
            procedure 'A' for actions, 'T' for the thing, 't' for tails, '?' for any words in the thing's place.
    """

    start: int
    end: int
    name: str
    made_of: str


def find_shapes(words: Words, lists: Gazetteer) -> list[Shape]:
    """Finds what looks like names; shapes of one kind do not overlap, those of different kinds may."""
    shapes: list[Shape] = []
    for find in (_place_at, _agency_at, _procedure_at):
        position = 0
        while position < len(words.folded):
            shape = find(words, lists, position)
            if shape is None:
                position += 1
                continue
            shapes.append(shape)
            position = shape.end
    return shapes


def _place_at(words: Words, lists: Gazetteer, start: int) -> Shape | None:
    """An address: places one behind the other ("ấp 3 xã Long Hậu")."""
    end, made_of = _one_place(words, lists, start)
    if not made_of:
        return None
    while made_of != "?":
        following, more = _one_place(words, lists, end)
        if not more:
            break
        end, made_of = following, more if more == "?" else made_of
    return Shape(start, end, "place", made_of)


def _one_place(words: Words, lists: Gazetteer, start: int) -> tuple[int, str]:
    """One link of an address: its end and what it is made of, (start, '') if there is none."""
    for begin in reversed(lists.ends("place_type", words.folded, words.written, start)):
        end, made_of = _name_at(words, lists, begin)
        if made_of:
            return end, made_of
    end = _listed_place(words, lists, start)
    return (end, "=") if end else (start, "")


def _name_at(words: Words, lists: Gazetteer, start: int) -> tuple[int, str]:
    """A name behind a place's type: a number, a listed name, words with capitals, or any words."""
    count = len(words.folded)
    if start < count and words.folded[start][0].isdigit() and len(words.folded[start]) < 6:
        end = start + 1
        listed = _listed_place(words, lists, end)
        return (listed, "=") if listed else (end, "#")
    listed = _listed_place(words, lists, start)
    if listed:
        is_numbered = listed < count and words.folded[listed].isdigit() and len(words.folded[listed]) < 3
        return listed + is_numbered, "="
    end = start
    while end < count and end - start < 4 and words.is_name[end]:
        end += 1
    if end > start:
        return end, "X"
    while end < count and end - start < _LONGEST_UNKNOWN and _may_name(words.folded[end]):
        end += 1
    return (end, "?") if end > start else (start, "")


def _may_name(word: str) -> bool:
    return word.isalpha() and word not in _STOP_WORDS


def _listed_place(words: Words, lists: Gazetteer, start: int) -> int:
    ends = [end for kind in ("place", "elsewhere") for end in lists.ends(kind, words.folded, words.written, start)]
    return max(ends, default=0)


def _agency_at(words: Words, lists: Gazetteer, start: int) -> Shape | None:
    ends = lists.ends("office", words.folded, words.written, start)
    if not ends:
        return None
    end = ends[-1]
    place, made_of = _one_place(words, lists, end)
    if made_of:
        return Shape(start, place, "agency", made_of)
    if end < len(words.folded) and words.folded[end] in _OWN_PLACE:
        return Shape(start, end + 1, "agency", "_")
    return Shape(start, end, "agency", "")


def _procedure_at(words: Words, lists: Gazetteer, start: int) -> Shape | None:
    best = max(_thing_ends(words, lists, start, _ACTIONS_AT_MOST), default=None)
    if best is None:
        return _open_procedure_at(words, lists, start)
    end, made_of = best
    has_tail = False
    while ends := lists.ends("tail", words.folded, words.written, end):
        end, has_tail = ends[-1], True
    return Shape(start, end, "procedure", made_of + "t" * has_tail)


def _open_procedure_at(words: Words, lists: Gazetteer, start: int) -> Shape | None:
    """An action and words that no list holds ("xả nước thải")."""
    ends = lists.ends("action", words.folded, words.written, start)
    if not ends:
        return None
    end = ends[-1]
    while end < len(words.folded) and end - ends[-1] < _LONGEST_OBJECT and _may_name(words.folded[end]):
        end += 1
    return Shape(start, end, "procedure", "A?") if end > ends[-1] else None


def _thing_ends(words: Words, lists: Gazetteer, start: int, actions: int, before: str = "") -> list[tuple[int, str]]:
    """The ends of all actions-and-thing that begin at a word, with what they are made of."""
    found = [(end, before + "T") for end in lists.ends("thing", words.folded, words.written, start)]
    if actions:
        for end in lists.ends("action", words.folded, words.written, start):
            found += _thing_ends(words, lists, end, actions - 1, "A")
    return found
