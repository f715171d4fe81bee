from __future__ import annotations

from collections.abc import Iterator

import pytest

from connectors.zalo.config import ZaloConfig
from tests.integration.connectors.zalo.misbehaving_zalo import MisbehavingZalo


@pytest.fixture
def zalo() -> Iterator[MisbehavingZalo]:
    server = MisbehavingZalo()
    yield server
    server.stop()


@pytest.fixture
def config(zalo: MisbehavingZalo) -> ZaloConfig:
    return config_for(zalo.url)


def config_for(url: str) -> ZaloConfig:
    return ZaloConfig(
        app_id="1111222233334444555",
        oa_id="9000000000000000001",
        app_secret="example-app-secret",
        redirect_uri="https://mot-cua.example/zalo/callback",
        openapi_url=url,
        oauth_url=url,
        business_url=url,
        connect_timeout_s=0.5,
        read_timeout_s=0.4,
        gate_wait_s=0.2,
    )
