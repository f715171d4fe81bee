"""What we hold of a citizen: told in numbers, given out as a file, explained."""

from __future__ import annotations

from actions import control_wording as wording
from actions.base import Events, IntentAction, respond_as
from actions.turn import Turn, button
from onestop.clock import LOCAL
from onestop.messages import control as words
from onestop.messages.formats import date_text, moment_text
from onestop.messages.identity import masked_phone
from onestop.services import export
from onestop.services.citizens import citizen_of

LONGEST_WISH_WORDS = wording.LONGEST_WISH_WORDS


class TellPrivacy(IntentAction):
    """Explains what is stored and who sees it."""

    intents = ("ask_privacy",)
    is_remembered = False

    def name(self) -> str:
        """In `domain.yml`."""
        return "action_tell_privacy"

    def respond(self, turn: Turn) -> Events:
        """Asked what is stored of this very citizen, tells it in numbers."""
        if not turn.is_tap and wording.asks_what_is_held(turn.text):
            return respond_as(turn, "show_my_data")
        turn.utter("utter_privacy")
        return []


class ShowMyData(IntentAction):
    """Says what we hold of the citizen, in numbers."""

    intents = ("show_my_data",)
    is_remembered = False

    def name(self) -> str:
        """In `domain.yml`."""
        return "action_show_my_data"

    @classmethod
    def claims(cls, turn: Turn) -> str | None:
        """ "bạn lưu gì của tôi"."""
        if turn.is_tap or len(turn.text.split()) > LONGEST_WISH_WORDS or wording.wants_own_data(turn.text):
            return None
        return "show_my_data" if wording.asks_what_is_held(turn.text) else None

    def respond(self, turn: Turn) -> Events:
        """Of somebody else nothing is told."""
        if not turn.is_tap and wording.is_of_others(turn.text):
            turn.utter("utter_only_own_data")
            return []
        counts = export.counts_of(turn.session, turn.services.settings.tracker_url, turn.citizen_id)
        citizen = citizen_of(turn.session, turn.citizen_id)
        phone = masked_phone(str(citizen.phone)) if citizen is not None and citizen.phone_linked_at else ""
        since = citizen.created_at if citizen is not None else turn.now
        turn.say(
            words.own_data_text(counts, phone, date_text(since.astimezone(LOCAL))),
            [
                button("Tải dữ liệu của tôi", "export_my_data"),
                button("Chọn tin muốn nhận", "show_settings"),
                button("Xóa dữ liệu của tôi", "delete_my_data"),
            ],
            numbered=True,
        )
        return []


class ExportMyData(IntentAction):
    """Sends everything that we hold of the citizen as a file, into this chat only."""

    intents = ("export_my_data",)
    is_remembered = False

    def name(self) -> str:
        """In `domain.yml`."""
        return "action_export_my_data"

    @classmethod
    def claims(cls, turn: Turn) -> str | None:
        """ "cho tôi tải dữ liệu của tôi"; also where somebody else's is wanted, which is refused."""
        if turn.is_tap or len(turn.text.split()) > LONGEST_WISH_WORDS:
            return None
        return "export_my_data" if wording.wants_own_data(turn.text) else None

    def respond(self, turn: Turn) -> Events:
        """Own rows only; the file is ours for a day."""
        if not turn.is_tap and wording.is_of_others(turn.text):
            turn.utter("utter_only_own_data")
            return []
        settings = turn.services.settings
        made = export.export_for(
            turn.session, settings.tracker_url, settings.files_dir, turn.citizen_id, turn.message_id, turn.now
        )
        if made is None:
            turn.utter("utter_export_too_often")
            return []
        turn.say(words.export_text(moment_text(made.delete_after)))
        part = {
            "kind": "file",
            "file_ref": made.file_ref,
            "name": f"du-lieu-cua-toi-{turn.now.astimezone(LOCAL):%Y%m%d}.docx",
        }
        turn.dispatcher.utter_message(json_message={"messages": [part]})
        return []
