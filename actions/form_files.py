"""Hands out the form of a procedure: the blank that we have as a file, else where it can be had."""

from __future__ import annotations

from actions.turn import Button, Turn, link
from onestop.messages import procedures as words
from onestop.messages.procedures import ProcedureFacts
from onestop.paper_forms import form_file, forms_of

MOST_FILES = 2


def tell_form(turn: Turn, facts: ProcedureFacts, following: list[Button]) -> None:
    """Sends the blank forms as files, after a sentence that says what they are; a province's own link comes first."""
    own_links = [link(f"Tải {name}", url) for name, url in facts.paper_forms if url]
    forms = [] if own_links else forms_of(facts.code)[:MOST_FILES]
    page = [link("Trang của thủ tục", facts.portal_url)] if facts.portal_url else []
    if not forms:
        turn.say(words.aspect_text(facts, "ask_form"), [*own_links, *(page if not own_links else []), *following])
        return
    files = [(form_file(turn.services.settings.files_dir, form), form) for form in forms]
    turn.say(words.form_files_text(facts, [(form.title, form.origin) for form in forms]), [*page, *following])
    parts = [{"kind": "file", "file_ref": ref, "name": form.file_name} for ref, form in files]
    turn.dispatcher.utter_message(json_message={"messages": parts})
