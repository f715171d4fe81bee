"""News of dossiers put together once a day: chosen, at another hour, and undone, by words and by buttons."""

from __future__ import annotations

from datetime import time

from actions.base import Events
from actions.digest_wording import DigestWish, digest_wish
from actions.turn import Button, Turn, button
from onestop.messages import digest as words
from onestop.messages.formats import clock_text
from onestop.services import digests, preferences
from onestop.services.preferences import FIRST_DIGEST, LAST_DIGEST, USUAL_DIGEST, Kind

KIND = "digest"  # of the buttons that switch it
_OFFERED = (time(7), time(11, 30), USUAL_DIGEST, LAST_DIGEST)


def wish_of(turn: Turn) -> DigestWish | None:
    """What a typed message wants of the digest, or None."""
    chosen = preferences.preferences_of(turn.session, turn.citizen_id)
    return digest_wish(turn.text, turn.now, chosen.digest_at is not None)


def by_button(turn: Turn) -> Events:
    """What a button means: off, on at an hour, or on at an hour still to be asked for."""
    if turn.value("wanted") != "yes":
        return choose(turn, DigestWish(False))
    if turn.value("at") is None:
        turn.say(words.which_hour_text(), _hour_buttons(None), numbered=True)
        return []
    return choose(turn, DigestWish(True, time.fromisoformat(str(turn.value("at")))))


def choose(turn: Turn, wish: DigestWish) -> Events:
    """Does it, and says what does not wait."""
    before = preferences.preferences_of(turn.session, turn.citizen_id)
    if not wish.wanted:
        is_changed = digests.choose(turn.session, turn.citizen_id, None, turn.now)
        turn.say(words.ended_text(is_changed), [offer_button(), button("Xem các tin đang nhận", "show_settings")])
        return []
    hour = wish.hour or before.digest_at or USUAL_DIGEST
    if not FIRST_DIGEST <= hour <= LAST_DIGEST:
        turn.say(words.hour_refused_text(FIRST_DIGEST, LAST_DIGEST), _hour_buttons(None), numbered=True)
        return []
    is_changed = digests.choose(turn.session, turn.citizen_id, hour, turn.now)
    text = words.chosen_text(hour, is_changed)
    if not before.is_on(Kind.DOSSIER):
        text += "\n" + words.DOSSIERS_ARE_OFF
    turn.say(text, [*_hour_buttons(hour), end_button()])
    return []


def offer_button() -> Button:
    """Puts news together at the usual hour."""
    return _on_button("Gom tin mỗi ngày một lần", USUAL_DIGEST)


def end_button() -> Button:
    """Each at once again."""
    return button("Thôi gom, báo ngay", "switch_notices", kind=KIND, wanted="no")


def state_buttons(hour: time | None) -> list[Button]:
    """Under what is on and what is off."""
    if hour is None:
        return [offer_button()]
    return [button("Đổi giờ gom tin", "switch_notices", kind=KIND, wanted="yes"), end_button()]


def _hour_buttons(but: time | None) -> list[Button]:
    return [_on_button(f"Gom lúc {clock_text(hour)}", hour) for hour in _OFFERED if hour != but]


def _on_button(title: str, hour: time) -> Button:
    return button(title, "switch_notices", kind=KIND, wanted="yes", at=f"{hour:%H:%M}")
