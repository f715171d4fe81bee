"""The chat page, as a citizen uses it, in a real browser over the real simulator."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.integration.pages.conftest import ANSWER, GREETING, AnsweringProduct, Visit, overflow_px
from tests.sim_server import RunningSimulator

pytestmark = pytest.mark.browser

PHONE_SCREEN = {"viewport": {"width": 360, "height": 720}, "has_touch": True, "is_mobile": True}
NAME = "Nguyễn Hoàng Phương Thảo Nguyên Công Tằng Tôn Nữ"


def _until(happened: Callable[[], bool], within_s: float = 10.0) -> None:
    deadline = time.monotonic() + within_s
    while not happened() and time.monotonic() < deadline:
        time.sleep(0.05)


def _expect(locator: Any) -> Any:
    from playwright.sync_api import expect

    return expect(locator)


@pytest.fixture
def citizen(simulator: RunningSimulator) -> str:
    return simulator.create_citizen(name=NAME, phone="+84900012345")


@pytest.fixture
def chat(visit: Callable[..., Visit], citizen: str) -> Any:
    page = visit().open(f"/chat?user={citizen}")
    _expect(page.locator("[data-who]")).to_contain_text("0900 012 345")
    return page


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "giay-hen.png"
    Image.new("RGB", (40, 60), "white").save(path)
    return path


def _say(page: Any, text: str) -> None:
    page.fill("#draft", text)
    page.press("#draft", "Enter")


def _bubbles(page: Any, side: str) -> Any:
    return page.locator(f"[data-thread] .row.{side} .bubble")


def test_the_first_visit_offers_a_citizen_and_one_click_makes_one(
    visit: Callable[..., Visit], simulator: RunningSimulator
) -> None:
    page = visit().open("/chat")
    _expect(page.locator("[data-thread]")).to_contain_text("Chưa có người dân nào")
    page.get_by_role("button", name="Tạo người dân mới").click()
    _expect(page.locator("[data-who]")).to_contain_text("0900 0")
    (person,) = simulator.get("/sim/v1/citizens")["citizens"]
    assert len(person["name"].split()) >= 3
    assert re.fullmatch(r"\+849000\d{5}", person["phone"])


def test_following_takes_the_banner_away_and_brings_the_greeting(chat: Any) -> None:
    chat.get_by_role("button", name="Quan tâm").click()
    _expect(chat.locator("[data-follow]")).to_be_hidden()
    _expect(_bubbles(chat, "bot").last).to_contain_text(GREETING)
    _expect(chat.locator("[data-oa-sub]")).to_contain_text("đã quan tâm")


def test_enter_sends_and_the_answer_comes_with_stacked_buttons(chat: Any, product: AnsweringProduct) -> None:
    _say(chat, "hồ sơ tới đâu rồi em")
    _expect(_bubbles(chat, "citizen")).to_have_count(1)
    _expect(_bubbles(chat, "citizen").first).to_contain_text("hồ sơ tới đâu rồi em")
    _expect(_bubbles(chat, "bot").last.locator(".oa-button")).to_have_count(3)
    _expect(chat.locator(".row.citizen .status")).to_contain_text("Đã nhận")
    assert chat.input_value("#draft") == ""
    assert product.named("user_send_text")[0]["message"]["text"] == "hồ sơ tới đâu rồi em"


def test_shift_enter_breaks_the_line_and_sends_nothing(chat: Any, product: AnsweringProduct) -> None:
    chat.fill("#draft", "dòng một")
    chat.press("#draft", "Shift+Enter")
    chat.type("#draft", "dòng hai")
    assert chat.input_value("#draft") == "dòng một\ndòng hai"
    assert not product.named("user_send_text")


def test_while_the_answer_is_worked_on_the_page_says_so(chat: Any, simulator: RunningSimulator) -> None:
    simulator.add_fault("message/cs", "delay_before:1.5", times=1)
    _say(chat, "alo")
    _expect(chat.locator(".working")).to_contain_text("đang trả lời…")
    _expect(_bubbles(chat, "bot").last).to_contain_text(ANSWER)
    _expect(chat.locator(".working")).to_have_count(0)


def test_a_hidden_button_leaves_a_line_and_no_bubble(chat: Any, product: AnsweringProduct) -> None:
    _say(chat, "chào em")
    chat.locator(".oa-button", has_text="Tra cứu hồ sơ").click()
    _expect(chat.locator(".note.tapped")).to_contain_text("Bạn đã chọn “Tra cứu hồ sơ”")
    _expect(_bubbles(chat, "citizen")).to_have_count(1)
    _expect(_bubbles(chat, "bot")).to_have_count(2)
    assert product.named("user_send_text")[-1]["message"]["text"] == "#mc/tra-cuu"


def test_page_and_phone_buttons_are_links_that_send_nothing(chat: Any) -> None:
    _say(chat, "chào em")
    page_button = chat.locator("a.oa-button", has_text="Nộp trực tuyến")
    _expect(page_button).to_have_attribute("href", "https://dichvucong.gov.vn/")
    _expect(page_button).to_have_attribute("rel", "noopener noreferrer")
    _expect(chat.locator("a.oa-button", has_text="Gọi 1022")).to_have_attribute("href", "tel:1022")


def test_the_account_menu_opens_by_part_and_sends_its_public_word(chat: Any, product: AnsweringProduct) -> None:
    chat.get_by_role("button", name="Dịch vụ công").click()
    chat.get_by_role("button", name="Hồ sơ của tôi").click()
    _expect(_bubbles(chat, "bot")).to_have_count(1)
    assert product.named("user_send_text")[0]["message"]["text"] == "#ho_so_cua_toi"
    _expect(chat.locator(".sub-menu:visible")).to_have_count(0)


def test_what_people_write_stays_text(chat: Any) -> None:
    _say(chat, '<img src=x onerror="document.title=1"> & <b>đậm</b>')
    _expect(_bubbles(chat, "citizen").last).to_contain_text('<img src=x onerror="document.title=1"> & <b>đậm</b>')
    _expect(_bubbles(chat, "citizen").last.locator("b, img")).to_have_count(0)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("gọi tổng đài 1022 nhé", "tel:1022"),
        ("số cháu là 0900 012 345.", "tel:0900012345"),
        ("điện thoại 0272 3999 999", "tel:02723999999"),
        ("xem http://127.0.0.1/a?b=1.", "http://127.0.0.1/a?b=1"),
    ],
)
def test_phones_and_addresses_can_be_tapped(chat: Any, text: str, address: str) -> None:
    _say(chat, text)
    _expect(_bubbles(chat, "citizen").last.locator("a")).to_have_attribute("href", address)


@pytest.mark.parametrize(
    "text", ["H39.16-260804-0583", "000.00.16.H39-260105-0001", "1.001193", "căn cước 079090001234"]
)
def test_codes_are_no_phone_numbers(chat: Any, text: str) -> None:
    _say(chat, text)
    _expect(_bubbles(chat, "citizen").last).to_contain_text(text)
    _expect(_bubbles(chat, "citizen").last.locator("a")).to_have_count(0)


def test_a_picked_picture_is_sent_at_once(chat: Any, photo: Path, product: AnsweringProduct) -> None:
    chat.set_input_files("[data-file-picture]", photo)
    _expect(chat.locator(".row.citizen .picture img")).to_have_js_property("naturalWidth", 40)
    assert product.named("user_send_image")


def test_a_pasted_picture_waits_for_its_caption(chat: Any, product: AnsweringProduct) -> None:
    chat.evaluate(
        """async () => {
            const canvas = Object.assign(document.createElement("canvas"), {width: 30, height: 20});
            const blob = await new Promise((resolve) => canvas.toBlob(resolve));
            const clipboardData = new DataTransfer();
            clipboardData.items.add(new File([blob], "anh.png", {type: "image/png"}));
            document.querySelector("#draft").dispatchEvent(new ClipboardEvent("paste", {clipboardData, bubbles: true}));
        }"""
    )
    _expect(chat.locator("[data-pending] img")).to_be_visible()
    assert not product.named("user_send_image")
    _say(chat, "giấy hẹn của cháu")
    _expect(chat.locator(".row.citizen .kind-image, .row.citizen.kind-image")).to_contain_text("giấy hẹn của cháu")
    assert product.named("user_send_image")[0]["message"]["text"] == "giấy hẹn của cháu"


def test_a_file_a_sticker_a_place_and_a_card_can_be_sent(chat: Any, tmp_path: Path, product: AnsweringProduct) -> None:
    form = tmp_path / "to-khai.pdf"
    form.write_bytes(b"%PDF-1.4\n%%EOF\n")
    chat.set_input_files("[data-file-any]", form)
    _expect(chat.locator(".row.citizen .file")).to_contain_text("to-khai.pdf")
    chat.get_by_role("button", name="Gửi nhãn dán").click()
    chat.get_by_role("button", name="Cảm ơn").click()
    _expect(chat.locator(".row.citizen .sticker")).to_have_attribute("src", re.compile("thanks.svg"))
    chat.locator("[data-more]").click()
    chat.get_by_role("button", name="Vị trí", exact=True).click()
    chat.get_by_role("button", name="Phường Tân Ninh").click()
    _expect(chat.locator(".row.citizen .location")).to_contain_text("11.31010, 106.09830")
    chat.locator("[data-more]").click()
    chat.get_by_role("button", name="Danh thiếp", exact=True).click()
    _expect(chat.locator(".row.citizen .info-card")).to_contain_text(NAME)
    names = {event["event_name"] for event in product.events}
    assert {"user_send_file", "user_send_sticker", "user_send_location", "user_send_business_card"} <= names


def test_an_answer_quotes_the_message_it_answers(chat: Any, product: AnsweringProduct) -> None:
    _say(chat, "chào em")
    _bubbles(chat, "bot").last.hover()
    chat.get_by_role("button", name="Trả lời tin này").click()
    _expect(chat.locator("[data-quoting]")).to_contain_text(ANSWER)
    _say(chat, "ý này là sao")
    _expect(_bubbles(chat, "citizen").last.locator(".quote")).to_contain_text(ANSWER)
    assert product.named("user_send_text")[-1]["message"]["quote_msg_id"]


def test_a_reaction_is_shown_and_can_be_taken_back(chat: Any, product: AnsweringProduct) -> None:
    _say(chat, "chào em")
    for choice, shown in (("Yêu thích", 1), ("Bỏ cảm xúc", 0)):
        _bubbles(chat, "bot").last.hover()
        chat.get_by_role("button", name="Bày tỏ cảm xúc").click()
        chat.get_by_role("button", name=choice, exact=True).click()
        _expect(chat.locator(".reaction")).to_have_count(shown)
    _until(lambda: len(product.named("user_reacted_message")) == 2)  # posted a moment after the page shows it
    assert [event["message"]["react_icon"] for event in product.named("user_reacted_message")] == [
        "/-heart",
        "/-remove",
    ]


def test_two_quick_messages_arrive_in_the_order_in_which_they_were_typed(chat: Any, product: AnsweringProduct) -> None:
    for number in range(5):
        _say(chat, f"tin {number}")
    _expect(_bubbles(chat, "citizen")).to_have_count(5)
    _expect(_bubbles(chat, "bot")).to_have_count(5)
    assert [event["message"]["text"] for event in product.named("user_send_text")] == [f"tin {n}" for n in range(5)]


def test_each_citizen_has_their_own_conversation(chat: Any, simulator: RunningSimulator) -> None:
    _say(chat, "chỉ mình tôi thấy")
    _expect(_bubbles(chat, "citizen")).to_have_count(1)
    simulator.create_citizen(name="Lê Thị Cẩm Đào", phone="+84900099999")
    chat.reload()
    chat.fill("[data-people-search]", "cam dao")
    chat.locator(".person").click()
    _expect(chat.locator("[data-who]")).to_contain_text("Lê Thị Cẩm Đào")
    _expect(chat.locator("[data-thread]")).to_contain_text("Chưa có tin nhắn")
    _expect(_bubbles(chat, "citizen")).to_have_count(0)


def test_a_push_is_seen_without_reloading(chat: Any, citizen: str, product: AnsweringProduct) -> None:
    _say(chat, "chào em")
    _expect(_bubbles(chat, "bot")).to_have_count(1)
    product.send(citizen, "Hồ sơ của anh/chị đã có kết quả.")
    _expect(_bubbles(chat, "bot").last).to_contain_text("đã có kết quả")


def test_the_officer_sees_the_same_chat_and_answers_in_it(chat: Any) -> None:
    _say(chat, "cho gặp cán bộ")
    chat.get_by_role("tab", name="Cán bộ").click()
    _expect(chat.locator("#pane-officer .row.theirs.citizen")).to_contain_text("cho gặp cán bộ")
    chat.fill("#pane-officer textarea", "Chào cô, cháu là cán bộ một cửa.")
    chat.press("#pane-officer textarea", "Enter")
    _expect(_bubbles(chat, "staff").last).to_contain_text("cháu là cán bộ một cửa")
    _expect(chat.locator("[data-thread] .row.staff .who-line").last).to_have_text("Cán bộ trả lời")
    _expect(chat.locator("#pane-officer .row.mine.staff")).to_have_count(1)


def test_the_phone_shows_what_comes_by_sms(chat: Any, simulator: RunningSimulator) -> None:
    chat.get_by_role("tab", name="Điện thoại").click()
    _expect(chat.locator("#pane-phone")).to_contain_text("Chưa có tin nào")
    answer = simulator.session.post(
        f"{simulator.url}/sms/v1/messages",
        json={"phone": "+84900012345", "text": "Ma xac thuc 123456", "reference": "r1"},
        headers={"authorization": "Bearer example-sms-key"},
        timeout=10,
    )
    assert answer.ok, answer.text
    _expect(chat.locator(".phone-message.sms")).to_contain_text("Ma xac thuc 123456")


def test_a_phone_number_that_is_none_is_said_to_be_none(chat: Any) -> None:
    chat.get_by_role("tab", name="Điện thoại").click()
    chat.fill("#phone-number", "0900 12")
    chat.press("#phone-number", "Enter")
    _expect(chat.locator(".toast.error")).to_contain_text("10 chữ số")
    assert chat.input_value("#phone-number") == "0900 12"


def test_the_clock_jumps_and_days_are_told_apart(chat: Any, simulator: RunningSimulator) -> None:
    _say(chat, "hôm nay")
    _expect(_bubbles(chat, "citizen")).to_have_count(1)
    chat.get_by_role("button", name="+ 48 giờ").click()
    _expect(chat.locator(".toast.done")).to_contain_text("Đồng hồ giờ là")
    assert 48 * 3600 - 5 < simulator.get("/sim/v1/clock")["offset_s"] < 48 * 3600 + 60
    _say(chat, "hai ngày sau")
    _expect(chat.locator("[data-thread] .day")).to_have_count(2)
    _expect(chat.locator("[data-thread] .day").last).to_have_text("Hôm nay")


def test_eight_oclock_tomorrow_is_eight_in_the_centres_zone(
    visit: Callable[..., Visit], citizen: str, simulator: RunningSimulator
) -> None:
    page = visit(timezone_id="America/New_York").open(f"/chat?user={citizen}")
    page.get_by_role("button", name="8:00 sáng mai").click()
    _expect(page.locator(".big-clock")).to_have_text("08:00")
    assert simulator.get("/sim/v1/clock")["at"][11:16] == "08:00"


def test_a_fault_is_put_in_force_and_taken_away(chat: Any, simulator: RunningSimulator) -> None:
    chat.get_by_role("tab", name="Sự cố").click()
    chat.get_by_role("button", name="Quá tải (-32)").click()
    _expect(chat.locator(".fault-list li")).to_have_text("Quá tải (-32) · còn 1 lần")
    (fault,) = simulator.get("/sim/v1/faults")["faults"]
    assert (fault["call"], fault["fault"], fault["times"]) == ("message/cs", "error:-32", 1)
    chat.get_by_role("button", name="Gỡ hết sự cố").click()
    _expect(chat.locator(".fault-list")).to_contain_text("Không có sự cố nào")
    assert simulator.get("/sim/v1/faults")["faults"] == []


def test_a_webhook_that_is_off_is_said_to_be_off(chat: Any, product: AnsweringProduct) -> None:
    chat.get_by_role("tab", name="Sự cố").click()
    with chat.expect_response(re.compile("/sim/v1/webhook")):
        chat.get_by_label("Chuyển tin cho trợ lý (webhook)").uncheck()
    _say(chat, "có ai không")
    _expect(chat.locator(".toast")).to_contain_text("Webhook đang tắt")
    assert not product.named("user_send_text")


def test_a_reset_asks_first_and_empties_the_page(chat: Any, simulator: RunningSimulator) -> None:
    chat.get_by_role("button", name="Đặt lại trình giả lập").click()
    chat.get_by_role("button", name="Thôi").click()
    assert len(simulator.get("/sim/v1/citizens")["citizens"]) == 1
    chat.get_by_role("button", name="Đặt lại trình giả lập").click()
    chat.get_by_role("button", name="Đặt lại", exact=True).click()
    _expect(chat.locator("[data-thread]")).to_contain_text("Chưa có người dân nào")


def test_what_was_typed_stays_when_the_simulator_is_gone(
    visit: Callable[..., Visit], own_simulator: Callable[..., RunningSimulator]
) -> None:
    simulator = own_simulator()
    user_id = simulator.create_citizen(name=NAME)
    page = visit(simulator=simulator).open(f"/chat?user={user_id}")
    _expect(page.locator("[data-who]")).to_contain_text("Nguyễn")
    simulator.kill()
    _say(page, "câu này đừng mất")
    _expect(page.locator("[data-offline]")).to_be_visible()
    _expect(page.locator(".toast.error")).to_contain_text("Không nối được")
    assert page.input_value("#draft") == "câu này đừng mất"


def test_on_a_phone_the_chat_fills_the_screen_and_the_panel_is_a_drawer(
    visit: Callable[..., Visit], citizen: str
) -> None:
    page = visit(**PHONE_SCREEN).open(f"/chat?user={citizen}")
    box = page.locator("[data-phone]").bounding_box()
    assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, 360, 720)
    _expect(page.locator("[data-panel]")).to_be_hidden()
    page.get_by_role("button", name="Bảng điều khiển giả lập").click()
    _expect(page.get_by_role("tab", name="Đồng hồ")).to_be_in_viewport()
    page.keyboard.press("Escape")
    _expect(page.locator("[data-panel]")).to_be_hidden()


@pytest.mark.parametrize("width", [360, 768, 1440, 1920])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_sticks_out_at_the_side(visit: Callable[..., Visit], citizen: str, width: int, scheme: str) -> None:
    page = visit(viewport={"width": width, "height": 800}, color_scheme=scheme).open(f"/chat?user={citizen}")
    _say(page, "000.00.16.H39-260105-0001" * 4)
    _expect(_bubbles(page, "bot")).to_have_count(1)
    assert overflow_px(page) == 0
    for tab in ("clock", "phone", "officer", "faults"):
        page.evaluate(f"document.querySelector('#tab-{tab}').click()")
        for part in ("[data-thread]", f"#pane-{tab}"):
            assert page.locator(part).evaluate("element => element.scrollWidth - element.clientWidth") == 0, part


def test_touch_targets_are_large_enough(visit: Callable[..., Visit], citizen: str) -> None:
    page = visit(**PHONE_SCREEN).open(f"/chat?user={citizen}")
    _say(page, "chào em")
    _expect(_bubbles(page, "bot")).to_have_count(1)
    buttons = page.locator("[data-phone] button:visible, [data-phone] a:visible").all()
    small = {button.inner_text() or button.get_attribute("aria-label"): button.bounding_box() for button in buttons}
    tools = {"Bày tỏ cảm xúc", "Trả lời tin này"}  # 28 px to see, 44 px to touch by ::after
    assert not {name: box for name, box in small.items() if box["height"] < 44 and name not in tools}


def test_a_long_conversation_opens_at_its_end_and_can_be_read_back(
    visit: Callable[..., Visit], simulator: RunningSimulator, citizen: str
) -> None:
    simulator.post("/sim/v1/webhook", {"enabled": False})
    for number in range(170):
        simulator.says(citizen, f"tin {number}")
    page = visit().open(f"/chat?user={citizen}")
    _expect(_bubbles(page, "citizen")).to_have_count(150)
    _expect(_bubbles(page, "citizen").last).to_be_in_viewport()
    page.get_by_role("button", name="Xem tin cũ hơn").click()
    _expect(_bubbles(page, "citizen")).to_have_count(170)
