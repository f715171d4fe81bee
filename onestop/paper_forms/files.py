"""Blank forms as files that can be sent: drawn once, kept under the name of their content."""

from __future__ import annotations

import os
from pathlib import Path

from onestop.paper_forms.drawing import DRAWING_VERSION, draw_form
from onestop.paper_forms.forms import PaperForm


def form_file(files_dir: Path, form: PaperForm) -> str:
    """The form as a PDF below `files_dir`; drawn where it is missing.

    Returns:
        Its place, relative to `files_dir`.
    """
    ref = f"forms/{form.id}-{form.fingerprint}-{DRAWING_VERSION}.pdf"
    path = files_dir / ref
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_suffix(f".{os.getpid()}.tmp")
        beside.write_bytes(draw_form(form))
        beside.replace(path)  # another process may be drawing the same one
    return ref
