"""A real HTTP server that answers as it is told, badly where it is told so. Each request uses up one answer."""

from __future__ import annotations

import json
import socket
import struct
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

HTML = b"<html><body>502 Bad Gateway</body></html>"


@dataclass(frozen=True)
class Received:
    """A request as it arrived."""

    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: bytes
    client_port: int

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def form(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(self.body.decode()).items()}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: MisbehavingServer

    def serve(self) -> None:
        self.server.zalo.next_behaviour()(self)

    do_GET = do_POST = serve

    def take(self) -> Received:
        """Reads the request whole: from here on it has taken effect."""
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        received = Received(self.command, parts.path, parse_qs(parts.query), headers, body, self.client_address[1])
        self.server.zalo.received.append(received)
        return received

    def answer(self, content: bytes, status: int = 200, kind: str = "application/json", **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(content)

    def cut(self) -> None:
        """Ends the connection with a reset."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()

    def log_message(self, format: str, *args: Any) -> None:
        pass


class MisbehavingServer(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    zalo: MisbehavingZalo

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass  # connections cut on purpose


Behaviour = Callable[[Handler], None]


def says(body: Any, status: int = 200) -> Behaviour:
    """Takes the request and answers JSON."""

    def behave(handler: Handler) -> None:
        handler.take()
        handler.answer(json.dumps(body).encode(), status)

    return behave


def accepts(message_id: str = "m1", **data: Any) -> Behaviour:
    """The answer to a good send."""
    sent = {"message_id": message_id, "user_id": "8000", "sent_time": "1790000002000", **data}
    return says({"error": 0, "message": "Success", "data": sent})


def refuses(code: int, message: str = "refused", status: int = 200) -> Behaviour:
    return says({"error": code, "message": message}, status)


def says_raw(content: bytes, status: int = 200, kind: str = "text/html", **headers: str) -> Behaviour:
    def behave(handler: Handler) -> None:
        handler.take()
        handler.answer(content, status, kind, **headers)

    return behave


def chunked(content: bytes, **headers: str) -> Behaviour:
    """Takes the request and answers in chunks of 7 bytes, without saying how many."""

    def behave(handler: Handler) -> None:
        handler.take()
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        for start in range(0, len(content), 7):
            piece = content[start : start + 7]
            handler.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
        handler.wfile.write(b"0\r\n\r\n")

    return behave


def resets_before(handler: Handler) -> None:
    """Cuts without taking the request."""
    handler.cut()


def resets_after(handler: Handler) -> None:
    """Takes the request, then cuts."""
    handler.take()
    handler.cut()


def breaks_off(handler: Handler) -> None:
    """Takes the request and sends half an answer."""
    handler.take()
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"error":0')
    handler.wfile.flush()
    handler.cut()


def waits(seconds: float, then: Behaviour) -> Behaviour:
    """Takes its time before it answers."""

    def behave(handler: Handler) -> None:
        time.sleep(seconds)
        then(handler)

    return behave


def drips(handler: Handler) -> None:
    """Takes the request and sends a byte at a time, for a long time."""
    handler.take()
    handler.send_response(200)
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    for _ in range(200):
        handler.wfile.write(b" ")
        handler.wfile.flush()
        time.sleep(0.05)


class MisbehavingZalo:
    """The server, its planned answers and what it received."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.usual: Behaviour = accepts()
        self._plan: deque[Behaviour] = deque()
        self._lock = threading.Lock()
        self._server = MisbehavingServer(("127.0.0.1", 0), Handler)
        self._server.zalo = self
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def port(self) -> int:
        return self._server.server_address[1]

    def plan(self, *behaviours: Behaviour) -> None:
        """The next answers, in order; after them the usual one."""
        self._plan.extend(behaviours)

    def next_behaviour(self) -> Behaviour:
        with self._lock:
            return self._plan.popleft() if self._plan else self.usual

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
