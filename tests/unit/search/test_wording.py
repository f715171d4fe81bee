"""The forms that are compared."""

import pytest

from onestop.search.wording import wording_of_name, wording_of_query


@pytest.mark.parametrize(
    "written", ["làm gks", "lamf gks", "Làm   GKS!!!", "làm giấy khai sinh", "lafm giấy khai sinh 😀"]
)
def test_ways_of_writing_one_request_become_one_wording(written):
    assert wording_of_query(written).folded == " lam giay khai sinh "


def test_short_form_with_d_bar_is_spelt_out_but_a_marked_word_is_not():
    assert wording_of_query("đk khai sinh").folded == " dang ky khai sinh "
    assert wording_of_query("sổ cổ").folded == " so co "


def test_name_keeps_its_words():
    wording = wording_of_name("Cấp lại, đổi sổ BHXH")
    assert wording.folded == " cap lai doi so bao hiem xa hoi "
    assert wording.has_marks
