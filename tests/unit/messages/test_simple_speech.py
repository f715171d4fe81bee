from __future__ import annotations

from onestop.messages.simple_speech import MOST_CHARACTERS, simplified

LONG = (
    "Dạ, hồ sơ H39.16-260805-0102 đang chờ thẩm định. Ngày hẹn trả là thứ Tư, 25/11/2026.\n"
    "Trung tâm xã Cần Giuộc nhận hồ sơ ngày 05/08/2026. Hồ sơ đã qua 3 bước.\n"
    "Bước kế tiếp là ký duyệt, cán bộ phụ trách đã nhận hồ sơ để xem. "
    "Anh/chị mang giấy tiếp nhận và căn cước khi đến lấy. Trung tâm làm việc từ 7 giờ 30 đến 17 giờ.\n"
    "Anh/chị muốn em báo khi có thay đổi không?"
)


def test_a_short_text_is_said_as_it_is() -> None:
    assert simplified("Dạ, em nghe.").text == "Dạ, em nghe."


def test_a_long_one_is_cut_and_nothing_of_it_is_lost() -> None:
    simple = simplified(LONG)
    assert len(simple.text) <= MOST_CHARACTERS + 60 and simple.rest
    for sentence in ("Ngày hẹn trả là thứ Tư, 25/11/2026.", "Hồ sơ đã qua 3 bước.", "Trung tâm làm việc từ 7 giờ 30"):
        assert sentence in f"{simple.text}\n{simple.rest}"


def test_the_question_stays_with_what_is_said_now() -> None:
    assert simplified(LONG).text.endswith("không?")
