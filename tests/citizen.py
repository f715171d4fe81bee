"""A citizen in front of a phone: says, taps, hears, through the simulator's test interface only."""

from __future__ import annotations

import base64
import re
import unicodedata
from pathlib import Path
from typing import Any

import requests

WAIT_S = 20.0
QUIET_S = 0.6


class Citizen:
    """One Zalo user; `heard` is what the bot said since the citizen last did something."""

    def __init__(self, url: str, name: str = "Nguyễn Thị Hoa", phone: str | None = None) -> None:
        self._http = requests.Session()
        self._base = f"{url}/sim/v1"
        body = {"name": name, **({"phone": phone} if phone else {})}
        self.user_id = self._post("/citizens", body)["user_id"]
        self._mark = 0
        self.heard: list[dict[str, Any]] = []
        self.transcript: list[str] = []

    def says(self, text: str) -> Citizen:
        """Types a message and waits for the answer."""
        self.transcript.append(f"— {text}")
        return self._does({"type": "text", "text": text})

    def taps(self, title: str) -> Citizen:
        """Taps the newest button with this title."""
        self.transcript.append(f"— [{title}]")
        return self._does({"type": "tap", "title": title})

    def opens(self, payload: str) -> Citizen:
        """Chooses an item of the account's menu."""
        self.transcript.append(f"— <{payload}>")
        return self._does({"type": "menu", "payload": payload})

    def does(self, kind: str, **more: Any) -> Citizen:
        """Any other event: follow, sticker, location …"""
        self.transcript.append(f"— ({kind})")
        return self._does({"type": kind, **more})

    def shows(self, picture: Path | bytes, caption: str = "") -> Citizen:
        """Sends a picture."""
        content = picture if isinstance(picture, bytes) else picture.read_bytes()
        self.transcript.append("— (ảnh)")
        event = {"type": "image", "base64": base64.b64encode(content).decode()}
        return self._does({**event, **({"caption": caption} if caption else {})})

    def sends(self, event: dict[str, Any]) -> dict[str, Any]:
        """Does something without waiting; the simulator's answer."""
        return self._post(f"/citizens/{self.user_id}/events", event)

    def waits(self, wait_s: float = WAIT_S, quiet_s: float = QUIET_S) -> Citizen:
        """Listens for what comes unasked."""
        self.heard = self._listen(self._mark, wait_s, quiet_s)
        return self

    def all_messages(self) -> list[dict[str, Any]]:
        """Everything the bot ever said to this citizen."""
        return self._get(f"/citizens/{self.user_id}/messages", after=0, wait_s=0, quiet_s=0)["messages"]

    @property
    def text(self) -> str:
        """What was heard, as one text."""
        return "\n".join(message["text"] for message in self.heard)

    @property
    def buttons(self) -> list[str]:
        """Titles of the buttons under what was heard."""
        return [button["title"] for message in self.heard for button in message["buttons"]]

    def hears(self, *expected: str) -> Citizen:
        """Checks that every expected piece was said; case and spacing do not matter."""
        for piece in expected:
            assert _plain(piece) in _plain(self.text), self._complaint(f"“{piece}” was not said")
        return self

    def hears_not(self, *unwanted: str) -> Citizen:
        """Checks that none of these was said."""
        for piece in unwanted:
            assert _plain(piece) not in _plain(self.text), self._complaint(f"“{piece}” was said")
        return self

    def hears_one_of(self, *expected: str) -> Citizen:
        """Checks that at least one piece was said."""
        assert any(_plain(piece) in _plain(self.text) for piece in expected), self._complaint(f"none of {expected}")
        return self

    def sees(self, *titles: str) -> Citizen:
        """Checks that there are such buttons."""
        for title in titles:
            assert title in self.buttons, self._complaint(f"no button “{title}” among {self.buttons}")
        return self

    def hears_nothing(self) -> Citizen:
        """Checks that the bot was silent."""
        assert not self.heard, self._complaint("the bot was expected to be silent")
        return self

    def _does(self, event: dict[str, Any]) -> Citizen:
        answer = self.sends(event)
        self.heard = self._listen(answer["mark"], WAIT_S, QUIET_S)
        return self

    def _listen(self, mark: int, wait_s: float, quiet_s: float) -> list[dict[str, Any]]:
        path = f"/citizens/{self.user_id}/messages"
        answer = self._get(path, after=mark, wait_s=wait_s, quiet_s=quiet_s)
        self._mark = answer["mark"]
        self.transcript += [f"+ {message['text']}" for message in answer["messages"]]
        return answer["messages"]

    def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = self._http.post(self._base + path, json=body, timeout=60)
        assert answer.ok, answer.text
        return answer.json()

    def _get(self, path: str, **query: Any) -> dict[str, Any]:
        answer = self._http.get(self._base + path, params=query, timeout=60)
        assert answer.ok, answer.text
        return answer.json()

    def _complaint(self, what: str) -> str:
        return what + "\n" + "\n".join(self.transcript)


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", text)).casefold()
