"""Where a file lies that a citizen sent."""

from __future__ import annotations

from pathlib import Path


def file_of(folder: Path, reference: str) -> Path | None:
    """The file behind a reference (`incoming/ab12.jpg`); None where it would lie outside the folder."""
    file = (folder / reference).resolve()
    return file if file.is_relative_to(folder.resolve()) else None
