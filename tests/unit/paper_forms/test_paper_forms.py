from __future__ import annotations

import os
from pathlib import Path

import pypdfium2
import pytest

from onestop.paper_forms import PaperForm, all_forms, form_file, forms_of
from onestop.text.diacritics import nfc
from seed.files import read_json

ZALO_MOST_BYTES = 5_000_000


@pytest.mark.parametrize("form", all_forms(), ids=lambda form: form.id)
def test_a_form_is_one_page_that_holds_its_words(form: PaperForm, tmp_path: Path) -> None:
    content = (tmp_path / form_file(tmp_path, form)).read_bytes()
    assert len(content) < ZALO_MOST_BYTES
    document = pypdfium2.PdfDocument(content)
    assert len(document) == 1
    text = nfc(" ".join(document[0].get_textpage().get_text_range().split()))
    assert nfc(form.title.upper()).split(",")[0] in text and "Bản trắng để điền" in text


def test_every_form_belongs_to_procedures_that_exist() -> None:
    known = {one["code"] for one in read_json("procedures.json")}
    for form in all_forms():
        assert set(form.procedures) <= known, form.id
    assert len(all_forms()) >= 12


def test_the_main_form_of_a_procedure_comes_first() -> None:
    assert [form.id for form in forms_of("1.000689")] == ["to-khai-dang-ky-khai-sinh", "to-khai-nhan-cha-me-con"]
    assert forms_of("9.999999") == []


def test_a_form_is_drawn_once_and_no_half_file_stays(tmp_path: Path) -> None:
    form = all_forms()[0]
    path = tmp_path / form_file(tmp_path, form)
    os.utime(path, (1, 1))
    assert tmp_path / form_file(tmp_path, form) == path and path.stat().st_mtime == 1
    assert [one.suffix for one in path.parent.iterdir()] == [".pdf"]
