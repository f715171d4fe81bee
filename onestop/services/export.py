"""Everything that we hold of one citizen, as a file for them: complete, only theirs, and gone from us after a day."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from onestop.clock import LOCAL
from onestop.reports.docx import Paragraph, docx_of
from onestop.services.files import file_of
from onestop.storage import Session, exports, own_data

FOLDER = "exports"
KEPT_FOR = timedelta(days=1)
NOT_AGAIN_FOR = timedelta(minutes=5)

TITLES = {
    "citizen": "Tài khoản",
    "said": "Tin nhắn anh/chị đã gửi",
    "outbox": "Tin nhắn trung tâm đã gửi",
    "follow": "Hồ sơ theo dõi",
    "reminder": "Lời nhắc",
    "feedback": "Phản ánh, góp ý",
    "feedback_event": "Diễn biến của phản ánh",
    "rating": "Đánh giá",
    "survey_answer": "Trả lời khảo sát",
    "consent": "Đồng ý và rút lại đồng ý",
    "officer_request": "Yêu cầu gặp cán bộ",
    "ticket_message": "Trao đổi với cán bộ",
    "topic": "Đang nói về",
    "information_topic": "Mục tra cứu gần nhất",
    "area_subscription": "Nơi đăng ký nhận tin",
    "topic_subscription": "Chủ đề đăng ký nhận tin",
    "area_notice": "Tin theo nơi đã báo",
    "lookup_miss": "Lần tra cứu không thấy",
    "follow_block": "Hồ sơ không được theo dõi",
    "supplement_photo": "Ảnh giấy tờ bổ sung",
    "supplement_answer": "Việc bổ sung giấy tờ",
    "citizen_setting": "Cài đặt của anh/chị",
    "reminder_stop": "Hồ sơ không cần nhắc",
    "waiting_question": "Câu hỏi chờ hệ thống",
    "inbox": "Sự kiện nhận từ Zalo",
}
_LABELS = {
    "id": "số", "zalo_user_id": "mã Zalo", "created_at": "lúc tạo", "follows_account": "đang quan tâm",
    "last_interaction_at": "nhắn lần cuối", "welcomed_at": "lúc chào", "phone": "số điện thoại",
    "phone_linked_at": "lúc liên kết", "phone_proof": "cách xác nhận", "notifications_stopped_at": "tắt tin từ",
    "dossier_code": "mã hồ sơ", "proof": "cách xác nhận", "ended_at": "kết thúc", "text": "nội dung", "due_at": "lúc",
    "state": "trạng thái", "code": "mã", "place": "nơi", "photos": "ảnh", "due_on": "hạn trả lời", "answer": "trả lời",
    "answered_at": "lúc trả lời", "kind": "loại", "category": "lĩnh vực", "unit_name": "đơn vị", "stars": "điểm",
    "reason": "lý do", "purpose": "mục đích", "given": "đồng ý", "wording": "lời đã hỏi", "at": "lúc",
    "question": "câu hỏi", "who": "ai", "what": "việc", "sender": "người viết", "files": "tệp", "record": "nội dung",
    "status": "trạng thái", "finished_at": "lúc gửi", "delivered_at": "lúc nhận", "seen_at": "lúc xem",
    "notice_code": "mã tin", "area": "xã, phường", "name": "mục", "value": "giá trị", "changed_at": "lúc đổi",
    "asked_at": "lúc hỏi", "received_at": "lúc nhận", "event_name": "loại", "stopped_at": "từ lúc",
}  # fmt: skip
_TECHNICAL = frozenset({"body", "lane", "channel", "attempts", "next_attempt_at", "recorded_at", "zalo_message_id",
                         "brief", "digest_id", "rule_kind"})  # fmt: skip
# What a citizen asking "what do you hold of me" wants counted.
_COUNTED = (
    "follow", "reminder", "feedback", "rating", "officer_request", "ticket_message", "area_subscription",
    "topic_subscription", "consent", "supplement_photo", "survey_answer",
)  # fmt: skip


@dataclass(frozen=True)
class MadeExport:
    """A file of ours, and when it is deleted."""

    file_ref: str
    delete_after: datetime


def counts_of(session: Session, tracker_url: str, citizen_id: str) -> list[tuple[str, int]]:
    """What we hold of a citizen, by kind, with its title; kinds of which there is nothing are left out."""
    counts = own_data.counts_of(session, citizen_id)
    found = [(TITLES["said"], len(own_data.said_by(tracker_url, citizen_id))), (TITLES["outbox"], counts["outbox"])]
    found += [(TITLES[name], counts[name]) for name in _COUNTED]
    return [(title, number) for title, number in found if number]


def export_for(
    session: Session, tracker_url: str, files_dir: Path, citizen_id: str, message_id: str, now: datetime
) -> MadeExport | None:
    """Writes the file of a citizen; a repeated turn finds its file. None: there was one just now."""
    made = exports.export_of_message(session, message_id)
    if made is not None:
        return MadeExport(made.file_ref, made.delete_after)
    if exports.newest_since(session, citizen_id, now - NOT_AGAIN_FOR) is not None:
        return None
    reference = f"{FOLDER}/{secrets.token_hex(16)}.docx"
    file = file_of(files_dir, reference)
    assert file is not None  # a name of ours
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(document_of(session, tracker_url, citizen_id, now))
    exports.insert_export(session, message_id, citizen_id, reference, now, now + KEPT_FOR)
    return MadeExport(reference, now + KEPT_FOR)


def document_of(session: Session, tracker_url: str, citizen_id: str, now: datetime) -> bytes:
    """Everything that we hold of a citizen, as a DOCX."""
    sections = own_data.rows_of(session, citizen_id)
    sections = {"citizen": sections.pop("citizen", []), "said": own_data.said_by(tracker_url, citizen_id), **sections}
    sections["inbox"] = own_data.received_events_of(session, citizen_id)
    return docx_of(_paragraphs(sections, now))


def delete_expired(session: Session, files_dir: Path, now: datetime) -> int:
    """Deletes files whose day is over; returns how many."""
    return _delete(files_dir, exports.take_expired(session, now))


def delete_of(session: Session, files_dir: Path, citizen_id: str) -> int:
    """Deletes every file of one citizen."""
    return _delete(files_dir, exports.take_of(session, citizen_id))


def _delete(files_dir: Path, references: list[str]) -> int:
    for reference in references:
        file = file_of(files_dir, reference)
        if file is not None:
            file.unlink(missing_ok=True)
    return len(references)


def _paragraphs(sections: dict[str, list[own_data.Row]], now: datetime) -> Iterator[Paragraph]:
    yield Paragraph("Dữ liệu của anh/chị tại trợ lý một cửa", is_heading=True)
    yield Paragraph(
        f"Lập lúc {_value(now)}. Đây là mọi điều được lưu về tài khoản Zalo này, không có gì của người khác."
    )
    for name, rows in sections.items():
        if not rows:
            continue
        yield Paragraph(f"{TITLES.get(name, name)} ({len(rows)})", is_heading=True)
        for number, row in enumerate(rows, start=1):
            yield Paragraph(f"{number}. " + "; ".join(_told(row)))


def _told(row: own_data.Row) -> Iterator[str]:
    for name, value in row.items():
        if name not in _TECHNICAL:
            yield f"{_LABELS.get(name, name)}: {_value(value)}"


def _value(value: Any) -> str:
    if isinstance(value, datetime):
        return f"{value.astimezone(LOCAL):%H:%M %d/%m/%Y}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, bool):
        return "có" if value else "không"
    if isinstance(value, list):
        return ", ".join(map(_value, value))
    return str(value)
