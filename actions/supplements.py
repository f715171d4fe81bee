"""Missing papers sent as pictures, one after the other."""

from __future__ import annotations

from collections.abc import Sequence

from actions import supplement_wording as wording
from actions.base import CitizenAction, Events, IntentAction
from actions.dossier_talk import ask_for_code
from actions.forms import Digression, Filled, FormStep, NotUnderstood, Reading, closed_form, open_form, skips
from actions.turn import MOST_BUTTONS, Button, Turn, button
from onestop.messages import dossiers as dossier_words
from onestop.messages import supplements as words
from onestop.services import follows, lookups, supplements
from onestop.services.citizens import citizen_of
from onestop.services.dossiers import dossiers_of_phone
from onestop.services.lookups import readings_in
from onestop.services.supplements import Kept, Progress, Request
from onestop.services.topics import speak_of_dossier

DONE = "done"
_PICTURES = ("send_image", "send_file")


class SupplementStep(FormStep):
    """Takes pictures for one paper until the citizen goes on, skips it or is done."""

    form = "supplement_form"
    slots = ("supplement_step",)
    may_be_skipped = ("supplement_step",)

    def is_skip(self, turn: Turn, asked: str) -> bool:
        """ "xong", "tiếp" and "chưa có" belong to the form, whatever NLU makes of them."""
        is_ours = wording.is_done(turn.text) or wording.goes_on(turn.text) or wording.has_not(turn.text)
        return super().is_skip(turn, asked) or (is_ours and not turn.is_tap)

    def read(self, turn: Turn, asked: str) -> Reading:
        """Pictures are kept; words move on or are another matter."""
        request = waiting_request(turn, str(turn.slot("supplement_dossier") or ""))
        if request is None:
            return Filled({asked: DONE})  # the papers have been received at the counter meanwhile
        if turn.intent in _PICTURES:
            return self._with_pictures(turn, request, asked)
        if turn.intent == "finish_supplement" or (not turn.is_tap and wording.is_done(turn.text)):
            return Filled({asked: DONE})
        if turn.intent == "next_paper" or (not turn.is_tap and (wording.goes_on(turn.text) or turn.intent == "affirm")):
            return self._to_next(turn, request, asked)
        if skips(turn) or (not turn.is_tap and wording.has_not(turn.text)):
            progress = supplements.go_on(turn.session, turn.citizen_id, request, turn.now, skips=True)
            return Filled({asked: None if progress else DONE})
        number = None if turn.is_tap else wording.paper_number(turn.text)
        if number is not None and number <= len(request.items):
            supplements.go_on(turn.session, turn.citizen_id, request, turn.now, to=number)
            return Filled({asked: None})
        if turn.intent in ("out_of_scope", "nlu_fallback", "deny") and not turn.is_tap:
            turn.utter("utter_supplement_waits_for_picture")
            return NotUnderstood()
        return Digression()

    @staticmethod
    def _with_pictures(turn: Turn, request: Request, asked: str) -> Reading:
        kept = _keep(turn, request)
        if kept is Kept.TOO_MANY:
            turn.utter("utter_supplement_full")
        elif kept is Kept.NOTHING:
            turn.utter("utter_image_not_kept")
        return Filled({asked: None})

    @staticmethod
    def _to_next(turn: Turn, request: Request, asked: str) -> Reading:
        now = supplements.progress_of(turn.session, turn.citizen_id, request)
        if not now.counts.get(now.current):
            turn.utter("utter_supplement_waits_for_picture")
            return Filled({asked: None})
        progress = supplements.go_on(turn.session, turn.citizen_id, request, turn.now)
        return Filled({asked: None if progress else DONE})


class AskSupplementStep(CitizenAction):
    """Asks for the paper whose turn it is."""

    def name(self) -> str:
        """As Rasa derives it from form and slot."""
        return "action_ask_supplement_form_supplement_step"

    def answer(self, turn: Turn) -> Events:
        """Names it, says what has come of it; not to who has lost the proof meanwhile (a phone untied)."""
        request = waiting_request(turn, str(turn.slot("supplement_dossier") or ""))
        if request is None:
            return closed_form(SupplementStep, "supplement_dossier")
        progress = supplements.progress_of(turn.session, turn.citizen_id, request)
        received = progress.counts.get(progress.current, 0)
        is_first = not progress.pictures and not progress.skipped
        turn.say(words.ask_text(request.items, progress.current, received, is_first), _step_buttons(progress))
        return []


class SendSupplement(IntentAction):
    """Leads through the missing papers of a dossier."""

    intents = ("send_supplement",)
    is_remembered = False

    def name(self) -> str:
        """In `domain.yml`."""
        return "action_send_supplement"

    @classmethod
    def claims(cls, turn: Turn) -> str | None:
        """ "gửi ảnh bổ sung"."""
        return "send_supplement" if wording.sends_papers(turn.text) else None

    def respond(self, turn: Turn) -> Events:
        """Begins, or goes on where it was left; only for who has proved the dossier theirs."""
        code = _dossier_meant(turn)
        if isinstance(code, list):
            return _ask_which(turn, code)
        if code is None:
            return ask_for_code(turn, "lookup_dossier")
        found = looked_up(turn, code)
        if found is None:
            return []
        if found.private is None:
            _tell_private(turn)
            return []
        request = supplements.request_of(turn.services.reader, code)
        if request is None:
            turn.say(words.not_waiting_text(code), [button("Xem hồ sơ", "lookup_dossier", dossier_code=code)])
            return []
        item = turn.value("item")
        supplements.begin(turn.session, turn.citizen_id, request, turn.now, int(item) if item else None)
        if turn.values("files"):
            _keep(turn, request)
        speak_of_dossier(turn.session, turn.citizen_id, turn.now, code, None, request.centre_id)
        return open_form(SupplementStep, supplement_dossier=code)


class FinishSupplement(CitizenAction):
    """Says what was received, and what is still missing."""

    def name(self) -> str:
        """In `domain.yml`."""
        return "action_finish_supplement"

    def answer(self, turn: Turn) -> Events:
        """Ends the sending; it can be taken up again."""
        code = str(turn.slot("supplement_dossier") or "")
        closing = closed_form(SupplementStep, "supplement_dossier")
        if turn.slot("supplement_step") != DONE or not code:
            return closing  # three answers that were none: a person has been offered
        found = looked_up(turn, code)
        if found is None or found.private is None:
            if found is not None:
                _tell_private(turn)
            return closing
        request = supplements.request_of(turn.services.reader, code)
        if request is None:
            turn.say(words.not_waiting_text(code), [button("Xem hồ sơ", "lookup_dossier", dossier_code=code)])
            return closing
        progress = supplements.finish(turn.session, turn.citizen_id, request, turn.now)
        text = words.finished_text(
            code, request.items, progress.missing, progress.pictures, request.centre_name, request.respond_by
        )
        more = [button("Gửi giấy còn thiếu", "send_supplement", dossier_code=code)] if progress.missing else []
        address = button("Đường đi, giờ mở cửa", "ask_address", agency_id=request.centre_id)
        turn.say(text, [*more, address, button("Xem hồ sơ", "lookup_dossier", dossier_code=code)])
        return closing


class LeaveSupplement(CitizenAction):
    """Says that what was sent is kept."""

    def name(self) -> str:
        """In `domain.yml`."""
        return "action_leave_supplement"

    def answer(self, turn: Turn) -> Events:
        """Offers to go on."""
        code = str(turn.slot("supplement_dossier") or "")
        request = waiting_request(turn, code)
        pictures = supplements.progress_of(turn.session, turn.citizen_id, request).pictures if request else 0
        again = [button("Gửi ảnh bổ sung", "send_supplement", dossier_code=code)] if request else []
        turn.say(words.left_text(code, pictures), [*again, button("Xem hồ sơ", "lookup_dossier", dossier_code=code)])
        return closed_form(SupplementStep, "supplement_dossier")


class StepIsOver(IntentAction):
    """A tap on a button of a sending that has ended."""

    intents = ("next_paper", "finish_supplement")
    is_remembered = False

    def name(self) -> str:
        """In `domain.yml`."""
        return "action_supplement_is_over"

    def respond(self, turn: Turn) -> Events:
        """Says so, and how to begin again."""
        turn.utter("utter_supplement_is_over", buttons=[button("Gửi ảnh bổ sung", "send_supplement")])
        return []


def waiting_request(turn: Turn, code: str | None) -> Request | None:
    """What a dossier waits for, if it is one that this citizen has proved theirs."""
    if not code:
        return None
    request = supplements.request_of(turn.services.reader, code)
    if request is None:
        return None
    found = looked_up(turn, code, says_wait=False)
    return request if found is not None and found.private is not None else None


def take_loose_pictures(turn: Turn) -> Events | None:
    """Offers pictures that came by themselves to the dossier talked about, if it waits for papers; else None."""
    request = waiting_request(turn, turn.topic.dossier_code) if turn.values("files") else None
    if request is None:
        return None
    code = request.dossier_code
    if len(request.items) == 1:
        supplements.begin(turn.session, turn.citizen_id, request, turn.now)
        _keep(turn, request)
        return open_form(SupplementStep, supplement_dossier=code)
    progress = supplements.progress_of(turn.session, turn.citizen_id, request)
    files = [str(one) for one in turn.values("files")]
    numbers = (progress.missing or list(range(1, len(request.items) + 1)))[: MOST_BUTTONS - 1]
    buttons = [
        button(f"{n}. {request.name_of(n)}", "send_supplement", dossier_code=code, item=n, files=files) for n in numbers
    ]
    none = button("Không phải giấy bổ sung", "help")
    turn.say(words.which_paper_text(code), [*buttons, none], numbered=True)
    return []


def _keep(turn: Turn, request: Request) -> Kept:
    return supplements.keep(
        turn.session,
        turn.services.settings.files_dir,
        turn.citizen_id,
        turn.message_id,
        request,
        [str(one) for one in turn.values("files")],
        turn.now,
    )


def _step_buttons(progress: Progress) -> list[Button]:
    has_picture = bool(progress.counts.get(progress.current))
    is_last = not [number for number in progress.unanswered if number != progress.current]
    buttons = []
    if has_picture and not is_last:
        buttons.append(button("Giấy tiếp theo", "next_paper"))
    if not has_picture:
        buttons.append(button("Bỏ qua giấy này", "skip_step"))
    if progress.pictures:
        buttons.append(button("Xong", "finish_supplement"))
    return [*buttons, button("Để sau", "cancel")]


def _dossier_meant(turn: Turn) -> str | list[str] | None:
    """The dossier that is named, talked about, or the only one of the citizen's that waits; several as a list."""
    named = [str(one) for one in turn.values("dossier_code")] or [one.code for one in readings_in(turn.text)]
    if named:
        return named[0]
    waiting = _waiting_codes(turn)
    if turn.topic.dossier_code and (turn.topic.dossier_code in waiting or not waiting):
        return turn.topic.dossier_code
    if len(waiting) > 1:
        return waiting
    return waiting[0] if waiting else None


def _waiting_codes(turn: Turn) -> list[str]:
    codes = [row.dossier_code for row in follows.followed_by(turn.session, turn.citizen_id)]
    citizen = citizen_of(turn.session, turn.citizen_id)
    if citizen is not None and citizen.phone and citizen.phone_linked_at is not None:
        codes += [one.code for one in dossiers_of_phone(turn.services.reader, citizen.phone, turn.now)]
    return [code for code in dict.fromkeys(codes) if supplements.request_of(turn.services.reader, code)]


def _ask_which(turn: Turn, codes: Sequence[str]) -> Events:
    buttons = [button(code, "send_supplement", dossier_code=code) for code in codes]
    turn.utter("utter_which_supplement", buttons=buttons[:MOST_BUTTONS], numbered=True)
    return []


def looked_up(turn: Turn, code: str, says_wait: bool = True) -> lookups.Lookup | None:
    """Looks a dossier up as any other is: misses count."""
    services = turn.services
    try:
        return lookups.look_up(
            services.reader,
            turn.session,
            turn.citizen_id,
            turn.message_id,
            readings_in("", [code]),
            None,
            turn.now,
            services.sealer,
        )[0]
    except lookups.GuessingRefused as refusal:
        if says_wait:
            turn.say(dossier_words.wait_text(refusal.wait))
        return None


def _tell_private(turn: Turn) -> None:
    """The same words whether there is such a dossier or not."""
    turn.utter(
        "utter_supplement_needs_proof",
        buttons=[button("Liên kết điện thoại", "link_phone"), button("Gặp cán bộ", "talk_to_human")],
    )
