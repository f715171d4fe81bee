"""Calls to Zalo's sending, upload and query interfaces. Source: docs/zalo.md."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from connectors.zalo import answers, bodies
from connectors.zalo.answers import DeliveryState, OaInfo, Sent, TemplateInfo, Uploaded, UserDetail, UserQuota
from connectors.zalo.auth import TokenSource
from connectors.zalo.bodies import Call, CallKind, UploadKind
from connectors.zalo.config import ZaloConfig
from connectors.zalo.errors import (
    BODY_REFUSED,
    Host,
    ZaloAmbiguousError,
    ZaloAttachmentExpiredError,
    ZaloPermanentError,
    ZaloTemporaryError,
    ZaloTokenError,
)
from connectors.zalo.event_fields import Json
from connectors.zalo.gate import RateGate
from connectors.zalo.history import CLOCK_SKEW, History, HistoryItem, Undecidable, Verdict
from connectors.zalo.transport import HttpAnswer, SessionFactory, exchange, pooled_session
from connectors.zalo.uploads import UploadCache
from onestop import clock
from onestop.log import get_logger
from onestop.messages.types import AnyButton, RequestUserInfo

HISTORY_PAGE = 10
RATE_LIMIT = -32

log = get_logger()


class ZaloClient:
    """One per process, shared by its threads.

    Every method may raise any `ZaloError`; for those that send a message, `ZaloAmbiguousError` means that it
    may have gone, for the others nothing of consequence can have happened and the failure is temporary.
    """

    def __init__(
        self,
        config: ZaloConfig,
        tokens: TokenSource,
        session_factory: SessionFactory = pooled_session,
        gate: RateGate | None = None,
        now: Callable[[], datetime] = clock.now,
    ) -> None:
        self.config = config
        self.gate = gate or RateGate(config.calls_per_minute, config.gate_wait_s)
        self._tokens = tokens
        self._session = session_factory(config)
        self._now = now
        self._uploads = UploadCache(now)

    def close(self) -> None:
        """Closes the kept connections."""
        self._session.close()

    # Sending

    def send(self, call: Call) -> Sent:
        """Sends a rendered call that needs no upload."""
        data = self._post(call.host, call.path, call.body, is_send=True)
        return answers.sent(data)

    def deliver(self, call: Call, read_file: Callable[[str], bytes]) -> Sent:
        """Sends a rendered call whole: uploads its file first, sends text where buttons are refused.

        Args:
            call: As `render.to_bodies` made it.
            read_file: Gives the bytes of a `file_ref`.
        """
        if call.upload is not None:
            return self._send_with_upload(call, read_file(call.upload.file_ref))
        try:
            return self.send(call)
        except ZaloPermanentError as error:
            if error.code not in BODY_REFUSED or call.fallback is None:
                raise
            log.warning("zalo.buttons_refused", code=error.code)
            return self.send(replace(call, body=call.fallback, kind=CallKind.TEXT, fallback=None))

    def send_text(self, user_id: str, text: str, quote_message_id: str | None = None) -> Sent:
        """Sends a text of 1 to 2,000 characters; `render` splits longer ones."""
        return self.send(bodies.text_call(user_id, text, quote_message_id))

    def send_buttons(self, user_id: str, text: str, buttons: Sequence[AnyButton]) -> Sent:
        """Sends a text with 1 to 5 buttons in the configured form."""
        return self.send(bodies.buttons_call(user_id, text, buttons, self.config.buttons))

    def send_image(
        self, user_id: str, attachment_id: str | None = None, url: str | None = None, caption: str = ""
    ) -> Sent:
        """Sends a picture by the id of its upload or by its public address."""
        return self.send(bodies.image_call(user_id, attachment_id, url, caption))

    def send_file(self, user_id: str, token: str) -> Sent:
        """Sends an uploaded document."""
        return self.send(bodies.file_call(user_id, token))

    def send_request_user_info(self, user_id: str, request: RequestUserInfo) -> Sent:
        """Sends Zalo's contact form."""
        return self.send(bodies.request_user_info_call(user_id, request))

    def send_template_uid(self, user_id: str, template_id: str, data: Mapping[str, Any]) -> Sent:
        """Sends a registered template to a Zalo user."""
        return self.send(bodies.template_uid_call(user_id, template_id, data))

    def send_template_phone(
        self, phone: str, template_id: str, data: Mapping[str, Any], tracking_id: str | None = None
    ) -> Sent:
        """Sends a registered template to a phone number; accepted is not yet delivered."""
        mode = self.config.template_mode
        return self.send(bodies.template_phone_call(phone, template_id, data, tracking_id, mode))

    def send_anonymous_text(self, anonymous_id: str, conversation_id: str, text: str) -> Sent:
        """Answers somebody who writes from the website widget."""
        return self.send(bodies.anonymous_text_call(anonymous_id, conversation_id, text))

    def _send_with_upload(self, call: Call, content: bytes) -> Sent:
        try:
            return self.send(call.with_attachment(self._uploaded_id(call, content)))
        except ZaloAttachmentExpiredError:
            self._uploads.forget(content)
            return self.send(call.with_attachment(self._uploaded_id(call, content)))

    def _uploaded_id(self, call: Call, content: bytes) -> str:
        if call.upload is None:
            raise ValueError("this call has nothing to upload")
        attachment_id = self._uploads.find(content)
        if attachment_id is None:
            uploaded = self._upload(call.upload.kind, content, call.upload.name)
            attachment_id = self._uploads.remember(content, uploaded)
        return attachment_id

    # Uploads

    def upload_image(self, content: bytes, name: str) -> Uploaded:
        """Uploads a JPEG or PNG of at most 1 MB."""
        return self._upload(UploadKind.IMAGE, content, name)

    def upload_file(self, content: bytes, name: str) -> Uploaded:
        """Uploads a PDF, DOC, DOCX or CSV of at most 5 MB."""
        return self._upload(UploadKind.FILE, content, name)

    def _upload(self, kind: UploadKind, content: bytes, name: str) -> Uploaded:
        path = f"/v2.0/oa/upload/{kind.value}"
        data = self._request("POST", Host.OPENAPI, path, is_send=False, files={"file": (name, content)})
        return answers.uploaded(data, self._now())

    # Questions

    def conversation_history(self, user_id: str, offset: int = 0, count: int = HISTORY_PAGE) -> list[HistoryItem]:
        """The newest messages with one user after the first `offset`, newest first; `count` at most 10."""
        question = {"user_id": user_id, "offset": offset, "count": count}
        return answers.history_items(self._get("/v2.0/oa/conversation", question))

    def conversation_since(self, user_id: str, not_before: datetime, max_pages: int = 5) -> History:
        """Pages back through a conversation to before `not_before`, its start, or `max_pages`."""
        items: list[HistoryItem] = []
        for page in range(max_pages):
            found = self.conversation_history(user_id, page * HISTORY_PAGE)
            items += found
            if len(found) < HISTORY_PAGE:
                return History(tuple(items), reaches_start=True)
            if any(item.at is not None and item.at < not_before - CLOCK_SKEW for item in found):
                break
        return History(tuple(items))

    def look_up_sent(
        self, call: Call, not_before: datetime, known_among: Callable[[Collection[str]], Collection[str]]
    ) -> Verdict:
        """Decides what became of a send whose answer was lost.

        Args:
            call: What was sent.
            not_before: When sending began, aware.
            known_among: Tells which of these message ids other sends of ours own; asked after Zalo was.
        """
        if call.user_id is None:
            return Undecidable()  # history knows Zalo users only
        history = self.conversation_since(call.user_id, not_before)
        ids = {item.message_id for item in history.items if item.message_id}
        return history.verdict_on(call.possible_texts, not_before, known_among(ids))

    def recent_chats(self, offset: int = 0, count: int = HISTORY_PAGE) -> list[HistoryItem]:
        """The last message of each of the account's newest conversations, to catch up after an outage."""
        return answers.history_items(self._get("/v2.0/oa/listrecentchat", {"offset": offset, "count": count}))

    def user_detail(self, user_id: str) -> UserDetail:
        """One user's profile towards this account."""
        return answers.user_detail(self._get("/v3.0/oa/user/detail", {"user_id": user_id}))

    def getoa(self) -> OaInfo:
        """The account itself; also the health probe."""
        return answers.oa_info(self._request("GET", Host.OPENAPI, "/v2.0/oa/getoa", is_send=False))

    def quota(self, user_id: str) -> UserQuota:
        """What may still be sent to one user."""
        return answers.user_quota(self._post(Host.OPENAPI, "/v3.0/oa/quota/message", {"user_id": user_id}))

    def message_status(self, message_id: str) -> DeliveryState:
        """Whether a template message by phone was delivered."""
        params = {"message_id": message_id}
        return answers.delivery_state(
            self._request("GET", Host.BUSINESS, "/message/status", is_send=False, params=params)
        )

    def template_info(self, template_id: str) -> TemplateInfo:
        """The state and the parameters of a registered template."""
        params = {"template_id": template_id}
        return answers.template_info(
            self._request("GET", Host.BUSINESS, "/template/info/v2", is_send=False, params=params)
        )

    def delete_user_info(self, user_id: str) -> None:
        """Removes what a user shared with the account at Zalo, for requests of deletion."""
        self._post(Host.OPENAPI, "/v2.0/oa/deletefollowerinfo", {"user_id": user_id})

    # The wire

    def _get(self, path: str, question: Mapping[str, Any]) -> Json:
        params = {"data": json.dumps(question)}
        return self._request("GET", Host.OPENAPI, path, is_send=False, params=params)

    def _post(self, host: Host, path: str, body: Mapping[str, Any], is_send: bool = False) -> Json:
        content = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
        return self._request("POST", host, path, is_send=is_send, data=content)

    def _request(self, method: str, host: Host, path: str, is_send: bool, **content: Any) -> Json:
        """Calls, and once more with another token where the first is refused."""
        token = self._tokens.current()
        try:
            return self._attempt(method, host, path, token, is_send, content)
        except ZaloTokenError:
            fresh = self._tokens.refresh(token)
            if fresh == token:
                raise
        return self._attempt(method, host, path, fresh, is_send, content)

    def _attempt(
        self, method: str, host: Host, path: str, token: str, is_send: bool, content: Mapping[str, Any]
    ) -> Json:
        self.gate.wait()
        base = self.config.openapi_url if host is Host.OPENAPI else self.config.business_url
        try:
            answer = self._exchange(method, base + path, token, content)
            return answers.envelope(answer, host, self._now())
        except ZaloAmbiguousError as error:
            if is_send:
                raise
            raise ZaloTemporaryError(error.message, error.code) from error
        except ZaloTemporaryError as error:
            if error.code == RATE_LIMIT:
                self.gate.slow_down(error.retry_after_s)
                log.warning("zalo.slowed_down", calls_per_minute=round(self.gate.calls_per_minute()))
            raise

    def _exchange(self, method: str, url: str, token: str, content: Mapping[str, Any]) -> HttpAnswer:
        headers = {"access_token": token}
        if "data" in content:
            headers["Content-Type"] = "application/json"
        if self.config.sends_app_proof:
            headers["appsecret_proof"] = app_proof(self.config.app_secret, token)
        timeouts = (self.config.connect_timeout_s, self.config.read_timeout_s)
        return exchange(self._session, method, url, headers=headers, timeouts=timeouts, **content)


def app_proof(app_secret: str, access_token: str) -> str:
    """The value of `appsecret_proof`: HMAC-SHA256 of the token under the app's secret, lower-case hex."""
    return hmac.new(app_secret.encode(), access_token.encode(), hashlib.sha256).hexdigest()
