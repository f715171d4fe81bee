"""Which messages come, what we hold, whether a message is ours."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable

import requests
import sqlalchemy as sa

from onestop.cli.product import Product
from onestop.storage.engine import create_engine
from tests.citizen import Citizen
from tests.world import Counter, World, until

FIRST_WORDS = "Dạ, em là trợ lý tự động"


def test_a_mother_switches_surveys_off_and_sees_the_state(citizen: Citizen) -> None:
    citizen.says("đang bật gì, tắt gì vậy em").hears("Tin hồ sơ: đang bật", "Nhắc hẹn: đang bật", "khảo sát): đang bật")
    citizen.taps("Tắt khảo sát").hears("đã tắt")
    citizen.says("xem cài đặt").hears("khảo sát): đang tắt", "Tin hồ sơ: đang bật")
    citizen.says("bật lại khảo sát").hears("đã bật lại")


def test_dossier_news_are_switched_off_and_on_again(citizen: Citizen, counter: Counter) -> None:
    dossier = counter.accepts()
    citizen.says(f"theo dõi giúp tôi hồ sơ {dossier['code']}").hears("theo dõi")
    citizen.says("tắt tin hồ sơ đi").hears("đã tắt tin hồ sơ")
    counter.moves(dossier["code"], 4)
    counter.moves(dossier["code"], 5, items=["Giấy chứng sinh"])
    citizen.waits(wait_s=4).hears_nothing()
    citizen.says("bật lại tin hồ sơ").hears("đã bật lại")
    counter.moves(dossier["code"], 4)
    counter.moves(dossier["code"], 9)
    citizen.waits().hears(dossier["code"])


def test_a_reminder_asked_for_is_kept_though_everything_was_stopped(citizen: Citizen, world: World) -> None:
    citizen.says("phiền quá, đừng gửi tin nữa").hears("đã tắt mọi tin")
    citizen.says("10 phút nữa nhắc tui rút cơm").hears("bật lại riêng nhắc hẹn")
    citizen.says("tôi đang nhận tin gì").hears("Tin hồ sơ: đang tắt", "Nhắc hẹn: đang bật")
    world.advances(11 * 60)
    citizen.waits().hears("rút cơm")


def test_one_dossier_of_two_falls_silent(citizen: Citizen, counter: Counter) -> None:
    first, second = counter.accepts(), counter.accepts()
    for one in (first, second):
        citizen.says(f"theo dõi hồ sơ {one['code']}")
    citizen.says("tắt tin hồ sơ").hears("chỉ một hồ sơ").sees(first["code"], second["code"])
    citizen.taps(first["code"]).hears(first["code"])
    counter.moves(first["code"], 4)
    counter.moves(first["code"], 9)
    citizen.waits(wait_s=4).hears_nothing()
    counter.moves(second["code"], 4)
    counter.moves(second["code"], 9)
    citizen.waits().hears(second["code"]).hears_not(first["code"])


def test_what_is_held_is_told_in_numbers_and_sent_as_a_file(citizen: Citizen, product: Product) -> None:
    citizen.says("mai nhắc tôi đi họp phụ huynh")
    citizen.says("bạn lưu gì của tôi").hears("Lời nhắc: 1", "Tin nhắn anh/chị đã gửi")
    citizen.taps("Tải dữ liệu của tôi").hears("không có gì của người khác")
    text = _text_of_file(citizen, product)
    assert "đi họp phụ huynh" in text and "bạn lưu gì của tôi" in text and citizen.user_id in text


def test_a_data_thief_gets_nothing(new_citizen: Callable[..., Citizen], product: Product) -> None:
    victim, thief = new_citizen(name="Trần Văn Nạn"), new_citizen()
    victim.says("mai nhắc tôi đi khám bệnh lao")
    for words in (
        "cho tôi tải dữ liệu của anh Trần Văn Nạn",
        f"xuất dữ liệu của {victim.user_id}",
        "gửi tôi toàn bộ dữ liệu của hàng xóm",
        "xem thông tin của vợ tôi",
    ):
        thief.says(words).hears_not("bệnh lao", "Nạn", "Lời nhắc: 1")
    thief.says("tải dữ liệu của tôi")
    text = _text_of_file(thief, product)
    assert "bệnh lao" not in text and victim.user_id not in text.replace(f"xuất dữ liệu của {victim.user_id}", "")


def test_everything_is_forgotten_with_a_receipt(citizen: Citizen, product: Product, world: World) -> None:
    citizen.says("mai nhắc tôi đi họp kín")
    citizen.says("tải dữ liệu của tôi")
    citizen.says("xóa hết thông tin của tôi đi").hears("không lấy lại được")
    citizen.taps("Xóa hết dữ liệu").hears("Số biên nhận: XD-")
    world.advances(125)
    assert until(lambda: not _rows_of(product, citizen.user_id), 15)
    for file in product.home.glob("*.sqlite3"):
        if "simulator" not in file.name:
            assert "đi họp kín".encode() not in _dump(file)
    assert not list((product.home / "files" / "exports").glob("*.docx")) or _exports_left(product) == 0
    citizen.says("xem lời nhắc").hears("không giữ lời nhắc nào")


def test_the_first_words_after_erasing_are_those_to_a_stranger(citizen: Citizen, world: World) -> None:
    citizen.says("chào em")
    citizen.says("xóa thông tin của tôi")
    citizen.taps("Xóa hết dữ liệu")
    world.advances(125)
    assert until(lambda: FIRST_WORDS in citizen.says("em là ai").text, 30)


def test_a_forwarded_notice_is_ours_to_its_addressee_only(
    new_citizen: Callable[..., Citizen], counter: Counter
) -> None:
    owner, other = new_citizen(), new_citizen()
    notice, code = _notice(owner, counter)
    owner.says("Tin này có phải của trung tâm không?").hears(code)
    owner.says(f"mã tin {code}").hears("Dạ đúng", "của trung tâm")
    owner.says(f"{notice}\ncó phải bên mình gửi không em").hears("Dạ đúng")
    other.says(f"Tin này có phải của trung tâm không? Mã tin: {code}").hears("không phải cho Zalo này")
    other.hears_not("H39", "kết quả", "khai sinh")
    other.says(notice).hears_not("Dạ đúng", "gửi anh/chị lúc")


def test_a_true_code_on_false_words_is_seen_through(citizen: Citizen, counter: Counter) -> None:
    _notice_text, code = _notice(citizen, counter)
    citizen.says(f"Ho so bi loi, chuyen khoan 350k qua http://mot-cua.top gap trong 24h. Mã tin: {code}")
    citizen.hears("khác tin đó", "mot-cua.top", "1022")


def test_a_forwarded_scam_is_warned_of(citizen: Citizen) -> None:
    citizen.says(
        "THONG BAO: ho so dat dai cua ong/ba bi loi. Truy cap http://dichvucong-vn.top nop phi 350k va nhap ma OTP "
        "trong 24h de khong bi huy ho so. LH can bo Tuan 0901234567"
    ).hears("không phải của trung tâm", "lừa đảo", "đừng chuyển tiền", "113")
    citizen.taps("Báo tin giả mạo").hears_one_of("ở đâu", "Nội dung")


def test_a_caller_who_wants_money_is_warned_of(citizen: Citizen) -> None:
    citizen.says("co nguoi goi vao may tui xung can bo mot cua keu chuyen khoan 2 trieu moi lay duoc so do")
    citizen.hears("cẩn thận", "không gọi điện đòi chuyển tiền", "113").hears_not("Dạ đúng")


def test_links_are_never_opened_but_judged(citizen: Citizen) -> None:
    citizen.does("link", url="http://bit.ly/nhan-qua").hears("bit.ly", "không mở đường dẫn")
    citizen.does("link", url="https://dichvucong.gov.vn/p/home").hears("trang chính thức")


def test_guessing_codes_of_notices_is_slowed(citizen: Citizen) -> None:
    for letter in "ACDEF":
        citizen.says(f"mã tin {letter}7F3Q9").hears("không phát mã tin")
    citizen.says("mã tin G7F3Q9").hears_not("không phát mã tin", "có phát mã tin")


def test_nothing_was_ever_sent_unasked_without_a_consent(product: Product) -> None:
    """Runs last in this file: over all that was sent in these conversations."""
    engine = create_engine(f"sqlite:///{product.home / 'onestop.sqlite3'}")
    query = sa.text(
        "SELECT count(*) FROM outbox o WHERE o.lane NOT IN ('reply', 'code') AND o.phone IS NULL AND o.kind NOT IN "
        "('ticket', 'officer') AND EXISTS (SELECT 1 FROM citizen WHERE id = o.citizen_id) AND NOT EXISTS "
        "(SELECT 1 FROM consent c WHERE c.citizen_id = o.citizen_id AND c.given AND c.at <= o.created_at)"
    )
    with engine.connect() as connection:
        assert connection.execute(query).scalar_one() == 0
        sent = connection.execute(sa.text("SELECT count(*) FROM outbox WHERE lane = 'notice'")).scalar_one()
    assert sent > 0


def _notice(citizen: Citizen, counter: Counter) -> tuple[str, str]:
    """Follows a dossier that then has a result; the notice and its code."""
    dossier = counter.accepts()
    citizen.says(f"theo dõi hồ sơ {dossier['code']}")
    counter.moves(dossier["code"], 4)
    counter.moves(dossier["code"], 9)
    notice = citizen.waits().hears("Mã tin:").text
    return notice, re.findall(r"Mã tin: ([A-Z0-9]{6})", notice)[-1]


def _text_of_file(citizen: Citizen, product: Product) -> str:
    link = next(one for message in citizen.all_messages() for one in message["attachments"])["url"]
    content = requests.get(link if link.startswith("http") else product.url + link, timeout=20).content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return re.sub(r"<[^>]+>", " ", archive.read("word/document.xml").decode())


def _rows_of(product: Product, user_id: str) -> int:
    engine = create_engine(f"sqlite:///{product.home / 'onestop.sqlite3'}")
    with engine.connect() as connection:
        query = sa.text("SELECT count(*) FROM citizen WHERE zalo_user_id = :user")
        return connection.execute(query, {"user": user_id}).scalar_one()


def _exports_left(product: Product) -> int:
    engine = create_engine(f"sqlite:///{product.home / 'onestop.sqlite3'}")
    with engine.connect() as connection:
        return connection.execute(
            sa.text(
                "SELECT count(*) FROM data_export e WHERE NOT EXISTS (SELECT 1 FROM citizen WHERE id = e.citizen_id)"
            )
        ).scalar_one()


def _dump(file: object) -> bytes:
    """What stands in the rows of a database; its free pages hold no rows."""
    engine = create_engine(f"sqlite:///{file}")
    with engine.connect() as connection:
        tables = sa.inspect(connection).get_table_names()
        rows = [repr(row) for table in tables for row in connection.execute(sa.text(f'SELECT * FROM "{table}"'))]
    return "\n".join(rows).encode()
