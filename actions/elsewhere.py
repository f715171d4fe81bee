"""Says honestly that another office does it, instead of a procedure that only sounds like it."""

from __future__ import annotations

from collections.abc import Sequence

from actions.turn import Turn, button, call, link
from onestop.messages.elsewhere import elsewhere_text
from onestop.messages.formats import phone_text
from onestop.services.elsewhere import Matter
from onestop.services.procedures import Offer


def tell_elsewhere(turn: Turn, matter: Matter, beside: Sequence[Offer] = ()) -> None:
    """Names the office and the next step; a procedure that is easily taken for it is one tap away."""
    buttons = [button(one.name, "search_procedure", procedure_code=one.code) for one in beside]
    if matter.phone:
        buttons.append(call(f"Gọi {phone_text(matter.phone)}", matter.phone))
    if matter.url:
        buttons.append(link("Mở trang của nơi đó", matter.url))
    buttons.append(button("Hỏi thủ tục khác", "search_procedure", fresh="yes"))
    names = [one.name for one in beside]
    turn.say(elsewhere_text(matter.matter, matter.who, matter.advice, matter.source, matter.checked_on, names), buttons)
