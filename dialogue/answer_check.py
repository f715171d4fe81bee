"""Checks an action's answer as Rasa does, without checking Rasa's own schema again at every answer.

Rasa calls `jsonschema.validate`, which first validates the schema itself: about 25 ms, two thirds of a turn (ADR 9).
"""

from __future__ import annotations

import functools
import json
from typing import Any

from jsonschema.exceptions import best_match
from jsonschema.validators import validator_for


@functools.lru_cache(maxsize=8)
def _validator(schema_text: str) -> Any:
    schema = json.loads(schema_text)
    kind = validator_for(schema)
    kind.check_schema(schema)
    return kind(schema)


def validate(instance: Any, schema: dict[str, Any]) -> None:
    """Takes the place of `jsonschema.validate`; a schema is itself checked the first time only.

    Raises:
        jsonschema.ValidationError: The instance does not fit.
    """
    error = best_match(_validator(json.dumps(schema, sort_keys=True)).iter_errors(instance))
    if error is not None:
        raise error


def install() -> None:
    """Lets Rasa's remote actions use it."""
    from rasa.core.actions import action

    action.validate = validate
