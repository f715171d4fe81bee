"""Fetches what a citizen sent, at once and with care: the address is foreign, the file personal."""

from __future__ import annotations

import hashlib
import os
import secrets
import time
import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import requests
from urllib3 import exceptions as low_level
from urllib3.util import parse_url

from connectors.zalo.errors import MediaRefused, MediaUnavailable
from connectors.zalo.transport import is_loopback
from onestop.settings import Settings

FOLDER = "inbound"
MOST_REDIRECTS = 3
_CHUNK_BYTES = 65_536
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_SUFFIXES = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "application/pdf": ".pdf",
    "application/msword": ".doc",
    _DOCX: ".docx",
}


@dataclass(frozen=True)
class MediaConfig:
    """From where and how much we take.

    Attributes:
        hosts: `zdn.vn` allows that host and all below it on the usual ports; `127.0.0.1:8000` only that port.
        files_dir: Folder of our files (`ONESTOP_FILES_DIR`).
        max_bytes: Largest file.
        connect_timeout_s: Longest wait for a connection.
        read_timeout_s: Longest wait for the next bytes.
        total_timeout_s: Longest time for one file as a whole.
    """

    hosts: tuple[str, ...]
    files_dir: Path
    max_bytes: int = 8_000_000
    connect_timeout_s: float = 5.0
    read_timeout_s: float = 10.0
    total_timeout_s: float = 30.0

    @classmethod
    def from_settings(cls, settings: Settings) -> MediaConfig:
        """Takes the fetcher's part out of the installation's settings."""
        hosts = tuple(host.strip().lower() for host in settings.media_hosts.split(",") if host.strip())
        return cls(hosts, settings.files_dir, settings.media_max_bytes, read_timeout_s=settings.zalo_timeout_s)


@dataclass(frozen=True)
class StoredMedia:
    """A kept file. `file_ref` is its path under the files folder, random, with nothing of the sender's."""

    file_ref: str
    content_type: str
    size_bytes: int
    sha256: str

    @property
    def is_image(self) -> bool:
        """Whether it is a picture."""
        return self.content_type.startswith("image/")


def fetch_media(url: str, config: MediaConfig) -> StoredMedia:
    """Fetches one file into our files folder.

    Raises:
        MediaRefused: Host not on the list, file too large or empty, or of a kind that we do not take (by its
        first
            bytes: JPEG, PNG, GIF, WebP, PDF, DOC, DOCX).
        MediaUnavailable: No proper answer in time.
    """
    folder = config.files_dir / FOLDER
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    name = secrets.token_hex(16)
    unfinished = folder / f".{name}.part"
    try:
        size_bytes, sha256 = _download(url, config, unfinished)
        content_type = _content_type(unfinished)
        file_ref = f"{FOLDER}/{name}{_SUFFIXES[content_type]}"
        os.replace(unfinished, config.files_dir / file_ref)
    finally:
        unfinished.unlink(missing_ok=True)
    return StoredMedia(file_ref, content_type, size_bytes, sha256)


def is_allowed(url: str, hosts: tuple[str, ...]) -> bool:
    """Whether an address may be fetched: http(s), plain ASCII, nobody's credentials, a host on the list."""
    if not url.isascii() or not url.isprintable() or any(sign in url for sign in " \\"):
        return False
    try:
        parts, as_connected = urlsplit(url), parse_url(url)
        port = parts.port
    except (ValueError, low_level.LocationParseError):
        return False
    host = (parts.hostname or "").lower()
    # The library that connects must read the same host, or a crafted address could mean two.
    if parts.scheme not in ("http", "https") or "@" in parts.netloc or as_connected.host != host:
        return False
    usual_port = port in (None, 80, 443)
    return any(
        f"{host}:{port}" == entry or (usual_port and (host == entry or host.endswith(f".{entry}"))) for entry in hosts
    )


def _download(url: str, config: MediaConfig, target: Path) -> tuple[int, str]:
    """Writes the file and answers its size in bytes and its SHA-256."""
    deadline = time.monotonic() + config.total_timeout_s
    digest, size_bytes = hashlib.sha256(), 0
    opener = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(opener, "wb") as file:
        for chunk in _chunks(url, config):
            size_bytes += len(chunk)
            if size_bytes > config.max_bytes:
                raise MediaRefused("larger than we take")
            if time.monotonic() > deadline:
                raise MediaUnavailable("the file came too slowly")
            digest.update(chunk)
            file.write(chunk)
    return size_bytes, digest.hexdigest()


def _chunks(url: str, config: MediaConfig) -> Iterator[bytes]:
    """The file piece by piece; exceptions of `requests` end here: their texts hold the address."""
    try:
        with requests.Session() as session:
            session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
            with closing(_open(session, url, config)) as response:
                _check_announced_size(response, config.max_bytes)
                # Never decoded: a small compressed body could grow beyond any cap.
                while chunk := response.raw.read1(_CHUNK_BYTES, decode_content=False):
                    yield chunk
    except (requests.RequestException, low_level.HTTPError, OSError) as error:
        raise MediaUnavailable(f"the file cannot be fetched: {type(error).__name__}") from None


def _open(session: requests.Session, url: str, config: MediaConfig) -> requests.Response:
    """Follows a few redirects, each checked against the list before it is called."""
    for _ in range(MOST_REDIRECTS + 1):
        if not is_allowed(url, config.hosts):
            raise MediaRefused("a host that is not on the list")
        session.trust_env = not is_loopback(url)
        response = session.get(
            url,
            headers={"Accept-Encoding": "identity"},
            timeout=(config.connect_timeout_s, config.read_timeout_s),
            stream=True,
            allow_redirects=False,
        )
        if response.status_code not in _REDIRECTS:
            return _successful(response)
        response.close()
        url = urljoin(url, response.headers.get("Location", ""))
    raise MediaRefused("too many redirects")


def _successful(response: requests.Response) -> requests.Response:
    if response.status_code == 200:
        return response
    response.close()
    raise MediaUnavailable(f"the file cannot be fetched: HTTP {response.status_code}")


def _check_announced_size(response: requests.Response, max_bytes: int) -> None:
    announced = response.headers.get("Content-Length", "")
    if announced.isdecimal() and int(announced) > max_bytes:
        raise MediaRefused("larger than we take")


def _content_type(path: Path) -> str:
    """The kind by the file's own first bytes; what the server or the name claims counts for nothing."""
    with path.open("rb") as file:
        head = file.read(16)
    found = _by_magic(head)
    if found is None and head.startswith(b"PK\x03\x04") and _is_docx(path):
        found = _DOCX
    if found is None:
        raise MediaRefused("a kind of file that we do not take")
    return found


def _by_magic(head: bytes) -> str | None:
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "image/webp"
    if head.startswith(b"%PDF-"):
        return "application/pdf"
    return "application/msword" if head.startswith(_OLE) else None


def _is_docx(path: Path) -> bool:
    """A ZIP with a Word document inside, and no program in it; only its table of contents is read."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return False
    return "word/document.xml" in names and "word/vbaProject.bin" not in names
