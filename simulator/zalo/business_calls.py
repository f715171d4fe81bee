"""Template messages by phone number (`business.openapi.zalo.me`; facts, section 5)."""

import re
from typing import Any

from simulator.zalo.entries import Entry, add_entry, entry_by_message, new_message_id
from simulator.zalo.errors import ZaloRefusal
from simulator.zalo.gateway import BUSINESS, Answer, ApiCall, Exchange, success
from simulator.zalo.limits import pay, templates_counter
from simulator.zalo.posting import arrived
from simulator.zalo.templates import Template, checked_data, usable_template
from simulator.zalo.webhook_events import Json, phone_receipt
from simulator.zalo.windows import check_daytime
from simulator.zalo.world import World

ZALO_PHONE = re.compile(r"84\d{8,10}")
MAX_TRACKING_ID = 48
NORMAL, BEYOND_QUOTA = "1", "3"
MAX_PAGE = 100


def send_template_by_phone(world: World, exchange: Exchange) -> Answer:
    """Accepts a message for a phone number; every number is on Zalo here unless a fault says otherwise."""
    now, params = world.clock.now(), exchange.params
    phone = _checked_phone(world, params)
    template = usable_template(world.templates, params.get("template_id"))
    data = checked_data(template, params.get("template_data"))
    tracking_id, sending_mode = _tracking_id(params), str(params.get("sending_mode", NORMAL))
    if sending_mode not in (NORMAL, BEYOND_QUOTA):
        raise ZaloRefusal(-161, "sending_mode is invalid")
    if world.rules.template_night:
        check_daytime(now, -133)
    daily, counter = world.limits.template_messages_per_day, templates_counter(now)
    if sending_mode == NORMAL and world.db.counted(counter) >= daily:
        raise ZaloRefusal(-144, "Daily quota of the OA is used up")
    with world.transaction() as change:
        pay(world.db, world.limits, template.price_phone_vnd, -115)
        used = world.db.count(counter)
        entry = add_entry(world.db, _phone_entry(template, data, "+" + phone, tracking_id, now))
        receipt = phone_receipt(world.config, phone, entry.msg_id or "", tracking_id, now)
        world.owe_event(change, f"phone:{phone}", receipt, server="ZNS")
        arrived(world, change, "+" + phone)
    quota = {"dailyQuota": str(daily), "remainingQuota": str(max(0, daily - used))}
    return success(
        {
            "msg_id": entry.msg_id,
            "sent_time": str(int(now * 1000)),
            "sending_mode": sending_mode,
            "quota": quota,
        }
    )


def _checked_phone(world: World, params: Json) -> str:
    phone = params.get("phone")
    if not isinstance(phone, str) or not ZALO_PHONE.fullmatch(phone):
        raise ZaloRefusal(-108, "Phone number is invalid")
    mode = params.get("mode")
    if mode == "development" and "+" + phone not in world.rules.admin_phones:
        raise ZaloRefusal(-127, "In development mode only administrators can receive messages")
    return phone


def _tracking_id(params: Json) -> str | None:
    tracking_id = params.get("tracking_id")
    if tracking_id is not None and (not isinstance(tracking_id, str) or len(tracking_id) > MAX_TRACKING_ID):
        raise ZaloRefusal(-210, f"tracking_id exceeds the limit of {MAX_TRACKING_ID}")
    return tracking_id


def _phone_entry(template: Template, data: dict[str, str], phone: str, tracking_id: str | None, now: float) -> Entry:
    return Entry(
        side="bot",
        channel="template_phone",
        kind="template",
        at=now,
        phone=phone,
        msg_id=new_message_id(),
        status="delivered",
        text=template.rendered(data),
        buttons=template.shown_buttons(data),
        template={"id": template.id, "data": data},
        tracking_id=tracking_id,
    )


def message_status(world: World, exchange: Exchange) -> Answer:
    """Whether a message by phone arrived: -1 not found, 1 delivered."""
    entry = entry_by_message(world.db, str(exchange.params.get("message_id")))
    if entry is None or entry.channel != "template_phone":
        return success({"status": -1, "message": "Message not found"})
    return success({"status": 1, "delivery_time": str(int(entry.at * 1000)), "message": "Delivered"})


def daily_quota(world: World, exchange: Exchange) -> Answer:
    """Daily quota and what is left of it."""
    daily = world.limits.template_messages_per_day
    left = max(0, daily - world.db.counted(templates_counter(world.clock.now())))
    return success({"dailyQuota": str(daily), "remainingQuota": str(left)})


def sending_quality(world: World, exchange: Exchange) -> Answer:
    """Nobody complains here."""
    return success({"oaCurrentQuality": "HIGH", "oa7dayQuality": "HIGH"})


def template_tags(world: World, exchange: Exchange) -> Answer:
    """Tags the account may use."""
    return success(["TRANSACTION", "CUSTOMER_CARE"])


def template_list(world: World, exchange: Exchange) -> Answer:
    """Templates by page."""
    offset, limit = _page(exchange.params)
    status = exchange.params.get("status")
    states = {"1": "ENABLE", "2": "PENDING_REVIEW", "3": "REJECT", "4": "DISABLE"}
    found = [t for t in world.templates.values() if status is None or t.status == states.get(str(status), status)]
    page = found[offset : offset + limit]
    items = [{"templateId": t.id, "templateName": t.name, "status": t.status, "templateQuality": "HIGH"} for t in page]
    return success(items, metadata={"total": len(found)})


def _page(params: Json) -> tuple[int, int]:
    values = (str(params.get("offset", 0)), str(params.get("limit", MAX_PAGE)))
    if not all(value.isascii() and value.isdigit() and len(value) < 10 for value in values):
        raise ZaloRefusal(-1, "offset and limit must be whole numbers")
    return int(values[0]), min(int(values[1]), MAX_PAGE)


def template_info(world: World, exchange: Exchange) -> Answer:
    """Parameters, state, tag and prices of one template."""
    template = _known_template(world, exchange.params)
    return success(
        {
            "templateId": template.id,
            "templateName": template.name,
            "status": template.status,
            "templateTag": template.tag,
            "templateType": template.type,
            "templateQuality": "HIGH",
            "timeout": 0,
            "previewUrl": "",
            "price": str(template.price_phone_vnd),
            "priceSdt": str(template.price_phone_vnd),
            "priceUid": str(template.price_uid_vnd),
            "listParams": [
                {
                    "name": parameter.name,
                    "type": parameter.type,
                    "require": parameter.required,
                    "maxLength": parameter.max_length,
                    "minLength": 1,
                    "acceptNull": not parameter.required,
                }
                for parameter in template.parameters
            ],
            "listButtons": [{"type": button["type"], "title": button["title"]} for button in template.buttons],
        }
    )


def template_sample(world: World, exchange: Exchange) -> Answer:
    """Data that fit a template."""
    template = _known_template(world, exchange.params)
    return success({parameter.name: parameter.sample for parameter in template.parameters})


def _known_template(world: World, params: dict[str, Any]) -> Template:
    template = world.templates.get(str(params.get("template_id")))
    if template is None:
        raise ZaloRefusal(-109, "Template ID is invalid")
    return template


BUSINESS_CALLS = (
    ApiCall("POST", "/message/template", "message/template", BUSINESS, send_template_by_phone),
    ApiCall("GET", "/message/status", "message/status", BUSINESS, message_status),
    ApiCall("GET", "/message/quota", "message/quota", BUSINESS, daily_quota),
    ApiCall("GET", "/message/quality", "message/quality", BUSINESS, sending_quality),
    ApiCall("GET", "/message/template-tag", "message/template-tag", BUSINESS, template_tags),
    ApiCall("GET", "/template/all", "template/all", BUSINESS, template_list),
    ApiCall("GET", "/template/info/v2", "template/info/v2", BUSINESS, template_info),
    ApiCall("GET", "/template/sample-data", "template/sample-data", BUSINESS, template_sample),
)
