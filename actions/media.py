"""Messages that are no text: each gets a sensible next step."""

from __future__ import annotations

from typing import Any

from rasa_sdk.events import SlotSet

from actions.base import Events, IntentAction
from actions.desk import use_desk_token
from actions.dossier_talk import tell_codes
from actions.feedback import begin_feedback, loose_photos
from actions.images import seen_in_images
from actions.supplements import take_loose_pictures
from actions.turn import Turn, button
from actions.wording import tells_something
from onestop.services.feedback_classes import reader
from onestop.services.lookups import readings_in


class ReadImage(IntentAction):
    """Looks up the dossier whose code a photo shows."""

    intents = ("send_image",)
    is_remembered = False

    def name(self) -> str:
        """In `domain.yml`."""
        return "action_read_image"

    def respond(self, turn: Turn) -> Events:
        """Reads QR codes and barcodes; a picture of something else may belong to a report that follows."""
        seen = seen_in_images(turn)
        if seen.desk_token:
            return use_desk_token(turn, seen.desk_token)
        if seen.dossier_codes:
            return tell_codes(turn, readings_in("", seen.dossier_codes), None)
        caption = str(turn.value("caption") or "")
        if turn.values("files") and tells_something(caption) and reader().propose(caption).is_sure:
            return begin_feedback(caption, None, [str(one) for one in turn.values("files")])
        papers = take_loose_pictures(turn)
        if papers is not None:
            return papers
        buttons = [button("Gõ mã hồ sơ", "lookup_dossier", fresh="yes"), button("Góp ý, phản ánh", "give_feedback")]
        turn.utter("utter_no_qr_in_image" if turn.values("files") else "utter_image_not_kept", buttons=buttons)
        return [SlotSet("loose_photos", _with_loose_photos(turn))] if turn.values("files") else []


def _with_loose_photos(turn: Turn) -> list[dict[str, Any]]:
    """The pictures that a report sent in the next minutes is about, with when they came."""
    kept = loose_photos(turn.slot("loose_photos"), turn.now)
    sent = [str(one) for one in turn.values("files")]
    return [{"ref": one, "at": turn.now.timestamp()} for one in dict.fromkeys((*kept, *sent))]
