"""Rules that the files of the pages obey: nothing from other hosts, nothing inline, small modules, licences beside."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PAGES = Path(__file__).parents[3] / "simulator" / "pages"
STATIC = PAGES / "static"
SCRIPTS = sorted(STATIC.rglob("*.js"))
STYLES = sorted(STATIC.rglob("*.css"))
TEMPLATES = sorted((PAGES / "templates").glob("*.html"))
SVG_NAMESPACE = "http://www.w3.org/2000/svg"


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_module_stays_under_400_lines(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) < 400


@pytest.mark.parametrize("path", [*SCRIPTS, *STYLES, *TEMPLATES], ids=lambda path: path.name)
def test_no_page_names_another_host(path: Path) -> None:
    text = path.read_text(encoding="utf-8").replace(SVG_NAMESPACE, "")
    assert not re.search(r"https?://[a-z0-9]", text)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_have_no_inline_script_or_style(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=", text)


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_nothing_that_people_type_can_become_markup(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(", text)


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_every_icon_that_is_used_is_in_the_sprite(path: Path) -> None:
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', (STATIC / "icons" / "icons.svg").read_text(encoding="utf-8")))
    text = path.read_text(encoding="utf-8")
    used = set(re.findall(r'\b(?:icon|iconButton|blank|card|choice)\(\s*"([\w-]+)"', text))
    used |= set(re.findall(r'\bicon: "([\w-]+)"', text))
    assert used <= drawn


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_every_import_names_something_that_is_exported(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for names, address in re.findall(r'import \{([^}]+)\} from "([^"]+)"', text):
        exported = (path.parent / address).read_text(encoding="utf-8")
        for name in (each.strip() for each in names.split(",") if each.strip()):
            assert re.search(rf"export (?:async )?(?:function|const|class|let) {name}\b", exported), (name, address)
            assert len(re.findall(rf"\b{name}\b", text)) > 1, f"{name} is imported and not used"


def test_licences_stand_beside_what_they_cover() -> None:
    for licence in ("fonts/be-vietnam-pro-OFL.txt", "fonts/noto-color-emoji-OFL.txt", "icons/lucide-LICENSE.txt"):
        assert "Copyright" in (STATIC / licence).read_text(encoding="utf-8")
