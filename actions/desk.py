"""The officer's one-time QR code, photographed, scanned or typed."""

from __future__ import annotations

from actions import identity as linking
from actions.base import Events, IntentAction
from actions.turn import Turn, button
from onestop.messages import dossiers as dossier_words
from onestop.messages import identity as words
from onestop.services import desk_links, identity
from onestop.services.desk_links import DeskState


class UseDeskLink(IntentAction):
    """Ties the phone on the officer's dossier to this chat, after a yes."""

    intents = ("use_desk_link",)
    is_remembered = False

    def name(self) -> str:
        """In `domain.yml`."""
        return "action_use_desk_link"

    def respond(self, turn: Turn) -> Events:
        """The hash of the token comes from the channel or from a button of ours."""
        return use_desk_hash(turn, str(turn.value("desk_hash") or ""), has_agreed=bool(turn.value("agreed")))


def use_desk_token(turn: Turn, token: str) -> Events:
    """Goes on with a token that was read from a picture."""
    return use_desk_hash(turn, identity.desk_hash(turn.services.sealer, token), has_agreed=False)


def use_desk_hash(turn: Turn, desk_hash: str, has_agreed: bool) -> Events:
    """Asks first; a yes uses the token up."""
    view = desk_links.view_desk_code(
        turn.session, turn.services.reader, desk_hash, turn.citizen_id, turn.message_id, turn.now
    )
    if view.state is DeskState.MUST_WAIT:
        turn.say(dossier_words.wait_text(view.wait))
    elif view.state is DeskState.USED_BY_THIS_CITIZEN:
        turn.utter("utter_desk_code_used_by_you", buttons=[button("Hồ sơ của tôi", "list_my_dossiers")])
    elif view.state is DeskState.GONE or view.dossier_code is None:
        turn.utter("utter_desk_code_gone", buttons=[button("Liên kết bằng mã SMS", "link_phone")])
    elif not has_agreed:
        turn.say(
            words.desk_question_text(view.phone, view.dossier_code),
            [
                button("Đồng ý liên kết", "use_desk_link", desk_hash=desk_hash, agreed="yes", answer="yes"),
                button("Không liên kết", "deny", about="desk", answer="no"),
            ],
            numbered=True,
        )
    else:
        _link(turn, view, desk_hash)
    return []


def _link(turn: Turn, view: desk_links.DeskView, desk_hash: str) -> None:
    wording = words.CONSENT_WORDING if view.phone else words.DESK_CONSENT_WORDING.format(code=view.dossier_code)
    done = desk_links.use_desk_code(turn.session, view, desk_hash, turn.citizen_id, wording, turn.message_id, turn.now)
    if not done:
        turn.utter("utter_desk_code_gone", buttons=[button("Liên kết bằng mã SMS", "link_phone")])
    elif view.phone:
        linking.tell_linked(turn)
    else:
        turn.say(words.desk_follow_text(str(view.dossier_code)), [button("Hồ sơ của tôi", "list_my_dossiers")])
