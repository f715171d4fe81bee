"""Zalo's client as the dispatch loop needs it: outcomes instead of errors."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from connectors.zalo.client import RATE_LIMIT, ZaloClient
from connectors.zalo.errors import (
    UnrenderableMessage,
    ZaloAmbiguousError,
    ZaloConfigurationError,
    ZaloError,
    ZaloHeldBackError,
    ZaloRecipientError,
    ZaloTemplateError,
    ZaloTemporaryError,
    ZaloTokenError,
    ZaloWindowError,
)
from connectors.zalo.history import Found, NotFound
from connectors.zalo.render import RenderConfig, to_bodies
from onestop.errors import BackendUnavailable, MissingSetting
from onestop.log import get_logger
from onestop.messages.types import Message, TemplateMessage
from onestop.services.dispatch import Evidence, Fate, HistoryAnswer, Outcome
from onestop.services.documents import DocumentDesk, NoSuchDocument, is_document
from onestop.storage.engine import DatabaseUnavailable

log = get_logger()

CONFIGURATION_RETRY_S = 300.0
TOKEN_RETRY_S = 30.0
DOSSIERS_RETRY_S = 30.0
OWN_TROUBLE_RETRY_S = 5.0
ALARM_EVERY_S = 60.0


class ZaloSender:
    """Implements `onestop.services.dispatch.Sender` for Zalo's channels. Every row is one call."""

    def __init__(self, client: ZaloClient, files_dir: Path, documents: DocumentDesk | None = None) -> None:
        self._client = client
        self._files_dir = files_dir
        self._documents = documents
        self._render = RenderConfig.of(client.config)
        self._alarms: dict[str, float] = {}

    def send(self, address: str, message: Message) -> Outcome:
        """Sends one message, once; `address` is a Zalo user, or for a template with a phone that number."""
        try:
            calls = to_bodies(address, message, self._render)
            sent = None
            for call in calls:
                sent = self._client.deliver(call, self._read_file)
            return Outcome(Fate.SENT, sent.message_id if sent else None)
        except (UnrenderableMessage, NoSuchDocument) as error:
            return Outcome(Fate.BROKEN, error=type(error).__name__)
        except BackendUnavailable as error:
            name = type(error).__name__
            return Outcome(Fate.RETRY, error=name, retry_after_s=DOSSIERS_RETRY_S, is_patient=True)
        except DatabaseUnavailable as error:  # the token could not be read: nothing was sent
            return Outcome(Fate.NOT_TRIED, error=type(error).__name__, retry_after_s=OWN_TROUBLE_RETRY_S)
        except MissingSetting as error:
            self._alarm(type(error).__name__)
            return _configuration_wrong(error, type(error).__name__)
        except ZaloError as error:
            outcome = _outcome(error)
            if isinstance(error, ZaloConfigurationError):
                self._alarm(str(outcome.error))
            return outcome

    def _alarm(self, code: str) -> None:
        """Tells the log that somebody must act, once a minute."""
        now_s = time.monotonic()
        if now_s - self._alarms.get(code, float("-inf")) >= ALARM_EVERY_S:
            self._alarms[code] = now_s
            log.error("alarm.zalo_configuration", error=code)

    def look_up(
        self,
        address: str,
        message: Message,
        not_before: datetime,
        is_known: Callable[[list[str]], set[str]],
    ) -> Evidence:
        """Searches the conversation history for a message whose answer was lost."""
        if isinstance(message, TemplateMessage):
            return Evidence(HistoryAnswer.UNDECIDABLE)  # the history does not show what a template became
        call = to_bodies(address, message, self._render)[-1]
        try:
            verdict = self._client.look_up_sent(call, not_before, lambda ids: is_known(list(ids)))
        except ZaloError:
            return Evidence(HistoryAnswer.UNAVAILABLE)
        if isinstance(verdict, Found):
            return Evidence(HistoryAnswer.FOUND, verdict.message_id)
        return Evidence(HistoryAnswer.ABSENT if isinstance(verdict, NotFound) else HistoryAnswer.UNDECIDABLE)

    def _read_file(self, file_ref: str) -> bytes:
        if self._documents is not None and is_document(file_ref):
            return self._documents.content(file_ref)
        return (self._files_dir / file_ref).read_bytes()


def _outcome(error: ZaloError) -> Outcome:
    code = f"{type(error).__name__}:{error.code}"
    if isinstance(error, ZaloHeldBackError):
        return Outcome(Fate.NOT_TRIED, error=code, retry_after_s=error.retry_after_s)
    if isinstance(error, ZaloAmbiguousError):
        return Outcome(Fate.AMBIGUOUS, error=code, look_up_after_s=error.look_up_after_s)
    if isinstance(error, ZaloTemporaryError):
        is_patient = error.code == RATE_LIMIT
        return Outcome(
            Fate.RETRY,
            error=code,
            retry_after_s=error.retry_after_s,
            max_attempts=error.max_attempts,
            is_patient=is_patient,
        )
    if isinstance(error, ZaloTokenError):
        return Outcome(Fate.RETRY, error=code, retry_after_s=TOKEN_RETRY_S, is_patient=True)
    if isinstance(error, ZaloConfigurationError):
        return _configuration_wrong(error, code)
    if isinstance(error, ZaloWindowError):
        return Outcome(Fate.OTHER_WAY, error=code, retry_after_s=error.retry_after_s)
    if isinstance(error, ZaloRecipientError):
        return Outcome(Fate.UNREACHABLE, error=code)
    return Outcome(Fate.GIVE_UP, error=code)


def _configuration_wrong(error: Exception, code: str) -> Outcome:
    """Somebody must act; the message waits, or takes another way where only this one is closed."""
    fate = Fate.OTHER_WAY if isinstance(error, ZaloTemplateError) else Fate.RETRY
    return Outcome(fate, error=code, retry_after_s=CONFIGURATION_RETRY_S, is_patient=True)
