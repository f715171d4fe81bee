"""Linking a phone, being refused, and what a link opens."""

from __future__ import annotations

import asyncio
import dataclasses
import re
from pathlib import Path
from typing import Any

import pytest

from actions import wiring
from onestop import clock
from onestop.messages.codec import from_json
from onestop.services import desk_links
from onestop.services.erase import erase_citizen
from onestop.storage.identity_tables import DeskLink, FollowBlock, OneTimeCode, VoidedSecondCode
from onestop.storage.tables import Citizen, Consent, Follow, Notification
from tests.integration.dialogue.harness import Chat, World, moves_clock, rows

UNKNOWN = "0900000001"


@pytest.fixture
def mine(world: World) -> Any:
    """A running dossier with a phone."""
    return world.dossier(state=4)


def typed(phone: str) -> str:
    """As citizens write it."""
    return "0" + phone[3:]


def sms_of(world: World) -> list[str]:
    """What the gateway would be given, in order."""
    waiting = [row for row in rows(world, Notification) if row.channel == "sms" and row.status == "created"]
    return [world.services.sealer.open(from_json(row.body).sealed) for row in waiting]


def code_in(world: World) -> str:
    return re.search(r"\d{6}", sms_of(world)[-1]).group()


def asks_code(chat: Chat, phone: str) -> str:
    return chat.says(f"liên kết số {phone}", "link_phone")


def links(chat: Chat, world: World, phone: str) -> str:
    asks_code(chat, typed(phone))
    return chat.says(code_in(world))


def citizen_row(world: World, chat: Chat) -> Citizen:
    return next(one for one in rows(world, Citizen) if one.id == chat.citizen_id)


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_a_phone_is_linked_by_the_code_and_a_consent_is_kept(chat: Chat, world: World, mine: Any) -> None:
    assert "số điện thoại đã ghi" in chat.says("liên kết số điện thoại", "link_phone")
    said = chat.says(typed(mine.applicant_phone), "out_of_scope")
    assert "nếu số" in said and "mã 6 số" in said and "đồng ý" in said
    assert rows(world, Citizen)[0].phone is None
    said = chat.says(f"mã là {code_in(world)} nha em", "out_of_scope")
    assert "đã liên kết" in said and mine.applicant_phone[-3:] in said and typed(mine.applicant_phone) not in said
    row = citizen_row(world, chat)
    assert (row.phone, row.phone_proof) == (mine.applicant_phone, "code")
    (kept,) = [one for one in rows(world, Consent) if one.purpose == "link_phone"]
    assert kept.given and "xem đầy đủ" in kept.wording and typed(mine.applicant_phone) not in kept.wording


def test_known_and_unknown_numbers_are_told_the_same_and_leave_the_same_rows(
    chat: Chat, world: World, mine: Any
) -> None:
    other = world.chat("8000000002")
    known, unknown = asks_code(chat, typed(mine.applicant_phone)), asks_code(other, UNKNOWN)
    assert re.sub(r"\d", "", known) == re.sub(r"\d", "", unknown)
    assert chat.buttons == other.buttons
    assert len(rows(world, OneTimeCode)) == 2 and len(sms_of(world)) == 1
    assert chat.says("000001") == other.says("000001")


def test_a_code_for_a_number_that_no_dossier_carries_cannot_be_guessed(chat: Chat, world: World) -> None:
    asks_code(chat, UNKNOWN)
    assert sms_of(world) == []
    assert "chưa khớp" in chat.says("123456")
    assert citizen_row(world, chat).phone is None


@pytest.mark.parametrize(
    "spelling", ["{0}", "{0} ", "ma {0}", "mã xác nhận của tôi là {1}", "{2}", "otp: {0} ạ", "{3}"]
)
def test_a_code_is_read_in_any_spelling(chat: Chat, world: World, mine: Any, spelling: str) -> None:
    asks_code(chat, typed(mine.applicant_phone))
    code = code_in(world)
    words = "không một hai ba bốn năm sáu bảy tám chín".split()
    spoken = " ".join(words[int(digit)] for digit in code)
    assert "đã liên kết" in chat.says(
        spelling.format(code, f"{code[:3]} {code[3:]}", "-".join([code[:3], code[3:]]), spoken)
    )


def test_neither_the_tracker_nor_the_outbox_holds_the_code(chat: Chat, world: World, mine: Any) -> None:
    asks_code(chat, typed(mine.applicant_phone))
    code = code_in(world)
    chat.says(code)
    store = world.agent.tracker_store
    tracker = asyncio.get_event_loop().run_until_complete(store.retrieve(chat.citizen_id))
    kept = repr([event.as_dict() for event in tracker.events])
    assert "(mã xác nhận)" in kept and code not in kept
    assert all(code not in repr((row.body, row.record)) for row in rows(world, Notification))
    assert all(code not in repr(vars(row)) for row in rows(world, OneTimeCode))


def test_a_wrong_code_may_be_tried_five_times(chat: Chat, world: World, mine: Any) -> None:
    asks_code(chat, typed(mine.applicant_phone))
    right = code_in(world)
    for left in (4, 3, 2, 1):
        assert f"còn {left} lần" in chat.says(wrong(right))
    assert "sai 5 lần" in chat.says(wrong(right))
    assert "đã liên kết" not in chat.says(right)
    assert citizen_row(world, chat).phone is None


def test_a_repeated_turn_counts_one_try_and_sends_one_sms(chat: Chat, world: World, mine: Any) -> None:
    asks_code(chat, typed(mine.applicant_phone))
    chat.repeat()
    assert len(sms_of(world)) == 1
    chat.says(wrong(code_in(world)))
    chat.repeat()
    assert [row.tries for row in rows(world, OneTimeCode)] == [1]


def test_a_code_dies_after_five_minutes(chat: Chat, world: World, mine: Any, tmp_path: Path) -> None:
    asks_code(chat, typed(mine.applicant_phone))
    code = code_in(world)
    moves_clock(tmp_path, 301)
    assert "không còn dùng được" in chat.says(code)
    assert "mã 6 số" in chat.taps("Gửi lại mã")
    assert "đã liên kết" in chat.says(code_in(world))


def test_a_second_request_waits_a_minute_and_voids_the_first_code(
    chat: Chat, world: World, mine: Any, tmp_path: Path
) -> None:
    asks_code(chat, typed(mine.applicant_phone))
    first = code_in(world)
    assert "giây" in chat.says("gửi lại mã", "resume_notifications")
    moves_clock(tmp_path, 61)
    assert "mã 6 số" in chat.says("gui lai ma di", "resume_notifications")
    assert len(sms_of(world)) == 1  # the first SMS is taken back where it has not gone yet
    second = code_in(world)
    if first != second:
        assert "chưa khớp" in chat.says(first)
    assert "đã liên kết" in chat.says(second)


def test_three_codes_an_hour_and_no_more(chat: Chat, world: World, mine: Any, tmp_path: Path) -> None:
    asks_code(chat, typed(mine.applicant_phone))
    for _ in range(2):
        moves_clock(tmp_path, 61)
        assert "mã 6 số" in chat.taps("Gửi lại mã")
    moves_clock(tmp_path, 61)
    assert "tạm chưa gửi thêm" in chat.taps("Gửi lại mã")
    assert "tạm chưa gửi thêm" in asks_code(chat, UNKNOWN)
    sent = len(sms_of(world))
    assert "mã 6 số" in asks_code(world.chat("8000000002"), typed(mine.applicant_phone))  # nobody learns who asked
    assert len(sms_of(world)) == sent  # per phone, too
    moves_clock(tmp_path, 3600)
    assert "mã 6 số" in asks_code(chat, typed(mine.applicant_phone))


def test_a_code_is_good_for_its_own_citizen_only_and_only_once(
    chat: Chat, world: World, mine: Any, tmp_path: Path
) -> None:
    thief = world.chat("8000000002")
    asks_code(thief, UNKNOWN)
    asks_code(chat, typed(mine.applicant_phone))
    code = code_in(world)
    assert "chưa khớp" in thief.says(code)
    assert "đã liên kết" in chat.says(code)
    assert "chưa khớp" in thief.says(code)
    chat.says("hủy liên kết số điện thoại", "delete_my_data")
    assert "chưa liên kết" in chat.says(code)
    assert citizen_row(world, chat).phone is None


def test_another_matter_in_between_and_back(chat: Chat, world: World, mine: Any) -> None:
    chat.says("liên kết số điện thoại", "link_phone")
    said = chat.says("mấy giờ mở cửa", "ask_working_hours")
    assert "số điện thoại đã ghi" in said  # answered, and asked again
    chat.says(typed(mine.applicant_phone))
    chat.says("tra cứu hồ sơ", "lookup_dossier")
    assert "đã liên kết" in chat.says(code_in(world))


def test_leaving_voids_the_code(chat: Chat, world: World, mine: Any) -> None:
    asks_code(chat, typed(mine.applicant_phone))
    code = code_in(world)
    assert "không dùng nữa" in chat.says("thôi không liên kết nữa", "cancel")
    assert sms_of(world) == []
    chat.says(code)
    assert citizen_row(world, chat).phone is None


def test_a_number_mistyped_is_changed_in_the_middle(chat: Chat, world: World, mine: Any, tmp_path: Path) -> None:
    asks_code(chat, UNKNOWN)
    moves_clock(tmp_path, 61)
    assert "số điện thoại đã ghi" in chat.says("nhầm số rồi", "deny")
    assert "mã 6 số" in chat.says(typed(mine.applicant_phone))
    assert "đã liên kết" in chat.says(code_in(world))


def test_a_bare_number_while_a_code_is_awaited_is_the_right_number(
    chat: Chat, world: World, mine: Any, tmp_path: Path
) -> None:
    asks_code(chat, UNKNOWN)
    moves_clock(tmp_path, 61)
    assert "mã 6 số" in chat.says(typed(mine.applicant_phone), "out_of_scope")
    assert "đã liên kết" in chat.says(code_in(world))


def test_the_shared_contact_form_only_says_where_the_code_goes(chat: Chat, world: World, mine: Any) -> None:
    chat.says("liên kết số điện thoại", "link_phone")
    assert "mã 6 số" in chat.sends("share_info", "(thông tin liên hệ)", phone_number=mine.applicant_phone)
    assert citizen_row(world, chat).phone is None
    assert "đã liên kết" in chat.says(code_in(world))


def test_a_landline_gets_no_code(chat: Chat, world: World) -> None:
    assert "máy bàn" in asks_code(chat, "0272 3871 201")
    assert rows(world, OneTimeCode) == []


def test_the_linked_number_is_told_masked_untied_and_tied_anew(chat: Chat, world: World, mine: Any) -> None:
    assert "chưa liên kết" in chat.says("đã liên kết số nào?", "link_phone")
    links(chat, world, mine.applicant_phone)
    said = chat.says("tôi đang liên kết số nào vậy", "link_phone")
    assert mine.applicant_phone[-3:] in said and "xx" in said and typed(mine.applicant_phone) not in said
    assert "đã gỡ" in chat.says("huỷ liên kết số điện thoại", "delete_my_data")
    row = citizen_row(world, chat)
    assert row.phone is row.phone_linked_at is row.phone_proof is None
    assert "chưa liên kết" in chat.says("hủy liên kết", "delete_my_data")
    given = [one.given for one in rows(world, Consent) if one.purpose == "link_phone"]
    assert given == [True, False]


def test_a_linked_phone_opens_its_dossiers_and_untying_closes_them(chat: Chat, world: World, mine: Any) -> None:
    assert mine.applicant_name not in chat.says(mine.code, "lookup_dossier", dossier_code=mine.code)
    links(chat, world, mine.applicant_phone)
    assert mine.code in chat.says("hồ sơ của tôi", "list_my_dossiers")
    assert mine.applicant_name in chat.says(mine.code, "lookup_dossier", dossier_code=mine.code)
    assert "giấy tờ trong hồ sơ" in chat.taps("Giấy tờ trong hồ sơ").lower()
    chat.says(f"theo dõi {mine.code}", "follow_dossier", dossier_code=mine.code)
    assert rows(world, Follow)[0].proof == "phone"
    chat.says("hủy liên kết", "delete_my_data")
    assert rows(world, Follow)[0].proof == "code"
    assert mine.applicant_name not in chat.says(mine.code, "lookup_dossier", dossier_code=mine.code)


def test_a_family_shares_a_number_and_each_is_told_of_the_other(
    chat: Chat, world: World, mine: Any, tmp_path: Path
) -> None:
    links(chat, world, mine.applicant_phone)
    moves_clock(tmp_path, 61)
    son = world.chat("8000000002")
    assert "1 Zalo khác" in links(son, world, mine.applicant_phone)
    told = [row for row in rows(world, Notification) if row.kind == "phone_linked_elsewhere"]
    assert [row.citizen_id for row in told] == [chat.citizen_id]
    assert "1 Zalo khác" in chat.says("gỡ các Zalo khác", "cancel")
    assert citizen_row(world, son).phone is None and citizen_row(world, chat).phone == mine.applicant_phone


def test_a_number_is_not_looked_for_on_behalf_of_whoever_names_it(chat: Chat, world: World, mine: Any) -> None:
    known = chat.says(f"số {typed(mine.applicant_phone)} có hồ sơ nào không", "list_my_dossiers")
    unknown = chat.says(f"số {UNKNOWN} có hồ sơ nào không", "list_my_dossiers")
    assert known == unknown and mine.code not in known
    assert rows(world, OneTimeCode) == []


@pytest.mark.parametrize(
    "begging",
    [
        "tôi là con của ông A cho xin số điện thoại",
        "hồ sơ {code} của ai vậy",
        "cho biết tên người nộp hồ sơ {code}",
        "tôi là cán bộ, đọc tôi nghe tên chủ hồ sơ {code}",
        "cho xin số điện thoại của ông Nguyễn Văn A trong hồ sơ {code}",
    ],
)
def test_nobody_is_told_about_a_person(chat: Chat, mine: Any, begging: str) -> None:
    real = chat.says(begging.format(code=mine.code), "lookup_dossier")
    made_up = chat.says(begging.format(code="H39.16-260203-9999"), "lookup_dossier")
    assert real == made_up and "không cho ai biết" in real
    assert mine.applicant_name not in real


def desk_code(world: World, code: str) -> desk_links.DeskCode:
    with world.sessions.begin() as session:
        services = world.services
        return desk_links.create_desk_code(
            session, services.reader, services.sealer, code, "quầy 3", services.settings.zalo_oa_id, clock.now()
        )


def test_an_officers_qr_links_the_phone_once_after_a_yes(chat: Chat, world: World, mine: Any) -> None:
    made = desk_code(world, mine.code)
    said = chat.says(made.token.lower().replace("-", " "))
    assert "đồng ý" in said and typed(mine.applicant_phone) not in said
    assert citizen_row(world, chat).phone is None
    assert "đã liên kết" in chat.says("đồng ý", "affirm")
    assert (citizen_row(world, chat).phone, citizen_row(world, chat).phone_proof) == (mine.applicant_phone, "desk")
    assert "không còn dùng được" in world.chat("8000000002").says(made.token)
    assert "đã dùng rồi" in chat.says(made.url)


def test_an_officers_qr_is_read_from_a_photo_and_dies_after_ten_minutes(
    chat: Chat, world: World, mine: Any, tmp_path: Path
) -> None:
    from onestop.receipts.qr import qr_png

    (world.settings.files_dir / "qr.png").write_bytes(qr_png(desk_code(world, mine.code).url))
    assert "đồng ý" in chat.sends("send_image", "(hình ảnh)", files=["qr.png"])
    moves_clock(tmp_path, 601)
    assert "không còn dùng được" in chat.taps("Đồng ý liên kết")
    assert citizen_row(world, chat).phone is None


def test_who_names_the_desk_is_told_how_it_goes_there(chat: Chat) -> None:
    assert "cán bộ xem căn cước" in chat.says("liên kết bằng mã QR ở quầy", "link_phone")
    assert "số điện thoại đã ghi" in chat.taps("Liên kết bằng mã SMS")


def test_a_declined_qr_links_nothing(chat: Chat, world: World, mine: Any) -> None:
    chat.says(desk_code(world, mine.code).token)
    assert "không liên kết" in chat.says("không", "deny")
    assert citizen_row(world, chat).phone is None


def test_guessed_desk_codes_are_slowed(chat: Chat, world: World) -> None:
    for number in range(5):
        assert "không còn dùng được" in chat.says(f"LK-ACDE-FGHJ-KMN{'ACDEF'[number]}")
    assert "phút" in chat.says("LK-ACDE-FGHJ-KMNP")


def test_an_owner_sends_followers_away_and_the_old_second_code_opens_nothing(
    chat: Chat, world: World, mine: Any, tmp_path: Path
) -> None:
    links(chat, world, mine.applicant_phone)
    relative = world.chat("8000000002")
    relative.says(f"{mine.code} mã tra cứu {mine.second_code}", "lookup_dossier", dossier_code=mine.code)
    relative.taps("Báo khi có thay đổi")
    said = chat.says(f"ai đang theo dõi hồ sơ {mine.code}", "follow_dossier", dossier_code=mine.code)
    assert "1 người có mã tra cứu" in said
    assert "đã bỏ 1 người" in chat.says(f"bỏ hết người theo dõi khác hồ sơ {mine.code}", "unfollow_dossier")
    moves_clock(tmp_path, 1)
    said = relative.says(f"{mine.code} mã tra cứu {mine.second_code}", "lookup_dossier", dossier_code=mine.code)
    assert mine.applicant_name not in said and "chưa khớp" in said
    assert "không nhận thêm" in relative.says(f"theo dõi {mine.code}", "follow_dossier", dossier_code=mine.code)
    stranger = world.chat("8000000003")  # the relative's second account, with the old paper
    said = stranger.says(f"{mine.code} mã tra cứu {mine.second_code}", "lookup_dossier", dossier_code=mine.code)
    assert mine.applicant_name not in said
    assert "mở lại" in chat.says("cho người nhà theo dõi lại", "follow_dossier")
    said = relative.says(f"{mine.code} mã tra cứu {mine.second_code}", "lookup_dossier", dossier_code=mine.code)
    assert mine.applicant_name in said


def test_only_an_owner_learns_of_followers_and_a_stranger_nothing_of_existence(chat: Chat, mine: Any) -> None:
    real = chat.says(f"ai đang theo dõi hồ sơ {mine.code}", "follow_dossier", dossier_code=mine.code)
    made_up = chat.says(
        "ai đang theo dõi hồ sơ H39.16-260203-9999", "follow_dossier", dossier_code="H39.16-260203-9999"
    )
    assert real == made_up and "chỉ người đã liên kết" in real


def test_an_owner_mutes_one_dossier(chat: Chat, world: World, mine: Any) -> None:
    links(chat, world, mine.applicant_phone)
    assert "không báo về" in chat.says(f"đừng báo hồ sơ {mine.code}", "unfollow_dossier", dossier_code=mine.code)
    (kept,) = rows(world, Follow)
    assert kept.ended_at is not None


def test_without_a_gateway_the_desk_is_named(chat: Chat, world: World, mine: Any) -> None:
    settings = dataclasses.replace(world.settings, sms_url="", sms_key="")
    wiring.use(dataclasses.replace(world.services, settings=settings))
    assert "tại quầy" in chat.says("liên kết số điện thoại", "link_phone")
    assert "chưa chứng minh" in asks_code(chat, typed(mine.applicant_phone))
    assert rows(world, OneTimeCode) == []


def test_an_erased_citizen_leaves_only_counts(chat: Chat, world: World, mine: Any) -> None:
    links(chat, world, mine.applicant_phone)
    chat.says(desk_code(world, mine.code).token)
    chat.says("đồng ý", "affirm")
    citizen = chat.citizen_id
    erase_citizen(world.sessions, world.settings, citizen)
    everything = repr(
        [
            vars(row)
            for table in (OneTimeCode, DeskLink, FollowBlock, VoidedSecondCode, Consent, Follow, Notification, Citizen)
            for row in rows(world, table)
        ]
    )
    assert citizen not in everything and mine.applicant_phone not in everything


def test_a_code_typed_for_again_while_one_must_wait_turns_nothing_else_on(chat: Chat) -> None:
    asks_code(chat, UNKNOWN)
    chat.says("thôi", "cancel")
    chat.says(f"liên kết số {UNKNOWN}", "link_phone")
    said = chat.says("gửi lại mã", "resume_notifications")
    assert "bật lại" not in said and "số điện thoại" in said
