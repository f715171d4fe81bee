"""Imports point one way: docs/architecture.md, "Who may import whom"."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
BASE = {"onestop.settings", "onestop.errors", "onestop.log", "onestop.clock", "onestop.text", "onestop.messages"}
SERVICES = BASE | {"onestop.storage", "onestop.services", "onestop.search", "onestop.receipts", "onestop.reports"}
SERVICES |= {"onestop.information", "onestop.paper_forms"}
WIRING = SERVICES | {"onestop.bootstrap", "connectors.zalo", "connectors.sms"}

# The longest prefix of a module decides. A package may always import itself.
MAY_IMPORT: dict[str, set[str]] = {
    "onestop.settings": BASE,
    "onestop.errors": BASE,
    "onestop.log": BASE,
    "onestop.clock": BASE,
    "onestop.text": BASE,
    "onestop.messages": BASE,
    "onestop.search": BASE,
    "onestop.storage": BASE,
    "onestop.services": SERVICES,
    "onestop.information": SERVICES,
    "onestop.receipts": SERVICES,
    "onestop.paper_forms": {"onestop.receipts", "onestop.text"},
    "onestop.reports": SERVICES,
    "onestop.bootstrap": WIRING,
    "onestop.cli": WIRING | {"onestop.cli", "nlu", "dialogue.train", "dialogue.lean", "seed"},
    "nlu": {"onestop.text", "onestop.clock", "onestop.errors", "onestop.log"},
    "connectors.zalo": BASE - {"onestop.text"},
    "connectors.sms": BASE - {"onestop.text"},
    "connectors.channel": BASE | {"onestop.bootstrap", "connectors.zalo", "dialogue.tracker_store"},
    "connectors.zalo_connector": BASE
    | {"onestop.bootstrap", "connectors.zalo", "connectors.channel", "dialogue.tracker_store"},
    "dialogue": BASE,
    "actions": SERVICES | {"onestop.bootstrap"},
    "notifier": WIRING,
    "console": SERVICES | {"onestop.bootstrap"},
    "simulator.zalo": set(),
    "simulator.pages": set(),
    "simulator.counter": {
        "onestop.text",
        "onestop.clock",
        "onestop.storage",
        "onestop.receipts",
        "onestop.errors",
        "onestop.log",
        "onestop.messages",
        "onestop.services.working_days",
    },
    "simulator": {"onestop.clock", "onestop.log"},
    "seed": {
        "onestop.text",
        "onestop.clock",
        "onestop.storage",
        "onestop.services.working_days",
        "onestop.services.offices",
        "onestop.information",
        "onestop.errors",
    },
}
OURS = ("onestop", "connectors", "nlu", "actions", "notifier", "console", "simulator", "seed", "dialogue")
ALONE_USES = {
    "sqlalchemy": ("onestop.storage", "dialogue.tracker_store"),
    "underthesea": ("nlu",),
    "qrcode": ("onestop.receipts",),
    "rasa": ("nlu", "connectors.channel", "connectors.zalo_connector", "dialogue", "onestop.cli", "benchmarks"),
    "rasa_sdk": ("actions",),
    "tensorflow": (),
}
NOBODY_IMPORTS = {"actions", "notifier", "console", "simulator"}


def modules() -> list[tuple[str, Path]]:
    found = []
    for package in OURS:
        for path in sorted((ROOT / package).rglob("*.py")):
            if "migrations" in path.parts:
                continue
            parts = path.relative_to(ROOT).with_suffix("").parts
            found.append((".".join(part for part in parts if part != "__init__"), path))
    return found


def imports_of(name: str, path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def within(name: str, prefixes: set[str] | tuple[str, ...]) -> bool:
    return any(name == prefix or name.startswith(prefix + ".") for prefix in prefixes)


def owner_of(name: str) -> str:
    owners = [prefix for prefix in MAY_IMPORT if within(name, {prefix})]
    return max(owners, key=len) if owners else name.split(".")[0]


@pytest.mark.parametrize(("name", "path"), modules(), ids=lambda value: value if isinstance(value, str) else "")
def test_module_imports_only_what_its_package_may(name: str, path: Path) -> None:
    owner = owner_of(name)
    allowed = MAY_IMPORT.get(owner, set()) | {owner}
    ours = {imported for imported in imports_of(name, path) if within(imported, OURS)}
    foreign = {imported for imported in ours if not within(imported, allowed) and imported != "onestop"}
    assert not foreign, f"{name} may not import {sorted(foreign)}"


@pytest.mark.parametrize(("name", "path"), modules(), ids=lambda value: value if isinstance(value, str) else "")
def test_module_uses_only_the_libraries_of_its_package(name: str, path: Path) -> None:
    used = {imported.split(".")[0] for imported in imports_of(name, path)}
    wrong = {library for library, owners in ALONE_USES.items() if library in used and not within(name, owners)}
    assert not wrong, f"{name} may not use {sorted(wrong)}"


def test_nobody_imports_a_process() -> None:
    offenders = [
        (name, imported)
        for name, path in modules()
        for imported in imports_of(name, path)
        if imported.split(".")[0] in NOBODY_IMPORTS and name.split(".")[0] != imported.split(".")[0]
    ]
    assert not offenders
