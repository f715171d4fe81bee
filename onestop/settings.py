"""Everything an installation sets, read once from the environment by an entry point and handed on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import Any, get_type_hints

from onestop.errors import MissingSetting


@dataclass(frozen=True)
class Settings:
    """One field is one variable: `ONESTOP_` and the field's name in capitals. docs/settings.md explains each.

    Fields without a default stop the start when they are absent; secrets never show in a repr.
    """

    database_url: str = field(repr=False)
    dossiers_url: str = field(repr=False)
    tracker_url: str = field(repr=False)
    zalo_app_id: str
    zalo_oa_id: str
    zalo_app_secret: str = field(repr=False)
    zalo_secret_key: str = field(repr=False)
    token_key: str = field(repr=False)

    zalo_openapi_url: str = "https://openapi.zalo.me"
    zalo_oauth_url: str = "https://oauth.zaloapp.com"
    zalo_business_url: str = "https://business.openapi.zalo.me"
    zalo_redirect_uri: str = ""
    zalo_timeout_s: float = 10.0
    zalo_calls_per_minute: int = 3600
    zalo_pool_size: int = 16
    zalo_buttons: str = "bare"
    zalo_form_image_url: str = ""
    sms_url: str = ""
    sms_key: str = field(default="", repr=False)
    sms_timeout_s: float = 10.0
    desk_key: str = field(default="", repr=False)
    exchange_key: str = field(default="", repr=False)
    exchange_events_per_minute: int = 6000
    exchange_max_waiting: int = 20_000
    callback_url: str = field(default="", repr=False)
    callback_timeout_s: float = 10.0
    media_hosts: str = "zalo.me,zadn.vn,zdn.vn,zaloapp.com"
    media_max_bytes: int = 8_000_000

    files_dir: Path = Path("files")
    model_dir: Path = Path("models")
    clock_offset_file: str = ""
    log_level: str = "INFO"

    inbox_lanes: int = 8
    fragment_wait_s: float = 1.5
    session_max_events: int = 45
    turn_timeout_s: float = 45.0
    reply_senders: int = 8
    orphan_reply_after_s: float = 10.0
    stuck_after_s: float = 120.0
    officer_silence_s: float = 1800.0
    officer_tokens: str = field(default="", repr=False)
    dossiers_time_limit_s: float = 2.0
    picture_days: int = 7
    inbox_days: int = 7
    message_days: int = 365
    notifier_poll_s: float = 0.5
    monitoring_port: int = 0
    monitoring_host: str = "127.0.0.1"

    province_name: str = "Tây Ninh"
    fallback_hotline: str = "1022"
    portal_url: str = "https://dichvucong.gov.vn"
    map_search_url: str = "https://www.google.com/maps/search/?api=1&query={query}"

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Settings:
        """Builds the settings of this process.

        Raises:
            MissingSetting: A compulsory variable is absent or empty, or a value cannot be read as its type.
        """
        hints = get_type_hints(cls)
        values: dict[str, Any] = {}
        for item in fields(cls):
            name = f"ONESTOP_{item.name.upper()}"
            raw = environ.get(name, "")
            if raw == "":
                if item.default is MISSING:
                    raise MissingSetting(name)
                continue
            values[item.name] = _converted(name, raw, hints[item.name])
        return cls(**values)


def _converted(name: str, raw: str, kind: type) -> Any:
    try:
        return kind(raw)
    except ValueError as error:
        raise MissingSetting(name, f"cannot be read as {kind.__name__}") from error
