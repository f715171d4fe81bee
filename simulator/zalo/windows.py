"""Who may be written to, until when, and who pays (facts, section 6)."""

from simulator.zalo.citizens import Citizen, find_citizen, spend_greeting
from simulator.zalo.clock import local_time
from simulator.zalo.errors import ZaloRefusal, invalid
from simulator.zalo.limits import pay
from simulator.zalo.webhook_events import Json
from simulator.zalo.world import World

FREE_S = 48 * 3600
OPEN_S = 7 * 86_400
FREE_TOTAL = "8"


def reachable_citizen(world: World, user_id: object) -> Citizen:
    """The citizen a message is for.

    Raises:
        ZaloRefusal: unknown (-201), banned or deleted (-227), does not want such messages (-244).
    """
    citizen = find_citizen(world.db, user_id) if isinstance(user_id, str) else None
    if citizen is None:
        raise invalid("user_id")
    if citizen.account == "banned":
        raise ZaloRefusal(-227, "User is banned or has been idle for more than 45 days")
    if citizen.account == "restricted":
        raise ZaloRefusal(-244, "User has restricted this type of message from your OA")
    return citizen


def open_consultation(world: World, citizen: Citizen, now: float) -> Json | None:
    """Lets one consultation message pass and charges it.

    Returns:
        The answer's `quota`; None when the wallet paid.

    Raises:
        ZaloRefusal: no window (-230, -232) or nothing to pay with (-211 or -321).
    """
    if citizen.last_interaction_at is None:
        raise ZaloRefusal(-232, "User has not interacted with the OA")
    idle_s = now - citizen.last_interaction_at
    if idle_s > OPEN_S:
        raise ZaloRefusal(-230, "User has not interacted with the OA in the past 7 days")
    if not citizen.has_chatted:
        return _greeting(world, citizen)
    if idle_s <= FREE_S:
        expires = local_time(citizen.last_interaction_at + FREE_S)
        return _quota(world, "reply", FREE_TOTAL, FREE_TOTAL, f"{expires:%H:%M:%S %d/%m/%Y}")
    return _paid(world)


def _greeting(world: World, citizen: Citizen) -> Json:
    if citizen.greetings_left <= 0:
        raise ZaloRefusal(-232, "User has not interacted with the OA")
    spend_greeting(world.db, citizen)
    left, total = citizen.greetings_left - 1, world.limits.greeting_messages
    return _quota(world, "welcome_msg", str(left), str(total))


def _paid(world: World) -> Json | None:
    """The package pays first, then the wallet."""
    total = world.limits.package_messages
    if world.db.counted("package_spent") < total:
        left = total - world.db.count("package_spent")
        return _quota(world, "sub_quota", str(left), str(total))
    pay(world.db, world.limits, world.limits.consultation_price_vnd, world.rules.wallet_error)
    return None


def _quota(world: World, kind: str, remain: str, total: str, expires: str = "") -> Json:
    return {
        "quota_type": kind,
        "remain": remain,
        "total": total,
        "expired_date": expires,
        "owner_type": "OA",
        "owner_id": world.config.oa_id,
    }


def check_daytime(now: float, code: int) -> None:
    """Raises:
    ZaloRefusal: it is between 22:00 and 06:00 in Vietnam.
    """
    if not 6 <= local_time(now).hour < 22:
        raise ZaloRefusal(code, "Sending is not allowed from 22:00 to 06:00")
