"""Who stands behind a dossier is told to its owner only; nobody's dossier is found by a name."""

from __future__ import annotations

from actions.privacy_words import asks_about_a_person, searches_by_person, wants_no_check
from actions.turn import Turn, button
from onestop.services import ownership
from onestop.services.lookups import readings_in


def refuses_about_persons(turn: Turn) -> bool:
    """Refuses such a question, whatever intent it was taken for, in words that tell nothing; whether it was one.

    The owner of the dossier talked about (or named) gets the usual answer, which shows them everything.
    """
    by_person = searches_by_person(turn.text)
    if not by_person and not asks_about_a_person(turn.text) and not wants_no_check(turn.text):
        return False
    readings = readings_in(turn.text, turn.values("dossier_code"))
    if by_person and readings:
        return False  # the code finds it; a name beside it plays no part
    code = readings[0].code if readings else turn.topic.dossier_code
    if code and ownership.owns(turn.session, turn.services.reader, turn.citizen_id, code):
        return False
    buttons = [button("Liên kết điện thoại", "link_phone"), button("Tra cứu hồ sơ", "lookup_dossier", fresh="yes")]
    turn.utter("utter_not_by_person" if by_person else "utter_person_not_told", buttons=buttons)
    return True
