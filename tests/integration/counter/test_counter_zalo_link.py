"""The counter asks the product for an officer's QR code as any vendor's system would: by the signed call."""

from __future__ import annotations

import base64
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from onestop.receipts.qr_reader import read_receipt_codes
from simulator.counter.app import create_counter_app
from simulator.counter.zalo_link import DeskDoor
from tests.databases import demo_url  # noqa: F401

ANSWER = (
    b'{"token": "LK-ACDE-FGHJ-KMNP", "url": "https://zalo.me/1?lk=LK-ACDE-FGHJ-KMNP", '
    b'"expires_at": "2026-11-25T09:40:00+07:00"}'
)


class Product(BaseHTTPRequestHandler):
    """What answers in the product's place: it wants the key."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        is_right = self.headers["authorization"] == "Bearer right"
        self.send_response(200 if is_right else 401)
        self.end_headers()
        self.wfile.write(ANSWER if is_right else b"{}")

    def log_message(self, *_args: Any) -> None:
        """Says nothing."""


@pytest.fixture
def product() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Product)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/desk/v1/links"
    server.shutdown()
    server.server_close()


def counter(demo_url: str, door: DeskDoor | None) -> TestClient:  # noqa: F811
    return TestClient(create_counter_app(demo_url, door=door))


def test_the_qr_code_holds_the_desk_address(demo_url: str, product: str, tmp_path: Path) -> None:  # noqa: F811
    answer = counter(demo_url, DeskDoor(product, "right")).post("/dossiers/H39.1-1-1/zalo-link")
    assert answer.status_code == 200
    picture = tmp_path / "qr.png"
    picture.write_bytes(base64.b64decode(answer.json()["qr_png_base64"]))
    assert read_receipt_codes(picture).desk_token == "LK-ACDE-FGHJ-KMNP"


@pytest.mark.parametrize("key", ["wrong", ""])
def test_a_wrong_key_gives_no_code(demo_url: str, product: str, key: str) -> None:  # noqa: F811
    answer = counter(demo_url, DeskDoor(product, key)).post("/dossiers/x/zalo-link")
    assert answer.status_code == 503 and "LK-" not in answer.text


def test_a_counter_without_the_product_says_so(demo_url: str) -> None:  # noqa: F811
    assert counter(demo_url, None).post("/dossiers/x/zalo-link").status_code == 503
    gone = DeskDoor("http://127.0.0.1:9/desk/v1/links", "right")
    assert "không trả lời" in counter(demo_url, gone).post("/dossiers/x/zalo-link").json()["error"]


def test_the_picture_is_drawn_for_a_desk_address_and_for_nothing_else(demo_url: str) -> None:  # noqa: F811
    client = counter(demo_url, None)
    drawn = client.get("/zalo-link.png", params={"url": "https://zalo.me/1?lk=LK-ACDE-FGHJ-KMNP"})
    assert drawn.headers["content-type"] == "image/png"
    assert client.get("/zalo-link.png", params={"url": "https://evil.example/?lk=LK-ACDE-FGHJ-KMNP"}).status_code == 422
