from __future__ import annotations

import random
from pathlib import Path

import pytest
import qrcode
import zxingcpp
from PIL import Image, ImageFilter

from onestop.receipts.qr_reader import UnreadableImage, read_dossier_codes

CODE = "000.00.16.H39-261110-0005"


def picture_of(text: str, size: int = 8) -> Image.Image:
    code = qrcode.QRCode(box_size=size, border=4)
    code.add_data(text)
    return code.make_image().get_image().convert("RGB")


def saved(picture: Image.Image, folder: Path, name: str = "photo.jpg", **options: int) -> Path:
    file = folder / name
    picture.save(file, **options)
    return file


@pytest.mark.parametrize(
    "text", [CODE, f"https://motcua.example.vn/tra-cuu?MHS={CODE}&SGT=079", f"Mã hồ sơ: {CODE}\nNguyễn Văn A"]
)
def test_the_dossier_code_in_it_is_found(tmp_path: Path, text: str) -> None:
    assert read_dossier_codes(saved(picture_of(text), tmp_path)) == [CODE]


@pytest.mark.parametrize("text", ["https://evil.example/a", "079123456789", "1.001193", ""])
def test_anything_else_in_it_counts_for_nothing(tmp_path: Path, text: str) -> None:
    assert read_dossier_codes(saved(picture_of(text), tmp_path)) == []


def test_a_barcode_is_read_as_well(tmp_path: Path) -> None:
    made = zxingcpp.write_barcode_to_image(zxingcpp.create_barcode(CODE, zxingcpp.BarcodeFormat.Code128), scale=3)
    assert read_dossier_codes(saved(Image.fromarray(made), tmp_path, "b.png")) == [CODE]


@pytest.mark.parametrize("turn", [90, 23])
def test_a_turned_photo_is_read(tmp_path: Path, turn: int) -> None:
    page = Image.new("RGB", (1200, 1600), "white")
    page.paste(picture_of(CODE), (420, 600))
    assert read_dossier_codes(saved(page.rotate(turn, expand=True, fillcolor="white"), tmp_path)) == [CODE]


def test_a_dark_noisy_small_photo_is_read_with_retries(tmp_path: Path) -> None:
    rng = random.Random(7)
    picture = picture_of(CODE, 3).convert("L").point(lambda value: 40 + value // 6)
    pixels = picture.load()
    for x in range(picture.width):
        for y in range(picture.height):
            pixels[x, y] = max(0, min(255, pixels[x, y] + rng.randint(-12, 12)))
    file = saved(picture.filter(ImageFilter.GaussianBlur(0.8)), tmp_path, quality=60)
    assert read_dossier_codes(file) == [CODE]


def test_a_huge_photo_is_made_smaller_first(tmp_path: Path) -> None:
    page = Image.new("RGB", (4000, 5000), "white")
    page.paste(picture_of(CODE, 20), (1200, 1500))
    assert read_dossier_codes(saved(page, tmp_path)) == [CODE]


def test_what_is_no_picture_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.jpg").write_bytes(b"%PDF-1.4")
    for name in ("x.jpg", "missing.jpg"):
        with pytest.raises(UnreadableImage):
            read_dossier_codes(tmp_path / name)


def test_a_thread_of_pixels_is_refused(tmp_path: Path) -> None:
    for size in ((1, 70_000), (70_000, 1), (1, 21_900)):
        Image.new("L", size).save(tmp_path / "thread.png")
        with pytest.raises(UnreadableImage):
            read_dossier_codes(tmp_path / "thread.png")


def test_a_bomb_of_pixels_is_refused(tmp_path: Path) -> None:
    file = saved(Image.new("1", (9000, 9000)), tmp_path, "bomb.png")
    with pytest.raises(UnreadableImage):
        read_dossier_codes(file)
