"""Deletes what has been kept long enough, table by table. How long: docs/privacy.md, "How long"."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from onestop.storage.engine import Session, create_engine
from onestop.storage.mailbox_tables import TicketMessage
from onestop.storage.notice_tables import SupplementPhoto
from onestop.storage.rule_tables import RuleReminder
from onestop.storage.tables import Delivery, Feedback, InboxEvent, LookupMiss, Notification, Reminder

_ENDED = ("done", "dead")
_SENT = ("sent", "delivered", "unknown", "permanent-failure", "technical-failure", "cancelled")


def empty_inbox_bodies(session: Session, before: datetime) -> int:
    """Empties what Zalo posted before then; the row stays a while, so that the same event is not taken twice."""
    query = (
        sa.update(InboxEvent)
        .where(InboxEvent.state.in_(_ENDED), InboxEvent.received_at <= before, InboxEvent.body != b"")
        .values(body=b"")
    )
    return session.execute(query.execution_options(synchronize_session=False)).rowcount


def delete_inbox_rows(session: Session, before: datetime) -> int:
    """Deletes events of before then whose turn has ended."""
    return _delete(session, InboxEvent, InboxEvent.state.in_(_ENDED), InboxEvent.received_at <= before)


def delete_sent_messages(session: Session, before: datetime, limit: int) -> int:
    """Deletes messages that were sent before then, with their attempts; at most `limit` of them."""
    old = sa.select(Notification.id).where(Notification.status.in_(_SENT), Notification.created_at <= before)
    ids = list(session.execute(old.order_by(Notification.id).limit(limit)).scalars())
    _delete(session, Delivery, Delivery.notification_id.in_(ids))
    return _delete(session, Notification, Notification.id.in_(ids))


def delete_ended_reminders(session: Session, before: datetime) -> int:
    """Deletes reminders that came, or were cancelled, before then."""
    return _delete(session, Reminder, Reminder.state != "waiting", Reminder.due_at <= before)


def delete_ended_occasions(session: Session, before: datetime) -> int:
    """Deletes reminders by rule that ended before then."""
    return _delete(session, RuleReminder, RuleReminder.state != "planned", RuleReminder.ended_at <= before)


def delete_misses(session: Session, before: datetime) -> int:
    """Forgets look-ups that found nothing before then: they only slow down guessing."""
    return _delete(session, LookupMiss, LookupMiss.at <= before)


def kept_files(session: Session) -> set[str]:
    """The files that citizens sent with something that is kept: reports, papers, talks with officers."""
    lists = [*session.execute(sa.select(Feedback.photos)).scalars()]
    lists += session.execute(sa.select(TicketMessage.files)).scalars()
    single = session.execute(sa.select(SupplementPhoto.file_ref)).scalars()
    return {reference for files in lists for reference in files or ()} | set(single)


def delete_old_talk(tracker_url: str, before: datetime) -> int:
    """Deletes what was said in conversations before then, from the store of Rasa's history."""
    engine = create_engine(tracker_url)
    try:
        with engine.begin() as connection:
            if not sa.inspect(connection).has_table("events"):
                return 0
            gone = sa.text("DELETE FROM events WHERE timestamp <= :before")
            return connection.execute(gone, {"before": before.timestamp()}).rowcount
    finally:
        engine.dispose()


def _delete(session: Session, table: type, *conditions: sa.sql.ColumnElement) -> int:
    return session.execute(
        sa.delete(table).where(*conditions), execution_options={"synchronize_session": False}
    ).rowcount
