"""What cannot wait: who to call comes before everything else."""

from __future__ import annotations

from actions.turn import Turn, button, call
from onestop.messages.feedback import emergency_text
from onestop.messages.formats import phone_text
from onestop.services.emergencies import Emergency


def tell_emergency(turn: Turn, emergency: Emergency, offers_report: bool = True) -> None:
    """Says whom to call, with a button for each number.

    Args:
        offers_report: Adds a button that takes the message down as feedback.
    """
    buttons = [call(f"Gọi {phone_text(phone)}", phone) for phone in emergency.phones]
    if offers_report:
        buttons.append(button("Ghi thành phản ánh", "give_feedback", report=turn.text[:1000]))
    turn.say(emergency_text(emergency.what, emergency.phones), buttons)
