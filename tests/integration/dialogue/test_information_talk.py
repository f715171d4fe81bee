"""Look-ups in conversations: one thing asked at a time, bare answers, other matters in between."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from onestop.information import subscriptions
from onestop.services.erase import erase_citizen
from onestop.storage.engine import create_engine, session_factory
from onestop.storage.guard import DossierReader
from onestop.storage.information_tables import AreaSubscription, InformationTopic
from onestop.storage.schema import migrate
from onestop.storage.tables import Citizen, Consent
from seed.information import load_information
from tests.integration.dialogue.harness import SEED_DAY, Chat, World, count, moves_clock, rows


@pytest.fixture(scope="session")
def information_file(dossiers_url: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's data of all look-ups, loaded once."""
    file = tmp_path_factory.mktemp("information") / "own.sqlite3"
    migrate(f"sqlite:///{file}")
    reader = DossierReader(session_factory(create_engine(dossiers_url, read_only=True)))
    load_information(session_factory(create_engine(f"sqlite:///{file}")), reader, 2019, SEED_DAY)
    return file


@pytest.fixture
def chat(world: World, information_file: Path) -> Chat:
    """A conversation with the demo's data."""
    own = sqlite3.connect(world.settings.database_url.removeprefix("sqlite:///"))
    own.execute("ATTACH ? AS demo", (str(information_file),))
    own.execute("INSERT INTO information_record SELECT * FROM demo.information_record")
    own.commit()
    own.close()
    return world.chat()


def test_the_commune_is_asked_for_and_a_bare_former_name_answers(chat: Chat) -> None:
    assert "xã, phường nào" in chat.says("mai có cúp điện không", "ask_power_cut", date="2026-11-26")
    said = chat.says("Long Hậu", "out_of_scope", place="Long Hậu")
    assert "xã Cần Giuộc (xã Long Hậu" in said and "thứ Năm, 26/11/2026" in said
    assert "(dữ liệu mẫu), cập nhật 25/11/2026" in said


def test_a_whole_question_is_answered_at_once(chat: Chat) -> None:
    said = chat.says("lịch cúp điện xã Phước Lý", "ask_power_cut", place="xã Phước Lý")
    assert "xã Phước Lý có lịch cúp điện" in said and "Theo " in said and len(chat.heard) == 1


def test_a_former_district_is_asked_about_and_a_number_picks(chat: Chat) -> None:
    said = chat.says("huyện Cần Giuộc có cúp điện không", "ask_power_cut", place="huyện Cần Giuộc")
    assert "1. Xã " in said and "2. Xã " in said
    assert "Phước Lý" in chat.says("xã Phước Lý", "out_of_scope", place="xã Phước Lý")


def test_another_matter_in_between_is_answered_and_the_question_asked_again(chat: Chat) -> None:
    chat.says("tra điểm thi", "ask_exam_score")
    said = chat.says("cho hỏi giờ làm việc", "ask_working_hours")
    assert "7 giờ – 11 giờ 30" in said and said.endswith("ví dụ 49001234).")
    assert "số báo danh 49000007" in chat.says("49000007", "out_of_scope")
    assert "số báo danh 49000008" in chat.says("49000008", "out_of_scope")  # and the next one too


def test_another_look_up_in_between_takes_over(chat: Chat) -> None:
    chat.says("tra điểm thi", "ask_exam_score")
    assert "xã, phường nào" in chat.says("mai cúp điện không", "ask_power_cut")
    assert "xã Bến Lức" in chat.says("bến lức", "out_of_scope", place="bến lức")


def test_thoi_leaves_the_question(chat: Chat) -> None:
    chat.says("tra điểm thi", "ask_exam_score")
    chat.says("thôi khỏi", "cancel")
    assert "số báo danh" not in chat.says("chào em", "greet")


def test_a_place_that_is_none_is_told_so_and_a_person_offered_the_third_time(chat: Chat) -> None:
    chat.says("mai cúp điện không", "ask_power_cut")
    said = chat.says("Xóm Gà", "out_of_scope", place="Xóm Gà")
    assert "chưa nhận ra “Xóm Gà”" in said and "1022" in said and "xã, phường nào" in said
    chat.says("Xóm Vịt", "out_of_scope", place="Xóm Vịt")
    chat.says("Xóm Ngan", "out_of_scope", place="Xóm Ngan")
    assert "Gặp cán bộ" in chat.buttons


def test_a_place_outside_the_province_is_not_answered_for(chat: Chat) -> None:
    said = chat.says("lịch cúp điện Đà Lạt", "ask_power_cut", place="Đà Lạt")
    assert "chưa nhận ra “Đà Lạt”" in said and "Ngoài tỉnh thì em không có dữ liệu" in said and "1022" in said


def test_a_shared_location_answers(chat: Chat) -> None:
    assert "Gửi vị trí" in chat.says("chích ngừa ở đâu", "ask_vaccination_site")
    said = chat.sends("send_location", "(vị trí)", latitude="10.606", longitude="106.671")
    assert "gần vị trí anh/chị gửi (xã Cần Giuộc)" in said and " km)" in said
    near = [float(part.split(" km")[0].replace(",", ".")) for part in said.split("cách khoảng ")[1:]]
    assert near == sorted(near) and len(near) == 3
    assert any(button.get("url", "").startswith("https://www.google.com/maps") for button in chat.heard[-1].buttons)


def test_a_location_without_a_question_offers_what_is_near(chat: Chat) -> None:
    assert "gần xã Cần Giuộc nhất" in chat.sends("send_location", "(vị trí)", latitude="10.606", longitude="106.671")
    assert chat.buttons == ["Trung tâm một cửa", "Lịch cúp điện", "Điểm tiêm chủng"]
    assert "xã Cần Giuộc" in chat.taps("Lịch cúp điện")


def test_land_prices_ask_for_commune_then_kind_and_name_the_decision(chat: Chat) -> None:
    assert "1. Phường Long An" in chat.says("gia dat duong nguyen hue", "ask_land_price", place="duong nguyen hue")
    assert "loại đất nào" in chat.says("1")
    said = chat.taps("Đất ở tại đô thị")
    assert "đường Nguyễn Huệ" in said and "phường Long An" in said and "vị trí 1: " in said and "đồng/m²" in said
    assert "Theo Quyết định 99/2026/QĐ-UBND" in said and "không phải giá mua bán" in said
    assert "vị trí 2" in chat.says("vị trí 2 thì sao", "ask_land_price")
    assert "vị trí 1:" not in "\n".join(heard.text for heard in chat.heard)


def test_a_misspelt_road_is_found_and_segments_are_asked_for(chat: Chat) -> None:
    said = chat.says("giá đất đường nguyen hie bến lức", "ask_land_price", place="đường nguyen hie bến lức")
    assert "Đoạn" in said or "loại đất" in said


def test_a_road_that_is_not_in_the_table_is_not_invented(chat: Chat) -> None:
    said = chat.says("giá đất đường Hoàng Sa xã Bến Lức", "ask_land_price", place="đường Hoàng Sa xã Bến Lức")
    assert "không thấy đường “Hoàng Sa”" in said and "1022" in said and "đồng/m²" not in said
    assert chat.buttons


def test_farmland_needs_only_the_commune(chat: Chat) -> None:
    assert "xã, phường nào" in chat.says("giá đất lúa", "ask_land_price")
    said = chat.says("cần giuộc", "out_of_scope", place="cần giuộc")
    assert "đất trồng lúa, xã Cần Giuộc" in said and "đồng/m²" in said


def test_a_plot_is_asked_for_number_by_number(chat: Chat) -> None:
    assert "số thửa" in chat.says("đất tui có dính quy hoạch không", "ask_planning")
    assert "tờ bản đồ số mấy" in chat.says("thửa 12", "out_of_scope")
    assert "xã, phường nào" in chat.says("5", "out_of_scope")
    said = chat.says("Long Hậu", "out_of_scope", place="Long Hậu")
    assert "thửa 12, tờ bản đồ 5, xã Cần Giuộc" in said and "quy hoạch là" in said
    assert "Theo Quyết định 88/2025/QĐ-UBND" in said and "văn bản" in said


def test_a_plot_without_data_leads_to_the_written_answer(chat: Chat) -> None:
    said = chat.says("thửa 999 tờ 99 xã Bến Lức", "ask_planning", parcel="999/99", place="xã Bến Lức")
    assert "chưa có dữ liệu quy hoạch của thửa 999" in said
    assert "thông tin quy hoạch" in chat.taps("Xin văn bản trả lời").lower()


def test_news_come_three_at_a_time_and_are_read_by_number(chat: Chat) -> None:
    said = chat.says("tin mới", "ask_news")
    assert "1. KHẨN: Triều cường" in said and "3. " in said and "4. " not in said
    assert "Học sinh trường công lập" in chat.says("3")
    more = chat.says("xem thêm", "out_of_scope")
    assert "Triều cường" not in more and "1. " in more
    about = chat.says("có gì mới về bảo hiểm y tế không", "ask_news")
    assert "bảo hiểm y tế" in about and "2. " not in about


def test_nothing_about_a_subject_is_said_so(chat: Chat) -> None:
    said = chat.says("có gì mới về nuôi cá koi không", "ask_news")
    assert "không thấy tin nào" in said and "nuôi cá koi" in said and "cập nhật" in said


def test_the_next_day_and_the_next_place_go_on_with_the_last_look_up(chat: Chat) -> None:
    chat.says("mai cúp điện ở Phước Lý không", "ask_power_cut", place="Phước Lý", date="2026-11-26")
    assert "xã Phước Lý" in chat.says("còn ngày mốt?", "ask_working_hours", date="2026-11-27")
    assert "thứ Sáu, 27/11/2026" in "\n".join(heard.text for heard in chat.heard)
    assert "xã Bến Lức" in chat.says("còn bến lức", "out_of_scope", place="bến lức")
    assert "lệ phí" in chat.says("còn lệ phí?", "ask_fee")


def test_buses_are_found_by_route_by_stops_and_by_words_that_nlu_does_not_know(chat: Chat) -> None:
    said = chat.says("giờ xe buýt tuyến 62-1", "out_of_scope")
    assert "tuyến 62-1" in said and "từ 4 giờ 30" in said and "Theo Bến xe" in said
    assert "1. Tuyến 3" in chat.says("từ tân an đi bến lức", "ask_bus")
    assert "tuyến 3" in chat.says("1")


def test_old_data_are_said_to_be_old(chat: Chat, tmp_path: Path) -> None:
    said = chat.says("giờ xe buýt tuyến 12", "ask_bus")
    assert "Dữ liệu đã cũ" in said and "nhà xe hoặc bến xe" in said
    moves_clock(tmp_path, 5 * 24 * 3600)
    said = chat.says("lịch cúp điện xã Phước Lý", "ask_power_cut", place="xã Phước Lý")
    assert "Dữ liệu đã cũ (5 ngày" in said and "tổng đài điện lực" in said


def test_one_subscribes_by_words_and_stops_by_words(chat: Chat, world: World) -> None:
    assert "báo lịch cúp điện của xã, phường nào" in chat.says("có cúp điện thì báo tui", "follow_dossier")
    assert "từ giờ xã Cần Giuộc" in chat.says("xã Long Hậu", "out_of_scope", place="xã Long Hậu")
    assert [(row.kind, row.area) for row in rows(world, AreaSubscription)] == [("power_cuts", "pvhcc-can-giuoc")]
    assert [(row.purpose, row.given) for row in rows(world, Consent)] == [("power_cuts", True)]
    chat.repeat()
    assert count(world, AreaSubscription) == count(world, Consent) == 1
    assert "xã Cần Giuộc" in chat.says("mai cúp điện không", "ask_power_cut", date="2026-11-26")  # it is kept
    assert "thôi báo lịch cúp điện của xã Cần Giuộc" in chat.says("đừng báo cúp điện nữa", "stop_notifications")
    assert count(world, AreaSubscription) == 0
    assert rows(world, Citizen)[0].notifications_stopped_at is None


def test_one_subscribes_and_stops_by_a_tap(chat: Chat, world: World) -> None:
    chat.says("lịch cúp điện xã Phước Lý", "ask_power_cut", place="xã Phước Lý")
    chat.taps("Báo tôi khi có lịch mới")
    assert count(world, AreaSubscription) == 1
    assert "thôi báo" in chat.taps("Thôi báo cúp điện")
    assert count(world, AreaSubscription) == 0
    assert "không có gì để tắt" in chat.says("thôi đừng báo cúp điện nữa", "ask_power_cut")


def test_who_turned_all_messages_off_is_told_that_nothing_will_come(chat: Chat) -> None:
    chat.says("đừng gửi tin nữa", "stop_notifications")
    said = chat.says("có cúp điện thì báo tui ở Bến Lức", "ask_power_cut", place="Bến Lức")
    assert "đang tắt thông báo" in said


def test_a_subscription_goes_with_the_citizen(chat: Chat, world: World) -> None:
    chat.says("có cúp điện ở Bến Lức thì báo tui", "ask_power_cut", place="Bến Lức")
    with world.sessions() as session:
        assert subscriptions.all_of(session, chat.citizen_id)
    erase_citizen(world.sessions, world.settings, chat.citizen_id)
    assert count(world, AreaSubscription) == count(world, InformationTopic) == 0


def test_the_menu_leads_to_every_look_up_within_two_taps(chat: Chat) -> None:
    chat.sends("show_menu", "Thông tin", part="thong_tin")
    wanted = ["Tin mới", "Lịch cúp điện", "Giá đất", "Quy hoạch đất", "Điểm thi", "Điểm tiêm chủng", "Giờ xe buýt"]
    assert set(wanted) <= set(chat.buttons)
    assert "xã, phường nào" in chat.taps("Lịch cúp điện")


@pytest.mark.parametrize(
    "intent", ["ask_power_cut", "ask_land_price", "ask_planning", "ask_exam_score", "ask_vaccination_site", "ask_bus"]
)
def test_a_tap_without_anything_known_asks_for_one_thing(chat: Chat, intent: str) -> None:
    said = chat.sends(intent, "(nút)")
    assert said.startswith("Dạ, ") and said.count("?") + said.count("(") >= 1 and len(said.splitlines()) <= 6


def test_scores_are_told_while_the_dossier_system_is_down(chat: Chat, world: World) -> None:
    class Down:
        def __getattr__(self, _name: str) -> None:
            raise AssertionError("the dossier system is not needed")

    object.__setattr__(world.services, "offices", Down())
    assert "Toán" in chat.says("sbd 49000001", "ask_exam_score", candidate_number="49000001")


def test_now_without_power_is_answered_for_the_present(chat: Chat) -> None:
    chat.says("cúp điện từ sáng tới giờ chưa có lại", "ask_power_cut")
    said = chat.says("bến lức", "out_of_scope", place="bến lức")
    assert "có thể là sự cố" in said and "Gọi 1900 1006" in chat.buttons


def test_another_look_up_in_the_middle_of_one_is_answered(chat: Chat) -> None:
    chat.says("giá đất đường nguyễn huệ bến lức", "ask_land_price", place="đường nguyễn huệ bến lức")
    asked = {"parcel": "12/5", "place": "long hậu"}
    said = chat.says("đất tui có quy hoạch không thửa 12 tờ 5 long hậu", "ask_planning", confidence=0.99, **asked)
    assert "thửa 12, tờ bản đồ 5" in said and "bảng giá" not in said
