"""Our database, the simulator as Zalo, and a dispatcher between them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet

from connectors.zalo.auth import TokenPair
from connectors.zalo.client import ZaloClient
from connectors.zalo.config import ZaloConfig
from onestop.bootstrap.token_store import DatabaseTokenStore
from onestop.bootstrap.zalo_sender import ZaloSender
from onestop.messages.types import Message, TextMessage
from onestop.services import outbox
from onestop.services.dispatch import Dispatcher
from onestop.storage import SessionFactory
from onestop.storage.citizens import citizen_of_zalo_user
from onestop.storage.engine import create_engine, session_factory
from onestop.storage.schema import migrate
from onestop.storage.tables import Notification
from tests.sim_server import APP_ID, APP_SECRET, OA_ID, RunningSimulator, start_simulator

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=timezone.utc)


@pytest.fixture
def sessions(tmp_path: Path) -> SessionFactory:
    url = f"sqlite:///{tmp_path / 'onestop.sqlite3'}"
    migrate(url)
    return session_factory(create_engine(url))


@pytest.fixture
def zalo(tmp_path: Path) -> Iterator[RunningSimulator]:
    simulator = start_simulator(tmp_path)
    yield simulator
    simulator.stop()


@pytest.fixture
def token_key() -> str:
    return Fernet.generate_key().decode()


@pytest.fixture
def client(zalo: RunningSimulator, sessions: SessionFactory, token_key: str) -> Iterator[ZaloClient]:
    from connectors.zalo.auth import OaTokens

    config = ZaloConfig(
        APP_ID,
        OA_ID,
        APP_SECRET,
        openapi_url=zalo.url,
        oauth_url=zalo.url,
        business_url=zalo.url,
        connect_timeout_s=1.0,
        read_timeout_s=1.0,
    )
    store = DatabaseTokenStore(sessions, OA_ID, token_key)
    issued = zalo.issue_tokens()
    now = datetime.now(timezone.utc)
    store.save(TokenPair(issued["access_token"], issued["refresh_token"], now + timedelta(hours=25), now))
    client = ZaloClient(config, OaTokens(config, store))
    yield client
    client.close()


@pytest.fixture
def dispatcher(sessions: SessionFactory, client: ZaloClient, tmp_path: Path) -> Dispatcher:
    return Dispatcher(sessions, {"cs": ZaloSender(client, tmp_path / "files")}, "test", stuck_after_s=2.5)


@pytest.fixture
def zalo_user(zalo: RunningSimulator) -> str:
    """A citizen who has just written, so that the free window is open."""
    user_id = zalo.create_citizen(name="Nguyễn Thị Hoa")
    zalo.says(user_id, "chào em")
    return user_id


@pytest.fixture
def create_notification(sessions: SessionFactory, zalo_user: str) -> Callable[..., int]:
    def create(
        text: str = "Dạ, hồ sơ đã có kết quả.",
        *,
        key: str | None = None,
        user: str | None = None,
        message: Message | None = None,
        lane: str = "reply",
        **more: Any,
    ) -> int:
        from onestop import clock

        with sessions.begin() as session:
            citizen = citizen_of_zalo_user(session, user or zalo_user, clock.now())
            outbox.put(
                session,
                key=key or f"key-{text}",
                citizen_id=citizen.id,
                lane=lane,
                kind="reply",
                message=message or TextMessage(text),
                now=clock.now(),
                **more,
            )
            return session.query(Notification.id).order_by(Notification.id.desc()).first()[0]

    return create


@pytest.fixture
def status_of(sessions: SessionFactory) -> Callable[[int], str]:
    def status(notification_id: int) -> str:
        with sessions() as session:
            return session.get(Notification, notification_id).status

    return status
