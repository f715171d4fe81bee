"""Reminders by rule: occasions are written down ahead, looked at again when they are sent, and once more at the door.

Nothing here depends on the feed of events: an occasion is read off the dossier as it stands, its key (kind, dossier,
day) makes it happen once, and whom it concerns is found when it is sent. What has moved on is not sent; what is too
late is dropped and counted. When each comes: `reminder_rules`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from onestop.clock import LOCAL
from onestop.errors import BackendUnavailable
from onestop.log import get_logger
from onestop.services import delivery_status as status
from onestop.services import reminder_rules
from onestop.services.apologies import NO_CENTRE
from onestop.services.centre_settings import CentreSettings, most_days, settings_at_all
from onestop.services.notices import News, ReminderFacts, audience_of, tell
from onestop.services.reminder_rules import COLLECT, DEADLINE, DUE, KINDS, PAPERS, Occasion, Rule
from onestop.services.working_days import WorkCalendar, calendar_of
from onestop.storage import Session, dossier_queries, supplements
from onestop.storage import rule_reminders as rows
from onestop.storage.citizens import citizen_by_id
from onestop.storage.dossier_records import Agency, DossierEvent, DossierRecord
from onestop.storage.guard import DossierReader
from onestop.storage.life_cycle import RUNNING_STATES, DossierState
from onestop.storage.outbox import newest_push
from onestop.storage.rule_tables import RuleReminder
from onestop.storage.tables import Citizen

log = get_logger()

PAGE = 500
COUNTED_BACK = timedelta(days=30)
RECHECK_AFTER = timedelta(seconds=60)
TOLD_LATELY = timedelta(hours=24)
MOVED_ON = "moved-on"
"""Error of a row of the outbox that was not sent because its dossier had gone on."""

_COLUMNS = {DUE: "due_at", PAPERS: "paused_at", DEADLINE: "respond_by", COLLECT: "finished_at"}
_STATES: Mapping[str, tuple[int, ...]] = {
    DUE: (*(int(one) for one in RUNNING_STATES), int(DossierState.READY)),
    PAPERS: (int(DossierState.SUPPLEMENT_REQUESTED),),
    DEADLINE: (int(DossierState.SUPPLEMENT_REQUESTED),),
    COLLECT: (int(DossierState.READY),),
}
_SPARE_DAYS = 12  # days off between a date and the reminder of it, Tết among them


@dataclass(frozen=True)
class _Seen:
    """A dossier as it stands, with what a reminder says of it."""

    dossier: DossierRecord
    centre: Agency
    step: str
    items: tuple[str, ...]


def plan(session: Session, reader: DossierReader, now: datetime) -> int:
    """Writes down the occasions of the next days of dossiers that somebody here is told of; returns how many are new.

    One whose time has passed unseen (the clock was moved, the notifier stood still) is written down as stale.

    Raises:
        BackendUnavailable: The dossier system does not answer.
    """
    day = now.astimezone(LOCAL).date()
    calendar = reader.read(_calendar)
    rules, ahead = reminder_rules.rules_on(day), reminder_rules.plan_ahead(day)
    added = 0
    for kind in KINDS:
        after, until = _window(session, rules[kind], now, ahead)
        offset = 0
        while True:
            page = reader.read(
                dossier_queries.dossiers_between, _COLUMNS[kind], _STATES[kind], after, until, PAGE, offset
            )
            added += _plan_page(session, rules[kind], page, calendar, now, ahead)
            offset += len(page)
            if len(page) < PAGE:
                break
    return added


def withdraw_needless(session: Session, reader: DossierReader, now: datetime) -> int:
    """Takes back planned occasions whose dossier has gone on; returns how many.

    Raises:
        BackendUnavailable: The dossier system does not answer.
    """
    done, after_id = 0, 0
    while page := rows.planned_after(session, after_id, PAGE):
        dossiers = _dossiers(reader, [row.dossier_code for row in page])
        for row in page:
            if not _still_holds(row.kind, row.occasion, dossiers.get(row.dossier_code)):
                _end(row, rows.MOVED_ON, now)
                done += 1
        after_id = page[-1].id
    return done


def send(session: Session, reader: DossierReader, now: datetime, limit: int = 100) -> int:
    """Queues the reminders whose time has come, of each dossier the last only; returns how many occasions were decided.

    Raises:
        BackendUnavailable: The dossier system does not answer.
    """
    due = rows.due(session, now, limit)
    if not due:
        return 0
    seen = _look(reader, [row.dossier_code for row in due])
    calendar = reader.read(_calendar)
    here = settings_at_all(session, tuple({row.centre_id for row in due}))
    rules = reminder_rules.rules_on(now.astimezone(LOCAL).date())
    newest = {row.dossier_code: row.id for row in sorted(due, key=lambda row: (row.nominal_at, row.id))}
    for row in due:
        is_last = newest[row.dossier_code] == row.id
        _decide(session, row, seen.get(row.dossier_code), here[row.centre_id], rules[row.kind], calendar, is_last, now)
    log.info("rule_reminders.decided", count=len(due), queued=sum(row.state == rows.QUEUED for row in due))
    return len(due)


def send_again(session: Session, reader: DossierReader, now: datetime, limit: int = 100) -> int:
    """Queues reminders asked for under one by rule, if what they are about still holds; returns how many were decided.

    Raises:
        BackendUnavailable: The dossier system does not answer.
    """
    due = rows.due_again(session, now, limit)
    if not due:
        return 0
    seen = _look(reader, [row.dossier_code or "" for row in due])
    calendar = reader.read(_calendar)
    for row in due:
        row.state = "unwanted"
        one = seen.get(row.dossier_code or "")
        citizen = citizen_by_id(session, row.citizen_id)
        if one is None or citizen is None or not _is_ahead(str(row.rule_kind), one.dossier, calendar, now):
            continue
        audience = [(who, proof) for who, proof in audience_of(session, one.dossier) if who.id == citizen.id]
        news = _news(session, str(row.rule_kind), f"again:{row.id}", one, calendar, now, None)
        if tell(session, news, audience, now):
            row.state = "sent"
    return len(due)


def still_true(session: Session, reader: DossierReader, ids: Sequence[int], now: datetime) -> list[int]:
    """Which of these due rows of the outbox may be sent: reminders whose dossier went on meanwhile are cancelled.

    While the dossier system does not answer, its reminders wait and everything else goes.
    """
    found = rows.waiting_rows(session, ids, KINDS) if ids else []
    if not found:
        return list(ids)
    kept_back: set[int] = set()
    try:
        dossiers = _dossiers(reader, [row.dossier_code or "" for row in found])
        for row in found:
            if not _row_holds(row.kind, row.key, dossiers.get(row.dossier_code or "")):
                row.status, row.error, row.finished_at = status.CANCELLED, MOVED_ON, now
                kept_back.add(row.id)
    except BackendUnavailable:
        for row in found:
            row.next_attempt_at = now + RECHECK_AFTER
            kept_back.add(row.id)
    return [id for id in ids if id not in kept_back]


def again_for(reader: DossierReader, kind: str, code: str, now: datetime) -> datetime | None:
    """When "nhắc lại ngày mai" is, tomorrow at the rule's hour; None where there would be nothing to remind of.

    Raises:
        BackendUnavailable: The dossier system does not answer.
    """
    local = now.astimezone(LOCAL)
    hour = reminder_rules.rules_on(local.date())[kind].at
    at = datetime.combine(local.date() + timedelta(days=1), hour, LOCAL)
    dossier = _dossiers(reader, [code]).get(code)
    return at if dossier is not None and _is_ahead(kind, dossier, reader.read(_calendar), at) else None


def last_told(session: Session, citizen_id: str, now: datetime) -> tuple[str, str] | None:
    """Kind and dossier of the reminder by rule that is the last thing a citizen got unasked within a day, or None."""
    row = newest_push(session, citizen_id, now - TOLD_LATELY)
    return (row.kind, row.dossier_code) if row is not None and row.kind in KINDS and row.dossier_code else None


def stop(session: Session, citizen_id: str, dossier_code: str, now: datetime) -> None:
    """This citizen is reminded of this dossier by no rule any more; its news still come."""
    rows.stop(session, citizen_id, dossier_code, now)
    for row in rows.queued_rows(session, citizen_id, dossier_code, KINDS):
        row.status, row.error, row.finished_at = status.CANCELLED, "stopped", now
    for reminder in rows.waiting_again(session, citizen_id, dossier_code):
        reminder.state = "cancelled"


def resume(session: Session, citizen_id: str, dossier_code: str) -> None:
    """This citizen is reminded of this dossier again."""
    rows.resume(session, citizen_id, dossier_code)


def _window(session: Session, rule: Rule, now: datetime, ahead: timedelta) -> tuple[datetime, datetime]:
    """Between which moments the dates lie that may give an occasion in the next days or the last month."""
    most = most_days(session, rule.kind, rule.days)
    spread = timedelta(days=(most * 2 if rule.is_working else most) + _SPARE_DAYS)
    if rule.kind in (DUE, DEADLINE):
        return now - COUNTED_BACK, now + ahead + spread
    return now - spread - COUNTED_BACK, now


def _plan_page(
    session: Session,
    default: Rule,
    page: Sequence[DossierRecord],
    calendar: WorkCalendar,
    now: datetime,
    ahead: timedelta,
) -> int:
    here = settings_at_all(session, tuple({one.centre_id for one in page}))
    found: dict[str, tuple[DossierRecord, Occasion, Rule]] = {}
    for dossier in page:
        decided = here[dossier.centre_id]
        rule = decided.rule(default)
        occasion = reminder_rules.occasion_of(rule, dossier, calendar) if rule.kind in decided.kinds_on else None
        if occasion is not None and now - COUNTED_BACK <= occasion.nominal_at <= now + ahead:
            found[_key(rule.kind, dossier.code, occasion.name)] = (dossier, occasion, rule)
    new = {key: found[key] for key in found.keys() - rows.known_keys(session, list(found))}
    if not new:
        return 0
    since = _audience_since(session, [dossier for dossier, _occasion, _rule in new.values()])
    return sum(_plan_one(session, key, *new[key], since.get(new[key][0].code), now) for key in sorted(new))


def _plan_one(
    session: Session,
    key: str,
    dossier: DossierRecord,
    occasion: Occasion,
    rule: Rule,
    since: datetime | None,
    now: datetime,
) -> bool:
    if since is None:
        return False
    due_at, is_stale = occasion.nominal_at, occasion.expires_at <= now
    if since > occasion.nominal_at:
        if is_stale or rule.newcomers_after is None:
            return False  # the look-up that offered to follow has told it
        due_at = now + rule.newcomers_after
    values = {
        "key": key,
        "kind": rule.kind,
        "dossier_code": dossier.code,
        "centre_id": dossier.centre_id,
        "occasion": occasion.name,
        "nominal_at": occasion.nominal_at,
        "due_at": due_at,
        "expires_at": occasion.expires_at,
        "state": rows.STALE if is_stale else rows.PLANNED,
        "planned_at": now,
        "ended_at": now if is_stale else None,
    }
    return rows.insert_occasion(session, values)


def _audience_since(session: Session, dossiers: Sequence[DossierRecord]) -> dict[str, datetime]:
    """Since when somebody here is told of each dossier; those of whom nobody is are left out."""
    phones = [one.applicant_phone for one in dossiers if one.applicant_phone]
    follows, owners = rows.audience_since(session, [one.code for one in dossiers], phones)
    found = {}
    for one in dossiers:
        moments = [at for at in (follows.get(one.code), owners.get(one.applicant_phone or "")) if at is not None]
        if moments:
            found[one.code] = min(moments)
    return found


def _decide(
    session: Session,
    row: RuleReminder,
    seen: _Seen | None,
    here: CentreSettings,
    default: Rule,
    calendar: WorkCalendar,
    is_last: bool,
    now: datetime,
) -> None:
    rule = here.rule(default)
    if seen is None or not _still_holds(row.kind, row.occasion, seen.dossier):
        _end(row, rows.MOVED_ON, now)
        return
    slot = reminder_rules.slot(rule, now, calendar)
    if slot >= row.expires_at or not is_last:
        _end(row, rows.STALE, now)
    elif row.kind not in here.kinds_on:
        _end(row, rows.UNWANTED, now)
    elif slot > now:
        row.due_at = slot
    else:
        row.told = _tell(session, row, seen, rule, calendar, now)
        _end(row, rows.QUEUED if row.told else rows.UNWANTED, now)


def _tell(session: Session, row: RuleReminder, seen: _Seen, rule: Rule, calendar: WorkCalendar, now: datetime) -> int:
    news = _news(session, row.kind, row.occasion, seen, calendar, now, row.expires_at)
    if row.kind == PAPERS and news.reminder is not None and news.reminder.has_photos:
        return 0  # something has arrived: the officer looks at it
    latest = row.nominal_at if rule.newcomers_after is None else row.due_at
    audience = _audience(session, seen.dossier, latest)
    return tell(session, news, audience, now)


def _audience(session: Session, dossier: DossierRecord, latest: datetime) -> list[tuple[Citizen, str]]:
    """Who is reminded: who is told of the dossier, wants reminders of it, and has not just looked it up."""
    stopped = rows.stopped_by(session, dossier.code)
    began = rows.follow_times(session, dossier.code)
    return [
        (citizen, proof)
        for citizen, proof in audience_of(session, dossier)
        if citizen.id not in stopped and began.get(citizen.id, latest) <= latest
    ]


def _news(
    session: Session,
    kind: str,
    occasion: str,
    seen: _Seen,
    calendar: WorkCalendar,
    now: datetime,
    expires_at: datetime | None,
) -> News:
    dossier = seen.dossier
    event = DossierEvent(0, dossier.code, kind, dossier.state, dossier.state, now, {"items": seen.items})
    facts = ReminderFacts(
        occasion=occasion,
        visit_at=_visit_at(kind, dossier, calendar),
        expires_at=expires_at,
        is_ready=dossier.state == DossierState.READY,
        waiting_days=_days_since(dossier.finished_at, now) if kind == COLLECT else None,
        has_photos=dossier.paused_at is not None
        and any(one.sent_at >= dossier.paused_at for one in supplements.recent_photos(session, dossier.code, 1)),
    )
    return News(event, dossier, seen.centre, seen.step, facts)


def _visit_at(kind: str, dossier: DossierRecord, calendar: WorkCalendar) -> datetime | None:
    if kind == DUE:
        day = reminder_rules.visit_day(dossier, calendar)
        return datetime.combine(day, time(12), LOCAL) if day else None
    return (dossier.due_at or dossier.finished_at) if kind == COLLECT else dossier.respond_by


def _is_ahead(kind: str, dossier: DossierRecord, calendar: WorkCalendar, at: datetime) -> bool:
    """Whether the dossier still gives a reason at a moment: for a day to come, that day or before it."""
    if reminder_rules.subject_at(kind, dossier) is None:
        return False
    if kind == COLLECT or (kind == PAPERS and dossier.respond_by is None):
        return True
    visit_at = _visit_at(kind, dossier, calendar)
    return visit_at is not None and at.astimezone(LOCAL).date() <= visit_at.astimezone(LOCAL).date()


def _still_holds(kind: str, occasion: str, dossier: DossierRecord | None) -> bool:
    about_at = reminder_rules.subject_at(kind, dossier) if dossier is not None else None
    return about_at is not None and about_at.isoformat() == occasion


def _row_holds(kind: str, key: str, dossier: DossierRecord | None) -> bool:
    """Whether a row of the outbox still holds, by its key: kind, dossier, occasion or `again`, citizen."""
    about_at = reminder_rules.subject_at(kind, dossier) if dossier is not None else None
    if dossier is None or about_at is None:
        return False
    begins = f"{kind}:{dossier.code}:"
    return key.startswith((f"{begins}again:", f"{begins}{about_at.isoformat()}:"))


def _end(row: RuleReminder, state: str, now: datetime) -> None:
    row.state, row.ended_at = state, now


def _key(kind: str, code: str, occasion: str) -> str:
    return f"{kind}:{code}:{occasion}"


def _days_since(at: datetime | None, now: datetime) -> int | None:
    return (now.astimezone(LOCAL).date() - at.astimezone(LOCAL).date()).days if at else None


def _calendar(session: Session) -> WorkCalendar:
    return calendar_of(dossier_queries.all_holidays(session))


def _dossiers(reader: DossierReader, codes: Sequence[str]) -> dict[str, DossierRecord]:
    return {one.code: one for one in reader.read(dossier_queries.dossiers_by_codes, sorted(set(codes)))}


def _look(reader: DossierReader, codes: Sequence[str]) -> dict[str, _Seen]:
    return reader.read(_read_seen, sorted(set(codes)))


def _read_seen(session: Session, codes: Sequence[str]) -> dict[str, _Seen]:
    dossiers = dossier_queries.dossiers_by_codes(session, codes)
    centres = {id: dossier_queries.agency_by_id(session, id) for id in {one.centre_id for one in dossiers}}
    steps = dossier_queries.steps_at_work(session, [one.code for one in dossiers])
    return {
        one.code: _Seen(one, centres[one.centre_id] or NO_CENTRE, steps.get(one.code, ""), _missing(session, one))
        for one in dossiers
    }


def _missing(session: Session, dossier: DossierRecord) -> tuple[str, ...]:
    """The papers that a dossier waits for, as the last request names them."""
    if dossier.state != DossierState.SUPPLEMENT_REQUESTED:
        return ()
    asked = [one for one in dossier_queries.events_of(session, dossier.code) if one.kind == "supplement_requested"]
    return tuple((asked[-1].data or {}).get("items") or ()) if asked else ()
