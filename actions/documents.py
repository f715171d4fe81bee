"""The documents of a dossier, as a picture or a PDF in the chat, for who has proved it theirs."""

from __future__ import annotations

import re

from actions.base import Events, IntentAction
from actions.supplements import looked_up
from actions.turn import Turn, button
from onestop.services.documents import EVENTS_OF, DocumentDesk, NoSuchDocument
from onestop.services.lookups import readings_in
from onestop.text import fold

_NAMES = {
    "receipt": r"(?:giay|phieu) (?:tiep nhan|hen|bien nhan)|bien nhan",
    "supplement_request": r"(?:phieu|giay)(?: yeu cau)? bo sung",
    "refusal": r"(?:phieu|giay|van ban|thu) tu choi",
    "apology": r"(?:phieu|giay|van ban|thu) xin loi",
    "stop_notice": r"thong bao dung",
    "result_notice": r"thong bao (?:co )?ket qua",
}
_WISHES = re.compile(
    r"\b(?:cho (?:toi |minh |em |tui )?(?:xem|xin|coi)|gui (?:lai|toi|cho)|xin lai|tai (?:lai|ve)|xem lai|pdf)\b"
)


class ShowDocument(IntentAction):
    """Sends one document."""

    intents = ("show_document",)
    is_remembered = False

    def name(self) -> str:
        """In `domain.yml`."""
        return "action_show_document"

    @classmethod
    def claims(cls, turn: Turn) -> str | None:
        """ "cho tôi xem lại giấy hẹn", when a dossier is named or talked about."""
        return "show_document" if document_asked_for(turn.text) and _dossier_meant(turn) else None

    def respond(self, turn: Turn) -> Events:
        """Draws and sends it; says why where it may not or cannot."""
        code = str(turn.value("dossier_code") or _dossier_meant(turn) or "")
        document = str(turn.value("document") or document_asked_for(turn.text) or "")
        file_format = str(turn.value("format") or ("pdf" if "pdf" in turn.text.lower() else "png"))
        found = looked_up(turn, code) if document in EVENTS_OF else None
        if found is None:
            return []
        if found.private is None:
            turn.utter(
                "utter_document_needs_proof",
                buttons=[button("Liên kết điện thoại", "link_phone"), button("Gặp cán bộ", "talk_to_human")],
            )
            return []
        desk = DocumentDesk(turn.services.reader, turn.services.settings.files_dir, turn.services.sessions)
        try:
            named = desk.newest(code, document, file_format)
        except NoSuchDocument:
            turn.utter("utter_no_document", buttons=[button("Xem hồ sơ", "lookup_dossier", dossier_code=code)])
            return []
        name = f"{named.official_name} {code}.pdf".replace("/", "-")
        part = {"kind": "file", "file_ref": named.reference, "name": name}
        if file_format == "png":
            part = {"kind": "image", "file_ref": named.reference, "caption": named.official_name}
        turn.dispatcher.utter_message(json_message={"messages": [part]})
        return []


def document_asked_for(text: str) -> str | None:
    """Which document typed words wish to see: "gửi lại giấy hẹn", "cho xem thư xin lỗi"."""
    plain = fold(text)
    if not _WISHES.search(plain):
        return None
    return next((name for name, pattern in _NAMES.items() if re.search(rf"\b(?:{pattern})\b", plain)), None)


def _dossier_meant(turn: Turn) -> str | None:
    named = readings_in(turn.text)
    return named[0].code if named else turn.topic.dossier_code
