"""The only place that wires: settings in, working parts out. Nothing else builds an engine or a client."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from connectors.sms.client import SmsClient, SmsConfig
from connectors.zalo.auth import OaTokens
from connectors.zalo.client import ZaloClient
from connectors.zalo.config import ZaloConfig
from connectors.zalo.errors import MediaRefused, MediaUnavailable
from connectors.zalo.media import MediaConfig, fetch_media
from onestop.bootstrap.sms_sender import SmsSender
from onestop.bootstrap.token_store import DatabaseTokenStore
from onestop.bootstrap.zalo_sender import ZaloSender
from onestop.log import get_logger
from onestop.messages.notice_kinds import zalo_template_ids
from onestop.services.buttons import Choice
from onestop.services.channel import ChannelBackend, Push, Turn
from onestop.services.channel_plan import TEMPLATE_PHONE, TEMPLATE_UID
from onestop.services.dispatch import Dispatcher, Sender, owner_name
from onestop.services.documents import DocumentDesk
from onestop.services.identity import SECRET_INTENTS
from onestop.services.inbox import InboxItem
from onestop.services.later import is_repeat as is_late_answer
from onestop.services.outbox import CS, SMS
from onestop.services.sealing import Sealer
from onestop.settings import Settings
from onestop.storage import SessionFactory
from onestop.storage.engine import create_engine, session_factory
from onestop.storage.guard import DossierReader
from onestop.storage.schema import migrate

__all__ = [
    "SECRET_INTENTS",
    "ChannelBackend",
    "ChannelServices",
    "Choice",
    "Dispatcher",
    "InboxItem",
    "Push",
    "Turn",
    "is_late_answer",
    "open_channel",
    "open_database",
    "open_dispatcher",
    "open_dossiers",
    "open_tokens",
]

log = get_logger()


@dataclass(frozen=True)
class ChannelServices:
    """What the Zalo channel needs."""

    settings: Settings
    backend: ChannelBackend
    dispatcher: Dispatcher
    fetch_media: Callable[[str], str | None]
    erase_zalo_user: Callable[[str], None]


def open_database(settings: Settings) -> SessionFactory:
    """Our own database, brought to its present shape."""
    migrate(settings.database_url)
    return session_factory(create_engine(settings.database_url))


def open_dossiers(settings: Settings) -> DossierReader:
    """The dossier system's database, read only, in a time limit and behind a circuit breaker."""
    engine = create_engine(settings.dossiers_url, read_only=True, statement_timeout_s=settings.dossiers_time_limit_s)
    return DossierReader(session_factory(engine), settings.dossiers_time_limit_s)


def open_tokens(settings: Settings, sessions: SessionFactory) -> OaTokens:
    """The tokens of the official account."""
    store = DatabaseTokenStore(sessions, settings.zalo_oa_id, settings.token_key)
    return OaTokens(ZaloConfig.from_settings(settings), store)


def open_dispatcher(settings: Settings, sessions: SessionFactory, process: str) -> Dispatcher:
    """The loop that sends the outbox, for one process."""
    config = ZaloConfig.from_settings(settings, zalo_template_ids())
    client = ZaloClient(config, open_tokens(settings, sessions))
    documents = DocumentDesk(open_dossiers(settings), settings.files_dir, sessions)
    gateway = SmsConfig.from_settings(settings)
    senders: dict[str, Sender] = {
        **dict.fromkeys((CS, TEMPLATE_UID, TEMPLATE_PHONE), ZaloSender(client, settings.files_dir, documents)),
        SMS: SmsSender(SmsClient(gateway) if gateway else None, Sealer(settings.token_key)),
    }
    return Dispatcher(sessions, senders, owner_name(process), settings.stuck_after_s)


def open_channel(settings: Settings) -> ChannelServices:
    """Everything behind the Zalo channel."""
    sessions = open_database(settings)
    return ChannelServices(
        settings=settings,
        backend=ChannelBackend(sessions, settings.officer_silence_s, Sealer(settings.token_key)),
        dispatcher=open_dispatcher(settings, sessions, "rasa"),
        fetch_media=partial(_fetched, MediaConfig.from_settings(settings)),
        erase_zalo_user=partial(_erase_zalo_user, settings, sessions),
    )


def _fetched(config: MediaConfig, url: str) -> str | None:
    try:
        return fetch_media(url, config).file_ref
    except (MediaRefused, MediaUnavailable) as error:
        log.info("media.not_kept", error=str(error))
        return None


def _erase_zalo_user(settings: Settings, sessions: SessionFactory, zalo_user_id: str) -> None:
    from onestop import clock
    from onestop.services.erase import withdraw
    from onestop.storage.citizens import find_zalo_citizen

    with sessions.begin() as session:
        citizen = find_zalo_citizen(session, zalo_user_id)
        citizen_id = citizen.id if citizen else None
    if citizen_id is not None:
        withdraw(sessions, settings, citizen_id, clock.now())
