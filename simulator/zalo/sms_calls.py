"""The province's SMS gateway, which is not Zalo's but stands in for one here."""

import hmac

from simulator.zalo.entries import Entry, add_entry, new_message_id
from simulator.zalo.errors import BadRequest, ZaloRefusal
from simulator.zalo.gateway import SMS, Answer, ApiCall, Exchange
from simulator.zalo.json_input import checked_phone, optional_text, text_field
from simulator.zalo.posting import arrived
from simulator.zalo.world import World

MAX_SMS = 1000


def send_sms(world: World, exchange: Exchange) -> Answer:
    """Delivers one SMS; errors are HTTP statuses with a sentence."""
    key = world.config.sms_key
    given = exchange.headers.get("authorization", "")
    if not key or not hmac.compare_digest(given.encode(), f"Bearer {key}".encode()):
        raise ZaloRefusal(401, "The SMS key is missing or wrong.")
    try:
        phone = checked_phone(exchange.params.get("phone"))
        text, reference = text_field(exchange.params, "text"), optional_text(exchange.params, "reference")
    except BadRequest as error:
        raise ZaloRefusal(400, error.sentence) from error
    if len(text) > MAX_SMS:
        raise ZaloRefusal(400, f"text must not be longer than {MAX_SMS} characters.")
    with world.transaction() as change:
        entry = add_entry(
            world.db,
            Entry(
                side="bot",
                channel="sms",
                kind="text",
                at=world.clock.now(),
                phone=phone,
                msg_id=new_message_id(),
                status="delivered",
                text=text,
                tracking_id=reference,
            ),
        )
        arrived(world, change, phone)
    return Answer({"id": entry.msg_id})


SMS_CALLS = (ApiCall("POST", "/sms/v1/messages", "sms/messages", SMS, send_sms),)
