"""Feedback, ratings and officers in the chat, as conversations through the simulator; the officer's side over HTTP."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from PIL import Image

from onestop.cli.product import Product
from tests.citizen import Citizen
from tests.world import Counter, World, until

CODE = re.compile(r"PA-\d{6}-\d{4}")
HOLIDAYS = Path(__file__).resolve().parents[2] / "seed" / "data" / "holidays.json"
REPORT = "đèn đường trước nhà tôi hư cả tuần nay tối thui không ai sửa"


@dataclass(frozen=True)
class Officer:
    """An officer in front of the HTTP interface."""

    url: str
    token: str

    def gets(self, path: str, **query: Any) -> dict[str, Any]:
        answer = requests.get(f"{self.url}{path}", params=query, headers=self._headers, timeout=10)
        assert answer.ok, answer.text
        return answer.json()

    def does(self, path: str, **body: Any) -> dict[str, Any]:
        answer = requests.post(f"{self.url}{path}", json=body, headers=self._headers, timeout=10)
        assert answer.ok, answer.text
        return answer.json()

    def newest_ticket(self) -> dict[str, Any]:
        return self.gets("/tickets", limit=200)["tickets"][-1]

    @property
    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


@pytest.fixture
def officer(product: Product) -> Officer:
    product.wait_for("console")
    return Officer(f"{product.console_url}/officer/v1", product.officer_token)


@dataclass(frozen=True)
class Clock:
    """Moves the day to opening hours or out of them; it only goes forward."""

    url: str

    def to(self, at: time, is_worked: bool = True) -> datetime:
        """The next moment with this time of day, on a day that is worked (or not)."""
        now = datetime.fromisoformat(requests.get(f"{self.url}/sim/v1/clock", timeout=10).json()["at"])
        off = {one["day"] for one in json.loads(HOLIDAYS.read_text(encoding="utf-8"))["days"] if one["kind"] == "off"}
        moment = now.replace(hour=at.hour, minute=at.minute, second=0, microsecond=0)
        while moment <= now or is_worked != (moment.weekday() < 5 and moment.date().isoformat() not in off):
            moment += timedelta(days=1)
        answer = requests.post(f"{self.url}/sim/v1/clock", json={"at": moment.isoformat()}, timeout=10)
        assert answer.ok, answer.text
        return moment


@pytest.fixture
def day(product: Product) -> Clock:
    return Clock(product.url)


def picture(colour: str = "grey") -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (320, 240), colour).save(content, "JPEG")
    return content.getvalue()


def code_in(citizen: Citizen) -> str:
    found = CODE.search(citizen.text)
    assert found, citizen.transcript
    return found[0]


def reports(citizen: Citizen, text: str = REPORT, place: str = "ấp 3 xã Long Hậu") -> str:
    """Sends a report in the shortest way; its code."""
    citizen.says(f"tôi muốn phản ánh {text}")
    if "ở đâu" in citizen.text:
        citizen.says(place)
    return code_in(citizen.taps("Gửi đi"))


# Feedback


def test_a_report_told_in_several_messages_with_a_picture_and_a_place(citizen: Citizen, officer: Officer) -> None:
    citizen.says("tôi muốn phản ánh").hears("kể giúp em")
    citizen.says("đường ấp 3 đầy ổ gà, mưa xuống không thấy chỗ nào mà né").hears("ở đâu")
    citizen.shows(picture()).hears("đã kèm ảnh", "ở đâu")
    citizen.says("ấp 3 xã Long Hậu").hears("Hạ tầng giao thông", "UBND xã Cần Giuộc", "Ảnh kèm: 1").sees("Gửi đi")
    code = code_in(citizen.taps("Gửi đi").hears("Hạn trả lời"))
    shown = officer.gets(f"/feedback/{code}")
    assert (shown["category"], shown["photos"], shown["place"]) == ("road", 1, "ấp 3 xã Long Hậu")
    assert "ổ gà" in shown["text"] and citizen.user_id not in json.dumps(shown)


def test_what_is_proposed_is_put_right_in_words_and_by_tap(citizen: Citizen, officer: Officer) -> None:
    citizen.says("phản ánh giùm tui con kênh sau chợ Cần Giuộc đen ngòm nghẹt cứng")
    if "ở đâu" in citizen.text:
        citizen.says("sau chợ Cần Giuộc")
    citizen.says("không phải, cái này là về rác").hears("Môi trường, rác thải")
    citizen.taps("Đổi lĩnh vực").hears("về gì")
    citizen.says("cấp thoát nước").hears("Cấp thoát nước")
    code = code_in(citizen.taps("Gửi đi"))
    assert officer.gets(f"/feedback/{code}")["category"] == "water"


def test_a_picture_first_and_the_words_after_it(citizen: Citizen, officer: Officer) -> None:
    citizen.shows(picture()).sees("Góp ý, phản ánh")
    citizen.says("phản ánh giúp rác chất đống đầu hẻm cả tuần không ai lấy").hears("kèm 1 ảnh")
    if "ở đâu" in citizen.text:
        citizen.says("đầu hẻm 12 phường Long An")
    code = code_in(citizen.taps("Gửi đi"))
    assert officer.gets(f"/feedback/{code}")["photos"] == 1


def test_a_report_in_three_quick_messages(citizen: Citizen, officer: Officer) -> None:
    for text in (
        "tôi phản ánh đường vô xóm lầy lội mấy tháng nay",
        "xe đạp mấy đứa nhỏ té hoài luôn đó em",
        "gọi xã ba lần mà có ai xuống coi đâu",
    ):
        citizen.sends({"type": "text", "text": text})
    assert until(lambda: sum("ghi thêm" in one["text"] for one in citizen.all_messages()) == 2, 30), [
        one["text"] for one in citizen.all_messages()
    ]
    citizen.says("ấp 5 xã Phước Lý")
    code = code_in(citizen.taps("Gửi đi"))
    text = officer.gets(f"/feedback/{code}")["text"]
    assert "lầy lội" in text and "té hoài" in text and "ba lần" in text


def test_a_furious_citizen_is_not_answered_in_kind_and_the_report_is_kept(citizen: Citizen, officer: Officer) -> None:
    citizen.says("LÀM ĂN KIỂU GÌ VẬY??? HẸN LÊN HẸN XUỐNG BỐN LẦN RỒI, HÀNH DÂN HẢ").hears("dạ")
    citizen.hears_not("khai sinh", "lệ phí")
    citizen.opens("#gop_y")
    citizen.says("BỌN CÁN BỘ QUẦY SỐ 3 HÁCH DỊCH, QUÁT NGƯỜI GIÀ, TAO NÓI CHO MÀ BIẾT").hears("ở đâu")
    citizen.says("trung tâm xã Cần Giuộc").hears("Thái độ cán bộ")
    code = code_in(citizen.taps("Gửi đi"))
    assert officer.gets(f"/feedback/{code}")["category"] == "officer_conduct"


def test_a_second_furious_citizen_without_marks(citizen: Citizen) -> None:
    citizen.says("phan anh: ho so dat cua tui tre hen 2 thang, len hoi thi duoi ve, lam an vo trach nhiem")
    if "ở đâu" in citizen.text:
        citizen.says("trung tam xa can duoc")
    citizen.hears("Trễ hẹn hồ sơ").taps("Gửi đi")
    assert code_in(citizen)


def test_an_emergency_is_sent_to_114_at_once(citizen: Citizen) -> None:
    citizen.says("cháy nhà ở ấp 2 xã Long Hậu rồi em ơi cứu với").hears("114").hears_not("ở đâu ạ")
    assert citizen.text.index("114") < 80


def test_an_injury_without_marks_is_sent_to_115(citizen: Citizen) -> None:
    citizen.says("co tai nan truoc cong cho can giuoc, nguoi bi thuong nang lam").hears("115")


def test_a_crime_is_sent_to_the_police_and_still_taken_down(citizen: Citizen) -> None:
    citizen.says("tôi phản ánh có tụ điểm đá gà ăn tiền cuối ấp 4 xã Long Hậu").hears("113", "Công an")
    if "ở đâu" in citizen.text:
        citizen.says("cuối ấp 4 xã Long Hậu")
    citizen.hears("An ninh trật tự", "Công an xã")
    assert code_in(citizen.taps("Gửi đi"))


def test_anonymous_where_the_law_allows(citizen: Citizen, officer: Officer) -> None:
    citizen.says("tôi muốn phản ánh cô ở quầy số 2 bấm điện thoại, hỏi không thèm trả lời")
    if "ở đâu" in citizen.text:
        citizen.says("trung tâm xã Đức Hòa")
    code = code_in(citizen.says("gửi ẩn danh giùm tui").hears("ẩn danh"))
    assert officer.gets(f"/feedback/{code}")["citizen"] is None


def test_a_formal_complaint_may_not_be_anonymous(citizen: Citizen, officer: Officer) -> None:
    citizen.says("tôi khiếu nại quyết định thu hồi đất của xã Long Hậu, đền bù quá thấp")
    citizen.hears("Luật Khiếu nại", "chữ ký")
    if "ở đâu" in citizen.text:
        citizen.says("xã Long Hậu")
    citizen.says("tôi muốn giấu tên").hears("không gửi ẩn danh được")
    code = code_in(citizen.taps("Gửi đi").hears("không thay đơn"))
    assert officer.gets(f"/feedback/{code}")["kind"] == "complaint"


def test_cancelled_in_the_middle_nothing_is_sent(citizen: Citizen) -> None:
    citizen.says("tôi muốn góp ý")
    citizen.says("nên đặt thêm ghế ở phòng chờ cho người già ngồi")
    citizen.says("thôi khỏi gửi nữa")
    citizen.says("phản ánh của tôi tới đâu rồi").hears("chưa thấy phản ánh nào")


def test_another_question_in_between_and_back_to_the_report(citizen: Citizen, officer: Officer) -> None:
    citizen.says("tôi muốn phản ánh " + REPORT).hears("ở đâu")
    citizen.says("mà cho hỏi làm khai sinh cần giấy tờ gì vậy em").hears("khai sinh", "ở đâu")
    citizen.says("ấp 3 xã Long Hậu").hears("đèn đường", "Em gửi đi được chưa")
    code = code_in(citizen.taps("Gửi đi"))
    assert "khai sinh" not in officer.gets(f"/feedback/{code}")["text"]


def test_the_code_of_somebody_else_reveals_nothing(citizen: Citizen, new_citizen: Callable[..., Citizen]) -> None:
    code = reports(citizen)
    stranger = new_citizen(name="Người Lạ")
    stranger.says(f"phản ánh {code} tới đâu rồi").hears("chưa tìm thấy").hears_not("đèn", "tiếp nhận", "UBND")
    stranger.says(f"phản ánh {code[:-4]}9999 tới đâu rồi").hears("chưa tìm thấy")
    citizen.says("phản ánh hôm trước tới đâu rồi em").hears(code, "đã tiếp nhận")


def test_several_reports_are_listed_without_their_codes(citizen: Citizen) -> None:
    first, second = reports(citizen), reports(citizen, "rác chất đống trước cổng trường không ai dọn", "xã Cần Đước")
    citizen.says("mấy cái phản ánh của tôi sao rồi").hears(first, second)
    citizen.says("2").hears(first)


def test_the_answer_is_pushed_reopened_and_solved_in_one_tap(citizen: Citizen, officer: Officer) -> None:
    code = reports(citizen)
    officer.does(f"/feedback/{code}/take")
    unit = officer.gets("/units", q="xã Cần Giuộc")["units"][0]
    officer.does(f"/feedback/{code}/forward", unit=unit["id"])
    citizen.waits().hears(code, "đã được chuyển")
    officer.does(f"/feedback/{code}/answer", text="Đã thay bóng đèn chiều nay.")
    citizen.waits().hears(code, "Đã thay bóng đèn").sees("Đã giải quyết", "Chưa, mở lại")
    citizen.taps("Chưa, mở lại").hears("Còn vướng")
    citizen.says("thay rồi mà vẫn tối thui").hears(code, "Hạn trả lời mới")
    assert officer.gets(f"/feedback/{code}")["times_reopened"] == 1
    officer.does(f"/feedback/{code}/answer", text="Đã thay cả dây, đèn sáng.")
    citizen.waits().taps("Đã giải quyết").hears("khép phản ánh")
    assert officer.gets(f"/feedback/{code}")["state"] == "solved"


# Ratings


def returned(counter: Counter, citizen: Citizen) -> str:
    """A dossier that the citizen follows, from the counter to its return."""
    dossier = counter.accepts()
    citizen.says(f"theo dõi giúp tôi hồ sơ {dossier['code']}")
    for state in (4, 9, 10):
        counter.moves(dossier["code"], state)
    assert until(lambda: "đã được trao" in "".join(one["text"] for one in citizen.all_messages()), 20)
    return dossier["code"]


def test_a_result_handed_over_is_rated_in_one_tap_and_never_twice(citizen: Citizen, counter: Counter) -> None:
    code = returned(counter, citizen)
    citizen.waits(wait_s=1)
    citizen.taps("Hài lòng").hears("4 sao").sees("Khảo sát ngắn (5 câu)")
    citizen.says(f"đánh giá hồ sơ {code} 1 sao").hears("đã đánh giá rồi", "Muốn đổi")
    citizen.taps("Rất hài lòng").hears("đã đổi thành 5 sao")


def test_a_number_typed_after_the_news_is_the_rating(citizen: Citizen, counter: Counter) -> None:
    returned(counter, citizen)
    citizen.says("5").hears("5 sao")


def test_a_low_rating_is_asked_why_and_the_survey_can_be_left(citizen: Citizen) -> None:
    citizen.says("tôi muốn đánh giá dịch vụ").sees("Rất không hài lòng")
    citizen.taps("Rất không hài lòng").hears("phiền nhất").sees("Chờ lâu, trễ hẹn")
    citizen.says("chờ từ sáng tới trưa mà quầy có một người").hears("1 sao")
    citizen.taps("Khảo sát ngắn (5 câu)").hears("Câu 1/5")
    citizen.taps("Không hài lòng").hears("Câu 2/5")
    citizen.says("làm khai sinh cần giấy gì").hears("khai sinh").hears_not("Câu")


# Officers in the chat


def test_in_opening_hours_the_assistant_is_silent_until_handed_back(
    citizen: Citizen, officer: Officer, day: Clock
) -> None:
    day.to(time(9, 0))
    citizen.says("cho tôi gặp cán bộ hỏi sổ đỏ bị ghi sai tên").hears("giờ làm việc").sees("Quay lại trợ lý")
    citizen.sends({"type": "text", "text": "tên tôi là Hoa mà ghi thành Hòa"})
    citizen.sends({"type": "text", "text": "lệ phí đính chính bao nhiêu"})
    citizen.waits(wait_s=3).hears_nothing()
    ticket = officer.newest_ticket()
    assert "sổ đỏ" in ticket["question"]
    officer.does(f"/tickets/{ticket['id']}/reply", text="Chị gửi em ảnh trang 1 của sổ.")
    citizen.waits().hears("Cán bộ:", "trang 1")
    citizen.shows(picture()).hears_nothing()
    shown = officer.gets(f"/tickets/{ticket['id']}")
    assert [one["text"] for one in shown["messages"] if one["from"] == "citizen"][:2] == [
        "tên tôi là Hoa mà ghi thành Hòa",
        "lệ phí đính chính bao nhiêu",
    ]
    assert shown["messages"][-1]["files"] == 1
    officer.does(f"/tickets/{ticket['id']}/hand_back")
    citizen.waits().hears("em hỗ trợ tiếp")
    citizen.says("cảm ơn em").hears("dạ")


def test_out_of_hours_the_question_is_kept_and_the_assistant_goes_on(
    citizen: Citizen, officer: Officer, day: Clock
) -> None:
    day.to(time(20, 0))
    citizen.says("gặp cán bộ").hears("ngoài giờ làm việc", "7 giờ")
    citizen.says("hồ sơ của ba tôi mất giấy hẹn thì làm lại ở đâu vậy cán bộ").hears("đã giữ câu hỏi")
    assert "mất giấy hẹn" in officer.newest_ticket()["question"]
    citizen.says("xin chào").hears("dạ")


def test_on_a_day_off_the_next_opening_is_named(citizen: Citizen, day: Clock) -> None:
    day.to(time(10, 0), is_worked=False)
    citizen.says("cho tôi nói chuyện với người thật về hồ sơ đất").hears("ngoài giờ làm việc", "sớm nhất")


def test_the_citizen_gets_the_assistant_back_by_a_tap_or_in_words(
    citizen: Citizen, new_citizen: Callable[..., Citizen], day: Clock
) -> None:
    day.to(time(9, 0))
    citizen.says("gặp cán bộ giúp tôi, hỏi chuyện đất").taps("Quay lại trợ lý").hears("em đây")
    citizen.says("xin chào").hears("dạ")
    other = new_citizen()
    other.says("gặp cán bộ giúp tôi, hỏi chuyện đất")
    other.says("thôi quay lại trợ lý đi").hears("em đây")
    other.taps("Thôi gặp cán bộ").hears("đã bỏ yêu cầu")


def test_an_emergency_is_answered_even_while_an_officer_has_the_word(citizen: Citizen, day: Clock) -> None:
    day.to(time(9, 0))
    citizen.says("cho tôi gặp cán bộ hỏi chuyện đất")
    citizen.says("trời ơi cháy nhà kế bên rồi").hears("114")


def test_a_forgotten_ticket_comes_back_with_an_apology_and_stays_listed(
    citizen: Citizen, officer: Officer, day: Clock, world: World
) -> None:
    day.to(time(9, 0))
    citizen.says("cho tôi gặp cán bộ hỏi chuyện tách thửa đất")
    ticket = officer.newest_ticket()
    world.advances(31 * 60)
    citizen.waits().hears("xin lỗi", "danh sách chờ")
    shown = officer.gets(f"/tickets/{ticket['id']}")
    assert shown["is_forgotten"] and shown["state"] == "waiting"
    citizen.says("xin chào").hears("dạ")


def test_an_officer_in_oa_manager_takes_the_ticket(
    citizen: Citizen, officer: Officer, product: Product, day: Clock
) -> None:
    day.to(time(9, 0))
    citizen.says("cho tôi gặp cán bộ hỏi chuyện tách thửa đất")
    number = officer.newest_ticket()["id"]
    url = f"{product.url}/sim/v1/citizens/{citizen.user_id}/staff"
    assert requests.post(url, json={"text": "Chào chị, em là cán bộ một cửa."}, timeout=10).ok
    assert until(lambda: officer.gets(f"/tickets/{number}")["taken_by"] == "OA Manager", 10)
    citizen.sends({"type": "text", "text": "dạ em cần bao nhiêu mét thì tách được"})
    assert until(lambda: len(officer.gets(f"/tickets/{number}")["messages"]) == 2, 10)


def test_asking_for_a_person_in_the_middle_of_a_report_ends_its_questions(
    citizen: Citizen, officer: Officer, day: Clock
) -> None:
    day.to(time(9, 0))
    citizen.says("tôi muốn phản ánh " + REPORT).hears("ở đâu")
    citizen.says("thôi cho gặp cán bộ đi").hears("giờ làm việc").hears_not("ở đâu ạ")
    assert "đèn đường" in officer.newest_ticket()["question"]
