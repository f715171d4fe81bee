"""The counter page, as an officer uses it, over the real counter and its database."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest

from tests.integration.pages.conftest import Visit, overflow_px
from tests.sim_server import RunningSimulator

pytestmark = pytest.mark.browser

LONG_NAME = "Công Tằng Tôn Nữ Nguyễn Hoàng Phương Thảo Nguyên Ngọc Bảo Trân"


def _expect(locator: Any) -> Any:
    from playwright.sync_api import expect

    return expect(locator)


@pytest.fixture
def counter(visit: Callable[..., Visit]) -> Any:
    page = visit().open("/counter")
    _expect(_rows(page).first).to_be_visible()
    return page


@pytest.fixture
def dossier(simulator: RunningSimulator) -> dict[str, Any]:
    """A dossier that was accepted a moment ago."""
    return _accept(simulator)


def _accept(simulator: RunningSimulator, name: str = "Nguyễn Thị Bưởi", phone: str = "+84900077777") -> dict[str, Any]:
    body = {"procedure_code": "1.001193", "applicant_name": name, "applicant_phone": phone}
    return dict(simulator.post("/counter/v1/dossiers", body))


def _rows(page: Any) -> Any:
    return page.locator("[data-rows] tbody tr")


def _dossier(simulator: RunningSimulator, code: str) -> dict[str, Any]:
    return dict(simulator.get(f"/counter/v1/dossiers/{quote(code)}"))


def _move(page: Any, title: str) -> Any:
    page.locator(".move-buttons").get_by_role("button", name=title, exact=True).click()
    return page.locator("dialog")


def test_the_list_shows_code_applicant_procedure_state_and_due_date(
    dossier: dict[str, Any], visit: Callable[..., Visit]
) -> None:
    page = visit().open("/counter")
    row = _rows(page).filter(has_text=dossier["code"])
    _expect(row).to_contain_text("Nguyễn Thị Bưởi")
    _expect(row).to_contain_text("0900 077 777")
    _expect(row).to_contain_text(dossier["procedure_name"])
    _expect(row.locator(".chip")).to_have_text("Đã tiếp nhận")
    _expect(row.locator(".chip use")).to_have_attribute("href", re.compile("#file-input$"))
    year, month, day = dossier["due_at"][:10].split("-")
    _expect(row).to_contain_text(f"{day}/{month}/{year}")


def test_a_filter_stands_in_the_address_and_going_back_undoes_it(counter: Any) -> None:
    counter.get_by_role("button", name="Chờ bổ sung").click()
    _expect(counter).to_have_url(re.compile(r"state=5"))
    _expect(_rows(counter).locator(".chip").first).to_have_text("Chờ bổ sung")
    assert set(_rows(counter).locator(".chip").all_inner_texts()) == {"Chờ bổ sung"}
    counter.go_back()
    _expect(counter.get_by_role("button", name="Tất cả")).to_have_attribute("aria-pressed", "true")
    _expect(counter.locator("[data-clear]")).to_be_hidden()


def test_only_late_dossiers_are_shown_when_asked_for_with_how_late_they_are(counter: Any) -> None:
    counter.get_by_label("Quá hạn").check()
    _expect(counter).to_have_url(re.compile("overdue=true"))
    _expect(_rows(counter).first.locator(".due-line.late")).to_have_text(re.compile("trễ|quá hẹn"))
    assert _rows(counter).count() == counter.locator(".due-line.late").count()


def test_slash_searches_and_a_search_without_hits_offers_the_way_back(counter: Any, dossier: dict[str, Any]) -> None:
    counter.keyboard.press("/")
    counter.keyboard.type(dossier["code"])
    _expect(_rows(counter)).to_have_count(1)
    counter.fill("#q", "không ai tên này cả")
    _expect(counter.locator("[data-rows]")).to_contain_text("Không có hồ sơ nào khớp")
    counter.locator("[data-rows]").get_by_role("button", name="Bỏ lọc").click()
    _expect(_rows(counter).nth(5)).to_be_visible()
    assert counter.input_value("#q") == ""


def test_pages_turn(counter: Any, simulator: RunningSimulator) -> None:
    total = simulator.get("/counter/v1/dossiers", limit=1)["total"]
    _expect(counter.locator("[data-count]")).to_have_text(f"1–50 trong {total} hồ sơ")
    first = _rows(counter).first.locator("button").inner_text()
    counter.get_by_role("button", name="Trang sau").click()
    _expect(counter.locator("[data-count]")).to_have_text(re.compile("^51–100 trong"))
    _expect(_rows(counter).first).not_to_contain_text(first)
    counter.get_by_role("button", name="Trang trước").click()
    _expect(_rows(counter).first).to_contain_text(first)


def test_the_keyboard_walks_opens_and_closes(counter: Any) -> None:
    counter.keyboard.press("j")
    counter.keyboard.press("j")
    second = _rows(counter).nth(1).locator("button")
    _expect(second).to_be_focused()
    counter.keyboard.press("k")
    counter.keyboard.press("j")
    counter.keyboard.press("Enter")
    _expect(counter.locator("[data-dossier] h2")).to_have_text(second.inner_text())
    counter.keyboard.press("Escape")
    _expect(counter.locator("[data-dossier]")).to_be_hidden()
    _expect(second).to_be_focused()
    counter.keyboard.press("?")
    _expect(counter.locator("dialog")).to_contain_text("Phím tắt")


def test_a_letter_typed_into_the_search_is_no_shortcut(counter: Any) -> None:
    counter.fill("#q", "")
    counter.type("#q", "njk")
    _expect(counter.locator("dialog")).to_have_count(0)
    assert counter.input_value("#q") == "njk"


def test_a_row_opens_steps_papers_history_and_the_lawful_moves(
    visit: Callable[..., Visit], dossier: dict[str, Any]
) -> None:
    page = visit().open(f"/counter?code={dossier['code']}")
    body = page.locator("[data-dossier]")
    _expect(body).to_contain_text(dossier["second_code"])
    _expect(body.locator(".steps li")).to_have_count(len(dossier["steps"]))
    _expect(body.locator(".papers li")).to_have_count(len(dossier["documents"]))
    _expect(body.locator(".history")).to_contain_text("Tiếp nhận hồ sơ")
    titles = {move["title"] for move in dossier["moves"]}
    assert set(body.locator(".move-buttons button").all_inner_texts()) == titles


def test_a_move_is_recorded_and_says_who_will_hear_of_it(
    visit: Callable[..., Visit], simulator: RunningSimulator, dossier: dict[str, Any]
) -> None:
    page = visit().open(f"/counter?code={dossier['code']}")
    dialog = _move(page, "Chuyển xử lý")
    _expect(dialog).to_contain_text(dossier["code"])
    _expect(dialog).to_contain_text("Đã tiếp nhận → Đang xử lý")
    dialog.get_by_role("button", name="Chuyển xử lý").click()
    _expect(page.locator(".notice.done")).to_contain_text("Đã ghi sự kiện; người theo dõi sẽ nhận tin.")
    _expect(page.locator(".dossier-head .chip")).to_have_text("Đang xử lý")
    _expect(_rows(page).filter(has_text=dossier["code"]).locator(".chip")).to_have_text("Đang xử lý")
    assert _dossier(simulator, dossier["code"])["state"] == 4


def test_a_supplement_names_the_papers(
    visit: Callable[..., Visit], simulator: RunningSimulator, dossier: dict[str, Any]
) -> None:
    page = visit().open(f"/counter?code={dossier['code']}")
    dialog = _move(page, "Yêu cầu bổ sung")
    dialog.get_by_role("button", name="Yêu cầu bổ sung").click()
    _expect(dialog.locator(".wrong:visible")).to_have_text("Chọn hoặc ghi ít nhất một giấy tờ cần bổ sung.")
    dialog.locator(".tick-line").first.click()
    dialog.get_by_label("Giấy tờ khác").fill("Giấy chứng sinh bản chính\n\n")
    dialog.get_by_role("button", name="Yêu cầu bổ sung").click()
    _expect(page.locator(".notice.done")).to_be_visible()
    _expect(page.locator(".history")).to_contain_text("Giấy chứng sinh bản chính")
    event = _dossier(simulator, dossier["code"])["events"][-1]
    assert event["data"]["items"] == [dossier["documents"][0]["name"], "Giấy chứng sinh bản chính"]


def test_an_amount_is_grouped_while_it_is_typed_and_sent_as_a_number(
    visit: Callable[..., Visit], simulator: RunningSimulator, dossier: dict[str, Any]
) -> None:
    page = visit().open(f"/counter?code={dossier['code']}")
    dialog = _move(page, "Thông báo nộp tiền")
    dialog.get_by_role("button", name="Thông báo nộp tiền").click()
    _expect(dialog.locator(".wrong:visible")).to_have_text("Nhập số tiền lớn hơn 0.")
    dialog.get_by_label("Số tiền phải nộp (đồng)").press_sequentially("1500000")
    _expect(dialog.get_by_label("Số tiền phải nộp (đồng)")).to_have_value("1.500.000")
    dialog.get_by_role("button", name="Thông báo nộp tiền").click()
    _expect(page.locator(".facts")).to_contain_text("1.500.000 đồng")
    assert _dossier(simulator, dossier["code"])["amount_vnd"] == 1_500_000


def test_an_apology_proposes_a_later_day_and_is_shown_in_the_history(
    visit: Callable[..., Visit], simulator: RunningSimulator, dossier: dict[str, Any]
) -> None:
    simulator.post(f"/counter/v1/dossiers/{dossier['code']}/move", {"to": 4})
    page = visit().open(f"/counter?code={dossier['code']}")
    dialog = _move(page, "Xin lỗi, hẹn lại ngày")
    new_day = dialog.get_by_label("Ngày hẹn trả mới").input_value()
    assert new_day > dossier["due_at"][:10]
    dialog.get_by_role("button", name="Xin lỗi, hẹn lại ngày").click()
    _expect(page.locator(".history")).to_contain_text("Xin lỗi và hẹn lại ngày trả")
    assert _dossier(simulator, dossier["code"])["due_at"][:10] == new_day


def test_stopping_a_dossier_needs_a_reason_and_keeps_what_was_typed(
    visit: Callable[..., Visit], simulator: RunningSimulator, dossier: dict[str, Any]
) -> None:
    simulator.post(f"/counter/v1/dossiers/{dossier['code']}/move", {"to": 4})
    page = visit().open(f"/counter?code={dossier['code']}")
    dialog = _move(page, "Dừng xử lý")
    dialog.get_by_role("button", name="Dừng xử lý").click()
    _expect(dialog.locator(".wrong:visible")).to_have_text("Cần ghi lý do để người dân hiểu.")
    # Somebody else is quicker: the counter refuses, and the reason is not lost.
    dialog.get_by_label("Lý do").fill("Không đủ điều kiện theo quy định")
    simulator.post(f"/counter/v1/dossiers/{dossier['code']}/move", {"to": 9})
    dialog.get_by_role("button", name="Dừng xử lý").click()
    _expect(dialog.locator(".notice.error")).to_contain_text("Quy trình không cho phép")
    _expect(dialog.get_by_label("Lý do")).to_have_value("Không đủ điều kiện theo quy định")
    assert _dossier(simulator, dossier["code"])["state"] == 9


def test_an_ended_dossier_has_no_moves(
    visit: Callable[..., Visit], simulator: RunningSimulator, dossier: dict[str, Any]
) -> None:
    for state in (4, 9, 10):
        simulator.post(f"/counter/v1/dossiers/{dossier['code']}/move", {"to": state})
    page = visit().open(f"/counter?code={dossier['code']}")
    _expect(page.locator(".moves")).to_contain_text("Hồ sơ đã kết thúc")


def test_a_new_dossier_is_received_and_its_receipt_is_shown(counter: Any, simulator: RunningSimulator) -> None:
    counter.keyboard.press("n")
    dialog = counter.locator("dialog")
    dialog.get_by_role("button", name="Tiếp nhận và in giấy hẹn").click()
    _expect(dialog.locator(".wrong:visible").first).to_have_text("Chọn một thủ tục trong danh sách.")
    dialog.get_by_label("Thủ tục").fill("khai sinh")
    _expect(dialog.get_by_role("option").first).to_contain_text("khai sinh")
    dialog.get_by_label("Thủ tục").press("ArrowDown")
    dialog.get_by_label("Thủ tục").press("Enter")
    dialog.get_by_label("Nơi tiếp nhận").fill("duc hoa")
    dialog.get_by_role("option").first.click()
    dialog.get_by_label("Họ tên người nộp").fill(LONG_NAME)
    dialog.get_by_label("Số điện thoại").fill("0900 077 778")
    dialog.get_by_role("button", name="Tiếp nhận và in giấy hẹn").click()
    _expect(counter.locator("[data-dossier]")).to_contain_text(LONG_NAME)
    _expect(counter.locator("[data-dossier]")).to_contain_text("Đức Hòa")
    receipt = counter.locator(".receipt-picture")
    receipt.scroll_into_view_if_needed()
    assert receipt.evaluate("image => image.decode().then(() => image.naturalWidth)") > 300
    code = counter.locator("[data-dossier] h2").inner_text()
    received = _dossier(simulator, code)
    assert (received["applicant_phone"], received["state"]) == ("+84900077778", 2)


def test_a_phone_number_that_is_none_keeps_the_form_open(counter: Any) -> None:
    counter.keyboard.press("n")
    counter.get_by_label("Số điện thoại", exact=True).fill("12345")
    counter.get_by_role("button", name="Tiếp nhận và in giấy hẹn").click()
    _expect(counter.locator("#new-phone-wrong")).to_be_visible()
    assert counter.get_by_label("Số điện thoại", exact=True).input_value() == "12345"


def test_printing_prints_the_receipt_alone(visit: Callable[..., Visit], dossier: dict[str, Any]) -> None:
    page = visit().open(f"/counter?code={dossier['code']}")
    page.evaluate("window.print = () => { window.printed = true; }")
    page.locator(".receipt summary").click()
    page.get_by_role("button", name="In", exact=True).click()
    page.wait_for_function("window.printed")
    page.emulate_media(media="print")
    _expect(page.locator("[data-print] img")).to_be_visible()
    _expect(page.locator(".work")).to_be_hidden()


def test_what_changes_elsewhere_changes_here_and_the_focus_stays(
    visit: Callable[..., Visit], simulator: RunningSimulator, dossier: dict[str, Any]
) -> None:
    page = visit().open(f"/counter?q={dossier['code']}")
    button = _rows(page).locator("button").first
    button.focus()
    simulator.post(f"/counter/v1/dossiers/{dossier['code']}/move", {"to": 4})
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    _expect(_rows(page).locator(".chip").first).to_have_text("Đang xử lý")
    _expect(_rows(page).locator("button").first).to_be_focused()


def test_an_empty_counter_says_what_will_appear_and_how_to_begin(
    visit: Callable[..., Visit], own_simulator: Callable[..., RunningSimulator]
) -> None:
    page = visit(simulator=own_simulator(dossiers=0)).open("/counter")
    _expect(page.locator("[data-rows]")).to_contain_text("Chưa có hồ sơ nào")
    page.get_by_role("button", name="Tiếp nhận hồ sơ đầu tiên").click()
    _expect(page.locator("dialog")).to_contain_text("Tiếp nhận hồ sơ mới")


def test_a_lost_counter_is_said_in_vietnamese_and_can_be_tried_again(
    visit: Callable[..., Visit], own_simulator: Callable[..., RunningSimulator]
) -> None:
    simulator = own_simulator()
    page = visit(simulator=simulator).open("/counter")
    _expect(_rows(page).first).to_be_visible()
    simulator.kill()
    page.get_by_role("button", name="Đang xử lý").click()
    _expect(page.locator("[data-rows]")).to_contain_text("Không nối được với trình giả lập")
    page.get_by_role("button", name="Thử lại").click()
    _expect(page.locator("[data-rows]")).to_contain_text("Không nối được với trình giả lập")


@pytest.mark.parametrize("width", [360, 768, 1440, 1920])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_sticks_out_at_the_side(
    visit: Callable[..., Visit], simulator: RunningSimulator, width: int, scheme: str
) -> None:
    dossier = _accept(simulator, name=LONG_NAME)
    page = visit(viewport={"width": width, "height": 800}, color_scheme=scheme).open("/counter")
    _expect(_rows(page).filter(has_text=LONG_NAME).first).to_be_visible()
    assert overflow_px(page) == 0
    assert page.locator(".list").evaluate("element => element.scrollWidth - element.clientWidth") == 0
    page.locator("button.open", has_text=dossier["code"]).click()
    _expect(page.locator(".facts")).to_be_visible()
    assert overflow_px(page) == 0
    assert page.locator("[data-dossier]").evaluate("element => element.scrollWidth - element.clientWidth") == 0


def test_a_code_is_never_cut(visit: Callable[..., Visit], simulator: RunningSimulator) -> None:
    page = visit(viewport={"width": 360, "height": 800}).open("/counter")
    _expect(_rows(page).first).to_be_visible()
    cut = page.evaluate(
        "[...document.querySelectorAll('button.open')].filter((e) => e.scrollWidth > e.clientWidth).length"
    )
    assert cut == 0
