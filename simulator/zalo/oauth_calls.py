"""The consent page and the token endpoint (facts, section 1)."""

import hmac
from urllib.parse import urlencode

from simulator.zalo.errors import ZaloRefusal
from simulator.zalo.gateway import OAUTH, Answer, ApiCall, Exchange
from simulator.zalo.tokens import (
    INVALID_APP,
    INVALID_CODE,
    INVALID_REDIRECT,
    INVALID_SECRET,
    exchange_code,
    exchange_refresh_token,
    issue_code,
)
from simulator.zalo.world import World


def give_consent(world: World, exchange: Exchange) -> Answer:
    """Sends the administrator, who always agrees, back to the callback with a code."""
    params = exchange.params
    _check_app(world, params.get("app_id"))
    redirect_uri = params.get("redirect_uri")
    if not redirect_uri or redirect_uri != (world.config.redirect_uri or redirect_uri):
        raise ZaloRefusal(INVALID_REDIRECT, "Invalid redirect uri")
    if params.get("oa_id", world.config.oa_id) != world.config.oa_id:
        raise ZaloRefusal(-205, "OA does not exist")
    with world.transaction():
        code = issue_code(world.db, params.get("code_challenge"), world.clock.now())
        world.db.save_setting("permission", {"revoked": False})
    query = {"code": code, "oa_id": world.config.oa_id}
    if "state" in params:
        query["state"] = params["state"]
    separator = "&" if "?" in redirect_uri else "?"
    return Answer(redirect=f"{redirect_uri}{separator}{urlencode(query)}")


def issue_access_token(world: World, exchange: Exchange) -> Answer:
    """Exchanges a code or a refresh token; both work once."""
    params = exchange.params
    if not hmac.compare_digest(exchange.headers.get("secret_key", "").encode(), world.config.app_secret.encode()):
        raise ZaloRefusal(INVALID_SECRET, "Invalid secret key")
    _check_app(world, params.get("app_id"))
    now = world.clock.now()
    with world.transaction():
        if params.get("grant_type") == "authorization_code":
            pair = exchange_code(world.db, params.get("code", ""), params.get("code_verifier"), now)
        elif params.get("grant_type") == "refresh_token":
            pair = exchange_refresh_token(world.db, params.get("refresh_token", ""), now)
        else:
            raise ZaloRefusal(INVALID_CODE, "Invalid grant type")
    return Answer(dict(pair.as_json()))


def _check_app(world: World, app_id: object) -> None:
    if app_id != world.config.app_id:
        raise ZaloRefusal(INVALID_APP, "Invalid app id")


OAUTH_CALLS = (
    ApiCall("GET", "/v4/oa/permission", "oauth/permission", OAUTH, give_consent),
    ApiCall("POST", "/v4/oa/access_token", "oauth/access_token", OAUTH, issue_access_token),
)
