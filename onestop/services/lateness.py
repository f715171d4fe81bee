"""Nobody waits in the dark: letters that waited go out, and who was promised a date that passed is told so, once.

The number of dossiers that are late in silence is published (`late_figures`) and must be 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from onestop.services import apologies as letters
from onestop.services.apologies import AtRisk, with_steps
from onestop.services.centre_settings import settings_at_all
from onestop.services.notices import News, audience_of, fetch_one, tell, tell_applicant
from onestop.services.pushes import pushed_news
from onestop.storage import Session, apologies, dossier_queries
from onestop.storage.apologies import CONFIRMED, DRAFTED, SENT
from onestop.storage.dossier_records import DossierEvent, DossierRecord
from onestop.storage.follows import follow_of
from onestop.storage.guard import DossierReader
from onestop.storage.notice_tables import Apology

LATE = "late"
PAGE = 500


@dataclass(frozen=True)
class LateFigures:
    """Late dossiers by what their people know.

    Attributes:
        late: Their due date has passed while the clock ran.
        told: Followers or owners were told that it passed.
        nobody_to_tell: Nobody here follows them or has linked their phone: the call list of the counter.
        undelivered: Told, but every message about it failed for good.
        silent: None of these: must be 0.
    """

    late: int
    told: int
    nobody_to_tell: int
    undelivered: int
    silent: int


def release_letters(session: Session, reader: DossierReader, now: datetime) -> int:
    """Sends letters that were confirmed meanwhile, or whose promised date passes unconfirmed; returns how many.

    Raises:
        BackendUnavailable: The dossier system does not answer.
    """
    ready = [row for row in apologies.held_letters(session) if row.state == CONFIRMED or row.due_at <= now]
    for row in ready:
        letters.mark_sent(row, now)
        news = fetch_one(reader, row.event_id) or pushed_news(session, reader, row.event_id)
        if news is not None:
            audience = audience_of(session, news.dossier)
            tell(session, news, audience, now)
            tell_applicant(session, news, audience, now)
    return len(ready)


def tell_late(session: Session, reader: DossierReader, now: datetime, after: datetime | None = None) -> int:
    """Tells the people of dossiers whose date has passed without a new one, once a dossier and date.

    Args:
        after: Only dates after this moment: what a round of every second looks at; None for all.

    Returns:
        How many dossiers were dealt with.

    Raises:
        BackendUnavailable: The dossier system does not answer.
    """
    done = 0
    for page in _late_pages(reader, now, after):
        known = apologies.dates_of(session, [one.dossier.code for one in page])
        here = settings_at_all(session, tuple({one.dossier.centre_id for one in page}))
        for one in page:
            row = known.get((one.dossier.code, _due(one.dossier)))
            if (row is None or row.late_told_at is None) and LATE in here[one.dossier.centre_id].kinds_on:
                done += _tell_one(session, one, row, now)
    return done


def late_figures(session: Session, reader: DossierReader, now: datetime) -> LateFigures:
    """Counts late dossiers by what their people know.

    Raises:
        BackendUnavailable: The dossier system does not answer.
    """
    late = told = nobody = undelivered = 0
    for page in _late_pages(reader, now, None):
        codes = [one.dossier.code for one in page]
        known = apologies.dates_of(session, codes)
        failed = apologies.failed_codes(session, codes, (LATE, "apology"))
        for one in page:
            row = known.get((one.dossier.code, _due(one.dossier)))
            late += 1
            if row is not None and (row.late_told_at is not None or row.state == SENT):
                told += one.dossier.code not in failed
                undelivered += one.dossier.code in failed
            elif not audience_of(session, one.dossier):
                nobody += 1
    return LateFigures(late, told, nobody, undelivered, late - told - nobody - undelivered)


def _tell_one(session: Session, one: AtRisk, row: Apology | None, now: datetime) -> bool:
    audience = audience_of(session, one.dossier)
    if not audience:
        return False  # the counter's call list; asked again when somebody follows it or links its phone
    row = row or _new_row(session, one, now)
    event = DossierEvent(0, one.dossier.code, LATE, one.dossier.state, one.dossier.state, now, {})
    unaware = [(citizen, proof) for citizen, proof in audience if not _knows(session, citizen.id, one.dossier)]
    tell(session, News(event, one.dossier, one.centre, one.step), unaware, now)
    row.late_told_at, row.audience = now, len(audience)
    return True


def _knows(session: Session, citizen_id: str, dossier: DossierRecord) -> bool:
    """Who began to follow a late dossier was told that it is late by the look-up that offered it."""
    follow = follow_of(session, citizen_id, dossier.code)
    return follow is not None and follow.created_at > _due(dossier)


def _new_row(session: Session, one: AtRisk, now: datetime) -> Apology:
    due = _due(one.dossier)
    values = {"dossier_code": one.dossier.code, "centre_id": one.dossier.centre_id, "due_at": due}
    step = one.step[:200] or None
    apologies.insert_apology(session, {**values, "step": step, "state": DRAFTED, "prepared_at": now})
    row = apologies.apology_of(session, one.dossier.code, due)
    assert row is not None  # it was inserted now or before
    return row


def _late_pages(reader: DossierReader, now: datetime, after: datetime | None) -> Iterator[Sequence[AtRisk]]:
    offset = 0
    while True:
        page = reader.read(_late_page, after, now, PAGE, offset)
        if page:
            yield page
        if len(page) < PAGE:
            return
        offset += len(page)


def _late_page(session: Session, after: datetime | None, until: datetime, limit: int, offset: int) -> list[AtRisk]:
    return with_steps(session, dossier_queries.running_due_between(session, after, until, limit, offset))


def _due(dossier: DossierRecord) -> datetime:
    assert dossier.due_at is not None  # only such dossiers are asked for
    return dossier.due_at
