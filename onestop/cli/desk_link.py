"""`./run desk-link MÃ`: an officer's one-time QR code, for a citizen who stands at the desk."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from onestop import clock
from onestop.bootstrap import open_database, open_dossiers
from onestop.cli.product import ROOT, demo_env
from onestop.errors import OnestopError
from onestop.messages.formats import time_text
from onestop.receipts.qr import qr_in_terminal, qr_png
from onestop.services.desk_links import DeskCode, create_desk_code
from onestop.services.dossiers import DossierNotFound
from onestop.services.sealing import Sealer
from onestop.settings import Settings


def main(arguments: list[str]) -> int:
    """Makes one, and shows it in the terminal; the demo's, where no installation is named by the environment."""
    parser = argparse.ArgumentParser(prog="./run desk-link", description=__doc__)
    parser.add_argument("code", help="mã hồ sơ của người dân đang ở quầy")
    parser.add_argument("--officer", default=os.environ.get("USER", "quầy"), help="ai xác nhận người dân")
    parser.add_argument("--png", type=Path, help="ghi mã QR ra tệp ảnh")
    options = parser.parse_args(arguments)
    environ: Mapping[str, str] = os.environ if os.environ.get("ONESTOP_DATABASE_URL") else demo_env(ROOT / ".run/demo")
    os.environ.setdefault(clock.OFFSET_VARIABLE, environ.get(clock.OFFSET_VARIABLE, ""))
    try:
        made = _create(Settings.from_env(environ), options.code.strip().upper(), options.officer)
    except DossierNotFound:
        print(f"Không có hồ sơ {options.code}.", file=sys.stderr)
        return 1
    except OnestopError as error:
        print(error, file=sys.stderr)
        return 2
    _show(made, options.png)
    return 0


def _create(settings: Settings, code: str, officer: str) -> DeskCode:
    with open_database(settings).begin() as session:
        sealer = Sealer(settings.token_key)
        return create_desk_code(
            session, open_dossiers(settings), sealer, code, officer, settings.zalo_oa_id, clock.now()
        )


def _show(made: DeskCode, png: Path | None) -> None:
    print(qr_in_terminal(made.url))
    if png is not None:
        png.write_bytes(qr_png(made.url))
    print(
        f"Mã để gõ: {made.token}\nDùng một lần, tới {time_text(made.expires_at)}. "
        "Người dân chụp mã này gửi vào khung chat Zalo, hoặc gõ mã."
    )
