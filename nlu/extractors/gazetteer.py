"""Lists of names (agencies, places, procedures) looked up word by word, with or without diacritics."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from onestop.text import fold, normalize

_DATA = Path(__file__).parent.parent / "data"
DEFAULT_LISTS = {
    "agency": "agencies.txt",
    "place": "places.txt",
    "elsewhere": "elsewhere.txt",
    "procedure": "procedures.txt",
    "short": "short_procedures.txt",
    "place_type": "place_types.txt",
    "office": "offices.txt",
    "action": "procedure_actions.txt",
    "thing": "procedure_things.txt",
    "tail": "procedure_tails.txt",
}
PARTS = ("place_type", "office", "action", "thing", "tail")
"""Kinds that are no names but parts of names: `nlu.extractors.name_shapes` puts them together."""

Chain = tuple[str, ...]


class Gazetteer:
    """Longest matches of listed names in a sequence of words.

    A name is held as a chain of its folded words, so that a look-up costs one dictionary access a word. A word
    written with diacritics must bear those of the name; one written without them may stand for any.
    """

    def __init__(self, names: Mapping[str, Iterable[str]]) -> None:
        """Builds the chains.

        Args:
            names: For each kind of name, the names, in any spelling.
        """
        self.names = {kind: sorted(listed) for kind, listed in names.items()}
        self._kinds = sorted(kind for kind in names if kind not in PARTS)
        self._spellings = {kind: _spellings_of(listed) for kind, listed in self.names.items()}
        self._pairs = {
            kind: {pair for chain in self._spellings[kind] for pair in zip(chain, chain[1:], strict=False)}
            for kind in self._kinds
        }
        self._first_words = {kind: {chain[0] for chain in self._spellings[kind]} for kind in self._kinds}
        self._beginnings = {
            kind: {chain[:i] for chain in spellings for i in range(1, len(chain))}
            for kind, spellings in self._spellings.items()
        }

    @classmethod
    def from_files(cls, files: dict[str, str] | None = None, folder: Path = _DATA) -> Gazetteer:
        """Reads lists of names, one a line, '#' for comments; `files` maps each kind to a file name."""
        chosen = DEFAULT_LISTS if files is None else files
        return cls({kind: _read_names(folder / name) for kind, name in chosen.items()})

    def has(self, kind: str) -> bool:
        """Tells whether there are names of a kind."""
        return bool(self._spellings.get(kind))

    def ends(self, kind: str, folded: Sequence[str], written: Sequence[str], start: int) -> list[int]:
        """Lists where names of a kind that begin at a word end (offsets past their last words), shortest first.

        Args:
            kind: Kind of name.
            folded: The words, folded.
            written: The same words with their diacritics, lower case.
            start: Index of the first word.
        """
        spellings, beginnings = self._spellings.get(kind), self._beginnings.get(kind)
        if not spellings or beginnings is None:
            return []
        found: list[int] = []
        for end in range(start + 1, len(folded) + 1):
            chain = tuple(folded[start:end])
            if chain in spellings and _may_be(written[start:end], chain, spellings[chain]):
                found.append(end)
            if chain not in beginnings:
                break
        return found

    def marks(self, folded: Sequence[str], written: Sequence[str]) -> list[list[str]]:
        """Says for each word which names it stands in.

        Returns:
            For each word its marks, such as 'agency:B' (first word of a name), 'agency:I' (a later one), with
            '+' behind where the name has more than two words.
        """
        marks: list[list[str]] = [[] for _ in folded]
        for kind in self._kinds:
            position = 0
            while position < len(folded):
                ends = self.ends(kind, folded, written, position)
                if not ends:
                    position += 1
                    continue
                size = "+" if ends[-1] - position > 2 else ""
                for i in range(position, ends[-1]):
                    marks[i].append(f"{kind}:{'I' if i > position else 'B'}{size}")
                position = ends[-1]
        return marks

    def hints(self, words: Sequence[str]) -> list[list[str]]:
        """Says for each folded word what speaks for its being part of an unlisted name.

        Returns:
            For each word: 'kind<' if names hold it behind the word before it, 'kind>' if they hold it before the
            next word, 'kind^' if a name begins with it.
        """
        hints: list[list[str]] = [[] for _ in words]
        for kind in self._kinds:
            pairs, firsts = self._pairs[kind], self._first_words[kind]
            for i, word in enumerate(words):
                if word in firsts:
                    hints[i].append(f"{kind}^")
                if i and (words[i - 1], word) in pairs:
                    hints[i].append(f"{kind}<")
                    hints[i - 1].append(f"{kind}>")
        return hints


def _spellings_of(names: Iterable[str]) -> dict[Chain, set[Chain]]:
    spellings: dict[Chain, set[Chain]] = {}
    for name in names:
        written = tuple(normalize(name).text.split())
        if written:
            spellings.setdefault(tuple(fold(word) for word in written), set()).add(written)
    return spellings


def _may_be(written: Sequence[str], folded: Chain, spellings: set[Chain]) -> bool:
    """Whether words can be one of a name's spellings: a word without diacritics stands for any."""
    if folded in spellings:  # the list itself was written without diacritics
        return True
    return any(
        all(word in (right, plain) for word, right, plain in zip(written, spelling, folded, strict=True))
        for spelling in spellings
    )


def _read_names(file: Path) -> list[str]:
    lines = (line.strip() for line in file.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def fingerprint(files: dict[str, str] | None = None, folder: Path = _DATA) -> str:
    """A digest of the lists' contents: data from outside the training file must enter Rasa's fingerprint."""
    digest = hashlib.sha256()
    for name in sorted((DEFAULT_LISTS if files is None else files).values()):
        digest.update((folder / name).read_bytes())
    return digest.hexdigest()
