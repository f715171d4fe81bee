"""Uploads, history, users, tags, the account, articles (facts, sections 4.5, 8 and 11.13, 11.25)."""

import pytest
import requests

from tests.integration.simulator.conftest import PNG
from tests.sim_server import OA_ID

GIF = b"GIF89a"
PDF = b"%PDF-1.4\n%%EOF\n"
MEGABYTE = 1024 * 1024


def image_message(attachment_id):
    element = {"media_type": "image", "attachment_id": attachment_id}
    return {"type": "template", "payload": {"template_type": "media", "elements": [element]}}


class TestUploads:
    def test_uploaded_image_can_be_sent_and_seen(self, product, simulator, citizen):
        attachment_id = product.upload("image", PNG, "bản đồ.png")["data"]["attachment_id"]
        assert product.send(citizen, "Bản đồ", attachment=image_message(attachment_id))["error"] == 0
        (message,) = simulator.messages(citizen)
        (attachment,) = message["attachments"]
        assert attachment["kind"] == "image"
        assert requests.get(attachment["url"], timeout=5).content == PNG

    def test_uploaded_file_can_be_sent_by_its_token(self, product, simulator, citizen, receiver):
        token = product.upload("file", PDF, "tờ khai.pdf")["data"]["token"]
        attachment = {"type": "file", "payload": {"token": token}}
        assert product.send(citizen, None, attachment=attachment)["error"] == 0
        (message,) = simulator.messages(citizen)
        assert message["kind"] == "file"
        assert message["attachments"][0]["name"] == "tờ_khai.pdf"
        assert requests.get(message["attachments"][0]["url"], timeout=5).content == PDF
        receiver.wait_for("oa_send_file")

    @pytest.mark.parametrize(
        ("kind", "content", "size", "name", "code"),
        [
            ("image", GIF, 100, "a.png", -201),
            ("image", b"", 0, "a.png", -201),
            ("image", b"hello", 5, "a.png", -201),
            ("image", PNG, MEGABYTE, "a.png", 0),
            ("image", PNG, MEGABYTE + 1, "a.png", -210),
            ("gif", GIF, 100, "a.gif", 0),
            ("gif", GIF, 5 * MEGABYTE + 1, "a.gif", -210),
            ("file", PDF, 100, "a.pdf", 0),
            ("file", b"a,b\n1,2\n", 8, "a.csv", 0),
            ("file", PNG, 100, "a.pdf", -201),
            ("file", b"plain", 5, "a.txt", -201),
            ("file", PDF, 5 * MEGABYTE + 1, "a.pdf", -210),
        ],
    )
    def test_type_and_size(self, product, kind, content, size, name, code):
        padded = content + bytes(size - len(content))
        assert product.upload(kind, padded, name)["error"] == code

    def test_an_upload_needs_the_field_file(self, product):
        assert product.post("/v2.0/oa/upload/image", files={"picture": ("a.png", PNG)})["error"] == -201
        assert product.post("/v2.0/oa/upload/image")["error"] == -201

    def test_ids_expire_after_seven_days(self, product, simulator, citizen):
        attachment_id = product.upload("image", PNG, "a.png")["data"]["attachment_id"]
        product.let_pass(7 * 86_400 + 1)
        simulator.says(citizen, "tôi đây")
        assert product.send(citizen, "", attachment=image_message(attachment_id))["error"] == -100

    def test_an_image_id_is_no_file_token(self, product, citizen):
        attachment_id = product.upload("image", PNG, "a.png")["data"]["attachment_id"]
        attachment = {"type": "file", "payload": {"token": attachment_id}}
        assert product.send(citizen, None, attachment=attachment)["error"] == -201

    def test_uploads_of_a_month_are_counted(self, product, simulator):
        simulator.post("/sim/v1/limits", {"uploads_per_month": 0})
        assert product.upload("image", PNG, "a.png")["error"] == -211

    def test_media_are_found_by_their_exact_address_only(self, product, simulator, citizen):
        attachment_id = product.upload("image", PNG, "a.png")["data"]["attachment_id"]
        product.send(citizen, "", attachment=image_message(attachment_id))
        url = simulator.messages(citizen)[0]["attachments"][0]["url"]
        for wrong in (url + "x", url.replace("/media/", "/media/00"), simulator.url + "/media/../state"):
            assert requests.get(wrong, timeout=5).status_code == 404


class TestHistory:
    def test_both_sides_newest_first(self, product, simulator, citizen):
        sent = product.send(citizen, "Dạ, em nghe")["data"]["message_id"]
        said = simulator.says(citizen, "hồ sơ tôi đâu")["msg_id"]
        items = product.get("/v2.0/oa/conversation", user_id=citizen, offset=0, count=10)["data"]
        assert [(item["src"], item["message"]) for item in items] == [
            (1, "hồ sơ tôi đâu"),
            (0, "Dạ, em nghe"),
            (1, "Xin chào"),
        ]
        assert [items[0]["message_id"], items[1]["message_id"]] == [said, sent]
        assert (items[1]["from_id"], items[1]["to_id"]) == (OA_ID, citizen)
        assert (items[0]["from_id"], items[0]["to_id"]) == (citizen, OA_ID)
        assert items[0]["from_display_name"] == "Nguyễn Thị Hoa"
        assert items[0]["type"] == "text"
        assert items[0]["time"] >= items[1]["time"] > 1_700_000_000_000

    def test_taps_stand_in_it_as_their_payload(self, product, simulator, citizen):
        button = {"title": "Tra cứu", "type": "oa.query.hide", "payload": "mc-7f3a"}
        product.send_buttons(citizen, "Chọn", button)
        simulator.post_event(citizen, {"type": "tap", "title": "Tra cứu"})
        (item,) = product.get("/v2.0/oa/conversation", user_id=citizen, count=1)["data"]
        assert item["message"] == "mc-7f3a"

    def test_pages(self, product, simulator, citizen):
        for number in range(12):
            simulator.says(citizen, f"tin {number}")
        page = product.get("/v2.0/oa/conversation", user_id=citizen, offset=10, count=10)["data"]
        assert [item["message"] for item in page] == ["tin 1", "tin 0", "Xin chào"]
        assert product.get("/v2.0/oa/conversation", user_id=citizen, count=11)["error"] == -210
        assert product.get("/v2.0/oa/conversation", user_id=citizen, offset=-1)["error"] == -201
        assert product.get("/v2.0/oa/conversation", user_id="8000")["error"] == -201

    def test_recent_chats_show_the_newest_message_of_each(self, product, simulator, citizen):
        other = simulator.create_citizen(name="Trần Văn Bình")
        simulator.says(other, "alo")
        product.send(citizen, "Dạ")
        items = product.get("/v2.0/oa/listrecentchat", offset=0, count=10)["data"]
        assert [item["message"] for item in items] == ["Dạ", "alo"]


class TestUsers:
    def test_detail_has_no_phone_unless_shared(self, product, simulator, citizen):
        detail = product.get("/v3.0/oa/user/detail", user_id=citizen)["data"]
        assert detail["display_name"] == "Nguyễn Thị Hoa"
        assert detail["user_id"] == citizen and detail["user_is_follower"] is False
        assert "912345678" not in str(detail)
        form = {"type": "share_info", "name": "Hoa", "phone": "+84912345678"}
        simulator.post_event(citizen, form)
        detail = product.get("/v3.0/oa/user/detail", user_id=citizen)["data"]
        assert detail["shared_info"]["phone"] == "84912345678"
        product.post("/v2.0/oa/deletefollowerinfo", {"user_id": citizen})
        assert product.get("/v3.0/oa/user/detail", user_id=citizen)["data"]["shared_info"] == {}

    def test_strangers_are_not_in_touch(self, product, simulator):
        assert product.get("/v3.0/oa/user/detail", user_id=simulator.create_citizen())["error"] == -213
        assert product.get("/v3.0/oa/user/detail", user_id="8000")["error"] == -201

    def test_update_of_alias_and_own_id(self, product, citizen):
        body = {"user_id": citizen, "user_alias": "Cô Hoa", "user_external_id": "c-1"}
        assert product.post("/v3.0/oa/user/update", body)["error"] == 0
        detail = product.get("/v3.0/oa/user/detail", user_id=citizen)["data"]
        assert (detail["user_alias"], detail["user_external_id"]) == ("Cô Hoa", "c-1")

    def test_list_by_page_and_filter(self, product, simulator, citizen):
        follower = simulator.create_citizen()
        simulator.post_event(follower, {"type": "follow"})
        simulator.create_citizen()
        path = "/v3.0/oa/user/getlist"
        data = product.get(path, offset=0, count=50)["data"]
        assert {user["user_id"] for user in data["users"]} == {citizen, follower}
        assert data["total"] == 2
        followers = product.get(path, offset=0, count=50, is_follower="true")["data"]["users"]
        assert followers == [{"user_id": follower}]
        assert product.get(path, offset=1, count=1)["data"]["count"] == 1
        assert product.get(path, offset=0, count=51)["error"] == -210
        assert product.get(path, offset=9952, count=1)["error"] == -210
        simulator.advance(86_400)
        assert product.get(path, last_interaction_period="TODAY")["data"]["total"] == 0
        assert product.get(path, last_interaction_period="YESTERDAY")["data"]["total"] == 2
        assert product.get(path, last_interaction_period="L7D")["data"]["total"] == 2
        assert product.get(path, last_interaction_period="ALWAYS")["error"] == -201

    def test_tags(self, product, citizen):
        body = {"user_id": citizen, "tag_name": "đã khảo sát"}
        assert product.post("/v2.0/oa/tag/tagfollower", body)["error"] == 0
        assert product.get("/v2.0/oa/tag/gettagsofoa")["data"] == ["đã khảo sát"]
        detail = product.get("/v3.0/oa/user/detail", user_id=citizen)["data"]
        assert detail["tags_and_notes_info"]["tag_names"] == ["đã khảo sát"]
        assert product.get("/v3.0/oa/user/getlist", tag_name="đã khảo sát")["data"]["total"] == 1
        product.post("/v2.0/oa/tag/rmfollowerfromtag", body)
        product.post("/v2.0/oa/tag/rmtag", {"tag_name": "đã khảo sát"})
        assert product.get("/v2.0/oa/tag/gettagsofoa")["data"] == []


class TestAccount:
    def test_account_is_a_verified_government_one(self, product, simulator, citizen):
        simulator.post_event(citizen, {"type": "follow"})
        data = product.get("/v2.0/oa/getoa")["data"]
        assert data["oaid"] == OA_ID and data["oa_type"] == 4 and data["is_verified"] is True
        assert data["num_follower"] == 1

    def test_quota_of_a_user_and_of_the_account(self, product, simulator, citizen):
        quota = product.post("/v3.0/oa/quota/message", {"user_id": citizen})["data"]
        assert quota["cs_reply"] == {"remain": "8", "total": "8"}
        assert quota["last_interaction"].isdigit()
        product.let_pass(3 * 86_400)
        assert product.post("/v3.0/oa/quota/message", {"user_id": citizen})["data"]["cs_reply"]["remain"] == "0"
        body = {"quota_owner": "OA", "product_type": "cs", "quota_type": "sub_quota"}
        assert product.post("/v3.0/oa/quota/message", body)["data"][0]["total"] == "0"
        assert product.post("/v3.0/oa/quota/message", {})["error"] == -201


class TestBroadcast:
    def article(self, product):
        body = {"title": "Nghỉ lễ", "description": "Các bộ phận một cửa nghỉ ngày 01/01.", "author": "Một cửa"}
        token = product.post("/v2.0/article/create", body)["data"]["token"]
        return product.post("/v2.0/article/verify", {"token": token})["data"]["id"]

    def send(self, product, article_id):
        element = {"media_type": "article", "attachment_id": article_id}
        attachment = {"type": "template", "payload": {"template_type": "media", "elements": [element]}}
        return product.post("/v2.0/oa/message", {"recipient": {"target": {}}, "message": {"attachment": attachment}})

    def test_followers_get_one_article_a_day_and_not_at_night(self, product, simulator, citizen):
        follower = simulator.create_citizen()
        simulator.post_event(follower, {"type": "follow"})
        product.wait_until("2030-01-15T09:00:00+07:00")
        article_id = self.article(product)
        assert self.send(product, article_id)["error"] == 0
        assert self.send(product, article_id)["error"] == 0
        (message,) = simulator.messages(follower)
        assert message["channel"] == "broadcast" and "Nghỉ lễ" in message["text"]
        assert simulator.messages(citizen) == []
        simulator.advance(13.5 * 3600)
        assert self.send(product, article_id)["error"] == -234

    def test_unknown_articles_and_other_messages_are_refused(self, product):
        assert self.send(product, "unknown")["error"] == -201
        body = {"recipient": {"target": {}}, "message": {"text": "quảng cáo"}}
        assert product.post("/v2.0/oa/message", body)["error"] == -201

    def test_title_has_a_limit(self, product):
        body = {"title": "a" * 151, "description": "b", "author": "c"}
        assert product.post("/v2.0/article/create", body)["error"] == -210
