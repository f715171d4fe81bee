"""From what people call a place to the centre of today, over the demo's real communes and agencies."""

from __future__ import annotations

from datetime import date

import pytest

from onestop.services.places import PlaceIndex, build_place_index
from onestop.storage.guard import DossierReader

TODAY = date(2026, 11, 25)
PROVINCE = "tỉnh Tây Ninh"


@pytest.fixture(scope="module")
def _cache() -> dict[str, PlaceIndex]:
    return {}


@pytest.fixture
def places(demo_reader: DossierReader, _cache: dict[str, PlaceIndex]) -> PlaceIndex:
    if "index" not in _cache:
        _cache["index"] = build_place_index(demo_reader, TODAY)
    return _cache["index"]


def units(places: PlaceIndex, text: str) -> list[str]:
    return [centre.unit_name for centre in places.resolve_centres(text)]


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("xã Cần Giuộc", "xã Cần Giuộc"),
        ("xa can giuoc", "xã Cần Giuộc"),
        ("UBND xã Cần Giuộc", "xã Cần Giuộc"),
        ("cho em hỏi Long Hậu làm việc mấy giờ ạ", "xã Cần Giuộc"),  # merged in 2025
        ("thị trấn Bến Lức", "xã Bến Lức"),
        ("TT. Cần Đước", "xã Cần Đước"),
        ("P. Khánh Hậu", "phường Khánh Hậu"),
        ("Trảng Bàng", "phường Trảng Bàng"),
        ("trung tâm hành chính công tỉnh", PROVINCE),
        ("mot cua tinh", PROVINCE),
        ("tỉnh Long An", PROVINCE),  # the province that it was
        ("Sở Tài nguyên và Môi trường", PROVINCE),  # ended: dossiers are taken at the province's centre
        ("sở gtvt ở đâu", PROVINCE),
        ("chỗ làm hộ chiếu", PROVINCE),
    ],
)
def test_name_that_fits_one_centre_gives_that_one(places: PlaceIndex, text: str, unit: str) -> None:
    assert units(places, text) == [unit]


@pytest.mark.parametrize("text", ["huyện Cần Giuộc", "h. can giuoc", "một cửa huyện Cần Giuộc"])
def test_former_district_gives_all_its_communes_with_its_namesake_first(places: PlaceIndex, text: str) -> None:
    found = units(places, text)
    assert found[0] == "xã Cần Giuộc"
    assert set(found) == {"xã Cần Giuộc", "xã Phước Lý", "xã Mỹ Lộc", "xã Phước Vĩnh Tây", "xã Tân Tập"}


def test_bare_name_means_the_commune_of_today_first_and_then_the_former_district(places: PlaceIndex) -> None:
    found = places.resolve_centres("Cần Giuộc")
    assert found[0].unit_name == "xã Cần Giuộc"
    assert len(found) == 5
    assert found[0].score > found[1].score


def test_name_that_several_places_had_gives_them_all(places: PlaceIndex) -> None:
    found = units(places, "tan thanh")
    assert {"xã Tân Thành", "xã Tân Thạnh", "xã Mộc Hóa", "xã Thủ Thừa"} <= set(found)


def test_marks_tell_names_apart(places: PlaceIndex) -> None:
    assert units(places, "Tân Thạnh")[0] == "xã Tân Thạnh"
    assert units(places, "Tân Thành")[0] == "xã Tân Thành"


def test_commune_and_district_together_mean_where_both_hold(places: PlaceIndex) -> None:
    found = places.resolve_centres("Tân Thành, Mộc Hóa")
    assert found[0].unit_name == "xã Mộc Hóa"
    assert found[0].matched == "xã Tân Thành, huyện Mộc Hóa (cũ)"
    assert found[0].score > 1.5 * found[1].score
    assert units(places, "phường 1 Tân An")[0] == "phường Long An"


def test_misspelt_name_is_still_found(places: PlaceIndex) -> None:
    assert units(places, "kien tuongg")[0] == "phường Kiến Tường"


@pytest.mark.parametrize("text", ["", "   ", "1", "1022", "xin chào", "!!!", "Hà Nội", "👍"])
def test_text_without_a_place_gives_nothing(places: PlaceIndex, text: str) -> None:
    assert units(places, text) == []


def test_centre_says_what_it_was_made_from_and_what_is_unverified(places: PlaceIndex) -> None:
    centre = places.centre("pvhcc-can-giuoc")
    assert centre is not None
    assert "xã Long Hậu, huyện Cần Giuộc" in centre.formerly
    assert centre.hotline is None  # callers name 1022
    assert "working_hours" in centre.unverified


def test_every_commune_of_today_and_every_former_one_is_found(places: PlaceIndex) -> None:
    assert len(places.centres) == 97
    assert places.province_centre is not None
    for centre in places.centres:
        assert units(places, centre.unit_name)[0] == centre.unit_name
        for former in centre.formerly:
            assert centre.unit_name in units(places, former), former


def test_before_the_reform_the_old_centres_are_the_ones(demo_reader: DossierReader) -> None:
    then = build_place_index(demo_reader, date(2024, 1, 1))
    assert then.resolve_centres("một cửa Cần Giuộc")[0].id == "hcc-can-giuoc"
