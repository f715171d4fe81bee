"""Zalo's answers: the envelope judged, and its data as frozen values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from connectors.zalo import event_fields as read
from connectors.zalo.errors import (
    Host,
    MalformedEvent,
    ZaloAmbiguousError,
    ZaloConfigurationError,
    ZaloPermanentError,
    ZaloTemporaryError,
    error_for,
    is_known,
)
from connectors.zalo.event_fields import Json
from connectors.zalo.history import HistoryItem
from connectors.zalo.transport import HttpAnswer
from onestop.clock import LOCAL

UPLOAD_LIFE = timedelta(days=7)
_BUSY_STATUSES = frozenset({408, 425, 429})


@dataclass(frozen=True)
class Quota:
    """What a send took from.

    `kind`: reply (48 h, free), welcome_msg, sub_quota, purchase_quota, reward_quota; daily for templates by
    phone.
    """

    kind: str | None
    remain: int | None
    total: int | None


@dataclass(frozen=True)
class Sent:
    """A message that Zalo accepted; delivery is another matter.

    Attributes:
        message_id: Zalo's id, the `msg_id` of later events; None in the odd case that Zalo named none.
        sent_at: Zalo's time, aware, UTC.
        quota: None for a consultation message: it was billed to the wallet, or Zalo dropped the field.
    """

    message_id: str | None
    sent_at: datetime | None
    quota: Quota | None


@dataclass(frozen=True)
class Uploaded:
    """A picture's `attachment_id` or a document's `token`."""

    attachment_id: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True)
class UserDetail:
    """What Zalo knows of one user towards this account; `last_interaction_on` is a date in Vietnam."""

    user_id: str = field(repr=False)
    display_name: str | None = field(repr=False)
    user_external_id: str | None = field(repr=False)
    is_follower: bool
    is_minor: bool
    last_interaction_on: date | None
    shared_phone: str | None = field(repr=False)
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class OaInfo:
    """The official account. `oa_type` 4 is said to be government; the package's date is as Zalo writes it."""

    oa_id: str | None
    name: str | None
    is_verified: bool
    oa_type: int | None
    follower_count: int | None
    package_name: str | None
    package_valid_through: str | None


@dataclass(frozen=True)
class UserQuota:
    """What may still be sent to one user."""

    last_interaction_at: datetime | None
    reply_remain: int | None
    reply_total: int | None


@dataclass(frozen=True)
class DeliveryState:
    """What became of a template message by phone."""

    is_known: bool
    is_delivered: bool


@dataclass(frozen=True)
class TemplateParameter:
    """One parameter of a registered template; lengths in characters."""

    name: str
    kind: str | None
    is_required: bool
    min_length: int | None
    max_length: int | None


@dataclass(frozen=True)
class TemplateInfo:
    """A registered template."""

    template_id: str | None
    name: str | None
    status: str | None
    parameters: tuple[TemplateParameter, ...]


def envelope(answer: HttpAnswer, host: Host, now: datetime) -> Json:
    """The JSON of a successful answer.

    Raises:
        ZaloError: Its subclass says what to do; `ZaloAmbiguousError` where the answer is not Zalo's own, or a
        server
            error, so that the request may have taken effect.
    """
    data = _json_object(answer.body)
    code = _error_code(data)
    if code is not None and code != 0 and (answer.status < 500 or is_known(code, host)):
        raise error_for(code, read.text(data, "message") or "", host, now)
    if answer.status >= 500 or 200 <= answer.status < 300:
        if code == 0 and answer.status < 500:
            return data
        raise ZaloAmbiguousError(f"no proper answer, HTTP {answer.status}")
    if answer.status in _BUSY_STATUSES:
        raise (error_for(-32, "", host, now) if answer.status == 429 else ZaloTemporaryError(f"HTTP {answer.status}"))
    if answer.status in (400, 413, 422):
        raise ZaloPermanentError(f"refused, HTTP {answer.status}")
    raise ZaloConfigurationError(f"wrong address or access, HTTP {answer.status}")


def _json_object(body: bytes) -> Json:
    try:
        return read.load(body)
    except MalformedEvent:
        return {}


def _error_code(data: Json) -> int | None:
    value = data.get("error")
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        return None
    try:
        return int(value)
    except ValueError:
        return None


def sent(data: Json) -> Sent:
    """The answer to any send: OA sends say `message_id`, templates by phone `msg_id`."""
    inner = read.mapping(data, "data")
    message_id = read.message_id(inner, "message_id") or read.message_id(inner, "msg_id")
    sent_at = read.moment(inner, "sent_time") or read.moment(data, "sent_time")
    return Sent(message_id, sent_at, _quota(read.mapping(inner, "quota")))


def _quota(quota: Json) -> Quota | None:
    if not quota:
        return None
    if "dailyQuota" in quota:
        return Quota("daily", read.whole_number(quota, "remainingQuota"), read.whole_number(quota, "dailyQuota"))
    remain, total = read.whole_number(quota, "remain"), read.whole_number(quota, "total")
    return Quota(read.text(quota, "quota_type"), remain, total)


def uploaded(data: Json, now: datetime) -> Uploaded:
    """The answer to an upload.

    Raises:
        ZaloTemporaryError: Zalo named no id.
    """
    inner = read.mapping(data, "data")
    attachment_id = read.text(inner, "attachment_id") or read.text(inner, "token")
    if not attachment_id:
        raise ZaloTemporaryError("an upload without an id")
    return Uploaded(attachment_id, now + UPLOAD_LIFE)


def user_detail(data: Json) -> UserDetail:
    """The answer of `/v3.0/oa/user/detail`."""
    inner = read.mapping(data, "data")
    shared = read.mapping(inner, "shared_info")
    return UserDetail(
        user_id=read.identifier(inner, "user_id") or "",
        display_name=read.text(inner, "display_name"),
        user_external_id=read.text(inner, "user_external_id") or None,
        is_follower=_is_true(inner.get("user_is_follower")),
        is_minor=_is_true(inner.get("is_sensitive")),
        last_interaction_on=_vietnamese_date(read.text(inner, "user_last_interaction_date")),
        shared_phone=read.text(shared, "phone") or None,
        tags=read.texts(read.mapping(inner, "tags_and_notes_info"), "tag_names"),
    )


def oa_info(data: Json) -> OaInfo:
    """The answer of `/v2.0/oa/getoa`."""
    inner = read.mapping(data, "data")
    return OaInfo(
        oa_id=read.identifier(inner, "oaid") or read.identifier(inner, "oa_id"),
        name=read.text(inner, "name"),
        is_verified=_is_true(inner.get("is_verified")),
        oa_type=read.whole_number(inner, "oa_type"),
        follower_count=read.whole_number(inner, "num_follower"),
        package_name=read.text(inner, "package_name"),
        package_valid_through=read.text(inner, "package_valid_through_date"),
    )


def user_quota(data: Json) -> UserQuota:
    """The answer of `/v3.0/oa/quota/message` about one user."""
    inner = read.mapping(data, "data")
    reply = read.mapping(inner, "cs_reply")
    return UserQuota(
        read.moment(inner, "last_interaction"),
        read.whole_number(reply, "remain"),
        read.whole_number(reply, "total"),
    )


def delivery_state(data: Json) -> DeliveryState:
    """The answer of `/message/status`: -1 not found, 0 not delivered, 1 delivered."""
    status = read.text(read.mapping(data, "data"), "status") or read.text(data, "status")
    return DeliveryState(is_known=status in ("0", "1"), is_delivered=status == "1")


def template_info(data: Json) -> TemplateInfo:
    """The answer of `/template/info/v2`."""
    inner = read.mapping(data, "data")
    parameters = read.objects(inner, "listParams") or read.objects(inner, "list_params")
    return TemplateInfo(
        template_id=read.identifier(inner, "templateId") or read.identifier(inner, "template_id"),
        name=read.text(inner, "templateName") or read.text(inner, "template_name"),
        status=read.text(inner, "status"),
        parameters=tuple(_parameter(item) for item in parameters),
    )


def _parameter(item: Json) -> TemplateParameter:
    return TemplateParameter(
        name=read.text(item, "name") or "",
        kind=read.text(item, "type"),
        is_required=_is_true(item.get("require")),
        min_length=read.whole_number(item, "minLength"),
        max_length=read.whole_number(item, "maxLength"),
    )


def history_items(data: Json) -> list[HistoryItem]:
    """The answer of `/v2.0/oa/conversation` or `/listrecentchat`, as Zalo orders it: newest first."""
    return [_history_item(item) for item in read.objects(data, "data")]


def _history_item(item: Json) -> HistoryItem:
    from_oa = read.text(item, "src") != "1"  # in doubt ours: a lost send must not be repeated for a missing field
    return HistoryItem(
        message_id=read.message_id(item, "message_id"),
        user_id=read.identifier(item, "to_id" if from_oa else "from_id"),
        from_oa=from_oa,
        at=read.moment(item, "time"),
        kind=read.text(item, "type"),
        text=read.text(item, "message") or "",
    )


def _is_true(value: Any) -> bool:
    return value is True or value in (1, "1", "true", "True")


def _vietnamese_date(text: str | None) -> date | None:
    """A day written dd/mm/yyyy."""
    try:
        return datetime.strptime(text or "", "%d/%m/%Y").replace(tzinfo=LOCAL).date()
    except ValueError:
        return None
