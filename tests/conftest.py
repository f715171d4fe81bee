"""The whole product in its real processes, beside the simulator."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from onestop.cli.product import ROOT, Product
from tests.citizen import Citizen
from tests.world import Counter, World, running_product


@pytest.fixture(autouse=True)
def fresh_log(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What a test makes of the log, an entry point called in it for one, is gone with it: the next may capture all."""
    configure = structlog.configure

    def without_cache(**settings: Any) -> None:
        configure(**{**settings, "cache_logger_on_first_use": False})

    monkeypatch.setattr(structlog, "configure", without_cache)
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def model() -> Path:
    from dialogue.train import model_path

    path = model_path(ROOT / "models")
    assert path.exists(), "train first: ./run train"
    return path


@pytest.fixture(scope="session")
def product(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """One product for all conversations of this session."""
    with running_product(tmp_path_factory.mktemp("product"), model, dossiers=400) as running:
        yield running


@pytest.fixture
def citizen(product: Product) -> Citizen:
    return Citizen(product.url)


@pytest.fixture
def new_citizen(product: Product) -> Callable[..., Citizen]:
    return lambda **more: Citizen(product.url, **more)


@pytest.fixture
def counter(product: Product) -> Counter:
    return Counter(product.url)


@pytest.fixture
def world(product: Product) -> Iterator[World]:
    world = World(product.url)
    yield world
    world.behaves()
