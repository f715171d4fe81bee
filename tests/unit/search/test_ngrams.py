"""N-grams as numbers."""

import numpy as np

from onestop.search.ngrams import Vocabulary, char_ngrams, word_ngrams


def test_every_run_of_letters_inside_a_text_is_counted_once():
    rows, hashes = char_ngrams(["abcd", "ab", "abc"], 3)
    assert rows.tolist() == [0, 0, 2]
    assert hashes[0] == hashes[2] != hashes[1]


def test_no_run_reaches_from_one_text_into_the_next():
    rows, _ = word_ngrams(["khai sinh", "khai tử", ""], 2)
    assert rows.tolist() == [0, 1]


def test_nothing_is_cut_from_nothing():
    assert len(char_ngrams([""], 3)[0]) == len(word_ngrams([], 1)[0]) == 0


def test_same_text_has_cosine_one_and_unknown_letters_none():
    texts = ["dang ky khai sinh", "dang ky khai tu"]
    rows, hashes = char_ngrams(texts, 3)
    vocabulary = Vocabulary.of(rows, hashes, 2)
    matrix = vocabulary.weigh(rows, hashes, 2)
    query = vocabulary.weigh(*char_ngrams(["dang ky khai sinh"], 3), 1)
    assert np.isclose((matrix @ query.T).toarray()[0, 0], 1.0, atol=1e-5)
    assert vocabulary.weigh(*char_ngrams(["xyzw"], 3), 1).nnz == 0


def test_rare_ngrams_can_be_left_out():
    rows, hashes = word_ngrams(["khai sinh", "khai tu"], 1)
    assert len(Vocabulary.of(rows, hashes, 2, min_texts=2).hashes) == 1
