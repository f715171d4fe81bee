"""Trains the model from nothing, without TensorFlow."""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DATA_FILES = ("data/nlu.yml", "data/rules.yml", "data/stories.yml")
SOURCES = (*DATA_FILES, "domain.yml", "config.yml", "nlu", "onestop/text")


class TrainingFailed(Exception):
    """Rasa refused the data; its own lines above say where."""


def fingerprint() -> str:
    """Changes whenever something changes that a model is made from."""
    digest = hashlib.sha256()
    for source in SOURCES:
        path = ROOT / source
        files = sorted(path.rglob("*")) if path.is_dir() else [path]
        for file in files:
            if file.is_file() and "__pycache__" not in file.parts:
                digest.update(str(file.relative_to(ROOT)).encode())
                digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def model_path(folder: Path) -> Path:
    """Where the model of the present sources stands or will stand."""
    return folder / f"onestop-{fingerprint()}.tar.gz"


def train(folder: Path, force: bool = False) -> Path:
    """Trains a model of the present sources into `folder` unless it stands there; older ones are removed.

    Raises:
        TrainingFailed: The data cannot be trained.
    """
    wanted = model_path(folder)
    if wanted.exists() and not force:
        return wanted
    from dialogue import lean, quick_training

    lean.install()
    os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
    os.environ["RASA_MAX_CACHE_SIZE"] = "0"  # its cache does not see changes in modules that a component imports
    if str(ROOT) not in sys.path:
        sys.path.insert(0, str(ROOT))
    os.chdir(ROOT)
    from rasa.model_training import train as rasa_train

    quick_training.install()

    import onestop.log

    onestop.log.configure("WARNING")
    result = rasa_train(
        domain="domain.yml",
        config="config.yml",
        training_files=list(DATA_FILES),
        output=str(folder),
        fixed_model_name=wanted.name,
        force_training=force,
    )
    if result.code != 0 or not wanted.exists():
        raise TrainingFailed("Rasa could not train the model")
    for old in folder.glob("onestop-*.tar.gz"):
        if old != wanted:
            old.unlink()
    return wanted


if __name__ == "__main__":
    print(train(Path(os.environ.get("ONESTOP_MODEL_DIR", ROOT / "models")), "--force" in sys.argv))  # noqa: T201
