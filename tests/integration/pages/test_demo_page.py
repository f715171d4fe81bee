"""Counter and chat in one window: what is done on the left is seen on the right."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.integration.pages.conftest import AnsweringProduct, Visit, overflow_px
from tests.sim_server import RunningSimulator

pytestmark = pytest.mark.browser


def _expect(locator: Any) -> Any:
    from playwright.sync_api import expect

    return expect(locator)


@pytest.fixture
def citizen(simulator: RunningSimulator) -> str:
    return simulator.create_citizen(name="Nguyễn Thị Bưởi", phone="+84900055555")


@pytest.fixture
def demo(visit: Callable[..., Visit], citizen: str) -> Any:
    page = visit(viewport={"width": 1440, "height": 900}).open("/demo")
    _expect(_chat(page).locator("[data-who]")).to_contain_text("Nguyễn Thị Bưởi")
    _expect(_counter(page).locator("button.open").first).to_be_visible()
    return page


def _counter(page: Any) -> Any:
    return page.frame_locator("#half-counter")


def _chat(page: Any) -> Any:
    return page.frame_locator("#half-chat")


def _receipt(page: Any) -> Any:
    counter = _counter(page)
    counter.get_by_role("button", name="Đã tiếp nhận").click()
    _expect(counter.locator("tbody .chip").first).to_have_text("Đã tiếp nhận")
    counter.locator("button.open").first.click()
    counter.locator(".receipt summary").click()
    counter.locator(".receipt-picture").scroll_into_view_if_needed()
    counter.locator(".receipt-picture").evaluate("image => image.decode()")
    return counter


def test_a_receipt_is_dragged_from_the_counter_into_the_chat(demo: Any, product: AnsweringProduct) -> None:
    counter = _receipt(demo)
    counter.locator(".receipt-picture").drag_to(_chat(demo).locator("[data-thread]"))
    picture = _chat(demo).locator(".row.citizen .picture img")
    _expect(picture).to_have_count(1)
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 300
    _expect(_chat(demo).locator(".row.bot")).to_have_count(1)
    assert len(product.named("user_send_image")) == 1


def test_a_receipt_is_handed_over_by_a_button_where_nothing_can_be_dragged(
    demo: Any, product: AnsweringProduct
) -> None:
    _receipt(demo).get_by_role("button", name="Gửi vào chat").click()
    _expect(_chat(demo).locator(".row.citizen .picture img")).to_have_count(1)
    _expect(_chat(demo).locator(".row.bot")).to_have_count(1)
    assert len(product.named("user_send_image")) == 1


def test_the_person_who_chats_can_be_taken_over_into_a_new_dossier(demo: Any) -> None:
    counter = _counter(demo)
    counter.get_by_role("button", name="Tiếp nhận hồ sơ mới").click()
    counter.get_by_role("button", name="Người đang nhắn Zalo: Nguyễn Thị Bưởi").click()
    _expect(counter.get_by_label("Họ tên người nộp")).to_have_value("Nguyễn Thị Bưởi")
    _expect(counter.get_by_label("Số điện thoại")).to_have_value("0900 055 555")


def test_one_can_chat_as_the_applicant_of_a_dossier(demo: Any, simulator: RunningSimulator) -> None:
    counter = _counter(demo)
    counter.locator("button.open").first.click()
    name = counter.locator(".facts .strong").first.inner_text()
    counter.get_by_role("button", name="Nhắn Zalo với vai người nộp").click()
    _expect(_chat(demo).locator("[data-who]")).to_contain_text(name)
    assert len(simulator.get("/sim/v1/citizens")["citizens"]) == 2


def test_on_a_narrow_screen_one_half_is_shown_at_a_time(visit: Callable[..., Visit], citizen: str) -> None:
    page = visit(viewport={"width": 360, "height": 720}).open("/demo")
    _expect(page.locator("#half-counter")).to_be_visible()
    _expect(page.locator("#half-chat")).to_be_hidden()
    page.get_by_role("tab", name="Chat người dân").click()
    _expect(page.locator("#half-chat")).to_be_visible()
    _expect(page.locator("#half-counter")).to_be_hidden()
    assert overflow_px(page) == 0


def test_the_index_leads_to_every_page(visit: Callable[..., Visit], citizen: str) -> None:
    page = visit(viewport={"width": 360, "height": 720}).open("/")
    links = page.locator(".cards a").evaluate_all("links => links.map((link) => link.getAttribute('href'))")
    assert links == ["/demo", "/chat", "/counter"]
    assert overflow_px(page) == 0
