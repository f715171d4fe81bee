"""Zalo's numbers (rates, quotas, prices) and the points on which it may be stricter or laxer."""

from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from simulator.zalo.clock import SimulatedClock, local_time
from simulator.zalo.database import Database
from simulator.zalo.errors import BadRequest, ZaloRefusal

BUTTON_MODES = ("bare", "typed", "any", "refused")


@dataclass(frozen=True)
class Limits:
    """Rates and quotas; the defaults are Zalo's (facts, sections 4.5, 5.4, 6 and 10).

    Attributes:
        calls_per_minute: OA API calls of the app in one minute.
        uploads_per_month: Uploads of the app in one calendar month.
        greeting_messages: Messages to a follower who never wrote, per source.
        package_messages: Consultation messages between 48 hours and 7 days that the package pays.
        wallet_vnd: Money for consultation messages beyond the package and for template messages.
        consultation_price_vnd: Price of one consultation message between 48 hours and 7 days.
        template_messages_per_day: Daily quota of template messages by phone.
    """

    calls_per_minute: int = 4000
    uploads_per_month: int = 5000
    greeting_messages: int = 3
    package_messages: int = 0
    wallet_vnd: int = 1_000_000
    consultation_price_vnd: int = 55
    template_messages_per_day: int = 20_000


@dataclass(frozen=True)
class Rules:
    """Where sources disagree or the console has a switch; the defaults are the strict reading.

    Attributes:
        buttons: Whether buttons want no `template_type` ("bare"), "button" ("typed"), either ("any"), or are
            refused with -233.
        list_template: Whether the old list template is accepted.
        template_night: Whether template messages are refused at night with -133.
        app_secret_proof: Whether every call must prove that it knows the app's secret.
        oauth_error_status: HTTP status of OAuth errors: 200 or 400.
        replaced_token_error: Answer to an access token that a refresh replaced: -216 or -220.
        wallet_error: Answer to an empty wallet: -211 or -321.
        auto_seen: Whether citizens read by themselves one second after a message came.
        seen_shape: `msg_ids` or `msg_id` in the seen event.
        seen_sender: Who stands as the seen event's sender: "oa" or "user".
        admin_phones: Phones of the account's administrators (`+84…`), for development mode.
    """

    buttons: str = "bare"
    list_template: bool = False
    template_night: bool = False
    app_secret_proof: bool = False
    oauth_error_status: int = 200
    replaced_token_error: int = -216
    wallet_error: int = -211
    auto_seen: bool = True
    seen_shape: str = "msg_ids"
    seen_sender: str = "user"
    admin_phones: tuple[str, ...] = ()


_CHOICES: dict[str, tuple[object, ...]] = {
    "buttons": BUTTON_MODES,
    "oauth_error_status": (200, 400),
    "replaced_token_error": (-216, -220),
    "wallet_error": (-211, -321),
    "seen_shape": ("msg_ids", "msg_id"),
    "seen_sender": ("oa", "user"),
}


def load_limits(db: Database) -> Limits:
    """The limits last saved."""
    return Limits(**db.read_setting("limits"))


def load_rules(db: Database) -> Rules:
    """The rules last saved."""
    saved = db.read_setting("rules")
    saved["admin_phones"] = tuple(saved.get("admin_phones", ()))
    return Rules(**saved)


def changed_limits(limits: Limits, changes: dict[str, Any]) -> Limits:
    """Limits with some numbers replaced.

    Raises:
        BadRequest: no such limit, or not a number from 0.
    """
    for name, value in changes.items():
        if name not in asdict(limits):
            raise BadRequest(f"There is no limit {name!r}; there are: {', '.join(asdict(limits))}.")
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise BadRequest(f"{name} must be a whole number from 0.")
    return replace(limits, **changes)


def changed_rules(rules: Rules, changes: dict[str, Any]) -> Rules:
    """Rules with some switches replaced.

    Raises:
        BadRequest: no such rule, or not one of its values.
    """
    kinds = {field.name: type(getattr(rules, field.name)) for field in fields(rules)}
    for name, value in changes.items():
        if name not in kinds:
            raise BadRequest(f"There is no rule {name!r}; there are: {', '.join(kinds)}.")
        if name == "admin_phones":
            if not (isinstance(value, list) and all(isinstance(phone, str) for phone in value)):
                raise BadRequest("admin_phones must be a list of phone numbers.")
        elif type(value) is not kinds[name] or value not in _CHOICES.get(name, (value,)):
            allowed = _CHOICES.get(name, ("true", "false"))
            raise BadRequest(f"{name} must be one of: {', '.join(map(str, allowed))}.")
    if "admin_phones" in changes:
        changes = {**changes, "admin_phones": tuple(changes["admin_phones"])}
    return replace(rules, **changes)


class RateLimiter:
    """Counts the app's calls in each minute of the simulated clock; in memory, like a minute."""

    def __init__(self, clock: SimulatedClock) -> None:
        self._clock = clock
        self._minute = 0
        self._calls = 0

    def count(self, limit: int) -> int:
        """Counts one call and returns how many are left in this minute; negative when it is one too many."""
        minute = int(self._clock.now() // 60)
        if minute != self._minute:
            self._minute, self._calls = minute, 0
        self._calls += 1
        return limit - self._calls


def pay(db: Database, limits: Limits, price_vnd: int, error: int) -> None:
    """Takes money from the wallet.

    Raises:
        ZaloRefusal: not enough is left; the code is `error`.
    """
    if wallet_left(db, limits) < price_vnd:
        raise ZaloRefusal(error, "Out of quota: the wallet does not cover this message")
    db.count("wallet_spent_vnd", price_vnd)


def wallet_left(db: Database, limits: Limits) -> int:
    """Money that is left, in đồng."""
    return limits.wallet_vnd - db.counted("wallet_spent_vnd")


def templates_counter(now: float) -> str:
    """Name of the counter of one Vietnamese day's template messages."""
    return f"templates_{local_time(now):%Y-%m-%d}"
