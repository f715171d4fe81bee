"""OA API: sending, uploads, chat history."""

from simulator.zalo.citizens import find_citizen
from simulator.zalo.clock import local_time
from simulator.zalo.entries import Entry, change_entry, chat_page, entry_by_message, newest_of_each_chat
from simulator.zalo.errors import ZaloRefusal, invalid, too_long
from simulator.zalo.gateway import OA, Answer, ApiCall, Exchange, success
from simulator.zalo.limits import pay
from simulator.zalo.media import UPLOAD_KINDS, count_uploads_since, keep_upload
from simulator.zalo.outgoing import checked_message, template_echo
from simulator.zalo.posting import post_to_chat
from simulator.zalo.templates import checked_data, usable_template
from simulator.zalo.webhook_events import Json, account_event
from simulator.zalo.windows import check_daytime, open_consultation, reachable_citizen
from simulator.zalo.world import World

MAX_HISTORY = 10
HISTORY_TYPES = {"image": "photo", "audio": "voice", "business_card": "link", "request_user_info": "template"}


def send_consultation(world: World, exchange: Exchange) -> Answer:
    """`message/cs`: the bot's replies."""
    now = world.clock.now()
    recipient = exchange.params.get("recipient")
    citizen = reachable_citizen(world, recipient.get("user_id") if isinstance(recipient, dict) else None)
    message = checked_message(world, exchange.params.get("message"), now)
    with world.transaction() as change:
        quota = open_consultation(world, citizen, now)
        entry, echo = post_to_chat(
            world,
            change,
            citizen,
            now,
            echo=message.echo,
            echo_message=message.echo_message,
            channel="cs",
            kind=message.kind,
            text=message.text,
            buttons=message.buttons,
            attachments=message.attachments,
            quote_msg_id=message.quote_msg_id,
        )
    data = _sent(entry)
    if quota is not None:
        data["quota"] = quota
    return Answer(success(data).body, echo=echo)


def send_template(world: World, exchange: Exchange) -> Answer:
    """`message/template` by user id: news of dossiers."""
    now = world.clock.now()
    citizen = reachable_citizen(world, exchange.params.get("user_id"))
    template = usable_template(world.templates, exchange.params.get("template_id"))
    if not template.may_go_by_user_id:
        raise ZaloRefusal(-249, "This template cannot be sent by user id")
    data = checked_data(template, exchange.params.get("template_data"))
    if not citizen.is_in_touch:
        raise ZaloRefusal(-232, "User has no relation with the OA")
    if world.rules.template_night:
        check_daytime(now, -234)
    text = template.rendered(data)
    with world.transaction() as change:
        pay(world.db, world.limits, template.price_uid_vnd, -321)
        entry, echo = post_to_chat(
            world,
            change,
            citizen,
            now,
            echo="oa_send_template",
            echo_message=template_echo(text),
            channel="template_uid",
            kind="template",
            text=text,
            buttons=template.shown_buttons(data),
            template={"id": template.id, "data": data},
        )
    return Answer(success(_sent(entry)).body, echo=echo)


def _sent(entry: Entry) -> Json:
    return {"message_id": entry.msg_id, "user_id": entry.user_id, "sent_time": str(int(entry.at * 1000))}


def refuse_ended_call(world: World, exchange: Exchange) -> Answer:
    """Transaction and promotion messages ended on 1 March 2026."""
    raise ZaloRefusal(-233, "Message type is not supported")


def send_v2(world: World, exchange: Exchange) -> Answer:
    """`/v2.0/oa/message`: reactions and article broadcasts; to users it is shut."""
    recipient = exchange.params.get("recipient")
    if not isinstance(recipient, dict):
        raise invalid("recipient")
    if isinstance(exchange.params.get("sender_action"), dict):
        return _react(world, recipient, exchange.params["sender_action"])
    if "user_id" in recipient:
        raise ZaloRefusal(-240, "Message API v2 is no longer supported, please use v3")
    if "target" in recipient:
        return _broadcast(world, exchange.params.get("message"))
    raise invalid("recipient")


def _react(world: World, recipient: Json, action: Json) -> Answer:
    citizen = reachable_citizen(world, recipient.get("user_id"))
    icon, msg_id = action.get("react_icon"), action.get("react_message_id")
    entry = entry_by_message(world.db, msg_id) if isinstance(msg_id, str) else None
    if entry is None or entry.user_id != citizen.user_id:
        raise invalid("react_message_id")
    if not isinstance(icon, str) or not icon:
        raise invalid("react_icon")
    with world.transaction() as change:
        change_entry(world.db, entry, reaction=None if icon == "/-remove" else icon)
        change.touched.add(citizen.user_id)
        message = {"msg_id": msg_id, "react_icon": icon}
        event = account_event(world.config, citizen, "oa_reacted_message", world.clock.now(), message)
        world.owe_event(change, citizen.user_id, event)
    return success({"message_id": msg_id, "user_id": citizen.user_id})


def _broadcast(world: World, message: object) -> Answer:
    """One article to every follower, at most once a day and person, by day only."""
    now = world.clock.now()
    article = world.db.one("SELECT * FROM article WHERE id = ?", (_article_id(message),))
    if article is None:
        raise invalid("attachment_id")
    check_daytime(now, -234)
    today = f"{local_time(now):%Y-%m-%d}"
    msg_id = ""
    with world.transaction() as change:
        for row in world.db.all("SELECT user_id FROM citizen WHERE follows = 1 AND account = 'active'"):
            citizen = find_citizen(world.db, row["user_id"])
            if citizen is None or world.db.count(f"broadcast_{today}_{citizen.user_id}") > 1:
                continue
            entry, _ = post_to_chat(
                world,
                change,
                citizen,
                now,
                echo="oa_send_text",
                echo_message={"text": article["body"]},
                channel="broadcast",
                kind="template",
                text=article["body"],
                template={"id": article["id"], "data": {}},
            )
            msg_id = entry.msg_id or msg_id
    return success({"message_id": msg_id})


def _article_id(message: object) -> str:
    try:
        element = message["attachment"]["payload"]["elements"][0]  # type: ignore[index]
        kind, article_id = element["media_type"], element["attachment_id"]
    except (TypeError, KeyError, IndexError) as error:
        raise invalid("message") from error
    if kind != "article" or not isinstance(article_id, str):
        raise invalid("media_type")
    return article_id


def upload_image(world: World, exchange: Exchange) -> Answer:
    """JPG or PNG up to 1 MB."""
    return _upload(world, exchange, "image", "attachment_id")


def upload_gif(world: World, exchange: Exchange) -> Answer:
    """GIF up to 5 MB."""
    return _upload(world, exchange, "gif", "attachment_id")


def upload_file(world: World, exchange: Exchange) -> Answer:
    """PDF, DOC, DOCX or CSV up to 5 MB."""
    return _upload(world, exchange, "file", "token")


def _upload(world: World, exchange: Exchange, kind: str, id_field: str) -> Answer:
    if exchange.file is None:
        raise invalid("file")
    now = world.clock.now()
    month = local_time(now).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    if count_uploads_since(world.db, month.timestamp()) >= world.limits.uploads_per_month:
        raise ZaloRefusal(-211, "Out of quota: uploads of this month")
    content, name = exchange.file
    with world.transaction():
        upload = keep_upload(world.db, world.config, UPLOAD_KINDS[kind], content, name, now)
    return success({id_field: upload.id})


def conversation(world: World, exchange: Exchange) -> Answer:
    """One chat, newest first."""
    offset, count = _page(exchange)
    user_id = exchange.params.get("user_id")
    if not isinstance(user_id, str) or find_citizen(world.db, user_id) is None:
        raise invalid("user_id")
    return success([_history_item(world, entry) for entry in chat_page(world.db, user_id, offset, count)])


def recent_chats(world: World, exchange: Exchange) -> Answer:
    """The newest message of every chat, newest first."""
    offset, count = _page(exchange)
    return success([_history_item(world, entry) for entry in newest_of_each_chat(world.db, offset, count)])


def _page(exchange: Exchange) -> tuple[int, int]:
    offset = whole_param(exchange, "offset", 0)
    count = whole_param(exchange, "count", 5)
    if count > MAX_HISTORY:
        raise too_long("count", MAX_HISTORY)
    return offset, count


def whole_param(exchange: Exchange, name: str, default: int) -> int:
    """A whole number from 0; Zalo takes it as a number or as digits.

    Raises:
        ZaloRefusal: anything else (-201).
    """
    value = exchange.params.get(name, default)
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**31:
        raise invalid(name)
    return value


def _history_item(world: World, entry: Entry) -> Json:
    citizen = find_citizen(world.db, entry.user_id or "")
    person = (entry.user_id or "", citizen.name if citizen else "")
    account = (world.config.oa_id, world.config.oa_name)
    is_from_user = entry.side == "citizen"
    (from_id, from_name), (to_id, to_name) = (person, account) if is_from_user else (account, person)
    item: Json = {
        "src": 1 if is_from_user else 0,
        "time": int(entry.at * 1000),
        "type": HISTORY_TYPES.get(entry.kind, entry.kind),
        "message": entry.text,
        "message_id": entry.msg_id,
        "from_id": from_id,
        "to_id": to_id,
        "from_display_name": from_name,
        "to_display_name": to_name,
        "from_avatar": "",
        "to_avatar": "",
    }
    if entry.attachments:
        item["url"] = item["thumb"] = entry.attachments[0]["url"]
    if entry.location:
        item["location"] = f"{entry.location['lat']},{entry.location['lon']}"
    return item


MESSAGE_CALLS = (
    ApiCall("POST", "/v3.0/oa/message/cs", "message/cs", OA, send_consultation),
    ApiCall("POST", "/v3.0/oa/message/template", "message/template", OA, send_template),
    ApiCall("POST", "/v3.0/oa/message/transaction", "message/transaction", OA, refuse_ended_call),
    ApiCall("POST", "/v3.0/oa/message/promotion", "message/promotion", OA, refuse_ended_call),
    ApiCall("POST", "/v2.0/oa/message", "message", OA, send_v2),
    ApiCall("POST", "/v2.0/oa/upload/image", "upload/image", OA, upload_image),
    ApiCall("POST", "/v2.0/oa/upload/gif", "upload/gif", OA, upload_gif),
    ApiCall("POST", "/v2.0/oa/upload/file", "upload/file", OA, upload_file),
    ApiCall("GET", "/v2.0/oa/conversation", "conversation", OA, conversation),
    ApiCall("GET", "/v2.0/oa/listrecentchat", "listrecentchat", OA, recent_chats),
)
