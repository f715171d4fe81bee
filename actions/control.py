"""Which messages come unasked: shown, switched by kind, by words and by buttons."""

from __future__ import annotations

from actions import control_wording, digests, news_topics, reminder_wording
from actions.base import Events, IntentAction
from actions.turn import Button, Turn, button
from onestop.information import subscriptions
from onestop.information.registry import provider_meant
from onestop.messages import control as words
from onestop.messages import digest as digest_words
from onestop.services import broadcasts, follows, preferences, reminders
from onestop.services.preferences import Kind

_SWITCHES = {
    Kind.DOSSIER: "tin hồ sơ",
    Kind.REMINDER: "nhắc hẹn",
    Kind.NEWS: "tin tức, cúp điện",
    Kind.SURVEY: "khảo sát",
    Kind.FEEDBACK: "tin phản ánh",
}


class ShowSettings(IntentAction):
    """Says what is on and what is off, with a button for each."""

    intents = ("show_settings",)
    is_remembered = False

    def name(self) -> str:
        """In `domain.yml`."""
        return "action_show_settings"

    @classmethod
    def claims(cls, turn: Turn) -> str | None:
        """ "đang bật gì, tắt gì", "xem cài đặt"."""
        if turn.is_tap or len(turn.text.split()) > control_wording.LONGEST_WISH_WORDS:
            return None
        return "show_settings" if control_wording.asks_settings(turn.text) else None

    def respond(self, turn: Turn) -> Events:
        """One line a kind."""
        chosen = preferences.preferences_of(turn.session, turn.citizen_id)
        turn.say(
            words.settings_text(
                {kind.value: chosen.is_on(kind) for kind in Kind},
                [row.dossier_code for row in follows.followed_by(turn.session, turn.citizen_id)],
                len(reminders.waiting_of(turn.session, turn.citizen_id)),
                len(subscriptions.all_of(turn.session, turn.citizen_id))
                + len(broadcasts.topics_of(turn.session, turn.citizen_id)),
                chosen.is_simple,
            ),
            [*(switch_button(kind, not chosen.is_on(kind)) for kind in _shown(chosen)), _all_button(chosen)],
            numbered=True,
            keeps_buttons=True,
        )
        hour = chosen.digest_at
        turn.say(digest_words.state_text(hour), digests.state_buttons(hour), keeps_buttons=True)
        return []


class SwitchNotices(IntentAction):
    """Switches kinds of messages on or off, and has news of dossiers put together once a day."""

    intents = ("switch_notices",)
    is_remembered = False

    def name(self) -> str:
        """In `domain.yml`."""
        return "action_switch_notices"

    @classmethod
    def claims(cls, turn: Turn) -> str | None:
        """ "tắt tin hồ sơ", "gom tin mỗi ngày một lần"; of a look-up that is subscribed to, its action knows more."""
        if turn.is_tap or turn.values("dossier_code") or len(turn.text.split()) > control_wording.LONGEST_WISH_WORDS:
            return None
        if digests.wish_of(turn) is not None:
            return "switch_notices"
        wish = control_wording.switch_wish(turn.text)
        if wish is None or control_wording.means_everything(turn.text):
            return None
        if reminder_wording.cancels_reminder(turn.text) or reminder_wording.lists_reminders(turn.text):
            return None
        topics = news_topics.wish_in(turn.text)
        if topics is not None and (topics[0] or news_topics.hears_of(turn, topics[1])):
            return None
        meant = provider_meant(turn.text) if wish.kinds == ("news",) else None
        if meant is not None and (turn.intent == meant.intent or _is_subscribed(turn, meant.kind)):
            return None
        return "switch_notices"

    def respond(self, turn: Turn) -> Events:
        """Does it and says what stays; of several dossiers asks whether one is meant or all."""
        if turn.value("kind") == digests.KIND:
            return digests.by_button(turn)
        gathered = None if turn.is_tap or turn.value("wanted") else digests.wish_of(turn)
        if gathered is not None:
            return digests.choose(turn, gathered)
        kinds, wanted = _wish(turn)
        if kinds == (Kind.DOSSIER,) and not wanted and not turn.value("all"):
            followed = [row.dossier_code for row in follows.followed_by(turn.session, turn.citizen_id)]
            if len(followed) > 1:
                turn.say(words.which_dossiers_text(), _dossier_buttons(followed), numbered=True)
                return []
        changed = [kind for kind in kinds if self._switch(turn, kind, wanted)]
        names = [kind.value for kind in changed or kinds]
        text = words.switched_text(names, wanted) if changed else words.unchanged_text(names, wanted)
        back = [switch_button(kind, not wanted) for kind in changed]
        turn.say(text, [*back, button("Xem các tin đang nhận", "show_settings")])
        return []

    @staticmethod
    def _switch(turn: Turn, kind: Kind, wanted: bool) -> bool:
        wording = words.switched_text([kind.value], wanted)
        key = f"{turn.message_id}:{kind.value}"
        return preferences.switch(turn.session, turn.citizen_id, kind, wanted, key, wording, turn.now)


def _shown(chosen: preferences.Preferences) -> list[Kind]:
    """Four kinds have a button beside the one for all; what becomes of a report is switched by words mostly."""
    rarest = Kind.FEEDBACK if chosen.is_on(Kind.FEEDBACK) else Kind.SURVEY
    return [kind for kind in Kind if kind is not rarest]


def _is_subscribed(turn: Turn, kind: str) -> bool:
    return bool(subscriptions.areas_of(turn.session, turn.citizen_id, kind))


def switch_button(kind: Kind, wanted: bool) -> Button:
    """Switches one kind."""
    title = f"{'Bật' if wanted else 'Tắt'} {_SWITCHES[kind]}"
    return button(title, "switch_notices", kind=kind.value, wanted="yes" if wanted else "no")


def _wish(turn: Turn) -> tuple[tuple[Kind, ...], bool]:
    if turn.is_tap or turn.value("wanted"):
        return (Kind(str(turn.value("kind"))),), turn.value("wanted") == "yes"
    wish = control_wording.switch_wish(turn.text)
    assert wish is not None  # claimed by it
    return tuple(Kind(name) for name in wish.kinds), wish.wanted


def _dossier_buttons(followed: list[str]) -> list[Button]:
    every = button("Tắt tin mọi hồ sơ", "switch_notices", kind=Kind.DOSSIER.value, wanted="no", all="yes")
    return [every, *(button(code, "unfollow_dossier", dossier_code=code) for code in followed[:4])]


def _all_button(chosen: preferences.Preferences) -> Button:
    if chosen.off:
        return button("Bật tất cả", "resume_notifications")
    return button("Tắt tất cả", "stop_notifications", all="yes")
