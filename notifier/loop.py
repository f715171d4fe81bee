"""The notifier's loop: dossier events and reminders become rows of the outbox, rows become messages."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

from notifier.dates import DateWatch
from notifier.monitoring import Watch
from notifier.pushes import PushReader
from notifier.rules import RuleWatch
from onestop import clock
from onestop.errors import BackendUnavailable
from onestop.log import get_logger
from onestop.services import broadcasts, erase, identity, later, notices, officers, retention, supplements
from onestop.services.dispatch import Dispatcher
from onestop.services.documents import DocumentDesk, warm_up
from onestop.settings import Settings
from onestop.storage import SessionFactory, subscriptions
from onestop.storage.engine import DatabaseUnavailable
from onestop.storage.guard import DossierReader

log = get_logger()

CODE_LANES = ("code",)
NOTICE_LANES = ("notice",)
BULK_LANES = ("bulk",)
BULK_ROUND_S = 0.25  # news waits for no more than a broadcast's rows of so many seconds
ORPHAN_LANES = ("reply",)
SENDERS = 8  # for news, and as many for broadcasts; together no more than kept connections
LOOKUP_SENDERS = 4
HOUSEKEEPING_EVERY_S = 3600.0


@dataclass(frozen=True)
class Pools:
    """Who sends what: a broadcast whose sends hang or wait for Zalo's rate takes no sender from news."""

    news: Executor
    bulk: Executor
    lookups: Executor

    @classmethod
    @contextmanager
    def open(cls) -> Iterator[Pools]:
        """Threads that end when everything they were given is done."""
        with (
            ThreadPoolExecutor(SENDERS, thread_name_prefix="news") as news,
            ThreadPoolExecutor(SENDERS, thread_name_prefix="bulk") as bulk,
            ThreadPoolExecutor(LOOKUP_SENDERS, thread_name_prefix="look-up") as lookups,
        ):
            yield cls(news, bulk, lookups)


class Notifier:
    """One notifier process. Several may run on PostgreSQL: rows are locked or claimed.

    Besides, it ends what citizens asked to have erased once the farewell is sent.
    """

    def __init__(
        self,
        sessions: SessionFactory,
        dossiers: DossierReader,
        dispatcher: Dispatcher,
        settings: Settings,
    ) -> None:
        self._sessions = sessions
        self._dossiers = dossiers
        self._dispatcher = dispatcher
        self._settings = settings
        self._dates = DateWatch(sessions, dossiers)
        self._pushes = PushReader(sessions, dossiers)
        self._rules = RuleWatch(sessions, dossiers)
        self._documents = DocumentDesk(dossiers, settings.files_dir, sessions)
        self._has_begun = False
        self.watch = Watch(sessions, dossiers)

    def run(self, stop: threading.Event, poll_s: float) -> None:
        """Works until `stop` is set; a failing round is logged and the next one tried."""
        threading.Thread(target=warm_up, name="warm-up", daemon=True).start()  # the first receipt is not late
        with Pools.open() as pools:
            next_housekeeping = 0.0
            while not stop.is_set():
                if self._guarded(self.read_events) is not None:  # the dossier system answers
                    self._guarded(self.ask_again)
                self._guarded(self._pushes.read)
                self._guarded(self.read_reminders)
                self._guarded(self._dates.watch)
                self._guarded(self._rules.watch)
                self._guarded(self.expand_broadcasts)
                self._guarded(self.end_silences)
                sent = self._guarded(lambda: self.send_due(pools)) or 0
                self._guarded(self._dispatcher.raise_trouble)
                resolved = self._guarded(lambda: self._dispatcher.resolve_stuck(pools.lookups)) or 0
                self._guarded(self.finish_erasures)
                self._guarded(self.watch.note_round)
                if clock.timestamp() >= next_housekeeping:
                    self._guarded(self._housekeeping)
                    next_housekeeping = clock.timestamp() + HOUSEKEEPING_EVERY_S
                stop.wait(0.0 if sent or resolved else poll_s)
        self._guarded(self._dispatcher.collect)  # sends that were under way when the loop was told to stop

    def read_events(self) -> int:
        """Turns new dossier events into notifications; the cursor moves in the same transaction."""
        if not self._has_begun:
            with self._sessions.begin() as session:
                notices.begin_reading(session, self._dossiers)
            self._has_begun = True
        added = 0
        with self._sessions.begin() as session:
            cursor = subscriptions.locked_cursor(session, notices.CURSOR)
            news, last_id = notices.fetch_news(self._dossiers, cursor.event_id)
            for one in news:
                added += notices.notify_followers(session, one, clock.now())
            cursor.event_id = last_id
        if added:
            log.info("notices.queued", count=added)
        return added

    def ask_again(self) -> int:
        """Has questions answered that waited for the dossier system."""
        with self._sessions.begin() as session:
            return later.ask_again(session, clock.now())

    def read_reminders(self) -> int:
        """Turns due reminders into notifications."""
        with self._sessions.begin() as session:
            return notices.remind(session, clock.now())

    def end_silences(self) -> int:
        """Lets the assistant speak again where an officer's ticket was left alone too long."""
        with self._sessions.begin() as session:
            return officers.return_due(session, clock.now(), self._settings.fallback_hotline)

    def send_due(self, pools: Pools) -> int:
        """Sends what is due, citizens beside each other, news before broadcasts; returns how many rows were tried."""
        return self._send_news(pools.news) + self._send_bulk(pools.bulk)

    def _send_news(self, pool: Executor) -> int:
        if self._dispatcher.under_way(pool) >= SENDERS:  # every sender hangs: more would only wait behind them
            return self._dispatcher.send_rows([], pool)
        ids = self._dispatcher.due(CODE_LANES)
        ids += self._rules.may_go(self._dispatcher.due(NOTICE_LANES))
        ids += self._dispatcher.due(ORPHAN_LANES, older_than_s=self._settings.orphan_reply_after_s)
        return self._dispatcher.send_rows(ids, pool)

    def _send_bulk(self, pool: Executor) -> int:
        """What may be called in a quarter of a second is claimed while half of the last claim is still under way."""
        a_round = max(SENDERS, round(self._settings.zalo_calls_per_minute / 60 * BULK_ROUND_S))
        room = a_round * 3 // 2 - self._dispatcher.under_way(pool)
        ids = self._dispatcher.due(BULK_LANES, limit=min(room, a_round)) if room > 0 else []
        claimed = self._dispatcher.send_rows(ids, pool, patience_s=BULK_ROUND_S, may_remain=a_round // 2)
        return claimed + self._dispatcher.under_way(pool)

    def expand_broadcasts(self) -> int:
        """Queues the next rows of broadcasts under way."""
        with self._sessions.begin() as session:
            return broadcasts.expand(session, self._dossiers, clock.now())

    def finish_erasures(self) -> int:
        """Forgets citizens whose time has come."""
        return erase.finish_erasures(self._sessions, self._settings, clock.now())

    def _housekeeping(self) -> None:
        self._documents.tidy()
        retention.tidy(self._sessions, self._settings, clock.now())
        self._pushes.tidy()
        with self._sessions.begin() as session:
            supplements.tidy(session, self._settings.files_dir, clock.now())
            identity.tidy(session, clock.now())

    def _guarded(self, work: Callable[[], int | None]) -> int | None:
        try:
            return work()
        except BackendUnavailable:
            log.warning("notifier.dossiers_unavailable")
        except DatabaseUnavailable as error:
            self.watch.note_database_trouble(error)
        except Exception:
            log.exception("notifier.round_failed")
        return None
