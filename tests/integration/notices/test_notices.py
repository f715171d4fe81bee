"""Dossier events become messages: to whom, in which words, with which document and buttons."""

from __future__ import annotations

from datetime import timedelta

import pytest

from onestop.messages.notice_kinds import notice_kinds
from onestop.messages.types import ImageMessage, TextMessage
from onestop.storage.life_cycle import EventKind
from tests.dossier_builders import CODE
from tests.integration.notices.conftest import Office

PRIVATE_DATA = {
    "note": "Không đúng thẩm quyền",
    "items": ["Giấy chứng sinh bản chính"],
    "amount_vnd": 1_250_000,
    "due_at": "2026-12-08T17:00:00+07:00",
}


@pytest.mark.parametrize("kind", [kind for kind in EventKind if notice_kinds()[kind.value].is_on])
def test_every_kind_tells_code_and_procedure(office: Office, kind: EventKind) -> None:
    office.person()
    office.happens(kind.value, **PRIVATE_DATA)
    assert office.reads_events() == 1
    (text,) = office.said()
    assert CODE in text
    assert "Đăng ký khai sinh" in text
    assert text.startswith("Dạ")


@pytest.mark.parametrize("kind", [kind.value for kind in EventKind])
def test_who_follows_by_code_alone_hears_nothing_private(office: Office, kind: str) -> None:
    office.decides(f"notify.{kind}", "on")
    office.person(proof="code")
    office.happens(kind, **PRIVATE_DATA)
    office.reads_events()
    (text,) = office.said()
    for private in ("Không đúng thẩm quyền", "Giấy chứng sinh", "1.250.000", "Bí Mật", "Trần Văn Kín"):
        assert private not in text
    assert office.pictures() == []
    assert not {"Gửi ảnh bổ sung"} & set(office.buttons())
    assert not [title for title in office.buttons() if "PDF" in title]


@pytest.mark.parametrize(
    ("kind", "expected", "document"),
    [
        ("received", "Ngày hẹn trả kết quả", "receipt"),
        ("supplement_requested", "1. Giấy chứng sinh bản chính", "supplement_request"),
        ("refused", "Lý do: Không đúng thẩm quyền.", "refusal"),
        ("apology", "Ngày hẹn mới: 17 giờ thứ Ba, 08/12/2026", "apology"),
        ("stopped", "Lý do: Không đúng thẩm quyền.", "stop_notice"),
        ("ready", "Nơi nhận: Trung tâm Phục vụ hành chính công xã Cần Giuộc", "result_notice"),
        ("money_due", "Số tiền: 1.250.000 đồng.", None),
    ],
)
@pytest.mark.parametrize("proof", ["second_code", "desk", "phone"])
def test_owner_hears_all_and_gets_the_document(
    office: Office, kind: str, expected: str, document: str | None, proof: str
) -> None:
    office.person(proof=proof)
    event_id = office.happens(kind, **PRIVATE_DATA)
    office.reads_events()
    assert expected in office.said()[0]
    assert [picture.file_ref for picture in office.pictures()] == (
        [f"documents/{event_id}-{document}.png"] if document else []
    )


def test_words_come_before_their_picture(office: Office) -> None:
    office.person(proof="phone")
    office.happens("received")
    office.reads_events()
    assert [type(message) for message in office.messages()] == [TextMessage, ImageMessage]


def test_outside_the_free_window_the_document_is_left_to_its_button(office: Office) -> None:
    citizen = office.person(proof="phone", last_interaction_at=office.now - timedelta(days=3))
    office.happens("received")
    office.reads_events()
    assert office.pictures(citizen) == []
    assert "gửi kèm" not in office.said()[0]
    assert "Giấy tiếp nhận bản PDF" in office.buttons()


def test_replayed_feed_says_nothing_twice(office: Office) -> None:
    office.person(proof="phone")
    for kind in ("received", "supplement_requested", "apology", "ready"):
        office.happens(kind, **PRIVATE_DATA)
    office.reads_events()
    before = len(office.rows())
    for _ in range(10):
        office.forgets_cursor()
        assert office.reads_events() == 0
    assert len(office.rows()) == before


def test_processing_is_off_until_a_centre_turns_it_on(office: Office) -> None:
    office.person()
    office.happens("processing", state_from=2)
    assert office.reads_events() == 0
    office.decides("notify.processing", "on")
    office.happens("processing", state_from=2)
    assert office.reads_events() == 1


def test_kind_is_off_at_one_centre_and_on_elsewhere(office: Office) -> None:
    office.person()
    office.decides("notify.ready", "off", centre="pvhcc-noi-khac")
    office.happens("ready", state_to=9)
    assert office.reads_events() == 1
    office.decides("notify.ready", "off")
    office.happens("ready", state_to=9)
    assert office.reads_events() == 0


def test_switch_for_all_centres_yields_to_a_centres_own(office: Office) -> None:
    office.person()
    office.decides("notify.ready", "off", centre="*")
    office.happens("ready", state_to=9)
    assert office.reads_events() == 0
    office.decides("notify.ready", "on")
    office.happens("ready", state_to=9)
    assert office.reads_events() == 1


def test_who_stopped_all_messages_gets_none(office: Office) -> None:
    office.person(notifications_stopped_at=office.now)
    office.happens("ready", state_to=9)
    assert office.reads_events() == 0


def test_result_that_goes_by_post_is_not_to_be_fetched(office: Office) -> None:
    office.person(proof="phone")
    office.changes(return_mode="postal")
    office.happens("ready", state_to=9)
    office.reads_events()
    assert "theo đường bưu điện" in office.said()[0]
    assert "Nơi nhận" not in office.said()[0]
    assert "Nhắc tôi đi lấy" not in office.buttons()


def test_date_of_a_request_is_the_citizens_and_not_the_due_date(office: Office) -> None:
    office.person(proof="phone")
    office.happens("money_due", state_to=6, amount_vnd=50_000, due_at="2026-12-08T17:00:00+07:00")
    office.reads_events()
    assert "Hạn nộp: thứ Ba, 08/12/2026." in office.said()[0]
