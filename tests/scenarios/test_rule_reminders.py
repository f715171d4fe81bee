"""What rules remind of, and one message a day, as citizens live through them; days go by, so the product is its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import requests

from onestop.cli.product import Product
from onestop.clock import LOCAL
from onestop.messages.formats import date_text
from tests.citizen import Citizen
from tests.scenarios.test_notices import follows, runs
from tests.world import Counter, World, running_product, until


@pytest.fixture(scope="module")
def product(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    with running_product(tmp_path_factory.mktemp("product"), model, dossiers=60) as running:
        yield running


def now(product: Product) -> datetime:
    at = requests.get(f"{product.url}/sim/v1/clock", timeout=10).json()["at"]
    return datetime.fromisoformat(at).astimezone(LOCAL)


def goes_to(product: Product, world: World, at: datetime) -> None:
    world.advances((at - now(product)).total_seconds())


def workday(at: datetime, days: int, hour: int) -> datetime:
    """So many days on at an hour, and from there the next weekday."""
    found = (at + timedelta(days=days)).replace(hour=hour, minute=5, second=0, microsecond=0)
    while found.weekday() >= 5:
        found += timedelta(days=1)
    return found


def hears_unasked(citizen: Citizen, *words: str) -> Citizen:
    heard: list[dict] = []

    def has_come() -> bool:
        heard.extend(citizen.waits(wait_s=2.0).heard)
        return all(any(word in one["text"] for one in heard) for word in words)

    until(has_come, within_s=25.0)
    citizen.heard = heard
    return citizen.hears(*words)


def test_result_that_waits_is_reminded_of_again_tomorrow_and_then_collected(
    product: Product, new_citizen: Callable[..., Citizen], counter: Counter, world: World
) -> None:
    goes_to(product, world, workday(now(product), 1, 10))
    dossier = counter.accepts()
    citizen, silent = new_citizen(), new_citizen()
    for person in (citizen, silent):
        follows(person, dossier)
    counter.moves(dossier["code"], 9)
    hears_unasked(citizen, "đã có kết quả")
    ready_at = now(product)
    world.advances(6 * 24 * 3600)
    citizen.says("mấy giờ trung tâm mở cửa").hears("giờ")
    goes_to(product, world, workday(ready_at, 10, 11))
    hears_unasked(silent, f"Nhắc hẹn hồ sơ {dossier['code']}", "Nhận kết quả")  # out of the window: by template
    hears_unasked(citizen, dossier["code"], "mà chưa có người nhận", "Nơi nhận")
    citizen.sees("Đường đi, giờ mở cửa", "Nhắc lại ngày mai", "Thôi nhắc hồ sơ này")
    citizen.taps("Nhắc lại ngày mai").hears("9 giờ", "đi lấy kết quả")
    world.advances(24 * 3600)
    hears_unasked(citizen, "mà chưa có người nhận").taps("Nhắc lại ngày mai")
    counter.moves(dossier["code"], 10)
    hears_unasked(citizen, "đã được trao")
    world.advances(24 * 3600)
    citizen.waits(wait_s=5.0).hears_nothing()
    assert "reminder_collect" in runs(product, "reminders", "--state", "queued")


def test_appointment_is_told_the_day_before_and_days_at_once_bring_no_storm(
    product: Product, new_citizen: Callable[..., Citizen], counter: Counter, world: World
) -> None:
    goes_to(product, world, workday(now(product), 1, 10))
    due = workday(now(product), 3, 16)
    told, late = new_citizen(), new_citizen()
    first, second = counter.accepts(), counter.accepts()
    follows(told, first)
    follows(late, second)
    counter.moves(first["code"], 4)
    counter.moves(first["code"], 4, due_at=due.isoformat())
    counter.moves(second["code"], 5, items=["Giấy chứng sinh"])
    hears_unasked(told, "Ngày hẹn mới")
    hears_unasked(late, "cần bổ sung")
    world.advances(11 * 60)  # occasions are looked for every ten minutes
    assert until(lambda: second["code"] in runs(product, "reminders", "--state", "planned"), 30.0)
    goes_to(product, world, (due - timedelta(days=1)).replace(hour=10))
    hears_unasked(told, "ngày mai", date_text(due), first["code"])
    goes_to(product, world, workday(now(product), 40, 10))
    assert until(lambda: second["code"] in runs(product, "reminders", "--state", "stale"), 30.0)
    late.waits(wait_s=3.0)
    late.hears_not("em nhắc")


def test_news_is_put_together_once_a_day_and_missing_papers_do_not_wait(
    product: Product, citizen: Citizen, counter: Counter, world: World
) -> None:
    goes_to(product, world, workday(now(product), 1, 10))
    dossiers = [counter.accepts(applicant_phone=f"+8490000018{number}") for number in range(3)]
    for one in dossiers:
        follows(citizen, one)
    citizen.says("gom tin lại mỗi ngày gửi một lần thôi").hears("một lần lúc 17 giờ", "thiếu giấy tờ")
    counter.moves(dossiers[0]["code"], 9)
    counter.moves(dossiers[1]["code"], 9)
    citizen.waits(wait_s=4.0).hears_nothing()
    counter.moves(dossiers[2]["code"], 5, items=["Giấy chứng sinh"])
    hears_unasked(citizen, "cần bổ sung", "Giấy chứng sinh")
    goes_to(product, world, now(product).replace(hour=17, minute=1))
    hears_unasked(citizen, "em gom 2 tin", dossiers[0]["code"], dossiers[1]["code"])
    citizen.taps("Báo ngay từng tin").hears("thôi gom tin")
    counter.moves(dossiers[0]["code"], 10)
    hears_unasked(citizen, "đã được trao")
