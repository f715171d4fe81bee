"""Every error code that Zalo may answer with, through the real senders: what becomes of the message.

The codes are written down here once more (docs/zalo.md, "Error codes"), so that a slip in the product's tables shows.
"""

from __future__ import annotations

import json
from datetime import datetime, time, timedelta
from typing import Any

from connectors.zalo.error_codes import OA_CODES, ZBS_CODES
from onestop import clock
from onestop.clock import LOCAL
from onestop.messages.types import ImageMessage, TemplateMessage
from onestop.storage.tables import Citizen, Delivery, Notification
from tests.integration.faults.conftest import Post
from tests.product.test_killed_sends import PIXEL
from tests.sim_server import REPOSITORY

SOON, MORNING, MENDED, TOKEN, FAILED = "soon", "at 7:00", "in minutes, until it is mended", "new token", "permanent"
UNHEARD_OF = -987654  # an answer of Zalo's own, with a code that nobody has described

BY_ACCOUNT = {
    SOON: [-200, -214],
    MORNING: [-234, -211, -218, -321],  # by night; a quota, where no other channel is left
    TOKEN: [-216, -220],
    MENDED: [
        -202, -204, -205, -207, -208, -209, -212, -215, -219, -221, -223, -224, -235, -238, -240, -241, -242, -249,
        -320,
    ],
    FAILED: [
        -201, -210, -213, -217, -222, -227, -230, -232, -233, -237, -244, -248, -305, -311, -403, -1340, -1341, -100,
        UNHEARD_OF,
    ],
}  # fmt: skip
OUT_OF_REACH = {-217, -222, -227, -244}
BY_PHONE = {
    MORNING: [-133, -144, -147, -1441, -1471, -1472],
    TOKEN: [-124],
    MENDED: [
        -109, -110, -115, -117, -120, -125, -131, -135, -136, -137, -138, -145, -146, -161, -162, -321, -1091, -1241,
        -1351, -1381,
    ],
    FAILED: [
        -108, -111, -112, -113, -114, -118, -119, -126, -127, -139, -140, -141, -148, -149, -150, -151, -152, -153,
        -158, -159, -160, -1121, -1122, -1123, -1124, -1131, -1132, UNHEARD_OF,
    ],
}  # fmt: skip
TEMPLATES_ONLY = {-109, -110, -115, -117, -131, -137, -145, -146, -321, -1091, -1441, -1471, -1472, *BY_PHONE[FAILED]}
RATE_LIMIT = -32
SMS = "Ho so da co ket qua"


def fate(row: Notification) -> str:
    """What became of a row, in the words of the tables."""
    if row.status in ("sent", "permanent-failure"):
        return TOKEN if row.status == "sent" else FAILED
    assert row.status == "temporary-failure", row.status
    if row.next_attempt_at.astimezone(LOCAL).time().hour in (6, 7):
        return MORNING
    return SOON if row.next_attempt_at - clock.now() <= timedelta(seconds=10) else MENDED


def ready() -> TemplateMessage:
    """A template with the values of its description."""
    described = json.loads((REPOSITORY / "simulator/templates.json").read_text(encoding="utf-8"))["templates"]
    parameters = next(one for one in described if one["kind"] == "ready")["parameters"]
    return TemplateMessage("ready", {one["name"]: one["sample"] for one in parameters})


def queue_by_phone(post: Post, code: int, sms: str | None) -> tuple[int, str]:
    """Somebody of whom only the number is known; returns the row's id and the number."""
    phone = f"+8491{abs(code):07d}"
    post.zalo.add_fault("/message/template", f"error:{code}", phone=phone, times=1)
    user, message = post.citizen(), ready()
    other = {"template": "ready", "data": dict(message.data), "sms": sms}
    more: dict[str, Any] = {"channel": "template_phone", "phone": phone, "alternatives": other}
    return post.queues(user, f"số {phone}", message=message, **more), phone


def to_the_next_morning(post: Post) -> None:
    now = clock.now().astimezone(LOCAL)
    morning = datetime.combine(now.date() + timedelta(days=1), time(7, 1), LOCAL)
    post.zalo.clear_faults()
    post.moves_clock((morning - now).total_seconds())


def test_tables_name_every_code_of_the_products() -> None:
    for here, product in ((BY_ACCOUNT, OA_CODES), (BY_PHONE, ZBS_CODES)):
        assert {code for codes in here.values() for code in codes} == set(product) - {RATE_LIMIT} | {UNHEARD_OF}


def test_every_code_by_account_has_its_end_and_what_can_go_goes(post: Post) -> None:
    users: dict[int, tuple[str, int]] = {}
    for code in (code for codes in BY_ACCOUNT.values() for code in codes):
        user = post.citizen()
        post.zalo.add_fault("message/cs", f"error:{code}", user_id=user, times=1)
        users[code] = user, post.queues(user, f"mã {code}")
    post.round()
    found = {code: post.row(number) for code, (_user, number) in users.items()}
    assert {code: fate(row) for code, row in found.items()} == {
        code: what for what, codes in BY_ACCOUNT.items() for code in codes
    }
    assert all(row.status == "sent" or str(code) in (row.error or "") for code, row in found.items())
    with post.sessions() as session:
        unreachable = {one.zalo_user_id for one in session.query(Citizen) if one.unreachable_since is not None}
    assert unreachable == {users[code][0] for code in OUT_OF_REACH}
    to_the_next_morning(post)
    assert post.settles()
    got = {code: post.heard(user) for code, (user, _number) in users.items()}
    assert got == {code: [] if code in BY_ACCOUNT[FAILED] else [f"mã {code}"] for code in users}


def test_every_code_by_phone_has_its_end_and_what_can_go_goes(post: Post) -> None:
    rows = {code: queue_by_phone(post, code, sms=None) for codes in BY_PHONE.values() for code in codes}
    post.round()
    post.round()  # what is refused for good finds no other way
    found = {code: post.row(number) for code, (number, _phone) in rows.items()}
    assert {code: fate(row) for code, row in found.items()} == {
        code: what for what, codes in BY_PHONE.items() for code in codes
    }
    assert {row.error for code, row in found.items() if code in BY_PHONE[FAILED]} == {"call-list"}
    to_the_next_morning(post)
    assert post.settles()
    for code, (_number, phone) in rows.items():
        assert len(post.zalo.phone_messages(phone)) == (0 if code in BY_PHONE[FAILED] else 1), code


def test_what_only_templates_refuse_goes_by_sms_at_once(post: Post) -> None:
    rows = {code: queue_by_phone(post, code, sms=SMS) for code in TEMPLATES_ONLY}
    post.round()
    post.round()
    found = {code: post.row(number) for code, (number, _phone) in rows.items()}
    assert {(row.status, row.channel) for row in found.values()} == {("sent", "sms")}
    for _number, phone in rows.values():
        assert [one["text"] for one in post.zalo.phone_messages(phone)] == [SMS]


def test_rate_limit_holds_all_back_until_the_next_minute_and_loses_nothing(post: Post) -> None:
    users = [post.citizen() for _ in range(5)]
    post.zalo.add_fault("message/cs", "error:-32", times=1)
    for user in users:
        post.queues(user, "tin")
    post.round()
    waiting = post.rows("temporary-failure")
    assert waiting
    assert all(row.attempts <= 1 for row in waiting)
    refused = sum(row.attempts for row in waiting)
    post.round()
    assert sum(row.attempts for row in post.rows("temporary-failure")) == refused  # our own limit is no attempt


def test_failed_send_is_tried_three_times(post: Post) -> None:
    user = post.citizen()
    post.zalo.add_fault("message/cs", "error:-200")
    number = post.queues(user, "ba lần")
    for _ in range(5):
        post.round()
        post.moves_clock(30)
    with post.sessions() as session:
        outcomes = [one.outcome for one in session.query(Delivery).filter_by(notification_id=number)]
    assert outcomes == ["retry"] * 3
    assert post.row(number).status == "permanent-failure"


def test_expired_upload_is_uploaded_again(post: Post) -> None:
    post.files.mkdir()
    (post.files / "pixel.png").write_bytes(PIXEL)
    user = post.citizen()
    post.zalo.add_fault("message/cs", "error:-100", times=1)
    number = post.queues(user, "ảnh", message=ImageMessage("ảnh", file_ref="pixel.png"))
    post.round()
    assert post.row(number).status == "sent"
    assert len(post.heard(user)) == 1


def test_account_that_may_not_send_is_waited_for_longer_than_any_back_off(post: Post) -> None:
    user = post.citizen()
    post.zalo.add_fault("message/cs", "error:-221")
    number = post.queues(user, "chờ tài khoản")
    with post.sessions.begin() as session:
        session.get(Notification, number).attempts = 100
    post.round()
    assert post.row(number).status == "temporary-failure"
    post.zalo.clear_faults()
    post.moves_clock(900)
    assert post.settles()
    assert post.heard(user) == ["chờ tài khoản"]
