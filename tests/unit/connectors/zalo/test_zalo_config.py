from __future__ import annotations

import pytest

from connectors.zalo.config import ButtonsMode, ZaloConfig
from connectors.zalo.media import MediaConfig
from onestop.errors import MissingSetting
from onestop.settings import Settings

COMPULSORY = {
    "ONESTOP_DATABASE_URL": "sqlite://",
    "ONESTOP_DOSSIERS_URL": "sqlite://",
    "ONESTOP_TRACKER_URL": "sqlite://",
    "ONESTOP_ZALO_APP_ID": "1111222233334444555",
    "ONESTOP_ZALO_OA_ID": "9000000000000000001",
    "ONESTOP_ZALO_APP_SECRET": "example-app-secret",
    "ONESTOP_ZALO_SECRET_KEY": "example-oa-secret",
    "ONESTOP_TOKEN_KEY": "example-token-key",
}


def settings(**more: str) -> Settings:
    return Settings.from_env({**COMPULSORY, **more})


def test_the_wire_takes_its_part_of_the_settings():
    given = settings(
        ONESTOP_ZALO_OPENAPI_URL="http://127.0.0.1:8000/", ONESTOP_ZALO_BUTTONS="typed", ONESTOP_ZALO_TIMEOUT_S="3"
    )
    config = ZaloConfig.from_settings(given, {"ready": "310004"})
    assert config.openapi_url == "http://127.0.0.1:8000"
    assert config.buttons is ButtonsMode.TYPED
    assert (config.connect_timeout_s, config.read_timeout_s) == (3.0, 3.0)
    assert config.template_ids == {"ready": "310004"}
    assert "example-app-secret" not in repr(config)


def test_an_unknown_form_of_buttons_stops_the_start():
    with pytest.raises(MissingSetting, match="ONESTOP_ZALO_BUTTONS"):
        ZaloConfig.from_settings(settings(ONESTOP_ZALO_BUTTONS="round"))


def test_the_fetcher_takes_its_part_of_the_settings():
    config = MediaConfig.from_settings(settings(ONESTOP_MEDIA_HOSTS=" Zdn.vn, 127.0.0.1:8000 ,"))
    assert config.hosts == ("zdn.vn", "127.0.0.1:8000")
