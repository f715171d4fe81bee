"""Lists of names (agencies, places, procedures) looked up word by word, without diacritics."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from onestop.text import fold, normalize

_DATA = Path(__file__).parent.parent / "data"
DEFAULT_LISTS = {
    "agency": "agencies.txt",
    "place": "places.txt",
    "procedure": "procedures.txt",
    "short": "short_procedures.txt",
}


class Gazetteer:
    """Longest matches of listed names in a sequence of folded words.

    A name is held as a chain of its words, so that a look-up costs one dictionary access a word.
    """

    def __init__(self, names: Mapping[str, Iterable[str]]) -> None:
        """Builds the chains.

        Args:
            names: For each kind of name, the names, in any spelling.
        """
        self.names = {kind: sorted(listed) for kind, listed in names.items()}
        self._kinds = sorted(names)
        self._names = {kind: {tuple(self._words(name)) for name in self.names[kind]} - {()} for kind in self._kinds}
        self._pairs = {
            kind: {pair for name in known for pair in zip(name, name[1:], strict=False)}
            for kind, known in self._names.items()
        }
        self._first_words = {kind: {name[0] for name in known} for kind, known in self._names.items()}
        self._beginnings = {
            kind: {name[:i] for name in known for i in range(1, len(name))} for kind, known in self._names.items()
        }

    @staticmethod
    def _words(name: str) -> list[str]:
        return fold(normalize(name).text).split()

    @classmethod
    def from_files(cls, files: dict[str, str] | None = None, folder: Path = _DATA) -> Gazetteer:
        """Reads lists of names, one a line, '#' for comments; `files` maps each kind to a file name."""
        chosen = DEFAULT_LISTS if files is None else files
        return cls({kind: _read_names(folder / name) for kind, name in chosen.items()})

    def marks(self, words: Sequence[str]) -> list[list[str]]:
        """Says for each folded word which names it stands in.

        Returns:
            For each word its marks, such as 'agency:B' (first word of a name), 'agency:I' (a later one), with
            '+' behind where the name has more than two words.
        """
        marks: list[list[str]] = [[] for _ in words]
        for kind in self._kinds:
            position = 0
            while position < len(words):
                length = self._longest(kind, words, position)
                if not length:
                    position += 1
                    continue
                size = "+" if length > 2 else ""
                for i in range(length):
                    marks[position + i].append(f"{kind}:{'I' if i else 'B'}{size}")
                position += length
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

    def _longest(self, kind: str, words: Sequence[str], start: int) -> int:
        names, beginnings = self._names[kind], self._beginnings[kind]
        longest = 0
        for end in range(start + 1, len(words) + 1):
            chain = tuple(words[start:end])
            if chain in names:
                longest = end - start
            if chain not in beginnings:
                break
        return longest


def _read_names(file: Path) -> list[str]:
    lines = (line.strip() for line in file.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def fingerprint(files: dict[str, str] | None = None, folder: Path = _DATA) -> str:
    """A digest of the lists' contents: data from outside the training file must enter Rasa's fingerprint."""
    digest = hashlib.sha256()
    for name in sorted((DEFAULT_LISTS if files is None else files).values()):
        digest.update((folder / name).read_bytes())
    return digest.hexdigest()
