from __future__ import annotations

import pytest

from actions import wording


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("sang tên đất tốn nhiêu tiền", "sang tên đất"),
        ("gia hạn tạm trú bao nhiêu tiền", "gia hạn tạm trú"),
        ("còn lệ phí?", None),
        ("nộp qua mạng được không", None),
        ("mẫu đơn tải ở đâu", None),
        ("lệ phí bao nhiêu vậy em", None),
    ],
)
def test_what_a_question_names_besides_asking(text: str, left: str | None) -> None:
    assert wording.beyond_the_question(text) == left


@pytest.mark.parametrize("text", ["nhận con nuôi cần giấy tờ gì", "nhan con nuoi can giay to gi"])
def test_small_words_inside_a_name_are_kept(text: str) -> None:
    assert "con nu" in (wording.beyond_the_question(text) or "")


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("còn kết hôn thì sao", "kết hôn"),
        ("vậy còn khai tử?", "khai tử"),
        ("con ket hon thi sao", "ket hon"),
        ("còn", None),
    ],
)
def test_the_same_question_about_something_else(text: str, other: str | None) -> None:
    assert wording.same_about(text) == other


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("nhắc tôi đi lấy kết quả nha", "đi lấy kết quả"),
        ("nho nhac toi nop them giay to", "nop them giay to"),
        ("nhờ em nhắc giùm chú   lên xã lấy giấy", "lên xã lấy giấy"),
        ("nhắc tôi", None),
        ("đặt nhắc hẹn", None),
    ],
)
def test_what_to_remind_of(text: str, subject: str | None) -> None:
    assert wording.reminder_subject(text) == subject


@pytest.mark.parametrize(
    "text", ["tra cứu hồ sơ", "cho tôi tra cứu hồ sơ khác với", "kiểm tra hồ sơ giúp em", "hồ sơ khác"]
)
def test_another_dossier_is_wanted(text: str) -> None:
    assert wording.wants_another_dossier(text)


@pytest.mark.parametrize("text", ["hồ sơ tới đâu rồi", "sao trễ vậy", "hồ sơ của tôi xong chưa"])
def test_the_dossier_talked_about_is_meant(text: str) -> None:
    assert not wording.wants_another_dossier(text)


@pytest.mark.parametrize("text", ["tôi muốn góp ý", "góp ý", "cho em hỏi phản ánh ở đâu", "dạ con muốn khiếu nại"])
def test_an_announcement_tells_nothing_yet(text: str) -> None:
    assert not wording.tells_something(text)


@pytest.mark.parametrize("text", ["đường hư quá trời", "tôi muốn phản ánh về đường hư", "nhan vien thai do khong tot"])
def test_a_report_tells_something(text: str) -> None:
    assert wording.tells_something(text)


@pytest.mark.parametrize("text", ["bỏ qua", "không có", "không", "khong biet", "bỏ qua câu này đi"])
def test_a_question_is_skipped(text: str) -> None:
    assert wording.skips(text)


@pytest.mark.parametrize("text", ["không đúng địa chỉ", "ấp 3", "khu phố 2"])
def test_an_answer_is_no_skip(text: str) -> None:
    assert not wording.skips(text)


@pytest.mark.parametrize(
    ("text", "intent", "own"),
    [
        ("khi nào lấy được?", "ask_duration", True),
        ("mấy ngày nữa có", "ask_duration", True),
        ("làm khai sinh mấy ngày", "ask_duration", False),
        ("cần bổ sung giấy gì", "ask_documents", True),
        ("khi nào lấy được?", "ask_fee", False),
    ],
)
def test_questions_about_ones_own_dossier(text: str, intent: str, own: bool) -> None:
    assert wording.asks_about_own_dossier(text, intent) is own


def test_reminders_are_listed_and_taken_back_in_words() -> None:
    assert wording.lists_reminders("tôi có lời nhắc nào") and wording.cancels_reminder("huỷ nhắc hẹn")
    assert not wording.lists_reminders("mai nhắc tôi đi họp") and not wording.cancels_reminder("nhắc tôi đi họp")


@pytest.mark.parametrize(("text", "asks"), [("sao trễ dữ vậy", True), ("sao lau qua vay", True), ("xong chưa", False)])
def test_why_it_takes_so_long(text: str, asks: bool) -> None:
    assert wording.asks_why(text) is asks


@pytest.mark.parametrize(
    ("text", "nothing"), [("tôi muốn hỏi thủ tục", True), ("thủ tục khai sinh", False), ("", True)]
)
def test_words_that_name_no_procedure(text: str, nothing: bool) -> None:
    assert wording.names_nothing(text) is nothing


@pytest.mark.parametrize(
    "text", ["mất giấy hẹn rồi", "không có mã", "toi quen ma ho so roi", "giấy thì mất, mã không nhớ"]
)
def test_a_lost_receipt(text: str) -> None:
    assert wording.has_lost_receipt(text)


@pytest.mark.parametrize("text", ["má em mới mất", "hồ sơ tới đâu rồi", "mã của tôi đây"])
def test_no_lost_receipt(text: str) -> None:
    assert not wording.has_lost_receipt(text)


@pytest.mark.parametrize(
    ("text", "asks"), [("cần mang gì theo", True), ("dem theo gi", True), ("cần giấy tờ gì", False)]
)
def test_what_to_bring(text: str, asks: bool) -> None:
    assert wording.asks_what_to_bring(text) is asks


@pytest.mark.parametrize(("text", "marks"), [("👍", True), ("?!", True), ("ừ", False), ("1", False)])
def test_marks_alone(text: str, marks: bool) -> None:
    assert wording.is_only_marks(text) is marks


@pytest.mark.parametrize(
    ("text", "waited"),
    [
        ("làm ăn kiểu gì mà hồ sơ đất của tao 3 tháng chưa xong", True),
        ("ho so tre hen hoai", True),
        ("ngâm hồ sơ của tui hoài vậy", True),
        ("hồ sơ của tôi tới đâu rồi", False),
        ("hồ sơ nộp 2 tuần trước xong chưa", False),
    ],
)
def test_who_has_waited_too_long_is_heard(text: str, waited: bool) -> None:
    assert wording.has_waited_too_long(text) is waited


@pytest.mark.parametrize(
    ("text", "names", "asked"),
    [
        ("Ba bé chưa đăng ký kết hôn, giờ khai sinh sao", ["đăng ký kết hôn", "khai sinh"], ["khai sinh"]),
        ("khong co giay ket hon lam khai sinh duoc ko", ["giay ket hon", "khai sinh"], ["khai sinh"]),
        ("em chưa làm căn cước", ["căn cước"], ["căn cước"]),
        ("khai sinh và kết hôn", ["khai sinh", "kết hôn"], ["khai sinh", "kết hôn"]),
    ],
)
def test_a_procedure_told_of_as_not_done_is_background(text: str, names: list[str], asked: list[str]) -> None:
    assert wording.asked_of(names, text) == asked


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("hồ sơ thứ hai khi nào có kết quả", 2),
        ("cái thứ 3", 3),
        ("cai dau", 1),
        ("cái cuối", 0),
        ("thứ hai làm việc không", None),
        ("hồ sơ của tôi", None),
    ],
)
def test_a_place_in_a_list(text: str, place: int | None) -> None:
    assert wording.place_named(text) == place


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("thế khi nào mới xong, nói cho rõ", True),
        ("bao giờ có", True),
        ("khi nào xong báo tôi", False),
        ("chừng nào có thì nhắn giùm", False),
    ],
)
def test_asking_when_is_no_wish_to_be_told_then(text: str, asks: bool) -> None:
    assert wording.only_asks_when(text) is asks


@pytest.mark.parametrize(
    ("text", "yes"), [("Đúng, xóa", True), ("ừ làm đi", True), ("đúng không em", False), ("không phải", False)]
)
def test_a_plain_yes(text: str, yes: bool) -> None:
    assert wording.says_yes(text) is yes
