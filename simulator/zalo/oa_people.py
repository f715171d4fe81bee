"""OA API: users, tags, the account itself, quotas, articles."""

import secrets
from datetime import timedelta

from simulator.zalo import citizens
from simulator.zalo.citizens import Citizen
from simulator.zalo.clock import local_time
from simulator.zalo.errors import ZaloRefusal, invalid, too_long
from simulator.zalo.gateway import OA, Answer, ApiCall, Exchange, success
from simulator.zalo.oa_messages import whole_param
from simulator.zalo.webhook_events import Json
from simulator.zalo.windows import FREE_S, FREE_TOTAL, reachable_citizen
from simulator.zalo.world import World

MAX_USERS = 50
MAX_OFFSET = 9951
PERIOD_DAYS = {"TODAY": 0, "YESTERDAY": 1, "L7D": 7, "L30D": 30}
GOVERNMENT = 4
ARTICLE_LIMITS = {"title": 150, "description": 300, "author": 50}


def user_detail(world: World, exchange: Exchange) -> Answer:
    """One user; no phone unless they shared it."""
    citizen = _citizen_in_touch(world, exchange)
    last = citizen.last_interaction_at
    return success(
        {
            "user_id": citizen.user_id,
            "user_id_by_app": citizen.user_id_by_app,
            "user_external_id": citizen.profile.get("user_external_id", ""),
            "display_name": citizen.name,
            "user_alias": citizen.profile.get("user_alias", citizen.name),
            "is_sensitive": False,
            "user_last_interaction_date": f"{local_time(last):%d/%m/%Y}" if last else "",
            "user_is_follower": citizen.follows,
            "avatar": "",
            "avatars": {"120": "", "240": ""},
            "dynamic_param": "",
            "tags_and_notes_info": {"notes": [], "tag_names": citizens.tags_of(world.db, citizen.user_id)},
            "shared_info": citizen.profile.get("shared_info", {}),
        }
    )


def user_list(world: World, exchange: Exchange) -> Answer:
    """Users in touch with the account, by page and filter."""
    offset, count = whole_param(exchange, "offset", 0), whole_param(exchange, "count", MAX_USERS)
    if offset > MAX_OFFSET:
        raise too_long("offset", MAX_OFFSET)
    if count > MAX_USERS:
        raise too_long("count", MAX_USERS)
    found = [c for c in citizens.citizens_in_touch(world.db) if _passes(world, c, exchange.params)]
    page = [{"user_id": citizen.user_id} for citizen in found[offset : offset + count]]
    return success({"total": len(found), "count": len(page), "offset": offset, "users": page})


def _passes(world: World, citizen: Citizen, filters: Json) -> bool:
    is_follower = filters.get("is_follower")
    if is_follower is not None and citizen.follows != (str(is_follower).lower() == "true"):
        return False
    tag = filters.get("tag_name")
    if tag and tag not in citizens.tags_of(world.db, citizen.user_id):
        return False
    period = filters.get("last_interaction_period")
    return not period or _has_interacted_in(world, citizen, period)


def _has_interacted_in(world: World, citizen: Citizen, period: object) -> bool:
    if not isinstance(period, str) or period not in PERIOD_DAYS:
        raise invalid("last_interaction_period")
    if citizen.last_interaction_at is None:
        return False
    today = local_time(world.clock.now()).date()
    day = local_time(citizen.last_interaction_at).date()
    if period == "YESTERDAY":
        return day == today - timedelta(days=1)
    return day >= today - timedelta(days=PERIOD_DAYS[period])


def update_user(world: World, exchange: Exchange) -> Answer:
    """Alias, our own id, shared information."""
    citizen = _citizen_in_touch(world, exchange)
    changes = {
        name: exchange.params[name]
        for name in ("user_alias", "user_external_id", "shared_info")
        if name in exchange.params
    }
    if not all(isinstance(changes.get(name, ""), str) for name in ("user_alias", "user_external_id")):
        raise invalid("user_alias, user_external_id")
    if not isinstance(changes.get("shared_info", {}), dict):
        raise invalid("shared_info")
    with world.transaction():
        citizens.save_profile(world.db, citizen, **changes)
    return success()


def delete_shared_info(world: World, exchange: Exchange) -> Answer:
    """For people who asked for deletion."""
    citizen = _citizen_in_touch(world, exchange)
    with world.transaction():
        citizens.save_profile(world.db, citizen, shared_info=None)
    return success()


def _citizen_in_touch(world: World, exchange: Exchange) -> Citizen:
    citizen = reachable_citizen(world, exchange.params.get("user_id"))
    if not citizen.is_in_touch:
        raise ZaloRefusal(-213, "User has not followed the OA")
    return citizen


def put_tag(world: World, exchange: Exchange) -> Answer:
    """Puts a tag on a user; the tag is made when missing."""
    citizen, tag = _citizen_in_touch(world, exchange), _tag(exchange)
    with world.transaction():
        world.db.execute("INSERT OR IGNORE INTO citizen_tag (user_id, tag) VALUES (?, ?)", (citizen.user_id, tag))
    return success()


def take_tag(world: World, exchange: Exchange) -> Answer:
    """Takes a tag off a user."""
    citizen, tag = _citizen_in_touch(world, exchange), _tag(exchange)
    with world.transaction():
        world.db.execute("DELETE FROM citizen_tag WHERE user_id = ? AND tag = ?", (citizen.user_id, tag))
    return success()


def remove_tag(world: World, exchange: Exchange) -> Answer:
    """Removes a tag from everyone."""
    with world.transaction():
        world.db.execute("DELETE FROM citizen_tag WHERE tag = ?", (_tag(exchange),))
    return success()


def list_tags(world: World, exchange: Exchange) -> Answer:
    """Every tag in use, a flat list."""
    return success([row["tag"] for row in world.db.all("SELECT DISTINCT tag FROM citizen_tag ORDER BY tag")])


def _tag(exchange: Exchange) -> str:
    tag = exchange.params.get("tag_name")
    if not isinstance(tag, str) or not tag:
        raise invalid("tag_name")
    return tag


def account_info(world: World, exchange: Exchange) -> Answer:
    """The account: government type, with its package's expiry."""
    now = world.clock.now()
    valid_through = f"{local_time(now + 200 * 86_400):%d/%m/%Y}"
    return success(
        {
            "oaid": world.config.oa_id,
            "oa_id": world.config.oa_id,
            "name": world.config.oa_name,
            "description": "Kênh một cửa (giả lập)",
            "oa_alias": "motcua",
            "is_verified": True,
            "oa_type": GOVERNMENT,
            "oa_type_name": "Cơ quan nhà nước",
            "cate_name": "Dịch vụ công",
            "num_follower": citizens.count_followers(world.db),
            "avatar": "",
            "cover": "",
            "package_name": "Tăng trưởng",
            "package_valid_through_date": valid_through,
            "package_auto_renew_date": "",
            "linked_ZCA": "ZBS-0001",
        }
    )


def message_quota(world: World, exchange: Exchange) -> Answer:
    """Quota of one user, or of the account."""
    if "user_id" not in exchange.params:
        return success(_account_quota(world, exchange))
    citizen = reachable_citizen(world, exchange.params["user_id"])
    last = citizen.last_interaction_at
    is_free = last is not None and world.clock.now() - last <= FREE_S
    nothing = {"remain": "0", "total": "0"}
    return success(
        {
            "last_interaction": str(int(last * 1000)) if last else "0",
            "cs_reply": {"remain": FREE_TOTAL if is_free else "0", "total": FREE_TOTAL},
            "promotion": {"daily": nothing, "monthly": nothing},
        }
    )


def _account_quota(world: World, exchange: Exchange) -> list[Json]:
    if exchange.params.get("quota_owner") != "OA":
        raise invalid("quota_owner")
    total = world.limits.package_messages
    return [
        {
            "asset_id": "asset-0001",
            "product_type": "cs",
            "quota_type": "sub_quota",
            "valid_through": f"{local_time(world.clock.now() + 30 * 86_400):%d/%m/%Y}",
            "total": str(total),
            "remain": str(total - world.db.counted("package_spent")),
        }
    ]


def create_article(world: World, exchange: Exchange) -> Answer:
    """Saves an article; the answer's token becomes an id by `article/verify`."""
    params = exchange.params
    for name, limit in ARTICLE_LIMITS.items():
        value = params.get(name)
        if not isinstance(value, str) or not value:
            raise invalid(name)
        if len(value) > limit:
            raise too_long(name, limit)
    token, text = secrets.token_urlsafe(16), f"{params['title']}\n{params['description']}"
    with world.transaction():
        world.db.execute(
            "INSERT INTO article (id, token, at, body) VALUES (?, ?, ?, ?)",
            (secrets.token_hex(8), token, world.clock.now(), text),
        )
    return success({"token": token})


def verify_article(world: World, exchange: Exchange) -> Answer:
    """The id of an article by its token."""
    row = world.db.one("SELECT id FROM article WHERE token = ?", (str(exchange.params.get("token")),))
    if row is None:
        raise invalid("token")
    return success({"id": row["id"]})


def article_detail(world: World, exchange: Exchange) -> Answer:
    """An article as the broadcast will show it."""
    row = world.db.one("SELECT * FROM article WHERE id = ?", (str(exchange.params.get("id")),))
    if row is None:
        raise invalid("id")
    title, _, description = row["body"].partition("\n")
    return success({"id": row["id"], "title": title, "description": description})


PEOPLE_CALLS = (
    ApiCall("GET", "/v3.0/oa/user/detail", "user/detail", OA, user_detail),
    ApiCall("GET", "/v3.0/oa/user/getlist", "user/getlist", OA, user_list),
    ApiCall("POST", "/v3.0/oa/user/update", "user/update", OA, update_user),
    ApiCall("POST", "/v2.0/oa/deletefollowerinfo", "deletefollowerinfo", OA, delete_shared_info),
    ApiCall("POST", "/v2.0/oa/tag/tagfollower", "tag/tagfollower", OA, put_tag),
    ApiCall("POST", "/v2.0/oa/tag/rmfollowerfromtag", "tag/rmfollowerfromtag", OA, take_tag),
    ApiCall("POST", "/v2.0/oa/tag/rmtag", "tag/rmtag", OA, remove_tag),
    ApiCall("GET", "/v2.0/oa/tag/gettagsofoa", "tag/gettagsofoa", OA, list_tags),
    ApiCall("GET", "/v2.0/oa/getoa", "getoa", OA, account_info),
    ApiCall("POST", "/v3.0/oa/quota/message", "quota/message", OA, message_quota),
    ApiCall("POST", "/v2.0/article/create", "article/create", OA, create_article),
    ApiCall("POST", "/v2.0/article/verify", "article/verify", OA, verify_article),
    ApiCall("GET", "/v2.0/article/getdetail", "article/getdetail", OA, article_detail),
)
