"""Portals and the power company: addresses and numbers are data."""

from __future__ import annotations

from actions.base import Events, IntentAction
from actions.turn import Turn, button, call, link
from onestop.messages import information as words
from onestop.messages.formats import phone_text
from onestop.services import procedures


class TellPortal(IntentAction):
    """Names the online portal; of the procedure talked about, its own page."""

    intents = ("ask_portal",)

    def name(self) -> str:
        """In `domain.yml`."""
        return "action_tell_portal"

    def respond(self, turn: Turn) -> Events:
        """Gives the address as text and as a button."""
        portal = turn.services.settings.portal_url
        code = turn.topic.procedure_code
        facts = turn.services.procedures.facts(code, turn.now) if code and not turn.is_tap else None
        page = procedures.page_of(facts)
        turn.say(
            words.portal_text(portal, facts.name if facts and page else None, page), [link("Mở cổng", page or portal)]
        )
        return []


class TellPowerCut(IntentAction):
    """Says who knows when the power is cut."""

    intents = ("ask_power_cut",)

    def name(self) -> str:
        """In `domain.yml`."""
        return "action_tell_power_cut"

    def respond(self, turn: Turn) -> Events:
        """Names the power company's numbers on record."""
        company = turn.services.offices.power_company(turn.now)
        if company is None or company.phone is None:
            turn.say(words.power_text(None), [button("Đường dây nóng", "contact_hotline")])
        else:
            turn.say(words.power_text(company), [call(f"Gọi {phone_text(company.phone)}", company.phone)])
        return []
