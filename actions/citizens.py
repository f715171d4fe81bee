"""What a citizen decides about themselves: messages, data."""

from __future__ import annotations

from actions import wording
from actions.base import Events, IntentAction, respond_as
from actions.turn import Turn, button
from onestop.messages.control import RESUME_ALL, STOP_ALL
from onestop.services.erase import receipt_under_way, request_erasure
from onestop.services.preferences import switch_all


class StopNotifications(IntentAction):
    """Says nothing unasked any more."""

    intents = ("stop_notifications",)

    def name(self) -> str:
        """In `domain.yml`."""
        return "action_stop_notifications"

    def respond(self, turn: Turn) -> Events:
        """Stops them; right after following a dossier, "thôi đừng báo nữa" means that dossier."""
        topic = turn.topic
        is_of_one = topic.last_intent == "follow_dossier" and topic.dossier_code is not None
        if is_of_one and not turn.is_tap and not wording.means_every_message(turn.text):
            return respond_as(turn, "unfollow_dossier", {"dossier_code": topic.dossier_code})
        switch_all(turn.session, turn.citizen_id, False, turn.message_id, STOP_ALL, turn.now)
        buttons = [button("Bật lại thông báo", "resume_notifications"), button("Chọn tin muốn nhận", "show_settings")]
        turn.utter("utter_notifications_stopped", buttons=buttons)
        return []


class ResumeNotifications(IntentAction):
    """Tells of changes again."""

    intents = ("resume_notifications",)

    def name(self) -> str:
        """In `domain.yml`."""
        return "action_resume_notifications"

    def respond(self, turn: Turn) -> Events:
        """Resumes them."""
        switch_all(turn.session, turn.citizen_id, True, turn.message_id, RESUME_ALL, turn.now)
        buttons = [button("Hồ sơ của tôi", "list_my_dossiers"), button("Chọn tin muốn nhận", "show_settings")]
        turn.utter("utter_notifications_resumed", buttons=buttons)
        return []


class DeleteMyData(IntentAction):
    """Asks before everything is forgotten."""

    intents = ("delete_my_data",)

    def name(self) -> str:
        """In `domain.yml`."""
        return "action_delete_my_data"

    def respond(self, turn: Turn) -> Events:
        """Names what will go, and asks; a second yes after the receipt gets the receipt again."""
        receipt = receipt_under_way(turn.session, turn.citizen_id)
        if receipt is not None and not turn.is_tap:
            turn.utter("utter_erased", receipt=receipt)
            return []
        turn.utter(
            "utter_confirm_erasure",
            buttons=[
                button("Xóa hết dữ liệu", "erase_everything", answer="yes"),
                button("Không xóa nữa", "deny", about="erase", answer="no"),
            ],
            numbered=True,
        )
        return []


class EraseEverything(IntentAction):
    """Forgets the citizen; only the button of the confirmation means this."""

    intents = ("erase_everything",)
    is_remembered = False

    def name(self) -> str:
        """In `domain.yml`."""
        return "action_erase_everything"

    def respond(self, turn: Turn) -> Events:
        """Erases, and gives the receipt."""
        receipt = request_erasure(
            turn.session, turn.citizen_id, turn.message_id, turn.services.settings.files_dir, turn.now
        )
        turn.utter("utter_erased", receipt=receipt)
        return []
