"""Messages that are no text: each gets a sensible next step."""

from __future__ import annotations

from actions.base import Events, IntentAction
from actions.dossier_talk import tell_codes
from actions.images import codes_in_images
from actions.turn import Turn, button
from onestop.services.lookups import readings_in


class ReadImage(IntentAction):
    """Looks up the dossier whose code a photo shows."""

    intents = ("send_image",)
    is_remembered = False

    def name(self) -> str:
        """In `domain.yml`."""
        return "action_read_image"

    def respond(self, turn: Turn) -> Events:
        """Reads QR codes and barcodes; says what to do where there is none."""
        codes = codes_in_images(turn)
        if codes:
            return tell_codes(turn, readings_in("", codes), None)
        buttons = [button("Gõ mã hồ sơ", "lookup_dossier", fresh="yes"), button("Góp ý, phản ánh", "give_feedback")]
        turn.utter("utter_no_qr_in_image" if turn.values("files") else "utter_image_not_kept", buttons=buttons)
        return []
