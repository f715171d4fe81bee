"""What only a dossier's owner may ask: who follows it, what was handed in."""

from __future__ import annotations

from actions import identity_wording as wording
from actions.base import Events, IntentAction
from actions.turn import NOT_UNDERSTOOD, Turn, button
from onestop.messages import dossiers as dossier_words
from onestop.messages import identity as words
from onestop.services import lookups, ownership, topics
from onestop.services.lookups import Lookup, readings_in


class TellFollowers(IntentAction):
    """Says how many follow a dossier; never who."""

    intents = ("count_followers",)
    is_remembered = False

    def name(self) -> str:
        """In `domain.yml`."""
        return "action_tell_followers"

    @classmethod
    def claims(cls, turn: Turn) -> str | None:
        """ "ai đang theo dõi hồ sơ này"."""
        return "count_followers" if wording.counts_followers(turn.text) else None

    def respond(self, turn: Turn) -> Events:
        """Counts."""
        code = owned_dossier(turn)
        if code is None:
            return []
        found = ownership.followers_besides(turn.session, turn.services.reader, turn.citizen_id, code)
        buttons = []
        if found.by_second_code or found.by_code:
            buttons.append(button("Bỏ người theo dõi khác", "send_followers_away", dossier_code=code))
        if found.co_owners:
            buttons.append(button("Gỡ các Zalo khác", "unlink_others"))
        if found.is_closed:
            buttons.append(button("Cho theo dõi lại", "let_followers_back", dossier_code=code))
        text = words.followers_text(code, found.by_second_code, found.by_code, found.co_owners, found.is_closed)
        turn.say(text, [*buttons, button("Xem hồ sơ", "lookup_dossier", dossier_code=code)])
        return []


class SendFollowersAway(IntentAction):
    """Ends everybody else's follows and makes the old second code void."""

    intents = ("send_followers_away",)
    is_remembered = False

    def name(self) -> str:
        """In `domain.yml`."""
        return "action_send_followers_away"

    @classmethod
    def claims(cls, turn: Turn) -> str | None:
        """ "bỏ hết người theo dõi khác"."""
        is_meant = wording.sends_followers_away(turn.text) and not wording.unlinks_others(turn.text)
        return "send_followers_away" if is_meant else None

    def respond(self, turn: Turn) -> Events:
        """Does it at once: it can be taken back."""
        code = owned_dossier(turn)
        if code is None:
            return []
        services = turn.services
        count = ownership.send_others_away(
            turn.session, services.reader, services.sealer, turn.citizen_id, code, turn.now
        )
        turn.say(words.revoked_text(code, count), [button("Cho theo dõi lại", "let_followers_back", dossier_code=code)])
        return []


class LetFollowersBack(IntentAction):
    """Lets others follow again."""

    intents = ("let_followers_back",)
    is_remembered = False

    def name(self) -> str:
        """In `domain.yml`."""
        return "action_let_followers_back"

    @classmethod
    def claims(cls, turn: Turn) -> str | None:
        """ "cho người nhà theo dõi lại"."""
        return "let_followers_back" if wording.lets_followers_back(turn.text) else None

    def respond(self, turn: Turn) -> Events:
        """Opens the dossier to its old second code."""
        code = owned_dossier(turn)
        if code is not None:
            turn.say(words.readmitted_text(code, ownership.let_back(turn.session, code)))
        return []


class ShowPapers(IntentAction):
    """Lists the papers of a dossier, to who has proved it theirs."""

    intents = ("show_papers",)
    is_remembered = False

    def name(self) -> str:
        """In `domain.yml`."""
        return "action_show_papers"

    @classmethod
    def claims(cls, turn: Turn) -> str | None:
        """ "giấy tờ đã nộp trong hồ sơ này", when a dossier is talked about."""
        is_asked = turn.intent in _PAPERS_TAKEN_FOR and wording.asks_handed_in_papers(turn.text)
        return "show_papers" if is_asked and turn.topic.dossier_code else None

    def respond(self, turn: Turn) -> Events:
        """Names them, or says what would open them."""
        found = _looked_up(turn)
        if found is None:
            return []
        if found.private is None:
            _tell_private(turn)
            return []
        private = found.private
        papers = [(paper.name, paper.state == "missing") for paper in private.documents]
        turn.say(
            dossier_words.papers_text(private.public.code, papers),
            [button("Xem hồ sơ", "lookup_dossier", dossier_code=private.public.code)],
        )
        return []


# What NLU takes such a question for; other wishes may name papers in passing.
_PAPERS_TAKEN_FOR = frozenset({"ask_documents", "lookup_dossier", "list_my_dossiers", *NOT_UNDERSTOOD})


def owned_dossier(turn: Turn) -> str | None:
    """The dossier that is named or talked about, if it is this citizen's; else says that only owners may, and None.

    The words are the same for another's dossier and for one that does not exist.
    """
    named = turn.values("dossier_code") or [one.code for one in readings_in(turn.text)]
    code = str(named[0]) if named else turn.topic.dossier_code
    if code is None:
        own = ownership.dossiers_owned(turn.session, turn.services.reader, turn.citizen_id)
        if len(own) > 1:
            choices = [button(one, turn.intent, dossier_code=one) for one in own]
            turn.utter("utter_which_owned", buttons=choices, numbered=True)
            return None
        code = own[0] if own else None
    if code is not None and ownership.owns(turn.session, turn.services.reader, turn.citizen_id, code):
        topics.speak_of_dossier(turn.session, turn.citizen_id, turn.now, code, None, None)
        return code
    buttons = [button("Liên kết điện thoại", "link_phone"), button("Hồ sơ của tôi", "list_my_dossiers")]
    turn.utter("utter_owner_only", buttons=buttons)
    return None


def _looked_up(turn: Turn) -> Lookup | None:
    """The dossier that is meant, looked up as any other is: misses count."""
    readings = readings_in(turn.text, turn.values("dossier_code"))[:1]
    if not readings and turn.topic.dossier_code:
        readings = readings_in("", [turn.topic.dossier_code])
    if not readings:
        turn.utter("utter_which_owned", buttons=[button("Hồ sơ của tôi", "list_my_dossiers")])
        return None
    try:
        return lookups.look_up(
            turn.services.reader,
            turn.session,
            turn.citizen_id,
            turn.message_id,
            readings,
            None,
            turn.now,
            turn.services.sealer,
        )[0]
    except lookups.GuessingRefused as refusal:
        turn.say(dossier_words.wait_text(refusal.wait))
        return None


def _tell_private(turn: Turn) -> None:
    turn.utter(
        "utter_person_not_told",
        buttons=[button("Liên kết điện thoại", "link_phone"), button("Đường dây nóng", "contact_hotline")],
    )
