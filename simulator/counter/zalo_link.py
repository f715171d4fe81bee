"""The officer's one-time QR code: the counter asks the product for it, as a vendor's system would."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass, field
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import ProxyHandler, Request, build_opener

from onestop.receipts.qr import qr_png
from simulator.counter.errors import CounterError, NotFound, Unusable
from simulator.counter.views import Json

_DESK_URL = re.compile(r"https://zalo\.me/\d{1,30}\?lk=LK(?:-[A-Z0-9]{4}){3}")
OFFICER = "Quầy mô phỏng"
TIMEOUT_S = 10.0


class NoProduct(CounterError):
    """The product is not named, or does not answer."""

    status = 503


@dataclass(frozen=True)
class DeskDoor:
    """Where the product makes desk codes (`POST /desk/v1/links`), and the key for it."""

    url: str
    key: str = field(repr=False)


def zalo_link(door: DeskDoor | None, dossier_code: str) -> Json:
    """Asks for a code for one dossier: what to type, the address, until when, and the QR code as base64 PNG."""
    if door is None:
        raise NoProduct("Quầy này chưa nối với trợ lý Zalo.")
    body = json.dumps({"dossier_code": dossier_code, "officer": OFFICER}).encode()
    headers = {"Authorization": f"Bearer {door.key}", "Content-Type": "application/json"}
    try:
        opener = build_opener(ProxyHandler({}))  # the product's own machine: no proxy
        with opener.open(Request(door.url, body, headers, method="POST"), timeout=TIMEOUT_S) as answer:
            made: Json = json.loads(answer.read())
    except HTTPError as error:
        if error.code == 404:
            raise NotFound("Không có hồ sơ này.") from None
        raise NoProduct(f"Trợ lý Zalo không tạo được mã ({error.code}).") from None
    except (URLError, OSError, ValueError):
        raise NoProduct("Trợ lý Zalo không trả lời.") from None
    picture_url = f"/counter/v1/zalo-link.png?{urlencode({'url': made['url']})}"
    return {**made, "picture_url": picture_url, "qr_png_base64": base64.b64encode(qr_png(made["url"])).decode()}


def zalo_link_picture(url: str) -> bytes:
    """The QR code of a desk address as PNG, for the page; of nothing else.

    Raises:
        Unusable: It is no such address.
    """
    if not _DESK_URL.fullmatch(url):
        raise Unusable("Đây không phải địa chỉ liên kết tại quầy.")
    return qr_png(url)
