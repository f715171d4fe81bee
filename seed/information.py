"""`python -m seed.information`: the demo data of the look-ups, brought in just as `./run import` does.

Made up, deterministic by seed and day, and marked as samples in the source that every answer names.
"""

from __future__ import annotations

import argparse
import csv
import io
import os
import random
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from onestop import clock
from onestop.information.areas import Areas
from onestop.information.loading import FileRefused, read_lines, replace_records
from onestop.information.registry import all_providers
from onestop.services.offices import OfficeDesk
from onestop.storage import SessionFactory
from onestop.storage.engine import create_engine, session_factory
from onestop.storage.guard import DossierReader
from onestop.storage.information import has_been_loaded
from onestop.storage.schema import migrate
from seed.files import DATA, read_json

FOLDER = DATA / "information"
SAMPLE = "(dữ liệu mẫu)"
CANDIDATES = 3000
_RELATIVE_DAY = re.compile(r"^D(?P<days>[+-]\d+)?(?P<rest> .+)?$")

Row = dict[str, Any]
"""Cells by the titles of the file's header."""


@dataclass(frozen=True)
class Commune:
    """A commune of today, with about where it lies (degrees)."""

    slug: str
    title: str
    is_ward: bool
    old_names: tuple[str, ...]
    latitude: float
    longitude: float


def load_information(sessions: SessionFactory, reader: DossierReader, seed: int, today: date) -> dict[str, int]:
    """Brings in every kind that was never imported.

    Returns:
        How many lines each kind got now.
    """
    now = datetime.combine(today, time(6), clock.LOCAL)
    areas = Areas(OfficeDesk(reader), now)
    counts = {}
    for provider in all_providers():
        rows = rows_of(provider.kind, seed, today)
        with sessions.begin() as session:
            if not rows or has_been_loaded(session, provider.kind):
                continue
            lines = read_lines(provider, csv_of(rows), areas, today)
            counts[provider.kind] = replace_records(session, provider, lines, areas, now).rows
    return counts


def rows_of(kind: str, seed: int, today: date) -> list[Row]:
    """The demo's lines of a kind: its file, else what is generated; none where there is neither."""
    file = FOLDER / f"{kind}.csv"
    if file.exists():
        return rows_of_file(file, today)
    generate = _GENERATED.get(kind)
    return list(generate(random.Random(f"{seed}:{kind}:{today}"), today)) if generate else []


def rows_of_file(file: Path, today: date) -> list[Row]:
    """The lines of a file, its relative days made real."""
    text = file.read_text(encoding="utf-8")
    separator = ";" if text.split("\n", 1)[0].count(";") > text.split("\n", 1)[0].count(",") else ","
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=separator)
    return [{title: _real_day(cell or "", today) for title, cell in row.items()} for row in rows]


def csv_of(rows: list[Row]) -> bytes:
    """Lines as a file."""
    titles = list(dict.fromkeys(title for row in rows for title in row))
    written = io.StringIO()
    writer = csv.DictWriter(written, titles)
    writer.writeheader()
    writer.writerows(rows)
    return written.getvalue().encode()


def communes() -> list[Commune]:
    """The communes of today."""
    with (FOLDER / "commune_points.csv").open(encoding="utf-8") as points_file:
        points = {row["slug"]: row for row in csv.DictReader(points_file)}
    return [
        Commune(
            slug=unit["slug"],
            title=f"{unit['type']} {unit['name']}",
            is_ward=unit["type"] == "phường",
            old_names=tuple(old["name"] for old in unit["old_units"]),
            latitude=float(points[unit["slug"]]["latitude"]),
            longitude=float(points[unit["slug"]]["longitude"]),
        )
        for unit in read_json("admin-units-2025.json")["units"]
    ]


def _power_cuts(rng: random.Random, today: date) -> Iterator[Row]:
    whys = ("Bảo trì đường dây", "Thay máy biến áp", "Nâng cấp trạm", "Phát quang hành lang", "Đấu nối đường dây mới")
    spans = ((7, 30, 11, 0), (8, 0, 11, 30), (8, 0, 16, 0), (13, 0, 16, 30), (5, 0, 7, 0))
    for commune in communes():
        for offset in sorted(rng.sample(range(1, 9), rng.randint(1, 3))):
            day = today + timedelta(days=offset)
            from_h, from_m, to_h, to_m = rng.choice(spans)
            old = rng.choice(commune.old_names)
            hamlet = f"Khu phố {rng.randint(1, 6)}" if commune.is_ward else f"Ấp {rng.randint(1, 6)}"
            yield {
                "Xã, phường": commune.title,
                "Khu vực mất điện": f"{hamlet}, trạm {old} {rng.randint(1, 9)}",
                "Bắt đầu": f"{day:%d/%m/%Y} {from_h:02d}:{from_m:02d}",
                "Kết thúc": f"{day:%d/%m/%Y} {to_h:02d}:{to_m:02d}",
                "Lý do": rng.choice(whys),
                "Nguồn": f"lịch tạm ngừng cấp điện của điện lực {SAMPLE}",
                "Ngày kiểm tra": f"{today:%d/%m/%Y}",
            }


_ROADS = (
    "Trần Hưng Đạo", "Hùng Vương", "Lê Lợi", "Nguyễn Trãi", "Nguyễn Đình Chiểu", "Trương Định", "Nguyễn Trung Trực",
    "Phan Văn Trị", "Lý Thường Kiệt", "Nguyễn Thị Bảy", "Châu Văn Giác", "Nguyễn Thông", "Võ Công Tồn",
    "Huỳnh Văn Gấm", "Thủ Khoa Huân", "Phan Đình Phùng", "Ngô Quyền", "Hai Bà Trưng", "Nguyễn An Ninh", "3 tháng 2",
)  # fmt: skip
_LONG_ROADS = {
    "Quốc lộ 1": ("long-an", "tan-an", "khanh-hau", "ben-luc", "my-yen"),
    "Quốc lộ 62": ("long-an", "tan-an", "thanh-hoa", "tan-thanh", "kien-tuong"),
    "Quốc lộ 22": ("trang-bang", "an-tinh", "go-dau"),
    "ĐT 825": ("duc-hoa", "hau-nghia", "my-hanh"),
    "ĐT 826": ("can-giuoc", "rach-kien", "my-le", "can-duoc"),
    "ĐT 830": ("ben-luc", "duc-hoa", "tan-tru"),
    "ĐT 835": ("can-giuoc", "phuoc-ly", "long-cang"),
    "Nguyễn Huệ": ("long-an", "ben-luc", "hau-nghia", "tan-ninh"),
    "Cách Mạng Tháng Tám": ("tan-ninh", "ninh-thanh"),
}
_ENDS = ("Ủy ban xã", "Chợ", "Cầu Ông Lớn", "Ngã ba Bà Tư", "Trường tiểu học", "Cống Bà Bèo", "Ranh xã", "Trạm y tế")


def _land_prices(rng: random.Random, today: date) -> Iterator[Row]:
    common = {
        "Quyết định": f"Quyết định 99/{today.year}/QĐ-UBND",
        "Áp dụng từ": f"01/01/{today.year}",
        "Nguồn": f"bảng giá đất của UBND tỉnh {SAMPLE}",
        "Ngày kiểm tra": f"{today - timedelta(days=40):%d/%m/%Y}",
    }
    for commune in communes():
        roads = rng.sample(_ROADS, rng.randint(3, 5))
        roads += [road for road, slugs in _LONG_ROADS.items() if commune.slug in slugs]
        for road in roads:
            yield from _prices_of_road(rng, commune, road, common)
        for land, price in (("LUC", 150_000), ("BHK", 170_000), ("CLN", 200_000)):
            rounded = round(price * rng.uniform(0.8, 1.4), -3)
            cells = {"Loại đất": land, "Vị trí": "1", "Giá (đồng/m²)": f"{rounded:,.0f}".replace(",", ".")}
            yield {"Xã, phường": commune.title, "Tên đường": "", "Đoạn từ": "", "Đoạn đến": "", **cells, **common}


def _prices_of_road(rng: random.Random, commune: Commune, road: str, common: Row) -> Iterator[Row]:
    ends = rng.sample(_ENDS, 3)
    segments = [("", "")] if rng.random() < 0.4 else list(zip(ends, ends[1:], strict=False))
    dwelling = "ODT" if commune.is_ward else "ONT"
    for begins, stops in segments:
        base = rng.uniform(8, 30) if commune.is_ward else rng.uniform(2, 9)
        for land, share in ((dwelling, 1.0), ("TMD", 0.8), ("SKC", 0.6)):
            for position, factor in (("1", 1.0), ("2", 0.6), ("3", 0.4)):
                price = round(base * share * factor * 1_000_000, -4)
                yield {
                    "Xã, phường": commune.title,
                    "Tên đường": road,
                    "Đoạn từ": begins,
                    "Đoạn đến": stops,
                    "Loại đất": land,
                    "Vị trí": position,
                    "Giá (đồng/m²)": f"{price:,.0f}".replace(",", "."),
                    **common,
                }


def _planning(rng: random.Random, today: date) -> Iterator[Row]:
    present = (
        "đất trồng lúa",
        "đất trồng cây lâu năm",
        "đất ở tại nông thôn",
        "đất trồng cây hằng năm",
        "đất nuôi trồng thủy sản",
    )
    planned = (
        "đất ở tại nông thôn",
        "đất giao thông",
        "đất cụm công nghiệp",
        "đất trồng lúa",
        "đất giáo dục",
        "đất cây xanh",
    )
    places = ("Khu dân cư chợ {}", "Tuyến dân cư {}", "Khu tái định cư {}", "Cụm công nghiệp {}")
    common = {
        "Kỳ quy hoạch": "2021–2030",
        "Quyết định": f"Quyết định 88/{today.year - 1}/QĐ-UBND",
        "Nguồn": f"quy hoạch sử dụng đất của tỉnh {SAMPLE}",
        "Ngày kiểm tra": f"{today - timedelta(days=60):%d/%m/%Y}",
    }
    for commune in communes():
        plots = {(12, 5)} | {(rng.randint(1, 90), rng.randint(1, 20)) for _ in range(12)}
        for plot, sheet in sorted(plots):
            is_road = rng.random() < 0.25
            yield {
                "Xã, phường": commune.title,
                "Tờ bản đồ": sheet,
                "Thửa đất": plot,
                "Địa điểm": "",
                "Diện tích (m²)": rng.randint(80, 4000),
                "Hiện trạng": rng.choice(present),
                "Quy hoạch": "một phần là đất giao thông" if is_road else rng.choice(planned),
                "Lộ giới": f"{rng.choice((12, 16, 20, 30))} m, thửa lùi {rng.randint(1, 6)} m" if is_road else "",
                **common,
            }
        for pattern, old in zip(
            rng.sample(places, 2), rng.sample(commune.old_names, min(2, len(commune.old_names))), strict=False
        ):
            yield {
                "Xã, phường": commune.title,
                "Địa điểm": pattern.format(old),
                "Quy hoạch": rng.choice(planned),
                "Lộ giới": f"{rng.choice((12, 16, 20))} m",
                **common,
            }


def _exam_scores(rng: random.Random, today: date) -> Iterator[Row]:
    year = today.year if (today.month, today.day) >= (7, 16) else today.year - 1
    checked = f"{today - timedelta(days=30):%d/%m/%Y}"
    electives = (
        "Vật lí",
        "Hóa học",
        "Sinh học",
        "Lịch sử",
        "Địa lí",
        "Giáo dục kinh tế và pháp luật",
        "Tin học",
        "Ngoại ngữ",
    )
    for council in ("49", "46"):
        for number in range(1, CANDIDATES // 2 + 1):
            chosen = rng.sample(electives, 2)
            yield {
                "Số báo danh": f"{council}{number:06d}",
                "Kỳ thi": f"Tốt nghiệp THPT {year}",
                "Công bố lúc": f"16/07/{year} 08:00",
                "Toán": _score(rng),
                "Ngữ văn": _score(rng),
                **{subject: _score(rng) for subject in chosen},
                "Nguồn": f"Sở Giáo dục và Đào tạo {SAMPLE}",
                "Ngày kiểm tra": checked,
            }
    soon = today + timedelta(days=3)
    for number in range(1, 31):
        yield {
            "Số báo danh": f"{300000 + number}",
            "Kỳ thi": "Kiểm tra chứng chỉ tin học đợt cuối năm",
            "Công bố lúc": f"{soon:%d/%m/%Y} 08:00",
            "Tin học": _score(rng),
            "Nguồn": f"Trung tâm Tin học {SAMPLE}",
            "Ngày kiểm tra": checked,
        }


def _score(rng: random.Random) -> str:
    return f"{min(10.0, max(1.0, round(rng.gauss(6.6, 1.6) * 4) / 4)):g}".replace(".", ",")


def _vaccination_sites(rng: random.Random, today: date) -> Iterator[Row]:
    children = "lao (BCG); viêm gan B; 5 trong 1; bại liệt (bOPV, IPV); sởi; sởi – rubella; viêm não Nhật Bản; uốn ván"
    service = "HPV; cúm; phế cầu; 6 trong 1; thủy đậu; dại; viêm gan B; uốn ván; sốt xuất huyết"
    fresh, old = f"{today - timedelta(days=10):%d/%m/%Y}", f"{today - timedelta(days=150):%d/%m/%Y}"
    for number, commune in enumerate(communes()):
        first = rng.randint(3, 12)
        yield {
            **_site(rng, commune, f"Trạm y tế {commune.title}", "Trạm y tế"),
            "Lịch tiêm": f"ngày {first} và {first + 14} hằng tháng, 7 giờ – 11 giờ",
            "Vắc-xin": children,
            "Đối tượng": "trẻ dưới 5 tuổi, phụ nữ mang thai",
            "Cần mang": "sổ tiêm chủng, căn cước của cha mẹ",
            "Ngày kiểm tra": old if commune.slug in ("kien-tuong", "vinh-hung", "tan-bien") else fresh,
        }
        if number % 8 == 0 or commune.slug in ("long-an", "can-giuoc", "ben-luc", "tan-ninh"):
            name = f"Phòng tiêm dịch vụ {commune.title.partition(' ')[2]}"
            yield {
                **_site(rng, commune, name, "Tiêm dịch vụ"),
                "Lịch tiêm": "thứ Hai đến Chủ nhật, 7 giờ 30 – 17 giờ",
                "Vắc-xin": service,
                "Đối tượng": "mọi lứa tuổi, có thu tiền",
                "Cần mang": "sổ tiêm nếu có",
                "Ngày kiểm tra": fresh,
            }


def _site(rng: random.Random, commune: Commune, name: str, kind: str) -> Row:
    return {
        "Tên điểm": name,
        "Loại": kind,
        "Xã, phường": commune.title,
        "Địa chỉ": f"{'khu phố' if commune.is_ward else 'ấp'} {rng.randint(1, 6)}, {commune.title}",
        "Vĩ độ": f"{commune.latitude + rng.uniform(-0.006, 0.006):.4f}",
        "Kinh độ": f"{commune.longitude + rng.uniform(-0.006, 0.006):.4f}",
        "Nguồn": f"Sở Y tế {SAMPLE}",
    }


_GENERATED = {
    "power_cuts": _power_cuts,
    "land_prices": _land_prices,
    "planning": _planning,
    "exam_scores": _exam_scores,
    "vaccination_sites": _vaccination_sites,
}


def _real_day(cell: str, today: date) -> str:
    match = _RELATIVE_DAY.match(cell)
    if match is None:
        return cell
    return f"{today + timedelta(days=int(match['days'] or 0)):%d/%m/%Y}{match['rest'] or ''}"


def main(arguments: list[str] | None = None) -> int:
    """Reads the command line and loads; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m seed.information", description="Nạp dữ liệu mẫu để tra cứu.")
    parser.add_argument(
        "--database", default=os.environ.get("ONESTOP_DATABASE_URL"), help="mặc định: ONESTOP_DATABASE_URL"
    )
    parser.add_argument(
        "--dossiers", default=os.environ.get("ONESTOP_DOSSIERS_URL"), help="mặc định: ONESTOP_DOSSIERS_URL"
    )
    parser.add_argument("--seed", type=int, default=2019, help="cùng số và cùng ngày thì cùng dữ liệu")
    parser.add_argument("--today", type=date.fromisoformat, help="YYYY-MM-DD, mặc định hôm nay")
    options = parser.parse_args(arguments)
    if not options.database or not options.dossiers:
        print("Thiếu ONESTOP_DATABASE_URL hoặc ONESTOP_DOSSIERS_URL.", file=sys.stderr)
        return 2
    migrate(options.database)
    reader = DossierReader(session_factory(create_engine(options.dossiers, read_only=True)))
    sessions = session_factory(create_engine(options.database))
    try:
        counts = load_information(sessions, reader, options.seed, options.today or clock.today())
    except FileRefused as error:
        print("\n".join(str(problem) for problem in error.problems[:20]), file=sys.stderr)
        return 1
    for kind, count in counts.items():
        print(f"Đã nạp {count} dòng {kind}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
