"""Manners: first words, anger, things without words, long and many messages, silence, simple speech, an outage."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from onestop.cli.product import Product
from tests.citizen import Citizen
from tests.world import Counter, World, until

STORY = "Nhà tôi ở ấp 3, ba má tôi mất sớm, anh em mỗi người một nơi, tôi đi làm xa mới về. " * 40


def test_the_first_answer_says_who_speaks_and_only_the_first(citizen: Citizen) -> None:
    citizen.says("lệ phí khai sinh bao nhiêu").hears("trợ lý tự động", "lệ phí")
    assert len(citizen.heard) == 1
    citizen.says("còn giấy tờ?").hears_not("trợ lý tự động")


def test_who_follows_is_welcomed_once_and_not_introduced_again(citizen: Citizen) -> None:
    citizen.does("follow").hears("trợ lý tự động").sees("Dịch vụ công")
    citizen.does("chat_now").hears_nothing()
    citizen.says("xin chào").hears_not("trợ lý tự động của")


def test_a_drunk_man_is_met_calmly_and_helped_when_he_asks(citizen: Citizen) -> None:
    said = [
        citizen.says(words).text for words in ("đồ ngu", "mày ngu quá", "đm bot ngu", "câm mẹ mày đi", "đồ vô dụng")
    ]
    assert sum("xin lỗi" in one for one in said) == 1
    assert all(one != other for one, other in zip(said, said[1:], strict=False))
    citizen.says("đm hồ sơ tao nộp tới đâu rồi").hears("mã hồ sơ").hears_not("bực")


def test_greeting_again_and_again_never_sounds_the_same_twice(citizen: Citizen) -> None:
    said = [citizen.says(words).text for words in ("xin chào", "alo em", "hello", "chào ad", "hi")]
    assert len(set(said)) == len(said)


def test_a_child_plays_with_stickers(citizen: Citizen) -> None:
    for _ in range(3):
        citizen.does("sticker")
        assert len(citizen.heard) == 1
    citizen.hears_not("trợ lý").does("sticker").hears("Dạ")
    citizen.says("😀😀😀").hears("Dạ").hears_not("chưa hiểu")


def test_voice_twice_leads_to_a_person(citizen: Citizen) -> None:
    citizen.does("audio").hears("gõ chữ")
    citizen.does("audio").hears("1022").sees("Gặp cán bộ")


def test_a_location_leads_to_the_nearest_centre(citizen: Citizen) -> None:
    citizen.does("location", lat=10.6, lon=106.67).hears("Cần Giuộc").taps("Trung tâm một cửa").hears("Cần Giuộc")


def test_a_file_named_after_its_dossier_opens_it(citizen: Citizen, counter: Counter) -> None:
    import base64

    code = counter.dossier(state=4)["code"]
    content = base64.b64encode(b"%PDF-1.4 giay tiep nhan").decode()
    citizen.does("file", name=f"{code}.pdf", base64=content).hears(code).hears_not("chưa đọc được")
    citizen.does("file", name="giay-to.pdf", base64=content).hears("chụp ảnh mã QR")


def test_the_question_at_the_end_of_a_long_story_is_answered(citizen: Citizen) -> None:
    assert len(STORY) > 3000
    citizen.says(f"{STORY} Cho hỏi lệ phí làm giấy khai sinh bao nhiêu?").hears("lệ phí đăng ký khai sinh")


def test_a_long_story_without_a_question_is_asked_for_its_point(citizen: Citizen) -> None:
    citizen.says(STORY).hears_one_of("một câu", "góp ý")
    assert len(citizen.heard) == 1


def test_twenty_messages_at_once_get_few_and_sensible_answers(citizen: Citizen) -> None:
    citizen.says("chào em")
    words = ["asdf qwer", "zzzz", "??", "lệ phí khai sinh bao nhiêu", "bla bla bla"] * 4
    for one in words:
        citizen.sends({"type": "text", "text": one})
    citizen.waits(wait_s=40, quiet_s=4)
    apologies = [m for m in citizen.heard if "chưa hiểu" in m["text"] or "không rành" in m["text"]]
    assert any("khai sinh" in message["text"] for message in citizen.heard), citizen.transcript
    assert len(apologies) <= 4 and len(citizen.heard) <= 12, citizen.transcript


def test_the_same_word_twenty_times_is_answered_hardly_more_than_once(citizen: Citizen) -> None:
    citizen.says("chào em")
    for _ in range(20):
        citizen.sends({"type": "text", "text": "alo"})
    citizen.waits(wait_s=30, quiet_s=4)
    assert 1 <= len(citizen.heard) <= 3, citizen.transcript


def test_hours_later_a_half_filled_form_is_left_with_a_hint(citizen: Citizen, world: World) -> None:
    citizen.says("tôi muốn góp ý").hears("kể giúp em")
    world.advances(5 * 3600)
    citizen.says("lệ phí khai sinh bao nhiêu").hears("góp ý, phản ánh", "còn dở", "lệ phí").hears_not("kể giúp em")


def test_an_old_woman_is_spoken_to_simply_until_she_wants_it_otherwise(citizen: Citizen, world: World) -> None:
    citizen.says("tui già rồi mắt kém bấm không được").hears("1.", "2.", "nhắn số")
    assert not citizen.buttons, "numbers, not buttons"
    citizen.says("2").hears("1. Tra cứu hồ sơ")
    citizen.says("1").hears("mã hồ sơ")
    world.advances(25 * 3600)
    citizen.says("xin chào").hears("1.")
    assert not citizen.buttons
    citizen.says("nói bình thường lại đi").hears("bình thường")
    citizen.says("xin chào")
    assert citizen.buttons


def test_simple_speech_keeps_what_it_cuts(citizen: Citizen) -> None:
    citizen.says("nói ngắn thôi")
    citizen.says("khai sinh cần giấy tờ gì")
    assert max(len(message["text"]) for message in citizen.heard) < 520, citizen.transcript
    more = [line for line in citizen.text.splitlines() if line.endswith("Nghe thêm")]
    if more:
        before = citizen.text
        citizen.says(more[0].split(".")[0])
        assert citizen.heard and citizen.text != before


def test_a_push_to_who_is_spoken_to_simply_has_numbers_that_work(citizen: Citizen, counter: Counter) -> None:
    citizen.says("nói đơn giản")
    dossier = counter.accepts()
    citizen.says(f"theo dõi hồ sơ {dossier['code']}")
    counter.moves(dossier["code"], 4)
    counter.moves(dossier["code"], 9)
    citizen.waits().hears(dossier["code"], "1.")
    assert not citizen.buttons
    citizen.says("1")
    assert citizen.heard and "chưa hiểu" not in citizen.text


def test_a_question_during_an_outage_is_answered_when_it_is_over(
    new_citizen: Callable[..., Citizen], counter: Counter, product: Product
) -> None:
    code = counter.dossier(state=4)["code"]
    waiting, impatient = new_citizen(), new_citizen()
    with Outage(product):
        waiting.says(f"{code} tới đâu rồi").hears("tạm gián đoạn", "giữ câu hỏi")
        impatient.says(code).hears("tạm gián đoạn")
        waiting.says("cảm ơn em").hears_not("gián đoạn")
    assert until(lambda: code in impatient.says(code).text, 40)
    waiting.waits(wait_s=60, quiet_s=2).hears("hoạt động lại", code)
    impatient.waits(wait_s=5).hears_not("hoạt động lại")


def test_a_question_older_than_a_day_is_not_answered_any_more(
    citizen: Citizen, counter: Counter, product: Product, world: World
) -> None:
    code = counter.dossier(state=4)["code"]
    with Outage(product):
        citizen.says(code).hears("giữ câu hỏi")
        world.advances(26 * 3600)
    citizen.waits(wait_s=15).hears_nothing()


def test_a_question_that_names_nothing_is_not_promised_an_answer(citizen: Citizen, product: Product) -> None:
    with Outage(product):
        citizen.says("tra cứu hồ sơ")
        citizen.says("H39.16-260101-0999").hears("giữ câu hỏi")


class Outage:
    """The vendor's database is moved away for a while."""

    def __init__(self, product: Product) -> None:
        self._file = product.dossiers_file
        self._away = self._file.with_suffix(".away")

    def __enter__(self) -> None:
        self._file.rename(self._away)

    def __exit__(self, *_: object) -> None:
        self._away.rename(self._file)


@pytest.fixture(autouse=True)
def file_is_back(product: Product) -> None:
    assert product.dossiers_file.exists(), "an outage of a test before was not ended"
