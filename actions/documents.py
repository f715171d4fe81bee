"""The documents of a dossier, as a picture or a PDF in the chat, for who has proved it theirs."""

from __future__ import annotations

from actions.base import Events, IntentAction
from actions.supplements import looked_up
from actions.turn import Turn, button
from onestop.services.documents import EVENTS_OF, DocumentDesk, NoSuchDocument


class ShowDocument(IntentAction):
    """Sends one document."""

    intents = ("show_document",)
    is_remembered = False

    def name(self) -> str:
        """In `domain.yml`."""
        return "action_show_document"

    def respond(self, turn: Turn) -> Events:
        """Draws and sends it; says why where it may not or cannot."""
        code, document = str(turn.value("dossier_code") or ""), str(turn.value("document") or "")
        file_format = str(turn.value("format") or "png")
        found = looked_up(turn, code) if document in EVENTS_OF else None
        if found is None:
            return []
        if found.private is None:
            turn.utter(
                "utter_document_needs_proof",
                buttons=[button("Liên kết điện thoại", "link_phone"), button("Gặp cán bộ", "talk_to_human")],
            )
            return []
        desk = DocumentDesk(turn.services.reader, turn.services.settings.files_dir)
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
