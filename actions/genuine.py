""" "Tin này có phải của trung tâm không?": by the code at its end, by its words, or by the signs of a swindle."""

from __future__ import annotations

from urllib.parse import urlsplit

from actions.base import Events, IntentAction
from actions.genuine_wording import asks_whether_genuine, has_followed_it, mentions_notice_code
from actions.turn import Button, Turn, button, call
from onestop.messages import genuine as words
from onestop.messages.dossiers import wait_text
from onestop.messages.formats import phone_text
from onestop.messages.procedures import ASPECTS
from onestop.services import genuine
from onestop.services.genuine import Origin
from onestop.services.topics import note_intent
from onestop.text.notice_codes import notice_codes_in
from onestop.text.scam_signs import ScamSigns, hosts_in, is_official, scam_signs

LONGEST_BARE_CODE_WORDS = 5
SHORTEST_COPY_WORDS = 8
_ANOTHER_MATTER = (*ASPECTS, "search_procedure", "give_feedback", "talk_to_human", "ask_address", "ask_working_hours")
_SURE_OF_ANOTHER_FROM = 0.8


class VerifyMessage(IntentAction):
    """Says whether a message is ours, and warns of swindles."""

    intents = ("verify_message",)
    is_remembered = False

    def name(self) -> str:
        """In `domain.yml`."""
        return "action_verify_message"

    @classmethod
    def claims(cls, turn: Turn) -> str | None:
        """Questions about a message, codes of notices, copies sent after such a question, and obvious swindles."""
        if turn.is_tap:
            return None
        text, count = turn.text, len(turn.text.split())
        if mentions_notice_code(text) or (count <= LONGEST_BARE_CODE_WORDS and notice_codes_in(text)):
            return "verify_message"
        if asks_whether_genuine(text) or _signs(turn).is_alarming:
            return "verify_message"
        was_asked = turn.topic.last_intent == "verify_message"
        is_about_it = count >= SHORTEST_COPY_WORDS or bool(hosts_in(text)) or _asks_what_now(turn)
        is_another = turn.intent in _ANOTHER_MATTER and turn.confidence >= _SURE_OF_ANOTHER_FROM
        return "verify_message" if was_asked and is_about_it and not is_another else None

    def respond(self, turn: Turn) -> Events:
        """Judges what is shown; where nothing is, asks for it."""
        was_told = turn.topic.last_intent == "verify_message"
        note_intent(turn.session, turn.citizen_id, turn.now, "verify_message")
        hotline = turn.services.settings.fallback_hotline
        if was_told and _asks_what_now(turn):
            turn.say(words.already_followed_text(hotline), _help(turn))
            return []
        signs = _signs(turn)
        try:
            verdict = genuine.judge(turn.session, turn.citizen_id, turn.text, turn.message_id, turn.now)
        except genuine.CodesRefused as refusal:
            turn.say(wait_text(refusal.wait))
            return []
        text = _by_code(verdict, signs, hotline)
        if text is not None:
            turn.say(text, [] if verdict.origin is Origin.OURS else _help(turn))
        elif signs.is_told and signs.is_alarming and not signs.foreign_hosts:
            turn.say(words.told_warning_text(hotline), _help(turn))
        elif signs.has_any:
            turn.say(words.warning_text(signs, hotline), _help(turn))
        elif _shows_a_message(turn):
            turn.say(words.not_found_text(hotline), _help(turn))
        else:
            _ask_for_it(turn)
        return []


class CheckLink(IntentAction):
    """A shared link: never opened; says whose site it is."""

    intents = ("send_link",)
    is_remembered = False

    def name(self) -> str:
        """In `domain.yml`."""
        return "action_check_link"

    def respond(self, turn: Turn) -> Events:
        """An official site is called so, any other warned of."""
        url = str(turn.value("url") or "")
        host = (urlsplit(url).hostname or "").lower()
        if not host:
            turn.utter("utter_link")
        elif is_official(host, _own_hosts(turn)):
            turn.say(words.official_link_text(host), [button("Cổng dịch vụ công", "ask_portal")])
        else:
            turn.say(words.foreign_link_text(host, turn.services.settings.fallback_hotline), _help(turn))
        return []


def _by_code(verdict: genuine.Verdict, signs: ScamSigns, hotline: str) -> str | None:
    """What is said where a code or a copy decides; None where neither does."""
    if verdict.sent_at is not None:
        if verdict.origin is Origin.ALTERED:
            return words.altered_text(verdict.sent_at, str(verdict.code), signs, hotline)
        return words.ours_text(verdict.sent_at, verdict.code)
    if verdict.origin is Origin.TO_SOMEBODY_ELSE:
        return words.to_somebody_else_text(str(verdict.code), hotline)
    if verdict.origin is Origin.UNKNOWN_CODE and not signs.is_alarming:
        return words.unknown_code_text(str(verdict.code), hotline)
    return None


def _ask_for_it(turn: Turn) -> None:
    last = genuine.last_notice(turn.session, turn.citizen_id, turn.now)
    if last is None:
        turn.utter("utter_what_message", buttons=_help(turn)[-1:])
        return
    about = f"hồ sơ {last.dossier_code}" if last.dossier_code else ""
    turn.say(words.last_notice_text(last.finished_at or last.created_at, last.notice_code, about), _help(turn)[-1:])


def _shows_a_message(turn: Turn) -> bool:
    """Whether there is more in it than the question."""
    return len(turn.text.split()) >= 2 * SHORTEST_COPY_WORDS or not asks_whether_genuine(turn.text)


def _asks_what_now(turn: Turn) -> bool:
    return not turn.is_tap and len(turn.text.split()) < 2 * SHORTEST_COPY_WORDS and has_followed_it(turn.text)


def _signs(turn: Turn) -> ScamSigns:
    return scam_signs(turn.text, _own_hosts(turn))


def _own_hosts(turn: Turn) -> tuple[str, ...]:
    host = urlsplit(turn.services.settings.portal_url).hostname
    return (host.lower(),) if host else ()


def _help(turn: Turn) -> list[Button]:
    hotline = turn.services.settings.fallback_hotline
    report = button("Báo tin giả mạo", "give_feedback", report=turn.text[:1000])
    return [report, call(f"Gọi {phone_text(hotline)}", hotline)]
