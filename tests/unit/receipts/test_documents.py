"""The documents of a dossier: official names, what stands on them, and that bot and phone read their codes."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pypdfium2
import pytest

from onestop.clock import LOCAL
from onestop.receipts.documents import DOCUMENTS, Subject, document_pdf, document_png, document_values, official_name
from onestop.receipts.drawing import fields_of
from onestop.receipts.layouts import NoSuchForm, all_layouts, layout_for
from onestop.receipts.qr_reader import read_dossier_codes
from onestop.storage.dossier_records import Agency, DossierDocument, DossierEvent, DossierRecord, Procedure

CODE = "000.00.36.H39-261120-0061"
LONG_NAME = (
    "Công ty Trách nhiệm hữu hạn Một thành viên Thương mại Dịch vụ Xuất nhập khẩu Nông sản "
    "Đồng Tháp Mười & Nguyễn Hoàng Thụy Ái Nghĩa"
)


def subject(accepted: datetime = datetime(2026, 11, 20, 9, 5, tzinfo=LOCAL), **data: object) -> Subject:
    record = DossierRecord(
        code=CODE,
        procedure_name="Đăng ký khai sinh",
        centre_id="pvhcc-can-giuoc",
        state=5,
        channel="direct",
        submitted_at=accepted,
        received_at=accepted,
        due_at=datetime(2026, 12, 4, 17, tzinfo=LOCAL),
        original_due_at=datetime(2026, 11, 30, 17, tzinfo=LOCAL),
        applicant_name="Nguyễn Thị Quỳnh Như",
        owner_name=LONG_NAME,
        applicant_phone="+84900012345",
        deciding_agency="Ủy ban nhân dân xã Cần Giuộc",
        second_code="K7QX",
    )
    centre = Agency(
        id="pvhcc-can-giuoc",
        name="Trung tâm Phục vụ hành chính công xã Cần Giuộc",
        kind="one_stop_centre",
        area="Xã Cần Giuộc, tỉnh Tây Ninh",
    )
    event = DossierEvent(7, CODE, "x", 4, 5, datetime(2026, 11, 24, 10, tzinfo=LOCAL), dict(data))
    papers = [DossierDocument(CODE, 1, "Tờ khai đăng ký khai sinh", 1, 0, "submitted")]
    procedure = Procedure(code="1.001193", official_name="x", name="x", legal_basis=("Luật Hộ tịch 60/2014/QH13",))
    return Subject(record, centre, event, papers, procedure)


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    pages = [page.get_textpage().get_text_range() for page in document]
    document.close()
    return " ".join(" ".join(pages).split())


@pytest.mark.parametrize("document", DOCUMENTS)
def test_bot_reads_the_code_of_the_picture(document: str, tmp_path: Path) -> None:
    picture = tmp_path / "document.png"
    picture.write_bytes(document_png(document, subject()))
    assert read_dossier_codes(picture) == [CODE]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_long_names_wrap_and_nothing_of_them_is_lost(document: str) -> None:
    assert LONG_NAME in text_of(document_pdf(document, subject()))


@pytest.mark.parametrize("document", DOCUMENTS)
def test_decomposed_text_is_drawn_composed(document: str) -> None:
    composed = subject()
    decomposed = replace(composed, record=replace(composed.record, owner_name=unicodedata.normalize("NFD", LONG_NAME)))
    text = text_of(document_pdf(document, decomposed))
    assert unicodedata.is_normalized("NFC", text)
    assert LONG_NAME in text


@pytest.mark.parametrize(
    ("document", "title", "form"),
    [
        ("receipt", "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ", "Mẫu số 01"),
        ("supplement_request", "PHIẾU YÊU CẦU BỔ SUNG, HOÀN THIỆN HỒ SƠ", "Mẫu số 02"),
        ("refusal", "PHIẾU TỪ CHỐI TIẾP NHẬN GIẢI QUYẾT HỒ SƠ", "Mẫu số 03"),
        ("apology", "VĂN BẢN XIN LỖI VÀ ĐỀ NGHỊ GIA HẠN THỜI GIAN GIẢI QUYẾT", "Mẫu số 04"),
        ("stop_notice", "THÔNG BÁO DỪNG GIẢI QUYẾT HỒ SƠ", "Mẫu số 05"),
    ],
)
def test_document_has_its_official_name_and_form(document: str, title: str, form: str) -> None:
    text = text_of(document_pdf(document, subject()))
    assert title in text
    assert f"{form}, Thông tư 03/2025/TT-VPCP" in text
    assert official_name(document, subject()).upper() == title


def test_dossier_keeps_the_set_of_forms_of_its_acceptance() -> None:
    old = subject(accepted=datetime(2025, 6, 30, 9, tzinfo=LOCAL), due_at="2026-12-04T17:00:00+07:00")
    text = text_of(document_pdf("apology", old))
    assert "PHIẾU XIN LỖI VÀ HẸN LẠI NGÀY TRẢ KẾT QUẢ" in text
    assert "Mẫu số 04, Thông tư 01/2018/TT-VPCP" in text


def test_form_that_came_later_is_not_drawn_for_an_older_dossier() -> None:
    with pytest.raises(NoSuchForm):
        document_pdf("stop_notice", subject(accepted=datetime(2025, 6, 30, 9, tzinfo=LOCAL)))


def test_request_numbers_what_is_missing() -> None:
    asked = subject(items=["Giấy chứng sinh", "Ảnh 3x4"], note="Thiếu giấy", due_at="2026-12-08T17:00:00+07:00")
    text = text_of(document_pdf("supplement_request", asked))
    for expected in ("1. Giấy chứng sinh", "2. Ảnh 3x4", "Lý do: Thiếu giấy", "ngày 08 tháng 12 năm 2026", "/HDHS"):
        assert expected in text


def test_refusal_says_why_and_by_which_law() -> None:
    text = text_of(document_pdf("refusal", subject(note="Không đúng thẩm quyền")))
    assert "Lý do: Không đúng thẩm quyền" in text
    assert "Căn cứ pháp lý: Luật Hộ tịch 60/2014/QH13" in text


def test_apology_has_both_dates_and_comes_from_the_agency_that_is_late() -> None:
    text = text_of(document_pdf("apology", subject(note="Chờ xác minh", due_at="2026-12-04T17:00:00+07:00")))
    assert "Thời gian hẹn trả kết quả: 17 giờ 00 phút, ngày 30 tháng 11 năm 2026" in text
    assert "Thời gian hẹn lại: 17 giờ 00 phút, ngày 04 tháng 12 năm 2026" in text
    assert "ỦY BAN NHÂN DÂN XÃ CẦN GIUỘC" in text
    assert "Lý do: Chờ xác minh" in text


def test_result_notice_says_where_and_what_to_bring() -> None:
    text = text_of(document_pdf("result_notice", subject()))
    assert "Nơi nhận: Trung tâm Phục vụ hành chính công xã Cần Giuộc" in text
    assert "1. Giấy tiếp nhận hồ sơ và hẹn trả kết quả" in text


@pytest.mark.parametrize("document", [name for name in DOCUMENTS if name != "receipt"])
def test_second_code_stands_on_the_receipt_only(document: str) -> None:
    assert "K7QX" in text_of(document_pdf("receipt", subject()))
    assert "K7QX" not in text_of(document_pdf(document, subject()))


@pytest.mark.parametrize("layout", all_layouts(), ids=lambda layout: layout.official_name)
def test_every_field_of_a_layout_is_given(layout) -> None:
    form = layout.forms[-1]
    given = document_values(layout, form, subject(items=["x"], due_at="2026-12-08T17:00:00+07:00"))
    assert fields_of(layout) <= set(given)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_each_day_has_at_most_one_form_of_a_document(document: str) -> None:
    for day in (date(2025, 6, 30), date(2025, 7, 1)):
        layouts = [one for one in all_layouts() if one.document == document and one.form_on(day)]
        assert len(layouts) <= 1
    assert layout_for(document, date(2026, 1, 1))
