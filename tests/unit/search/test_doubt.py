"""Small trees that vote."""

import numpy as np
import pytest

from onestop.search.doubt import DoubtTrees
from onestop.search.ranking import DOUBT_FEATURES, RankingWeights

TREES = DoubtTrees(
    features=np.array([[0, 1, 1]]),
    thresholds=np.array([[0.5, 10.0, 20.0]]),
    leaves=np.array([[1.0, 2.0, 3.0, 4.0]]),
    start=-1.0,
)


@pytest.mark.parametrize(
    ("described", "vote"), [((0.5, 10.0), 1.0), ((0.5, 10.1), 2.0), ((0.6, 20.0), 3.0), ((0.6, 21.0), 4.0)]
)
def test_a_tree_is_walked_to_its_leaf(described, vote):
    assert TREES.log_odds(np.array(described)) == vote - 1.0


def test_trees_survive_their_file_though_features_move():
    written = TREES.as_json(("weight", "height"))
    moved = DoubtTrees.from_json(written, ("height", "weight"))
    assert moved.log_odds(np.array([21.0, 0.6])) == 3.0


def test_packaged_weights_are_whole():
    weights = RankingWeights.packaged()
    assert 0.5 < weights.none_from < 1.0
    assert 0.0 <= weights.doubt_of(np.zeros(len(DOUBT_FEATURES))) <= 1.0
