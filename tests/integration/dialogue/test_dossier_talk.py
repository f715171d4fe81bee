"""Asking where a dossier stands, and following it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import qrcode
import sqlalchemy as sa

from actions import wiring
from onestop import clock
from onestop.services.dossiers import find_private_dossier
from onestop.storage.conversation import set_topic
from onestop.storage.dossier_tables import dossier
from onestop.storage.engine import create_engine, session_factory
from onestop.storage.guard import DossierReader
from onestop.storage.tables import Consent, Follow, LookupMiss
from tests.integration.dialogue.harness import Chat, World, count, moves_clock, rows

UNKNOWN = "H39.16-260101-9{:03d}"


def test_a_code_in_the_message_is_answered_with_state_date_and_centre(chat: Chat, world: World) -> None:
    found = world.dossier(state=4, overdue=False)
    said = chat.says(f"hồ sơ {found.code} tới đâu rồi", "lookup_dossier", dossier_code=found.code)
    assert "đang được xử lý" in said and "hẹn trả kết quả" in said and "ngày làm việc" in said
    assert found.procedure_name in said and "Trung tâm Phục vụ hành chính công" in said
    assert "Báo khi có thay đổi" in chat.buttons


def test_a_late_dossier_says_how_late_and_which_step(chat: Chat, world: World) -> None:
    found = world.dossier(state=4, overdue=True)
    said = chat.says(found.code, "lookup_dossier", dossier_code=found.code)
    assert "trễ hẹn" in said or "quá giờ hẹn" in said
    assert "kéo dài hơn dự kiến" in said


@pytest.mark.parametrize("state", range(1, 11))
def test_no_state_tells_a_name_a_phone_an_address_or_a_reason_by_code_alone(
    chat: Chat, world: World, state: int
) -> None:
    found = world.dossier(state=state)
    said = chat.says(found.code, "lookup_dossier", dossier_code=found.code)
    secrets = [found.applicant_name, found.owner_name, found.applicant_phone, found.applicant_address, found.note]
    secrets += [found.second_code, (found.applicant_phone or "")[3:] or None]
    for secret in secrets:
        assert not secret or secret not in said
    assert found.code in said


def test_a_mistyped_code_is_read_and_looked_up(chat: Chat, world: World) -> None:
    found = world.dossier(state=4)
    spoilt = found.code.lower().replace(".", " ").replace("-", " ")
    assert found.code in chat.says(f"hs {spoilt} sao rồi", "lookup_dossier", dossier_code=found.code)


def test_a_code_that_fits_only_in_another_form_is_confirmed_first(chat: Chat, world: World) -> None:
    found = next(
        row
        for row in all_dossiers(world)
        if row.code.startswith("000.00.") and int(row.code.split("-")[2]) > 0 and row.state == 4
    )
    _zero, _zero2, unit, rest = found.code.split(".", 3)
    province, day, run = rest.split("-")
    other_form = f"{province}.{int(unit)}-{day}-{run}"
    said = chat.says(other_form, "lookup_dossier", dossier_code=other_form)
    assert f"có phải anh/chị hỏi hồ sơ {found.code}" in said
    assert "đang được xử lý" not in said
    assert "xử lý" in chat.says("đúng rồi", "affirm") or "trễ hẹn" in chat.heard[0].text


def test_a_no_to_the_repaired_code_asks_for_it_again(chat: Chat, world: World) -> None:
    found = next(row for row in all_dossiers(world) if row.code.startswith("000.00.") and row.state == 4)
    _z, _zz, unit, rest = found.code.split(".", 3)
    province, day, run = rest.split("-")
    chat.says(f"{province}.{int(unit)}-{day}-{run}", "lookup_dossier", dossier_code="x")
    assert "mã hồ sơ in trên giấy tiếp nhận" in chat.taps("Không phải")


def test_the_code_is_asked_for_and_then_used(chat: Chat, world: World) -> None:
    found = world.dossier(state=9)
    assert "mã hồ sơ" in chat.says("hồ sơ tôi tới đâu rồi", "lookup_dossier")
    assert "đã có kết quả" in chat.says(found.code, "lookup_dossier", dossier_code=found.code)
    assert len(chat.heard) == 1  # and the question is not asked again


def test_another_question_meanwhile_is_answered_and_the_code_asked_for_again(chat: Chat) -> None:
    chat.says("hồ sơ tôi tới đâu rồi", "lookup_dossier")
    chat.says("trang web nào vậy em", "ask_portal")
    assert len(chat.heard) == 2 and "mã hồ sơ" in chat.heard[1].text
    chat.says("cảm ơn em", "thank")
    assert len(chat.heard) == 1  # and not for ever


def test_who_complains_of_the_wait_hears_one_apology_before_the_question(chat: Chat) -> None:
    said = chat.says("hồ sơ đất của tao 3 tháng chưa xong, làm ăn kiểu gì", "lookup_dossier")
    assert said.count("xin lỗi") == 1 and "mã hồ sơ" in said


def test_three_answers_that_are_none_lead_to_a_person(chat: Chat) -> None:
    chat.says("hồ sơ tôi tới đâu rồi", "lookup_dossier")
    assert "chưa thấy mã" in chat.says("không nhớ", "out_of_scope")
    assert "chưa thấy mã" in chat.says("mất rồi", "out_of_scope")
    assert "gặp cán bộ" in chat.says("thì sao", "out_of_scope")
    assert "chào" in chat.says("chào", "greet").lower() or chat.heard  # the form is over
    assert len(chat.heard) == 1


def test_only_the_tail_of_a_code_is_not_enough(chat: Chat) -> None:
    assert "cả mã hồ sơ" in chat.says("hồ sơ 583 ngày 4/8", "lookup_dossier")


def test_without_the_receipt_a_person_finds_it_and_the_code_is_not_asked_again(chat: Chat) -> None:
    chat.says("hồ sơ tôi tới đâu rồi", "lookup_dossier")
    assert "căn cước" in chat.says("mất giấy hẹn rồi", "out_of_scope") and len(chat.heard) == 1
    chat.says("chào", "greet")
    assert len(chat.heard) == 1


def test_what_to_bring_is_about_the_result_that_waits(chat: Chat, world: World) -> None:
    found = world.dossier(state=9)
    chat.says(found.code, "lookup_dossier", dossier_code=found.code)
    assert "giấy tờ tùy thân" in chat.says("cần mang gì theo", "ask_documents")


def test_cancel_leaves_the_question_with_the_menu(chat: Chat) -> None:
    chat.says("hồ sơ tôi tới đâu rồi", "lookup_dossier")
    chat.says("thôi khỏi", "cancel")
    assert len(chat.heard) == 1 and chat.buttons == ["Thông tin", "Dịch vụ công", "Hỗ trợ"]
    chat.says("chào", "greet")
    assert len(chat.heard) == 1


def test_several_codes_in_one_message_are_all_answered(chat: Chat, world: World) -> None:
    first, second = world.dossier(state=4), world.dossier(state=9)
    said = chat.says(f"tra {first.code} với {second.code}", "lookup_dossier")
    assert first.code in said and second.code in said and len(chat.heard) == 3
    assert chat.buttons == [first.code, second.code, "Theo dõi cả 2 hồ sơ"]
    said = chat.says("hồ sơ thứ hai khi nào có kết quả", "ask_duration")
    assert second.code in said and first.code not in said


@pytest.mark.parametrize("way", ["typed", "tapped"])
def test_several_dossiers_are_followed_together(chat: Chat, world: World, way: str) -> None:
    first, second = world.dossier(state=4), world.dossier(state=2)
    chat.says(f"tra {first.code} với {second.code}", "lookup_dossier")
    title = "Theo dõi cả 2 hồ sơ"
    said = chat.taps(title) if way == "tapped" else chat.says("ừ theo dõi cả 2 giúp chị nghe em", "follow_dossier")
    assert "theo dõi 2 hồ sơ" in said and len(chat.heard) == 1
    assert {row.dossier_code for row in rows(world, Follow)} == {first.code, second.code}


def test_when_can_i_collect_is_about_the_dossier_just_talked_about(chat: Chat, world: World) -> None:
    found = world.dossier(state=4, overdue=False)
    chat.says(found.code, "lookup_dossier", dossier_code=found.code)
    assert found.code in chat.says("khi nào lấy được?", "ask_duration")


def test_when_can_i_collect_after_a_push_is_about_that_dossier(chat: Chat, world: World, tmp_path: Path) -> None:
    found = world.dossier(state=9)
    with world.sessions.begin() as session:  # what the notifier writes with a push
        set_topic(session, chat.citizen_id, dossier_code=found.code, dossier_at=clock.now())
    moves_clock(tmp_path, 20 * 3600)
    assert f"{found.code} đã có kết quả" in chat.says("khi nào lấy được?", "ask_duration")


def test_the_procedure_of_the_dossier_answers_questions_about_fees(chat: Chat, world: World) -> None:
    found = world.dossier(state=4, overdue=False)
    chat.says(found.code, "lookup_dossier", dossier_code=found.code)
    said = chat.says("còn lệ phí?", "ask_fee")
    assert "lệ phí" in said and found.code not in said


def test_an_unknown_code_is_said_with_a_next_step_and_counted(chat: Chat, world: World) -> None:
    said = chat.says(UNKNOWN.format(1), "lookup_dossier")
    assert "chưa tìm thấy" in said and "giấy tiếp nhận" in said
    assert count(world, LookupMiss) == 1
    chat.repeat()
    assert count(world, LookupMiss) == 1


def test_guessing_is_slowed_then_stopped_and_a_refusal_tells_nothing(chat: Chat, world: World, tmp_path: Path) -> None:
    known = world.dossier(state=4)
    for number in range(5):
        assert "chưa tìm thấy" in chat.says(UNKNOWN.format(number), "lookup_dossier")
    refusals = {chat.says(code, "lookup_dossier") for code in (known.code, UNKNOWN.format(77))}
    assert len(refusals) == 1 and "thử lại" in refusals.pop()
    for number in range(5, 10):
        moves_clock(tmp_path, 61)
        assert "chưa tìm thấy" in chat.says(UNKNOWN.format(number), "lookup_dossier")
    moves_clock(tmp_path, 1800)
    assert "thử lại sau khoảng 30 phút" in chat.says(known.code, "lookup_dossier")
    moves_clock(tmp_path, 1801)
    assert known.code in chat.says(known.code, "lookup_dossier")


def test_the_second_code_opens_what_is_missing_and_a_wrong_one_does_not(chat: Chat, world: World) -> None:
    found = world.dossier(state=5)
    papers = missing_papers(world, found.code)
    assert papers
    said = chat.says(found.code, "lookup_dossier", dossier_code=found.code)
    assert "mã tra cứu" in said and not any(paper in said for paper in papers)
    said = chat.says("mã tra cứu ZZZZ", "lookup_dossier")
    assert "chưa khớp" in said and not any(paper in said for paper in papers)
    assert count(world, LookupMiss) == 1
    said = chat.says(f"mã tra cứu {found.second_code}", "lookup_dossier")
    assert all(paper in said for paper in papers)
    chat.taps("Báo khi có thay đổi")
    assert [row.proof for row in rows(world, Follow)] == ["second_code"]


def test_a_wish_in_words_keeps_the_proof_just_shown(chat: Chat, world: World) -> None:
    found = world.dossier(state=5)
    chat.says(f"{found.code} mã tra cứu {found.second_code}", "lookup_dossier", dossier_code=found.code)
    chat.says("theo dõi giùm tôi", "follow_dossier")
    assert [row.proof for row in rows(world, Follow)] == ["second_code"]
    assert "Còn thiếu" in chat.says("cần bổ sung giấy gì", "ask_documents")  # a proof in force opens it again


def test_the_bare_second_code_is_taken_while_the_dossier_is_talked_about(chat: Chat, world: World) -> None:
    found = world.dossier(state=5)
    chat.says(found.code, "lookup_dossier", dossier_code=found.code)
    assert "Còn thiếu" in chat.says(found.second_code, "out_of_scope")


def test_following_is_offered_agreed_to_and_recorded_with_its_words(chat: Chat, world: World) -> None:
    found = world.dossier(state=4, overdue=False)
    chat.says(found.code, "lookup_dossier", dossier_code=found.code)
    assert count(world, Follow) == 0  # looking alone follows nothing
    assert "ghi theo dõi" in chat.says("có", "affirm")
    chat.repeat()
    assert [(row.dossier_code, row.proof) for row in rows(world, Follow)] == [(found.code, "code")]
    consents = rows(world, Consent)
    assert [(row.purpose, row.given) for row in consents] == [("follow_dossier", True)]
    assert found.code in consents[0].wording


def test_a_tap_cannot_claim_a_proof_that_was_typed(chat: Chat, world: World) -> None:
    found = world.dossier(state=4, overdue=False)
    chat.says(f"theo dõi {found.code}", "follow_dossier", dossier_code=found.code, proof="phone")
    assert [row.proof for row in rows(world, Follow)] == ["code"]


def test_follow_without_a_code_asks_which_and_then_follows(chat: Chat, world: World) -> None:
    found = world.dossier(state=4, overdue=False)
    assert "theo dõi hồ sơ nào" in chat.says("khi nào xong báo tôi", "follow_dossier")
    assert "ghi theo dõi" in chat.says(found.code, "lookup_dossier", dossier_code=found.code)


def test_unfollow_ends_it_and_the_list_is_empty_again(chat: Chat, world: World) -> None:
    found = world.dossier(state=4, overdue=False)
    chat.says(f"theo dõi {found.code}", "follow_dossier", dossier_code=found.code)
    assert found.code in chat.says("hồ sơ của tôi", "list_my_dossiers")
    assert "không báo" in chat.says("đừng báo hồ sơ này nữa", "unfollow_dossier")
    assert "chưa có hồ sơ nào" in chat.says("hồ sơ của tôi", "list_my_dossiers")


def test_a_photo_of_the_receipts_qr_code_is_looked_up(chat: Chat, world: World) -> None:
    found = world.dossier(state=9)
    qrcode.make(f"https://example.vn/tra-cuu?MHS={found.code}&SGT=123").save(world.settings.files_dir / "photo.png")
    assert "đã có kết quả" in chat.sends("send_image", "(hình ảnh)", files=["photo.png"])


def test_a_photo_in_a_folder_of_the_channels_is_found(chat: Chat, world: World) -> None:
    found = world.dossier(state=9)
    (world.settings.files_dir / "incoming").mkdir()
    qrcode.make(found.code).save(world.settings.files_dir / "incoming" / "photo.png")
    assert "đã có kết quả" in chat.sends("send_image", "(hình ảnh)", files=["incoming/photo.png"])


def test_a_photo_answers_the_question_for_the_code(chat: Chat, world: World) -> None:
    found = world.dossier(state=9)
    qrcode.make(found.code).save(world.settings.files_dir / "photo.png")
    chat.says("tra cứu hồ sơ", "lookup_dossier")
    assert "đã có kết quả" in chat.sends("send_image", "(hình ảnh)", files=["photo.png"])
    assert len(chat.heard) == 1


@pytest.mark.parametrize("held", ["https://evil.example/?x=1", "hello", "0912345678"])
def test_a_qr_code_that_holds_no_dossier_code_is_nothing(chat: Chat, world: World, held: str) -> None:
    qrcode.make(held).save(world.settings.files_dir / "photo.png")
    said = chat.sends("send_image", "(hình ảnh)", files=["photo.png"])
    assert "chưa thấy mã QR" in said and held not in said


def test_a_picture_that_was_not_kept_or_is_none_is_said_so(chat: Chat, world: World) -> None:
    assert "chưa tải được ảnh" in chat.sends("send_image", "(hình ảnh)", files=[])
    (world.settings.files_dir / "x.jpg").write_bytes(b"no picture")
    assert "chưa thấy mã QR" in chat.sends("send_image", "(hình ảnh)", files=["x.jpg"])


def test_a_reference_cannot_leave_the_folder_of_files(chat: Chat, world: World, tmp_path: Path) -> None:
    qrcode.make(world.dossier(state=9).code).save(tmp_path / "outside.png")
    assert "chưa thấy mã QR" in chat.sends("send_image", "(hình ảnh)", files=["../outside.png"])


def test_a_dead_dossier_system_is_said_and_the_question_may_be_asked_again(
    chat: Chat, world: World, tmp_path: Path
) -> None:
    found = world.dossier(state=9)
    dead = DossierReader(session_factory(create_engine(f"sqlite:///{tmp_path}/nowhere.sqlite3", read_only=True)))
    wiring.use(replace(world.services, reader=dead))
    said = chat.says(found.code, "lookup_dossier", dossier_code=found.code)
    assert "tạm gián đoạn" in said and "1022" in said
    assert count(world, LookupMiss) == 0
    wiring.use(world.services)
    assert "đã có kết quả" in chat.says(found.code, "lookup_dossier", dossier_code=found.code)


def test_the_menus_look_up_asks_for_a_code_although_one_is_known(chat: Chat, world: World) -> None:
    found = world.dossier(state=9)
    chat.says(found.code, "lookup_dossier", dossier_code=found.code)
    assert "gửi em mã hồ sơ" in chat.says("#tra_cuu")


def test_a_dossier_topic_goes_stale(chat: Chat, world: World, tmp_path: Path) -> None:
    found = world.dossier(state=9)
    chat.says(found.code, "lookup_dossier", dossier_code=found.code)
    moves_clock(tmp_path, timedelta(days=4).total_seconds())
    assert "gửi em mã hồ sơ" in chat.says("sao rồi em", "lookup_dossier")


def all_dossiers(world: World) -> list[Any]:
    with create_engine(world.settings.dossiers_url).connect() as connection:
        return list(connection.execute(sa.select(dossier).order_by(dossier.c.code)))


def missing_papers(world: World, code: str) -> list[str]:
    return list(find_private_dossier(world.services.reader, code, clock.now()).missing_papers)


def test_what_has_ended_is_not_promised_news_of(chat: Chat, world: World) -> None:
    found = world.dossier(state=10)
    said = chat.says(f"khi nào {found.code} có thì nhắn tui", "follow_dossier", dossier_code=found.code)
    assert "đã trả kết quả" in said and "theo dõi" not in said
    assert count(world, Follow) == 0


def test_where_to_hand_in_means_the_missing_papers_of_the_dossier_talked_about(chat: Chat, world: World) -> None:
    found = world.dossier(state=5)
    chat.says(found.code, "lookup_dossier", dossier_code=found.code)
    assert found.code in chat.says("nộp ở đâu", "ask_where_to_submit")


@pytest.mark.parametrize("way", ["tapped", "typed"])
def test_the_second_code_opens_the_papers_for_half_an_hour(chat: Chat, world: World, tmp_path: Path, way: str) -> None:
    found = world.dossier(state=4)
    chat.says(f"{found.code} mã tra cứu {found.second_code}", "lookup_dossier", dossier_code=found.code)
    wish = "xem giấy tờ trong hồ sơ"
    said = chat.taps("Giấy tờ trong hồ sơ") if way == "tapped" else chat.says(wish, "ask_documents")
    assert "giấy tờ trong hồ sơ" in said and "không cho ai biết" not in said
    stranger = world.chat("8000000009")
    stranger.says(found.code, "lookup_dossier", dossier_code=found.code)
    assert "không cho ai biết" in stranger.says(wish, "ask_documents")
    moves_clock(tmp_path, 31 * 60)
    chat.says(found.code, "lookup_dossier", dossier_code=found.code)
    assert "không cho ai biết" in chat.says(wish, "ask_documents")
