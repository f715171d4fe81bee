"""The SMS gateway as the dispatch loop needs it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from connectors.sms.client import SmsClient, SmsFailed, SmsFailure
from onestop.messages.types import Message, SealedText, TextMessage
from onestop.services.dispatch import Evidence, Fate, HistoryAnswer, Outcome
from onestop.services.sealing import SealBroken, Sealer

_FATES = {
    SmsFailure.TEMPORARY: Fate.RETRY,
    SmsFailure.CONFIGURATION: Fate.RETRY,
    SmsFailure.PERMANENT: Fate.GIVE_UP,
    SmsFailure.AMBIGUOUS: Fate.AMBIGUOUS,
}


class SmsSender:
    """Implements `onestop.services.dispatch.Sender` for rows of the channel `sms`.

    Args:
        client: The gateway; None in an installation without one.
        sealer: Opens sealed texts.
    """

    def __init__(self, client: SmsClient | None, sealer: Sealer) -> None:
        self._client = client
        self._sealer = sealer

    def send(self, address: str, message: Message) -> Outcome:
        """Sends one SMS, once; `address` is a phone number."""
        if self._client is None:
            return Outcome(Fate.GIVE_UP, error="no-sms-gateway")
        try:
            text = self._text_of(message)
        except SealBroken:
            return Outcome(Fate.BROKEN, error="seal-broken")
        result = self._client.send(address, text)
        if isinstance(result, SmsFailed):
            error = f"sms:{result.code}"
            is_patient = result.failure is SmsFailure.CONFIGURATION
            fate = _FATES[result.failure]
            return Outcome(fate, error=error, retry_after_s=result.retry_after_s, is_patient=is_patient)
        return Outcome(Fate.SENT, result.id)

    def look_up(
        self,
        address: str,
        message: Message,
        not_before: datetime,
        is_known: Callable[[list[str]], set[str]],
    ) -> Evidence:
        """A gateway keeps no history that could be asked: nobody can tell."""
        return Evidence(HistoryAnswer.UNDECIDABLE)

    def _text_of(self, message: Message) -> str:
        if isinstance(message, SealedText):
            return self._sealer.open(message.sealed)
        if isinstance(message, TextMessage):
            return message.text
        raise SealBroken(f"{type(message).__name__} is nothing for SMS")
