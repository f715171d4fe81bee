"""What the wire must know of this installation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from onestop.errors import MissingSetting
from onestop.settings import Settings


class ButtonsMode(str, Enum):
    """How buttons go out; which form a real account takes is a first-day question (docs/zalo.md)."""

    BARE = "bare"
    TYPED = "typed"
    OFF = "off"


@dataclass(frozen=True)
class ZaloConfig:
    """Addresses, secrets and limits of one app and one official account.

    Attributes:
        template_ids: Zalo's template id by our kind of template.
        template_mode: `development` sends templates only to administrators of the app; None in production.
        sends_app_proof: Adds `appsecret_proof`; needed when the app's console asks for it.
        connect_timeout_s: Longest wait for a connection; nothing has been sent then.
        read_timeout_s: Longest wait for the next bytes of an answer, and for the whole of it.
        gate_wait_s: Longest time that a call waits for the rate limit before it fails as temporary.
    """

    app_id: str
    oa_id: str
    app_secret: str = field(repr=False)
    redirect_uri: str = ""
    openapi_url: str = "https://openapi.zalo.me"
    oauth_url: str = "https://oauth.zaloapp.com"
    business_url: str = "https://business.openapi.zalo.me"
    connect_timeout_s: float = 5.0
    read_timeout_s: float = 10.0
    pool_size: int = 16
    calls_per_minute: float = 3600.0
    gate_wait_s: float = 2.0
    buttons: ButtonsMode = ButtonsMode.BARE
    template_ids: Mapping[str, str] = field(default_factory=dict)
    template_mode: str | None = None
    sends_app_proof: bool = False

    @classmethod
    def from_settings(cls, settings: Settings, template_ids: Mapping[str, str] | None = None) -> ZaloConfig:
        """Takes the wire's part out of the installation's settings.

        Raises:
            MissingSetting: `ONESTOP_ZALO_BUTTONS` is no mode.
        """
        try:
            buttons = ButtonsMode(settings.zalo_buttons)
        except ValueError as error:
            raise MissingSetting("ONESTOP_ZALO_BUTTONS", "is none of bare, typed, off") from error
        return cls(
            app_id=settings.zalo_app_id,
            oa_id=settings.zalo_oa_id,
            app_secret=settings.zalo_app_secret,
            redirect_uri=settings.zalo_redirect_uri,
            openapi_url=settings.zalo_openapi_url.rstrip("/"),
            oauth_url=settings.zalo_oauth_url.rstrip("/"),
            business_url=settings.zalo_business_url.rstrip("/"),
            connect_timeout_s=min(5.0, settings.zalo_timeout_s),
            read_timeout_s=settings.zalo_timeout_s,
            pool_size=settings.zalo_pool_size,
            calls_per_minute=settings.zalo_calls_per_minute,
            buttons=buttons,
            template_ids=template_ids or {},
        )
