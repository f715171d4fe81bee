"""The receipt, form 01: what stands on it and what a camera reads from it."""

from __future__ import annotations

import io
import unicodedata
from dataclasses import replace
from datetime import datetime

import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from onestop.clock import LOCAL
from onestop.receipts.qr import qr_image
from onestop.receipts.receipt import Receipt, ReceiptPaper, receipt_of, receipt_pdf, receipt_png
from onestop.storage.dossier_records import Agency, DossierDocument, DossierRecord, Procedure

CODE = "000.00.36.H39-261120-0061"
RECEIPT = Receipt(
    centre_name="Trung tâm Phục vụ hành chính công xã Cần Giuộc",
    place="Cần Giuộc",
    code=CODE,
    second_code="MEPC",
    applicant_name="Nguyễn Thị Quỳnh",
    owner_name="Công ty TNHH Mộc & <Bột>",
    address="Ấp 3, xã Cần Giuộc",
    phone="0900 012 345",
    procedure_name="Đăng ký khai sinh",
    papers=(ReceiptPaper("Tờ khai đăng ký khai sinh", 1, 0),),
    term_text="3 ngày làm việc",
    received_at=datetime(2026, 2, 3, 8, 5, tzinfo=LOCAL),
    due_at=datetime(2026, 11, 25, 17, 0, tzinfo=LOCAL),
    return_place="Quầy trả kết quả của trung tâm",
    fee_text="miễn phí",
    contact="1022",
)


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    pages = [page.get_textpage().get_text_range() for page in document]
    document.close()
    return " ".join(" ".join(pages).split())


def test_qr_code_holds_the_bare_dossier_code() -> None:
    assert [code.text for code in zxingcpp.read_barcodes(qr_image(CODE))] == [CODE]


def test_picture_of_the_receipt_can_be_scanned() -> None:
    picture = Image.open(io.BytesIO(receipt_png(RECEIPT)))
    assert [code.text for code in zxingcpp.read_barcodes(picture)] == [CODE]


def test_receipt_says_what_form_01_asks_for() -> None:
    text = text_of(receipt_pdf(RECEIPT))
    for expected in (
        "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ",
        f"Mã hồ sơ: {CODE}",
        "Mã tra cứu: MEPC",
        "Tiếp nhận hồ sơ của: Công ty TNHH Mộc & <Bột>",
        "Người nộp: Nguyễn Thị Quỳnh",
        "Nội dung yêu cầu giải quyết: Đăng ký khai sinh",
        "Tờ khai đăng ký khai sinh",
        "4. Thời gian nhận hồ sơ: 08 giờ 05 phút, ngày 03 tháng 02 năm 2026",
        "5. Thời gian trả kết quả giải quyết hồ sơ: 17 giờ 00 phút, ngày 25 tháng 11 năm 2026",
        "7. Phí, lệ phí: miễn phí",
        "không thay cho giấy có chữ ký",
    ):
        assert expected in text


def test_decomposed_text_is_drawn_composed() -> None:
    decomposed = replace(RECEIPT, procedure_name=unicodedata.normalize("NFD", "Chứng thực chữ ký"))
    assert "Chứng thực chữ ký" in text_of(receipt_pdf(decomposed))


def test_long_list_of_papers_goes_on_a_second_page_of_the_same_picture() -> None:
    papers = tuple(ReceiptPaper(f"Giấy tờ thứ {n} có tên dài vừa phải", 1, 1) for n in range(30))
    short = Image.open(io.BytesIO(receipt_png(RECEIPT)))
    long = Image.open(io.BytesIO(receipt_png(replace(RECEIPT, papers=papers))))
    assert long.width == short.width
    assert long.height == 2 * short.height


def test_receipt_gathers_what_is_on_record() -> None:
    record = DossierRecord(
        code=CODE,
        procedure_name="Đăng ký khai sinh",
        centre_id="pvhcc-long-an",
        state=5,
        channel="direct",
        submitted_at=RECEIPT.received_at,
        received_at=RECEIPT.received_at,
        due_at=datetime(2026, 12, 30, 17, 0, tzinfo=LOCAL),
        original_due_at=RECEIPT.due_at,
        applicant_name="Nguyễn Thị Quỳnh",
        applicant_phone="+84900012345",
    )
    papers = [DossierDocument(CODE, 1, "Tờ khai", 1, 0, "submitted"), DossierDocument(CODE, 2, "Ảnh", 0, 1, "missing")]
    centre = Agency(id="pvhcc-long-an", name="Trung tâm", kind="one_stop_centre", area="Phường Long An, tỉnh Tây Ninh")
    procedure = Procedure(code="1", official_name="x", name="x", fee_vnd=15000)

    receipt = receipt_of(record, papers, centre, procedure)

    assert receipt.place == "Long An"
    assert receipt.phone == "0900 012 345"
    assert receipt.fee_text == "15.000 đồng"
    assert receipt.papers == (ReceiptPaper("Tờ khai", 1, 0),)  # what is missing was not handed in
    assert receipt.due_at == RECEIPT.due_at  # the paper keeps the first date
    assert receipt.contact == "1022"


def test_dossier_that_was_not_accepted_has_no_receipt() -> None:
    record = DossierRecord(
        code=CODE,
        procedure_name="x",
        centre_id="c",
        state=1,
        channel="online",
        submitted_at=RECEIPT.received_at,
        applicant_name="x",
    )
    with pytest.raises(ValueError, match="not accepted"):
        receipt_of(record, [], Agency(id="c", name="c", kind="one_stop_centre"), None)
