"""Missing papers sent as pictures, and documents asked for in the chat."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from onestop.services import erase, supplements
from onestop.storage.dossier_tables import dossier as dossier_table
from onestop.storage.dossier_tables import dossier_event
from onestop.storage.engine import create_engine
from onestop.storage.follows import insert_follow, open_follows
from onestop.storage.notice_tables import SupplementAnswer, SupplementPhoto
from onestop.storage.tables import ButtonToken
from tests.integration.dialogue.harness import NOW, Chat, World, count, rows


def waiting_dossier(world: World, papers: int) -> tuple[str, list[str]]:
    """A demo dossier that waits for so many papers, and their names."""
    engine = create_engine(world.settings.dossiers_url)
    query = (
        sa.select(dossier_event.c.dossier_code, dossier_event.c.data)
        .join(dossier_table, dossier_table.c.code == dossier_event.c.dossier_code)
        .where(dossier_table.c.state == 5, dossier_event.c.kind == "supplement_requested")
        .order_by(dossier_event.c.id)
    )
    with engine.connect() as connection:
        found = {code: data["items"] for code, data in connection.execute(query)}
    return next((code, items) for code, items in found.items() if len(items) == papers)


def proves(world: World, chat: Chat, code: str, proof: str = "second_code") -> None:
    with world.sessions.begin() as session:
        insert_follow(session, chat.citizen_id, code, proof, NOW)


def picture(world: World, name: str, content: bytes = b"x") -> str:
    file = world.settings.files_dir / "inbound" / name
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(content)
    return f"inbound/{name}"


def sends(world: World, chat: Chat, name: str) -> str:
    return chat.sends("send_image", "(hình ảnh)", files=[picture(world, name)])


def begins(world: World, chat: Chat, papers: int = 2) -> tuple[str, list[str]]:
    code, items = waiting_dossier(world, papers)
    proves(world, chat, code)
    chat.says(code, "lookup_dossier", dossier_code=code)
    chat.taps("Gửi ảnh bổ sung")
    return code, items


def test_papers_are_sent_one_after_the_other(chat: Chat, world: World) -> None:
    code, items = begins(world, chat)
    assert "giấy 1/2" in chat.heard[-1].text and items[0] in chat.heard[-1].text
    assert "em nhận 1 ảnh cho giấy 1/2" in sends(world, chat, "a.jpg")
    assert "em nhận 2 ảnh cho giấy 1/2" in sends(world, chat, "b.jpg")
    assert items[1] in chat.taps("Giấy tiếp theo")
    sends(world, chat, "c.jpg")
    said = chat.taps("Xong")
    assert "đã chuyển 3 ảnh" in said and "đủ 2 giấy" in said and "bản chính" in said
    kept = [(one.dossier_code, one.item_number, one.item_name, one.file_ref) for one in rows(world, SupplementPhoto)]
    assert kept == [
        (code, 1, items[0], "inbound/a.jpg"),
        (code, 1, items[0], "inbound/b.jpg"),
        (code, 2, items[1], "inbound/c.jpg"),
    ]


def test_words_do_what_the_buttons_do(chat: Chat, world: World) -> None:
    _code, items = begins(world, chat, papers=3)
    sends(world, chat, "a.jpg")
    assert items[1] in chat.says("rồi giấy tiếp theo nha em", "affirm")
    assert items[2] in chat.says("bỏ qua", "cancel")
    sends(world, chat, "c.jpg")
    said = chat.says("xong rồi em", "goodbye")
    assert "Còn thiếu 1 giấy" in said and f"2. {items[1]}" in said
    assert "Gửi giấy còn thiếu" in chat.buttons


def test_a_paper_can_be_chosen_by_its_number(chat: Chat, world: World) -> None:
    _code, items = begins(world, chat, papers=3)
    assert items[2] in chat.says("giấy 3", "out_of_scope")
    sends(world, chat, "c.jpg")
    assert [one.item_number for one in rows(world, SupplementPhoto)] == [3]


def test_sending_can_be_left_and_gone_on_with(chat: Chat, world: World) -> None:
    code, items = begins(world, chat)
    sends(world, chat, "a.jpg")
    said = chat.says("thôi để mai", "cancel")
    assert "giữ 1 ảnh" in said and "gửi ảnh bổ sung" in said
    assert items[1] in chat.says("gửi ảnh bổ sung", "out_of_scope")
    sends(world, chat, "b.jpg")
    assert "đủ 2 giấy" in chat.taps("Xong")
    assert {one.dossier_code for one in rows(world, SupplementPhoto)} == {code}


def test_a_skipped_paper_is_asked_for_again_when_one_goes_on(chat: Chat, world: World) -> None:
    _code, items = begins(world, chat)
    chat.taps("Bỏ qua giấy này")
    sends(world, chat, "b.jpg")
    assert f"1. {items[0]}" in chat.taps("Xong")
    assert items[0] in chat.taps("Gửi giấy còn thiếu")


def test_a_question_in_between_is_answered_and_the_sending_goes_on(chat: Chat, world: World) -> None:
    _code, items = begins(world, chat)
    sends(world, chat, "a.jpg")
    said = chat.says("mấy giờ mở cửa", "ask_working_hours")
    assert "giờ" in said and "giấy 1/2" in said
    assert items[1] in chat.taps("Giấy tiếp theo")


def test_words_that_are_no_answer_are_told_what_is_waited_for(chat: Chat, world: World) -> None:
    begins(world, chat)
    assert "chờ ảnh" in chat.says("cái này làm sao", "out_of_scope")
    assert "chờ ảnh" in chat.says("tiếp", "affirm")


def test_a_repeated_turn_keeps_a_picture_once(chat: Chat, world: World) -> None:
    begins(world, chat)
    sends(world, chat, "a.jpg")
    chat.repeat()
    assert count(world, SupplementPhoto) == 1


def test_a_picture_that_could_not_be_fetched_is_said_so(chat: Chat, world: World) -> None:
    begins(world, chat)
    assert "chưa tải được" in chat.sends("send_image", "(hình ảnh)", files=[])
    assert count(world, SupplementPhoto) == 0


def test_a_file_is_taken_like_a_picture(chat: Chat, world: World) -> None:
    begins(world, chat)
    assert "em nhận 1 ảnh" in chat.sends("send_file", "(tệp)", files=[picture(world, "a.pdf")])


def test_pictures_are_limited(chat: Chat, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supplements, "MOST_PER_ITEM", 2)
    begins(world, chat)
    for name in ("a.jpg", "b.jpg"):
        sends(world, chat, name)
    assert "không nhận thêm" in sends(world, chat, "c.jpg")
    assert count(world, SupplementPhoto) == 2


def test_bytes_are_limited(chat: Chat, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supplements, "MOST_BYTES", 3)
    begins(world, chat)
    sends(world, chat, "a.jpg")
    said = chat.sends("send_image", "(hình ảnh)", files=[picture(world, "b.jpg", b"xxxx")])
    assert "không nhận thêm" in said


@pytest.mark.parametrize("proof", [None, "code"])
def test_who_has_only_the_code_can_send_nothing(chat: Chat, world: World, proof: str | None) -> None:
    code, items = waiting_dossier(world, 2)
    if proof:
        proves(world, chat, code, proof)
    chat.says(code, "lookup_dossier", dossier_code=code)
    assert "Gửi ảnh bổ sung" not in chat.buttons
    said = chat.says(f"gửi ảnh bổ sung hồ sơ {code}", "lookup_dossier", dossier_code=code)
    assert "chỉ nhận ảnh bổ sung từ người nộp" in said
    assert items[0] not in said
    assert count(world, SupplementPhoto) == 0 and count(world, SupplementAnswer) == 0


def loses_proof(world: World, chat: Chat) -> None:
    """As when the owner of the phone unties this account, or sends followers away; no second code was given."""
    citizen_id = chat.citizen_id
    with world.sessions.begin() as session:
        session.execute(sa.delete(ButtonToken).where(ButtonToken.citizen_id == citizen_id))
        for follow in open_follows(session, citizen_id):
            follow.proof = "code"


@pytest.mark.parametrize("words", ["mấy giờ mở cửa", "xong", "thôi"])
def test_who_loses_the_proof_half_way_hears_no_paper_any_more(chat: Chat, world: World, words: str) -> None:
    _code, items = begins(world, chat)
    loses_proof(world, chat)
    intents = {"mấy giờ mở cửa": "ask_working_hours", "thôi": "cancel"}
    said = chat.says(words, intents.get(words, "out_of_scope"))
    assert said and not [item for item in items if item in said]
    sends(world, chat, "a.jpg")
    assert count(world, SupplementPhoto) == 0


def test_a_picture_that_comes_by_itself_is_offered_to_the_papers(chat: Chat, world: World) -> None:
    code, items = waiting_dossier(world, 2)
    proves(world, chat, code)
    chat.says(code, "lookup_dossier", dossier_code=code)
    assert "là giấy nào" in sends(world, chat, "a.jpg")
    assert chat.buttons[0].startswith("1. ")
    assert "em nhận 1 ảnh cho giấy 2/2" in chat.says("2", "out_of_scope")
    assert [(one.item_number, one.file_ref) for one in rows(world, SupplementPhoto)] == [(2, "inbound/a.jpg")]


def test_a_picture_for_the_only_missing_paper_is_taken_at_once(chat: Chat, world: World) -> None:
    code, _items = waiting_dossier(world, 1)
    proves(world, chat, code)
    chat.says(code, "lookup_dossier", dossier_code=code)
    assert "em nhận 1 ảnh" in sends(world, chat, "a.jpg")


def test_a_dossier_that_waits_for_nothing_is_said_so(chat: Chat, world: World) -> None:
    dossier = world.dossier(state=4)
    proves(world, chat, dossier.code)
    said = chat.says(f"gửi ảnh bổ sung {dossier.code}", "lookup_dossier", dossier_code=dossier.code)
    assert "không chờ bổ sung" in said


def test_pictures_are_erased_with_their_citizen(chat: Chat, world: World) -> None:
    begins(world, chat)
    sends(world, chat, "a.jpg")
    erase.erase_citizen(world.sessions, world.settings, chat.citizen_id)
    assert count(world, SupplementPhoto) == 0 and count(world, SupplementAnswer) == 0
    assert not (world.settings.files_dir / "inbound/a.jpg").exists()


def test_pictures_are_deleted_when_their_time_is_over(chat: Chat, world: World) -> None:
    begins(world, chat)
    sends(world, chat, "a.jpg")
    file = world.settings.files_dir / "inbound/a.jpg"
    for days, is_kept in ((89, True), (91, False)):
        with world.sessions.begin() as session:
            supplements.tidy(session, world.settings.files_dir, NOW + timedelta(days=days))
        assert (count(world, SupplementPhoto) == 1) is is_kept
        assert file.exists() is is_kept


def shown(world: World) -> list[dict[str, Any]]:
    """Pictures and files among the replies, newest last."""
    from onestop.storage.tables import Notification

    return [row.body for row in rows(world, Notification) if row.body["kind"] in ("image", "file")]


def asks_for_document(world: World, chat: Chat, code: str, document: str, file_format: str) -> str:
    return chat.sends("show_document", "(nút)", dossier_code=code, document=document, format=file_format)


@pytest.mark.parametrize("file_format", ["pdf", "png"])
def test_owner_gets_the_document(chat: Chat, world: World, file_format: str) -> None:
    code, _items = waiting_dossier(world, 2)
    proves(world, chat, code)
    asks_for_document(world, chat, code, "supplement_request", file_format)
    (body,) = shown(world)
    file: Path = world.settings.files_dir / body["file_ref"]
    assert file.read_bytes().startswith(b"%PDF" if file_format == "pdf" else b"\x89PNG")
    assert "Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ" in (body.get("name") or body.get("caption"))


def test_who_has_only_the_code_gets_no_document(chat: Chat, world: World) -> None:
    code, _items = waiting_dossier(world, 2)
    proves(world, chat, code, "code")
    assert "chỉ gửi cho người nộp" in asks_for_document(world, chat, code, "supplement_request", "pdf")
    assert shown(world) == []
    assert not (world.settings.files_dir / "documents").exists()


def test_document_that_there_is_not_is_said_so(chat: Chat, world: World) -> None:
    code, _items = waiting_dossier(world, 2)
    proves(world, chat, code)
    assert "chưa có phiếu đó" in asks_for_document(world, chat, code, "refusal", "pdf")


def test_document_is_asked_for_in_ones_own_words(chat: Chat, world: World) -> None:
    code, _items = waiting_dossier(world, 2)
    proves(world, chat, code)
    chat.says(code, "lookup_dossier", dossier_code=code)
    chat.says("cho tôi xem lại phiếu yêu cầu bổ sung", "out_of_scope")
    (body,) = shown(world)
    assert body["kind"] == "image"
