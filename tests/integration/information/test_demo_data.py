"""The demo's data: there for every look-up, the same for one seed and day, and marked as samples."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from onestop.clock import LOCAL
from onestop.information.book import Book
from onestop.information.provider import Provider
from onestop.information.registry import all_providers
from onestop.services.offices import OfficeDesk
from onestop.storage.guard import DossierReader
from seed.information import load_information, rows_of
from tests.databases import DEMO_DAY

PROVIDERS = pytest.mark.parametrize("provider", all_providers(), ids=lambda provider: provider.kind)


@PROVIDERS
def test_every_look_up_has_data_that_say_they_are_samples(provider: Provider, book: Callable[..., Book]) -> None:
    records = book(provider.kind).all()
    assert len(records) >= 10
    assert all("(dữ liệu mẫu)" in record.source for record in records)
    assert all(record.checked_on <= DEMO_DAY for record in records)


@PROVIDERS
def test_seed_and_day_decide_the_data(provider: Provider) -> None:
    assert rows_of(provider.kind, 2019, DEMO_DAY) == rows_of(provider.kind, 2019, DEMO_DAY)


@pytest.mark.parametrize("kind", ["power_cuts", "planning", "land_prices", "vaccination_sites"])
def test_they_lie_in_every_commune_of_today(kind: str, book: Callable[..., Book], desk: OfficeDesk) -> None:
    communes = {one.id for one in desk.places(book(kind).now).centres if one.level != "tỉnh"}
    assert {record.area for record in book(kind).all()} == communes
    assert len(communes) == 96


def test_power_cuts_lie_ahead_of_the_day_of_loading(book: Callable[..., Book]) -> None:
    days = {record.starts_at.astimezone(LOCAL).date() for record in book("power_cuts").all()}
    assert DEMO_DAY < min(days) and max(days) <= DEMO_DAY + timedelta(days=9)


def test_loading_twice_adds_nothing(demo_information, demo_reader: DossierReader) -> None:
    assert load_information(demo_information, demo_reader, 2019, DEMO_DAY) == {}
