"""What a centre decides about notifications; what it does not decide is the product's default.

Centre `*` decides for all centres that do not decide for themselves.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from onestop.errors import OnestopError
from onestop.messages.notice_kinds import notice_kinds
from onestop.services import reminder_rules
from onestop.services.reminder_rules import Rule
from onestop.storage import Session, centre_settings

EVERYWHERE = "*"
ON, OFF = "on", "off"
NOTIFY = "notify."
CONFIRM = "apology.confirm"
PREPARE_HOURS = "apology.prepare_hours"
REMIND = "remind."  # remind.<kind>.days, remind.<kind>.hour
DEFAULT_PREPARE_HOURS = 16  # working hours: two days, one for the officer and one before the law's last day
MOST_PREPARE_HOURS = 400


class UnknownSetting(OnestopError):
    """No such setting, or a value that it cannot have; the text is a sentence for the officer."""


@dataclass(frozen=True)
class CentreSettings:
    """What holds at one centre.

    Attributes:
        kinds_on: The kinds of notification that are sent.
        confirms_apologies: A letter with a new date waits for an officer's confirmation.
        prepare_hours: Working hours before a due date at which an apology is prepared.
        rule_settings: What it decides about reminders by rule: (kind, `days` or `hour`) → value.
    """

    kinds_on: frozenset[str]
    confirms_apologies: bool
    prepare_hours: int
    rule_settings: dict[tuple[str, str], str] = field(default_factory=dict)

    def rule(self, rule: Rule) -> Rule:
        """A rule as it holds here."""
        days, hour = (self.rule_settings.get((rule.kind, one)) for one in (reminder_rules.DAYS, reminder_rules.HOUR))
        return reminder_rules.decided(rule, days, hour)


def settings_at(session: Session, centre_id: str) -> CentreSettings:
    """What holds at this centre."""
    return settings_at_all(session, (centre_id,))[centre_id]


def settings_at_all(session: Session, centre_ids: tuple[str, ...]) -> dict[str, CentreSettings]:
    """What holds at each of these centres; one query."""
    rows = centre_settings.settings_of(session, (*centre_ids, EVERYWHERE))
    return {centre_id: _settings(rows, centre_id) for centre_id in centre_ids}


def longest_prepare_hours(session: Session) -> int:
    """The longest time before a due date at which any centre wants an apology prepared, in working hours."""
    decided = [int(row.value) for row in centre_settings.all_settings(session) if row.name == PREPARE_HOURS]
    return max([DEFAULT_PREPARE_HOURS, *decided])


def most_days(session: Session, kind: str, default: int) -> int:
    """The most days that any centre wants between a reminder by rule and what it is about."""
    name = f"{REMIND}{kind}.{reminder_rules.DAYS}"
    return max([default, *(int(row.value) for row in centre_settings.all_settings(session) if row.name == name)])


def decide(session: Session, centre_id: str, name: str, value: str | None, now: datetime) -> None:
    """Writes one decision of a centre, or takes it back with None.

    Raises:
        UnknownSetting: See there.
    """
    if name.startswith(NOTIFY):
        if name.removeprefix(NOTIFY) not in notice_kinds():
            raise UnknownSetting(f"Không có loại tin “{name.removeprefix(NOTIFY)}”.")
        _check(value in (ON, OFF, None), "Giá trị phải là on hoặc off.")
    elif name == CONFIRM:
        _check(value in (ON, OFF, None), "Giá trị phải là on hoặc off.")
    elif name == PREPARE_HOURS:
        is_number = value is None or (value.isdigit() and 1 <= int(value) <= MOST_PREPARE_HOURS)
        _check(is_number, f"Số giờ làm việc phải từ 1 đến {MOST_PREPARE_HOURS}.")
    elif name.startswith(REMIND):
        _check_rule(name, value)
    else:
        raise UnknownSetting(f"Không có cài đặt “{name}”.")
    if value is None:
        centre_settings.clear_setting(session, centre_id, name)
    else:
        centre_settings.set_setting(session, centre_id, name, value, now)


def _settings(rows: dict[tuple[str, str], str], centre_id: str) -> CentreSettings:
    def value(name: str, default: str) -> str:
        return rows.get((centre_id, name)) or rows.get((EVERYWHERE, name)) or default

    kinds = notice_kinds().values()
    return CentreSettings(
        frozenset(one.kind for one in kinds if value(NOTIFY + one.kind, ON if one.is_on else OFF) == ON),
        value(CONFIRM, OFF) == ON,
        int(value(PREPARE_HOURS, str(DEFAULT_PREPARE_HOURS))),
        {
            (kind, one): found
            for kind in reminder_rules.KINDS
            for one in (reminder_rules.DAYS, reminder_rules.HOUR)
            if (found := value(f"{REMIND}{kind}.{one}", ""))
        },
    )


def _check_rule(name: str, value: str | None) -> None:
    kind, _, what = name.removeprefix(REMIND).partition(".")
    if kind not in reminder_rules.KINDS or what not in (reminder_rules.DAYS, reminder_rules.HOUR):
        raise UnknownSetting(f"Không có cài đặt “{name}”.")
    if value is None:
        return
    try:
        reminder_rules.check(what, value)
    except reminder_rules.UnknownRuleSetting as error:
        raise UnknownSetting(str(error)) from error


def _check(is_right: bool, sentence: str) -> None:
    if not is_right:
        raise UnknownSetting(sentence)
