"""The registry of template messages, as Zalo approved them (`simulator/templates.json`)."""

import json
import re
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from simulator.zalo.errors import ZaloRefusal

REGISTRY = Path(__file__).parents[1] / "templates.json"
# Templates made on or before this day may not go by user id (facts, section 5.1).
UID_RULES_SINCE = date(2025, 12, 10)
OTP_TYPE = 2
DATE_FORMATS = (
    "%d/%m/%Y", "%H:%M:%S %d/%m/%Y", "%H:%M %d/%m/%Y", "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M",
)  # fmt: skip


@dataclass(frozen=True)
class Parameter:
    """One blank of a template.

    Attributes:
        type: Zalo's kind of parameter, which gives the greatest length.
        max_length: In characters.
    """

    name: str
    type: str
    max_length: int
    sample: str
    required: bool = True


@dataclass(frozen=True)
class Template:
    """One approved (or not yet approved) template; prices without VAT."""

    id: str
    kind: str
    name: str
    type: int
    tag: str
    status: str
    created_on: date
    price_phone_vnd: int
    price_uid_vnd: int
    title: str
    text: str
    parameters: tuple[Parameter, ...]
    buttons: tuple[dict[str, Any], ...]

    @property
    def may_go_by_user_id(self) -> bool:
        """New rules, and no one-time code."""
        return self.created_on > UID_RULES_SINCE and self.type != OTP_TYPE

    def rendered(self, data: dict[str, str]) -> str:
        """What the citizen reads."""
        text = f"{self.title}\n{self.text}"
        return re.sub(r"<(\w+)>", lambda blank: data.get(blank[1], ""), text)

    def shown_buttons(self, data: dict[str, str]) -> tuple[dict[str, Any], ...]:
        """The buttons with the blanks in their addresses filled."""
        return tuple(
            {key: re.sub(r"<(\w+)>", lambda blank: data.get(blank[1], ""), value) for key, value in button.items()}
            for button in self.buttons
        )


def load_templates(path: Path = REGISTRY) -> dict[str, Template]:
    """Reads the registry: templates by id."""
    templates = [_template(item) for item in json.loads(path.read_text(encoding="utf-8"))["templates"]]
    return {template.id: template for template in templates}


def usable_template(templates: dict[str, Template], template_id: object) -> Template:
    """The template of an id, if it may be sent.

    Raises:
        ZaloRefusal: unknown (-109), not approved (-131), disabled (-146).
    """
    template = templates.get(template_id) if isinstance(template_id, str) else None
    if template is None:
        raise ZaloRefusal(-109, "Template ID is invalid")
    if template.status == "DISABLE":
        raise ZaloRefusal(-146, "Template is disabled")
    if template.status != "ENABLE":
        raise ZaloRefusal(-131, "Template is not approved")
    return template


def checked_data(template: Template, data: object) -> dict[str, str]:
    """The parameters of a message, as text.

    Raises:
        ZaloRefusal: none at all (-111), one missing (-1122), too long (-1121), a wrong form (-1124), or one
            that the template does not have (-112).
    """
    if not isinstance(data, dict):
        raise ZaloRefusal(-111, "template_data is missing")
    names = {parameter.name for parameter in template.parameters}
    for name in data:
        if name not in names:
            raise ZaloRefusal(-112, f"template_data: {name} is not a parameter of the template")
    return {
        parameter.name: _checked_value(parameter, data.get(parameter.name))
        for parameter in template.parameters
        if parameter.required or parameter.name in data
    }


def _checked_value(parameter: Parameter, value: object) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = str(value)
    if value is None or value == "":
        raise ZaloRefusal(-1122, f"template_data: {parameter.name} is missing")
    if not isinstance(value, str):
        raise ZaloRefusal(-1124, f"template_data: {parameter.name} must be text")
    if len(value) > parameter.max_length:
        raise ZaloRefusal(-1121, f"template_data: {parameter.name} exceeds {parameter.max_length} characters")
    if not _has_form(parameter.type, value):
        raise ZaloRefusal(-1124, f"template_data: {parameter.name} has a wrong format")
    return value


def _has_form(kind: str, value: str) -> bool:
    if kind == "DATE":
        return any(_is_date(value, form) for form in DATE_FORMATS)
    if kind in ("OTP", "NUMBER"):
        return value.isascii() and value.isalnum()
    if kind == "PHONE":
        return re.fullmatch(r"[\d+ .]{4,15}", value) is not None
    return True


def _is_date(value: str, form: str) -> bool:
    try:
        datetime.strptime(value, form)  # noqa: DTZ007 - only the form counts
    except ValueError:
        return False
    return True


def _template(item: dict[str, Any]) -> Template:
    return Template(
        id=item["id"],
        kind=item["kind"],
        name=item["name"],
        type=item["type"],
        tag=item["tag"],
        status=item["status"],
        created_on=date.fromisoformat(item["created_on"]),
        price_phone_vnd=item["price_phone_vnd"],
        price_uid_vnd=item["price_uid_vnd"],
        title=item["title"],
        text=item["text"],
        parameters=tuple(Parameter(**parameter) for parameter in item["parameters"]),
        buttons=tuple(item["buttons"]),
    )
