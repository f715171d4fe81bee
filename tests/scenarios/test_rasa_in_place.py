"""Rasa inside the running product: no open interface, short sessions, the push in the history."""

from __future__ import annotations

import json

import pytest
import requests
from sqlalchemy import text

from onestop.cli.product import Product
from onestop.storage.engine import create_engine
from tests.citizen import Citizen
from tests.world import Counter, until


@pytest.mark.parametrize("path", ["/status", "/domain", "/conversations/default/tracker", "/model/parse"])
def test_rasas_http_interface_is_off(product: Product, path: str) -> None:
    assert requests.get(f"http://127.0.0.1:{product.ports.rasa}{path}", timeout=5).status_code == 404


def test_unsigned_event_is_refused_and_the_probe_is_answered(product: Product) -> None:
    url = f"http://127.0.0.1:{product.ports.rasa}/webhooks/zalo/webhook"
    event = {"event_name": "user_send_text", "timestamp": "1", "sender": {"id": "1"}, "message": {"msg_id": "x"}}
    assert requests.post(url, json=event, timeout=5).status_code == 401
    assert requests.post(url, json={}, timeout=5).status_code == 200


def test_long_conversation_stays_in_short_sessions(product: Product, citizen: Citizen) -> None:
    for _ in range(16):
        citizen.says("cảm ơn em")
    engine = create_engine(product.env["ONESTOP_TRACKER_URL"])
    with engine.connect() as connection:
        sessions = connection.execute(
            text("SELECT sender_id, COUNT(*) FROM events WHERE type_name = 'session_started' GROUP BY sender_id")
        )
        assert max(count for _sender, count in sessions) >= 2


def test_push_stands_in_the_history(product: Product, citizen: Citizen, counter: Counter) -> None:
    dossier = counter.accepts()
    citizen.says(f"theo dõi hồ sơ {dossier['code']} giúp tôi")
    counter.moves(dossier["code"], 4)
    counter.moves(dossier["code"], 9)
    citizen.waits().hears("kết quả")
    engine = create_engine(product.env["ONESTOP_TRACKER_URL"])

    def is_recorded() -> bool:
        with engine.connect() as connection:
            rows = connection.execute(text("SELECT data FROM events WHERE type_name = 'bot'"))
            said = [json.loads(data) for (data,) in rows]
        return any(dossier["code"] in (one["text"] or "") and one["metadata"].get("push_id") for one in said)

    assert until(is_recorded, 10.0)


def test_no_log_holds_what_citizens_wrote(product: Product, citizen: Citizen) -> None:
    citizen.says("tên tôi là Huỳnh Thị Kỳ Dị, số 0987123456, hỏi lệ phí khai sinh")
    for log in (product.home / "logs").glob("*.log"):
        content = log.read_text(encoding="utf-8", errors="replace")
        assert "Kỳ Dị" not in content, log.name
        assert "0987123456" not in content, log.name
        assert citizen.user_id not in content or log.name == "simulator.log", log.name
