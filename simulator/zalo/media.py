"""Pictures and files, kept on disk under random names and served without a token, as Zalo does."""

import base64
import binascii
import mimetypes
import re
import secrets
from dataclasses import dataclass
from pathlib import Path

from simulator.zalo.config import ZaloConfig
from simulator.zalo.database import Database
from simulator.zalo.errors import BadRequest, ZaloRefusal

MAX_INCOMING_BYTES = 25 * 1024 * 1024
UPLOAD_LIFE_S = 7 * 86_400
MEGABYTE = 1024 * 1024

_MAGIC = (
    (b"\xff\xd8\xff", "jpg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"%PDF-", "pdf"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "doc"),
    (b"PK\x03\x04", "docx"),
    (b"#!AMR", "amr"),
    (b"RIFF", "webp"),
)
# What stands in when a test sends a sticker, a voice note or a video and does not care for its content.
SAMPLE_GIF = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAACAUwAOw==")
SAMPLE_PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
)
SAMPLE_AMR = b"#!AMR\n" + bytes.fromhex("3c489122e5d0002ee0") * 4
SAMPLE_MP4 = bytes.fromhex("00000018667479706d703432000000006d70343269736f6d")


@dataclass(frozen=True)
class StoredFile:
    """One file under `/media/…`."""

    url: str
    name: str
    size: int


@dataclass(frozen=True)
class UploadKind:
    """What one upload call accepts."""

    name: str
    extensions: tuple[str, ...]
    max_bytes: int


UPLOAD_KINDS = {
    "image": UploadKind("image", ("jpg", "png"), MEGABYTE),
    "gif": UploadKind("gif", ("gif",), 5 * MEGABYTE),
    "file": UploadKind("file", ("pdf", "doc", "docx", "csv"), 5 * MEGABYTE),
}


@dataclass(frozen=True)
class Upload:
    """An uploaded file and the id that sends it.

    Attributes:
        at: Simulated time of the upload; the id dies 7 days later.
    """

    id: str
    kind: str
    url: str
    name: str
    size: int
    at: float


def store_file(db: Database, config: ZaloConfig, content: bytes, name: str, from_citizen: bool) -> StoredFile:
    """Writes a file under a random folder and returns where it is served."""
    token, name = secrets.token_hex(16), safe_name(name)
    path = config.files_dir / token / name
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    db.execute("INSERT INTO media (token, name, from_citizen) VALUES (?, ?, ?)", (token, name, from_citizen))
    return StoredFile(f"{config.public_url}/media/{token}/{name}", name, len(content))


def find_file(db: Database, config: ZaloConfig, token: str, name: str) -> Path | None:
    """The file behind an address, or None."""
    row = db.one("SELECT name FROM media WHERE token = ?", (token,))
    if row is None or row["name"] != name:
        return None
    path = config.files_dir / token / name
    return path if path.is_file() else None


def forget_citizens_files(db: Database, config: ZaloConfig) -> None:
    """Deletes what citizens sent; uploads of the product stay."""
    for row in db.all("SELECT token, name FROM media WHERE from_citizen = 1"):
        (config.files_dir / row["token"] / row["name"]).unlink(missing_ok=True)
        folder = config.files_dir / row["token"]
        if folder.is_dir():
            folder.rmdir()
    db.execute("DELETE FROM media WHERE from_citizen = 1")


def keep_upload(db: Database, config: ZaloConfig, kind: UploadKind, content: bytes, name: str, now: float) -> Upload:
    """Accepts an upload of the product.

    Raises:
        ZaloRefusal: empty or of the wrong type (-201), too large (-210).
    """
    if not content or _extension(content, name) not in kind.extensions:
        raise ZaloRefusal(-201, f"file is invalid! Accepted: {', '.join(kind.extensions)}")
    if len(content) > kind.max_bytes:
        raise ZaloRefusal(-210, f"file exceeds the limit of {kind.max_bytes} bytes")
    stored = store_file(db, config, content, name, from_citizen=False)
    upload = Upload(secrets.token_urlsafe(24), kind.name, stored.url, stored.name, stored.size, now)
    db.execute(
        "INSERT INTO upload (id, kind, url, name, size, at) VALUES (?, ?, ?, ?, ?, ?)",
        (upload.id, upload.kind, upload.url, upload.name, upload.size, upload.at),
    )
    return upload


def find_upload(db: Database, upload_id: object, kinds: tuple[str, ...], field: str, now: float) -> Upload:
    """What an attachment id or file token stands for.

    Raises:
        ZaloRefusal: unknown or of another kind (-201), older than 7 days (-100).
    """
    row = db.one("SELECT * FROM upload WHERE id = ?", (upload_id,)) if isinstance(upload_id, str) else None
    if row is None or row["kind"] not in kinds:
        raise ZaloRefusal(-201, f"{field} is invalid!")
    if row["at"] + UPLOAD_LIFE_S <= now:
        raise ZaloRefusal(-100, f"{field} has expired")
    return Upload(**dict(row))


def count_uploads_since(db: Database, at: float) -> int:
    """Uploads of the app since a moment."""
    row = db.one("SELECT count(*) AS number FROM upload WHERE at >= ?", (at,))
    return int(row["number"]) if row else 0


def decode_base64(value: object, field: str) -> bytes:
    """Bytes that a test sent.

    Raises:
        BadRequest: not base64, empty or too large.
    """
    if not isinstance(value, str):
        raise BadRequest(f"{field} must be a string in base64.")
    try:
        content = base64.b64decode(value.partition("base64,")[2] or value, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadRequest(f"{field} is not valid base64.") from error
    if not content or len(content) > MAX_INCOMING_BYTES:
        raise BadRequest(f"{field} must hold between 1 byte and {MAX_INCOMING_BYTES} bytes.")
    return content


def picture_name(content: bytes, stem: str) -> str:
    """A file name whose ending fits the content."""
    return f"{stem}.{_extension(content, '') or 'bin'}"


def safe_name(name: str) -> str:
    """A file name without folders or signs that mean something in an address."""
    bare = re.sub(r"[^\w.\- ]+", "_", name.replace("\\", "/").rpartition("/")[2], flags=re.UNICODE)
    bare = bare.strip(" .").replace(" ", "_")
    return bare[-120:] or "tep"


def content_type_of(name: str) -> str:
    """MIME type by file name."""
    return mimetypes.guess_type(name)[0] or "application/octet-stream"


def _extension(content: bytes, name: str) -> str:
    """Type by the first bytes; a CSV has none, so its name decides."""
    for magic, extension in _MAGIC:
        if content.startswith(magic):
            return extension
    return "csv" if name.lower().endswith(".csv") and b"\x00" not in content else ""
