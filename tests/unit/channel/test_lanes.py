"""Per citizen in order, citizens beside each other, fragments joined, a failure stops nothing."""

from __future__ import annotations

import asyncio
import json

import pytest

from connectors.channel.lanes import Batch, Lanes
from onestop.services.inbox import InboxItem


def item(number: int, text: str, user: str = "1") -> InboxItem:
    body = {
        "app_id": "1",
        "event_name": "user_send_text",
        "timestamp": "1790000000123",
        "sender": {"id": user},
        "recipient": {"id": "9"},
        "message": {"msg_id": f"m{number}", "text": text},
    }
    return InboxItem(number, f"key{number}", user, json.dumps(body).encode(), 0)


def run(items: list[tuple[float, InboxItem]], work_s: float = 0.0, fail: str | None = None) -> list[str | None]:
    """Puts items at their times; returns the texts of the turns in the order in which they ended."""
    done: list[str | None] = []

    async def handle(batch: Batch) -> None:
        if batch.text == fail:
            raise RuntimeError
        await asyncio.sleep(work_s)
        done.append(batch.text)

    async def main() -> None:
        lanes = Lanes(handle, limit=8, fragment_wait_s=0.3)
        for delay_s, one in items:
            await asyncio.sleep(delay_s)
            lanes.put(one)
        await lanes.drain(5)

    asyncio.run(main())
    return done


def test_one_citizens_messages_keep_their_order() -> None:
    assert run([(0, item(1, "lệ phí?")), (0, item(2, "nộp ở đâu?")), (0, item(3, "mấy ngày?"))], 0.02) == [
        "lệ phí?",
        "nộp ở đâu?",
        "mấy ngày?",
    ]


def test_citizens_do_not_wait_for_each_other() -> None:
    items = [(0.0, item(number, f"câu {number}?", user=str(number))) for number in range(8)]

    async def timed() -> float:
        began = asyncio.get_running_loop().time()
        lanes = Lanes(lambda _batch: asyncio.sleep(0.2), limit=8, fragment_wait_s=0.3)
        for _delay, one in items:
            lanes.put(one)
        await lanes.drain(5)
        return asyncio.get_running_loop().time() - began

    assert asyncio.run(timed()) < 8 * 0.2


def test_fragments_become_one_request() -> None:
    assert run([(0, item(1, "em ơi")), (0.05, item(2, "cho hỏi")), (0.05, item(3, "làm khai sinh cần gì"))]) == [
        "em ơi cho hỏi làm khai sinh cần gì"
    ]


def test_fragment_with_nothing_after_it_is_answered() -> None:
    assert run([(0, item(1, "em ơi"))]) == ["em ơi"]


def test_complete_question_waits_for_nothing() -> None:
    assert run([(0, item(1, "hồ sơ tới đâu rồi?")), (0.05, item(2, "em ơi"))])[0] == "hồ sơ tới đâu rồi?"


def test_failing_turn_does_not_stop_the_lane() -> None:
    assert run([(0, item(1, "hỏng?")), (0, item(2, "lệ phí?"))], fail="hỏng?") == ["lệ phí?"]


def test_same_event_is_lined_up_once() -> None:
    assert run([(0, item(1, "lệ phí?")), (0, item(1, "lệ phí?"))], 0.05) == ["lệ phí?"]


@pytest.mark.parametrize("limit", [1, 3])
def test_no_more_than_the_limit_at_once(limit: int) -> None:
    running, most = 0, 0

    async def handle(_batch: Batch) -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.02)
        running -= 1

    async def main() -> None:
        lanes = Lanes(handle, limit=limit, fragment_wait_s=0.1)
        for number in range(9):
            lanes.put(item(number, "lệ phí?", user=str(number)))
        await lanes.drain(5)

    asyncio.run(main())
    assert most == limit
