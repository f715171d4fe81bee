"""Word segmentation by underthesea, laid over syllables without moving them."""

from __future__ import annotations

from collections.abc import Sequence

from nlu.tokenizers.word_spans import Span, word_spans


def segment(text: str, spans: Sequence[Span] | None = None) -> list[str]:
    """Says for each syllable of a text which word it belongs to, the word's syllables joined by '_'.

    A word that underthesea cuts through the middle of a syllable, a code or a phone is passed over: its
    syllables then stand for themselves.

    Args:
        text: The message.
        spans: Its syllables (`word_spans`), where they are already known.
    """
    from underthesea import word_tokenize  # half a second and 100 MB, only where it is wanted

    syllables = list(spans) if spans is not None else word_spans(text)
    words = [text[start:end].lower() for start, end in syllables]
    position = 0
    for word in word_tokenize(text, use_token_normalize=False):
        start = text.find(word, position)
        if start < 0:
            continue
        end = position = start + len(word)
        inside = [i for i, (s, e) in enumerate(syllables) if start <= s and e <= end]
        if len(inside) > 1 and syllables[inside[0]][0] == start and syllables[inside[-1]][1] == end:
            joined = "_".join(words[i] for i in inside)
            for i in inside:
                words[i] = joined
    return words
