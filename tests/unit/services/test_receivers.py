from __future__ import annotations

import json

import pytest

from onestop.services.elsewhere import all_matters, matter_queries
from onestop.services.receivers import receiver_of
from seed.files import read_json, read_json_lines


@pytest.mark.parametrize(
    ("agency", "place"),
    [
        ("Công an cấp xã", "Công an xã, phường"),
        ("Bảo hiểm xã hội tỉnh, bảo hiểm xã hội cơ sở", "cơ quan Bảo hiểm xã hội"),
        ("Thuế cơ sở, Thuế tỉnh", "cơ quan Thuế (Thuế cơ sở)"),
        ("Đơn vị điện lực (EVN)", "Điện lực khu vực"),
    ],
)
def test_agencies_with_counters_of_their_own_are_named(agency: str, place: str) -> None:
    receiver = receiver_of(agency)
    assert receiver is not None and receiver.place == place


@pytest.mark.parametrize("agency", ["UBND cấp xã", "Sở Nội vụ", "Văn phòng đăng ký đất đai", None])
def test_the_others_are_taken_by_the_centres(agency: str | None) -> None:
    assert receiver_of(agency) is None


def test_every_matter_says_who_what_and_why_and_its_related_procedures_exist() -> None:
    known = {one["code"] for one in read_json("procedures.json")}
    known |= {one["code"] for one in read_json_lines("procedures-national.jsonl")}
    matters = all_matters()
    assert len(matters) >= 50
    for matter in matters.values():
        assert matter.who and matter.advice.endswith(".") and matter.source and len(matter.words) >= 6, matter.id
        assert set(matter.related) <= known, matter.id
        assert len(matter.advice) <= 220, matter.id


def test_no_wording_belongs_to_two_matters() -> None:
    words = [query.text.lower() for query in matter_queries()]
    assert len(words) == len(set(words)), json.dumps([word for word in words if words.count(word) > 1])
