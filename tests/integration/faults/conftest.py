"""An outbox, the dispatcher with its real senders, and a simulated Zalo that misbehaves; all by one movable clock."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from cryptography.fernet import Fernet

from connectors.sms.client import SmsClient, SmsConfig
from connectors.zalo.auth import OaTokens, TokenPair
from connectors.zalo.client import ZaloClient
from connectors.zalo.config import ZaloConfig
from notifier.loop import Notifier
from onestop import clock
from onestop.bootstrap.sms_sender import SmsSender
from onestop.bootstrap.token_store import DatabaseTokenStore
from onestop.bootstrap.zalo_sender import ZaloSender
from onestop.clock import LOCAL
from onestop.messages.codec import to_json
from onestop.messages.notice_kinds import zalo_template_ids
from onestop.messages.types import Message, TextMessage
from onestop.services.dispatch import Dispatcher
from onestop.services.sealing import Sealer
from onestop.settings import Settings
from onestop.storage import SessionFactory, dossier_writes
from onestop.storage.citizens import citizen_of_zalo_user
from onestop.storage.engine import create_engine, session_factory
from onestop.storage.guard import DossierReader
from onestop.storage.schema import migrate
from onestop.storage.tables import Citizen, Notification
from tests.databases import postgresql_server, postgresql_url
from tests.dossier_builders import create_agency, create_dossier
from tests.sim_server import APP_ID, APP_SECRET, OA_ID, SMS_KEY, RunningSimulator, start_simulator
from tests.world import until

__all__ = ["postgresql_server", "postgresql_url"]

LANES = ("code", "notice", "reply", "bulk")
UNFINISHED = ("created", "sending", "temporary-failure")
SENDERS = 4
TIMEOUT_S = 1.0
TOKEN_KEY = Fernet.generate_key().decode()


@dataclass
class Post:
    """What is queued, sent and heard."""

    zalo: RunningSimulator
    sessions: SessionFactory
    dispatcher: Dispatcher
    pool: ThreadPoolExecutor
    files: Path
    queued: list[tuple[str, str]] = field(default_factory=list)

    def citizen(self, last_spoke: timedelta = timedelta(0), **fields: Any) -> str:
        """A citizen who wrote just now, or so long ago for us; returns Zalo's id."""
        user_id = self.zalo.create_citizen(**fields)
        self.zalo.says(user_id, "alo")
        with self.sessions.begin() as session:
            citizen = citizen_of_zalo_user(session, user_id, clock.now())
            citizen.last_interaction_at = clock.now() - last_spoke
        return user_id

    def queues(
        self, user_id: str, text: str, *, lane: str = "notice", message: Message | None = None, **more: Any
    ) -> int:
        """One row of the outbox, due now; returns its id."""
        now = clock.now()
        self.queued.append((user_id, text))
        with self.sessions.begin() as session:
            citizen = session.query(Citizen).filter_by(zalo_user_id=user_id).one()
            row = Notification(
                key=f"{user_id}:{text}"[:200], lane=lane, record=text, status="created", attempts=0,
                body=to_json(message or TextMessage(text)), created_at=now,
                **{"citizen_id": citizen.id, "kind": "test", "channel": "cs", "next_attempt_at": now, **more},
            )  # fmt: skip
            session.add(row)
            session.flush()
            return int(row.id)

    def round(self) -> int:
        """What the notifier does once with the outbox."""
        ids = [found for lane in LANES for found in self.dispatcher.due((lane,))]
        sent = self.dispatcher.send_rows(ids, self.pool)
        return sent + self.dispatcher.resolve_stuck(self.pool)

    def rounds(self, seconds: float) -> None:
        """Goes round for so long."""
        until(lambda: self.round() < 0, seconds)

    def settles(self, within_s: float = 20.0) -> bool:
        """Goes round until nothing is left to do; whether that was reached."""

        def is_settled() -> bool:
            self.round()
            return not self.rows(*UNFINISHED)

        return until(is_settled, within_s)

    def rows(self, *states: str) -> list[Notification]:
        """Rows in these states, or all."""
        with self.sessions() as session:
            query = session.query(Notification).order_by(Notification.id)
            return query.filter(Notification.status.in_(states)).all() if states else query.all()

    def row(self, number: int) -> Notification:
        """One row."""
        with self.sessions() as session:
            return session.get(Notification, number)

    def heard(self, user_id: str) -> list[str]:
        """What a citizen got, oldest first."""
        return [message["text"] for message in self.zalo.messages(user_id)]

    def grows_old(self, seconds: float) -> None:
        """Lets the claims of rows in `sending` be so much older."""
        with self.sessions.begin() as session:
            claims = session.query(Notification).filter_by(status="sending")
            claims.update({"claimed_at": Notification.claimed_at - seconds}, synchronize_session=False)

    def moves_clock(self, seconds: float) -> None:
        """Moves the clock of Zalo and the product on."""
        self.zalo.advance(seconds)
        time.sleep(0.25)  # the product looks at the file so often

    def moves_own_clock(self, seconds: float) -> None:
        """Sets the product's clock alone, on or back."""
        file = self.zalo.clock_offset_file
        file.write_text(f"{float(file.read_text()) + seconds}\n", encoding="ascii")
        time.sleep(0.25)

    def is_told_once_and_in_order(self) -> None:
        """Every citizen got everything that was queued for them, in that order, once."""
        for user_id in dict(self.queued):
            wanted = [text for whose, text in self.queued if whose == user_id]
            assert self.heard(user_id) == wanted


@pytest.fixture
def own_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Our database: SQLite, and PostgreSQL where a test asks for it."""
    if getattr(request, "param", "sqlite") == "postgresql":
        return request.getfixturevalue("postgresql_url")
    return f"sqlite:///{tmp_path / 'own.sqlite3'}"


@pytest.fixture(scope="session")
def one_simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSimulator]:
    """Serves all tests of this process, one after the other."""
    simulator = start_simulator(tmp_path_factory.mktemp("zalo"), sms_key=SMS_KEY)
    yield simulator
    simulator.stop()


@pytest.fixture
def zalo(one_simulator: RunningSimulator, monkeypatch: pytest.MonkeyPatch) -> RunningSimulator:
    """Knows nobody, behaves, and its clock is the product's and stands at ten in the morning."""
    simulator = one_simulator
    simulator.reset()
    simulator.post("/sim/v1/webhook", {"enabled": False})
    simulator.post("/sim/v1/limits", {"package_messages": 0, "wallet_vnd": 1_000_000})
    simulator.post("/sim/v1/rules", {"auto_seen": True})
    monkeypatch.setenv(clock.OFFSET_VARIABLE, str(simulator.clock_offset_file))
    tomorrow = datetime.now(LOCAL).date() + timedelta(days=1)
    at = datetime(tomorrow.year, tomorrow.month, tomorrow.day, 10, tzinfo=LOCAL)
    simulator.post("/sim/v1/clock", {"at": at.isoformat()})
    time.sleep(0.25)
    return simulator


@pytest.fixture
def make_client(zalo: RunningSimulator) -> Iterator[Callable[..., ZaloClient]]:
    made: list[ZaloClient] = []

    def make(sessions: SessionFactory, **settings: Any) -> ZaloClient:
        config = ZaloConfig(
            APP_ID, OA_ID, APP_SECRET, openapi_url=zalo.url, oauth_url=zalo.url, business_url=zalo.url,
            connect_timeout_s=TIMEOUT_S, read_timeout_s=TIMEOUT_S, template_ids=zalo_template_ids(),
            calls_per_minute=60_000, **settings,
        )  # fmt: skip
        store = DatabaseTokenStore(sessions, OA_ID, TOKEN_KEY)
        if store.read() is None:
            issued, now = zalo.issue_tokens(), clock.now()
            store.save(TokenPair(issued["access_token"], issued["refresh_token"], now + timedelta(hours=25), now))
        made.append(ZaloClient(config, OaTokens(config, store)))
        return made[-1]

    yield make
    for client in made:
        client.close()


@pytest.fixture
def make_post(
    zalo: RunningSimulator, tmp_path: Path, make_client: Callable[..., ZaloClient]
) -> Iterator[Callable[..., Post]]:
    made: list[Post] = []

    def make(url: str, engine: sa.engine.Engine | None = None, owner: str = "test", **settings: Any) -> Post:
        migrate(url)
        sessions = session_factory(engine or create_engine(url))
        sender = ZaloSender(make_client(sessions), tmp_path / "files")
        sms = SmsSender(SmsClient(SmsConfig(zalo.url, SMS_KEY, TIMEOUT_S)), Sealer("example-secret"))
        senders: dict[str, Any] = {**dict.fromkeys(("cs", "template_uid", "template_phone"), sender), "sms": sms}
        dispatcher = Dispatcher(sessions, senders, owner, **{"stuck_after_s": 2.5, **settings})
        made.append(Post(zalo, sessions, dispatcher, ThreadPoolExecutor(SENDERS), tmp_path / "files"))
        return made[-1]

    yield make
    for post in made:
        post.pool.shutdown()
        post.sessions.kw["bind"].dispose()


@pytest.fixture
def make_notifier(tmp_path: Path) -> Callable[[Post], Notifier]:
    """A real notifier over the post's dispatcher, beside a dossier system of its own."""

    def make(post: Post) -> Notifier:
        url = f"sqlite:///{tmp_path / 'vendor.sqlite3'}"
        vendor = session_factory(create_engine(url))
        with vendor.begin() as session:
            dossier_writes.create_tables(session)
            create_agency(session)
            create_dossier(session)
        reader = DossierReader(session_factory(create_engine(url, read_only=True)))
        settings = Settings("sqlite://", url, "sqlite://", APP_ID, OA_ID, "x", "x", "x", files_dir=post.files)
        return Notifier(post.sessions, reader, post.dispatcher, settings)

    return make


@contextmanager
def running(notifier: Notifier) -> Iterator[None]:
    """Runs its loop in a thread."""
    stop = threading.Event()
    thread = threading.Thread(target=notifier.run, args=(stop, 0.1))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(20)
    assert not thread.is_alive()


@pytest.fixture
def post(make_post: Callable[..., Post], own_url: str) -> Post:
    return make_post(own_url)
