"""Which titles a citizen could not tell apart."""

import pytest

from onestop.search.grouping import bare_title, group_procedures, title_key
from onestop.search.records import SearchableProcedure

LAND_TITLE = (
    "Đăng ký, cấp Giấy chứng nhận đối với thửa đất có diện tích tăng thêm do thay đổi ranh giới so với "
    "Giấy chứng nhận đã cấp"
)


def create_procedure(code="1.000001", name="Đăng ký khai sinh", **fields):
    return SearchableProcedure(code=code, name=name, **{"official_name": name, "levels": ("xã",), **fields})


@pytest.mark.parametrize(
    ("title", "bare"),
    [
        ("Thủ tục đăng ký khai sinh", "đăng ký khai sinh"),
        ("THỦ TỤC ĐĂNG KÝ HOẠT ĐỘNG TÍN NGƯỠNG (CẤP XÃ)", "đăng ký hoạt động tín ngưỡng"),
        ("Cấp hộ chiếu phổ thông ở trong nước (thực hiện tại cấp tỉnh)", "cấp hộ chiếu phổ thông ở trong nước"),
        ("Cấp giấy phép môi trường (cấp Tỉnh) ( 1.010727 )", "cấp giấy phép môi trường"),
    ],
)
def test_title_loses_what_is_not_its_name(title, bare):
    assert bare_title(title) == bare


def test_renewing_and_exchanging_are_not_one_procedure():
    assert title_key("Cấp lại thẻ căn cước") != title_key("Cấp đổi thẻ căn cước")


def test_doi_that_means_exchange_is_kept_where_doi_voi_is_dropped():
    assert title_key("Đổi giấy phép lái xe") != title_key("Giấy phép lái xe")
    assert title_key("Cấp thẻ đối với người già") == title_key("Cấp thẻ cho người già")


def test_curated_procedure_is_shown_for_its_doubles():
    double = create_procedure("1.000009", "Thủ tục đăng ký khai sinh")
    curated = create_procedure("1.000010", "Đăng ký khai sinh", curated=True)
    (group,) = group_procedures([double, curated])
    assert group.codes == ("1.000010", "1.000009")


def test_own_level_is_shown_before_the_ministry():
    ministry = create_procedure("1.000001", "Cấp thẻ (cấp bộ)", levels=("bộ",))
    province = create_procedure("1.000002", "Cấp thẻ (cấp tỉnh)", levels=("tỉnh",))
    (group,) = group_procedures([ministry, province])
    assert group.shown.code == "1.000002"


def test_nearly_equal_land_titles_of_two_provinces_are_one():
    one = create_procedure("1.115001", LAND_TITLE, sector="Đất đai")
    other = create_procedure("1.115002", LAND_TITLE.replace("so với", "so với phần"), sector="Đất đai")
    assert len(group_procedures([one, other])) == 1


def test_nearly_equal_titles_elsewhere_stay_apart():
    one = create_procedure("1.115001", LAND_TITLE, sector="Viễn thông")
    other = create_procedure("1.115002", LAND_TITLE.replace("so với", "so với phần"), sector="Viễn thông")
    assert len(group_procedures([one, other])) == 2
