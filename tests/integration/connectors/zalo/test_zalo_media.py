from __future__ import annotations

import gzip
import io
import stat
import traceback
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from connectors.zalo.errors import MediaRefused, MediaUnavailable
from connectors.zalo.media import MediaConfig, fetch_media, is_allowed
from tests.integration.connectors.zalo.misbehaving_zalo import Handler, drips, resets_after, says_raw, waits

JPEG = b"\xff\xd8\xff\xe0" + b"x" * 200
PHOTO = "photo-of-someone.jpg"
HOSTS = ("zdn.vn", "zalo.me", "127.0.0.1:8000")


@pytest.fixture
def media(zalo, tmp_path) -> MediaConfig:
    return MediaConfig((f"127.0.0.1:{zalo.port}",), tmp_path, max_bytes=1000, read_timeout_s=0.3, total_timeout_s=0.6)


def archive(*names: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as made:
        for name in names:
            made.writestr(zipfile.ZipInfo(name), "")
    return packed.getvalue()


DOCX = archive("[Content_Types].xml", "word/document.xml")


@pytest.mark.parametrize(
    ("content", "suffix", "kind"),
    [
        (JPEG, ".jpg", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n....", ".png", "image/png"),
        (b"GIF89a....", ".gif", "image/gif"),
        (b"RIFF....WEBPVP8 ", ".webp", "image/webp"),
        (b"%PDF-1.7 ...", ".pdf", "application/pdf"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1....", ".doc", "application/msword"),
        (DOCX, ".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ],
)
def test_each_kind_that_we_take_is_kept_under_a_random_name(zalo, media, content, suffix, kind):
    zalo.usual = says_raw(content, kind="application/octet-stream")
    first, second = (fetch_media(f"{zalo.url}/nguyen-van-a.exe", media) for _ in range(2))
    path = media.files_dir / first.file_ref
    assert path.read_bytes() == content
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert (path.suffix, first.content_type, first.size_bytes) == (suffix, kind, len(content))
    assert first.is_image == kind.startswith("image/")
    assert "nguyen" not in first.file_ref
    assert first.file_ref != second.file_ref
    assert first.sha256 == second.sha256


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html>hello</html>",
        b"MZ\x90\x00",
        b"#!AMR\n",
        b"RIFF....WAVE",
        archive("xl/workbook.xml"),
        archive("word/document.xml", "word/vbaProject.bin"),
        b"PK\x03\x04 torn archive",
        gzip.compress(JPEG, mtime=0),
    ],
)
def test_any_other_kind_is_refused_and_leaves_nothing_behind(zalo, media, content):
    zalo.usual = says_raw(content, kind="image/jpeg")
    with pytest.raises(MediaRefused):
        fetch_media(f"{zalo.url}/a.jpg", media)
    assert files_in(media.files_dir) == []


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_file_that_says_it_is_too_large_is_refused_before_it_is_read(zalo, media):
    def boast(handler: Handler) -> None:
        handler.take()
        handler.send_response(200)
        handler.send_header("Content-Length", "1001")
        handler.end_headers()

    zalo.plan(boast)
    with pytest.raises(MediaRefused):
        fetch_media(f"{zalo.url}/a.jpg", media)


def test_a_file_that_grows_too_large_is_refused_and_leaves_nothing_behind(zalo, media):
    def endless(handler: Handler) -> None:
        handler.take()
        handler.send_response(200)
        handler.end_headers()
        for _ in range(100):
            handler.wfile.write(JPEG)

    zalo.plan(endless)
    with pytest.raises(MediaRefused):
        fetch_media(f"{zalo.url}/a.jpg", media)
    assert files_in(media.files_dir) == []


def test_a_compressed_answer_is_not_blown_up(zalo, media):
    zalo.plan(says_raw(gzip.compress(JPEG + b"\0" * 5_000_000, 9)[:900], Content_Encoding="gzip"))
    with pytest.raises(MediaRefused):
        fetch_media(f"{zalo.url}/a.jpg", media)
    assert zalo.received[0].headers["accept-encoding"] == "identity"


@pytest.mark.parametrize(
    "behaviour", [resets_after, drips, waits(0.5, says_raw(JPEG)), says_raw(b"", 404), says_raw(b"", 500)]
)
def test_what_cannot_be_fetched_now_is_unavailable_and_leaves_nothing_behind(zalo, media, behaviour):
    zalo.plan(behaviour)
    name = PHOTO
    with pytest.raises(MediaUnavailable) as caught:
        fetch_media(f"{zalo.url}/{name}", replace(media, max_bytes=1_000_000))
    assert name not in "".join(traceback.format_exception(caught.value))
    assert files_in(media.files_dir) == []


def test_a_file_cut_short_is_not_kept(zalo, media):
    def short(handler: Handler) -> None:
        handler.take()
        handler.send_response(200)
        handler.send_header("Content-Length", "500")
        handler.end_headers()
        handler.wfile.write(JPEG)
        handler.close_connection = True

    zalo.plan(short)
    with pytest.raises(MediaUnavailable):
        fetch_media(f"{zalo.url}/a.jpg", media)
    assert files_in(media.files_dir) == []


def redirects_to(url: str):
    return says_raw(b"", 302, Location=url)


def test_a_redirect_within_the_list_is_followed(zalo, media):
    zalo.plan(redirects_to("/elsewhere.jpg"), says_raw(JPEG))
    assert fetch_media(f"{zalo.url}/a.jpg", media).content_type == "image/jpeg"
    assert zalo.received[1].path == "/elsewhere.jpg"


@pytest.mark.parametrize(
    "target", ["http://169.254.169.254/latest", "http://localhost:1/", "file:///etc/passwd", "//10.0.0.1/x"]
)
def test_a_redirect_off_the_list_is_not_followed(zalo, media, target):
    zalo.plan(redirects_to(target))
    with pytest.raises(MediaRefused):
        fetch_media(f"{zalo.url}/a.jpg", media)
    assert len(zalo.received) == 1


def test_redirects_do_not_go_on_for_ever(zalo, media):
    zalo.usual = redirects_to("/again.jpg")
    with pytest.raises(MediaRefused):
        fetch_media(f"{zalo.url}/a.jpg", media)
    assert len(zalo.received) == 4


@pytest.mark.parametrize(
    "url",
    [
        "https://zdn.vn/a",
        "https://f20-zpc.zdn.vn/jpg/1.jpg?x=%20",
        "HTTPS://PHOTO.ZDN.VN/a",
        "http://b.zalo.me:80/a",
        "https://zalo.me:443/a",
        "http://127.0.0.1:8000/media/x",
    ],
)
def test_hosts_on_the_list_are_allowed(url):
    assert is_allowed(url, HOSTS)


@pytest.mark.parametrize(
    "url",
    [
        "https://evilzdn.vn/a",
        "https://zdn.vn.evil.com/a",
        "https://zdn.vn@evil.com/a",
        "https://evil.com\\@zdn.vn/a",
        "https://evil.com#@zdn.vn/a",
        "https://evil.com?zdn.vn",
        "https://zdn.vn:8080/a",
        "https://zdn.vn:99999/a",
        "https://a:b@zdn.vn/a",
        "ftp://zdn.vn/a",
        "file:///etc/passwd",
        "//zdn.vn/a",
        "zdn.vn/a",
        "",
        "http://127.0.0.1/a",
        "http://127.0.0.1:8001/a",
        "https://zdn.vn/a b",
        "https://zdn.vn/\r\nX: y",
        "https://zｄn.vn/a",
        "https://[::1]/a",
        "https://[zdn.vn/a",
    ],
)
def test_every_other_address_is_refused(url, media):
    assert not is_allowed(url, HOSTS)
    with pytest.raises(MediaRefused):
        fetch_media(url, media)
