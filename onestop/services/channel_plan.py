"""By which way a notification may lawfully go now, and what that costs: the cheapest first. Pure; the facts are data.

Consultation messages are free for 48 hours after the citizen's last word and paid for up to 7 days; later only template
messages, by Zalo account or phone number, then SMS, at last a call from the counter. (Zalo's own transaction messages
ended on 1 March 2026.) Source: docs/sources.md, "Zalo channels and prices".
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

CS = "cs"
TEMPLATE_UID = "template_uid"
TEMPLATE_PHONE = "template_phone"
SMS = "sms"

NOT_BY_ACCOUNT = frozenset({"otp"})
"""One-time codes go to the number that they prove, never to an account."""

_FILE = Path(__file__).with_name("channels.json")


@dataclass(frozen=True)
class Rates:
    """What holds from a day on; prices in đồng."""

    valid_from: date
    free_for: timedelta
    open_for: timedelta
    consultation_vnd: int
    phone_vnd: int
    uid_vnd: int
    others: dict[str, tuple[int, int]]
    sms_vnd: int
    sms_length: int

    def template_vnd(self, kind: str) -> tuple[int, int]:
        """Price of a template message by phone number and by account."""
        return self.others.get(kind, (self.phone_vnd, self.uid_vnd))


@dataclass(frozen=True)
class Reach:
    """How one person can be reached.

    Attributes:
        has_zalo: We know their Zalo account and may write to it.
        last_interaction_at: Their last word, follow or tap.
        phone: +84…, proved or printed on the dossier.
    """

    has_zalo: bool
    last_interaction_at: datetime | None = None
    phone: str | None = None


@dataclass(frozen=True)
class Way:
    """One lawful way, with its price in đồng."""

    channel: str
    cost_vnd: int


def ways(reach: Reach, template: str | None, has_sms: bool, now: datetime, rates: Rates) -> list[Way]:
    """All lawful ways now, cheapest first; none: only a call is left.

    Args:
        template: Our name of the template that says the same, or None.
        has_sms: Whether there is a short text for SMS.
    """
    found = []
    silence = now - reach.last_interaction_at if reach.last_interaction_at is not None else None
    if reach.has_zalo and silence is not None and silence <= rates.open_for:
        found.append(Way(CS, 0 if silence <= rates.free_for else rates.consultation_vnd))
    if template is not None:
        by_phone, by_account = rates.template_vnd(template)
        if reach.has_zalo and template not in NOT_BY_ACCOUNT:
            found.append(Way(TEMPLATE_UID, by_account))
        if reach.phone is not None:
            found.append(Way(TEMPLATE_PHONE, by_phone))
    if has_sms and reach.phone is not None:
        found.append(Way(SMS, rates.sms_vnd))
    return sorted(found, key=lambda way: way.cost_vnd)


def next_way(found: Collection[Way], tried: Collection[str]) -> Way | None:
    """The cheapest way not tried yet."""
    return next((way for way in found if way.channel not in tried), None)


def rates_on(day: date) -> Rates:
    """What holds on a day; before the first version, the first."""
    versions = _rates()
    return next((one for one in versions if one.valid_from <= day), versions[-1])


def sms_text(template: str | None, code: str) -> str | None:
    """The short text for SMS: plain letters, one part, no personal data; None where there is none."""
    text = _data()["sms_texts"].get(template or "")
    return text.format(code=code) if text else None


@lru_cache(maxsize=1)
def _rates() -> tuple[Rates, ...]:
    found = [_rates_of(one) for one in _data()["versions"]]
    return tuple(sorted(found, key=lambda one: one.valid_from, reverse=True))


def _rates_of(data: dict[str, Any]) -> Rates:
    consultation, template, sms = data["consultation"], data["template"], data["sms"]
    return Rates(
        valid_from=date.fromisoformat(data["valid_from"]),
        free_for=timedelta(hours=consultation["free_hours"]),
        open_for=timedelta(hours=consultation["last_hours"]),
        consultation_vnd=consultation["price_vnd"],
        phone_vnd=template["phone_vnd"],
        uid_vnd=template["uid_vnd"],
        others={kind: (prices[0], prices[1]) for kind, prices in template["others"].items()},
        sms_vnd=sms["price_vnd"],
        sms_length=sms["max_length"],
    )


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    data: dict[str, Any] = json.loads(_FILE.read_text(encoding="utf-8"))
    return data
