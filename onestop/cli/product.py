"""The whole product beside a simulated Zalo, in one folder: what the demo and the whole-product tests start."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import requests
from cryptography.fernet import Fernet

from onestop.cli.children import Child, StartFailed, free_port, is_free

ROOT = Path(__file__).resolve().parents[2]
OA_ID = "9000000000000000001"
APP_ID = "1111222233334444555"
REDIRECT_URI = "https://onestop.invalid/zalo/callback"
PROCESSES = ("simulator", "actions", "rasa", "notifier", "console")
OFFICER = "demo"


@dataclass(frozen=True)
class Ports:
    """Where the processes listen on loopback; 0 takes a free port."""

    simulator: int = 0
    rasa: int = 0
    actions: int = 0
    console: int = 0

    def taken(self) -> dict[str, int]:
        """Those asked for that somebody else holds."""
        return {name: port for name, port in vars(self).items() if port and not is_free(port)}

    def fixed(self) -> Ports:
        """The same with free ports in place of 0."""
        return Ports(*(port or free_port() for port in (self.simulator, self.rasa, self.actions, self.console)))


class Product:
    """Databases, secrets and processes under `home`.

    Args:
        home: Folder of this installation's state; made where it is missing.
        model: A trained model.
        ports: Where to listen.
        extra_env: More settings, for tests.
        say: Told what is going on, for people.
    """

    def __init__(
        self,
        home: Path,
        model: Path,
        ports: Ports | None = None,
        extra_env: dict[str, str] | None = None,
        say: Callable[[str], None] = lambda _text: None,
    ) -> None:
        self.home = home
        self._model = model
        self._say = say
        home.mkdir(parents=True, exist_ok=True)
        self.ports = (ports or Ports()).fixed()
        self.env = {**os.environ, **self._settings(), **(extra_env or {}), "PYTHONPATH": str(ROOT)}
        self.children = {name: self._child(name) for name in PROCESSES}

    @property
    def url(self) -> str:
        """The simulator's address."""
        return f"http://127.0.0.1:{self.ports.simulator}"

    @property
    def console_url(self) -> str:
        """The console's address."""
        return f"http://127.0.0.1:{self.ports.console}"

    @property
    def officer_token(self) -> str:
        """The bearer token of this installation's officer."""
        return self.env["ONESTOP_OFFICER_TOKENS"].partition(":")[2]

    @property
    def dossiers_file(self) -> Path:
        """The demo's dossier database."""
        return self.home / "dossiers.sqlite3"

    def load_demo_data(self, dossiers: int = 2000, seed: int = 2019) -> None:
        """Fills the dossier database and the data of the look-ups unless they stand there.

        Raises:
            StartFailed: The loader failed.
        """
        if not self.dossiers_file.exists():
            url = self.env["ONESTOP_DOSSIERS_URL"]
            self._load("seed", "--url", url, "--seed", str(seed), "--dossiers", str(dossiers))
        loaded = self.home / "information.loaded"
        if not loaded.exists():
            self._load("seed.information", "--seed", str(seed))
            loaded.touch()

    def _load(self, *command: str) -> None:
        """Runs a loader; `command` is its module and what follows."""
        words = [sys.executable, "-m", *command]
        done = subprocess.run(words, cwd=ROOT, env=self.env, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise StartFailed(f"Không nạp được dữ liệu mẫu: {(done.stderr.strip().splitlines() or ['?'])[-1]}")

    def start(self) -> None:
        """Starts every process and waits until citizens are answered.

        Raises:
            StartFailed: One did not come up.
        """
        self.start_process("simulator")
        self._say("  bộ giả lập Zalo")
        self.authorise()
        for name in ("actions", "rasa"):
            self.children[name].start()
        self.start_process("notifier")
        self.wait_for("actions")
        self._say("  máy chủ hành động, bộ gửi thông báo")
        self.wait_for("rasa")
        self._say("  Rasa với kênh Zalo")
        self.children["console"].start()  # ready a second later; citizens need not wait for it

    def start_process(self, name: str) -> None:
        """Starts one process and waits until it is ready."""
        self.children[name].start()
        self.wait_for(name)

    def wait_for(self, name: str) -> None:
        """Waits until one process is ready."""
        self.children[name].wait_until(lambda: self._is_ready(name), 300.0)

    def stop(self) -> None:
        """Stops every process; those that speak to others first."""
        for name in ("console", "notifier", "rasa", "actions", "simulator"):
            self.children[name].stop()

    def dead(self) -> list[Child]:
        """Processes that have ended though nobody stopped them."""
        return [child for child in self.children.values() if child.process is not None and not child.is_alive]

    def authorise(self) -> None:
        """Lets the simulated account's administrator consent, as a person does once on a real one."""
        from connectors.zalo.auth import new_verifier
        from onestop.bootstrap import open_database, open_tokens
        from onestop.settings import Settings

        settings = Settings.from_env(self.env)
        sessions = open_database(settings)
        tokens = open_tokens(settings, sessions)
        if tokens.health().expires_at is not None:
            return
        verifier = new_verifier()
        page = tokens.authorize_url("demo", verifier) + f"&oa_id={OA_ID}"
        location = requests.get(page, allow_redirects=False, timeout=10).headers["Location"]
        code = parse_qs(urlsplit(location).query)["code"][0]
        tokens.exchange_code(code, verifier, OA_ID)

    def _is_ready(self, name: str) -> bool:
        addresses = {
            "simulator": f"{self.url}/sim/v1/clock",
            "actions": f"http://127.0.0.1:{self.ports.actions}/health",
            "rasa": f"http://127.0.0.1:{self.ports.rasa}/webhooks/zalo/",
            "console": f"{self.console_url}/health",
        }
        if name not in addresses:
            return self.children[name].is_alive
        try:
            answer = requests.get(addresses[name], timeout=2)
            return answer.ok and answer.json().get("ready", True)
        except (requests.RequestException, ValueError):
            return False

    def _child(self, name: str) -> Child:
        arguments = {
            "simulator": ["-m", "simulator"],
            "actions": ["-m", "actions", "--port", str(self.ports.actions)],
            "rasa": ["-W", "ignore", "-m", "dialogue", "--model", str(self._model), "--port", str(self.ports.rasa)],
            "notifier": ["-m", "notifier"],
            "console": ["-m", "console", "--port", str(self.ports.console)],
        }
        command = [sys.executable, *arguments[name]]
        return Child(name, command, self.env, self.home / "logs" / f"{name}.log", ROOT)

    def _settings(self) -> dict[str, str]:
        kept = _kept_secrets(self.home / "secrets.json")
        offset_file = self.home / "clock_offset"
        if not offset_file.exists():
            offset_file.write_text("0\n", encoding="ascii")
        zalo = f"http://127.0.0.1:{self.ports.simulator}"
        return {
            "ONESTOP_DATABASE_URL": f"sqlite:///{self.home / 'onestop.sqlite3'}",
            "ONESTOP_DOSSIERS_URL": f"sqlite:///{self.dossiers_file}",
            "ONESTOP_TRACKER_URL": f"sqlite:///{self.home / 'tracker.sqlite3'}",
            "ONESTOP_FILES_DIR": str(self.home / "files"),
            "ONESTOP_MODEL_DIR": str(self._model.parent),
            "ONESTOP_ACTIONS_URL": f"http://127.0.0.1:{self.ports.actions}/webhook",
            "ONESTOP_CLOCK_OFFSET_FILE": str(offset_file),
            "ONESTOP_ZALO_APP_ID": APP_ID,
            "ONESTOP_ZALO_OA_ID": OA_ID,
            "ONESTOP_ZALO_APP_SECRET": kept["app_secret"],
            "ONESTOP_ZALO_SECRET_KEY": kept["oa_secret"],
            "ONESTOP_ZALO_REDIRECT_URI": REDIRECT_URI,
            "ONESTOP_TOKEN_KEY": kept["token_key"],
            "ONESTOP_OFFICER_TOKENS": f"{OFFICER}:{kept['officer_token']}",
            "ONESTOP_ZALO_OPENAPI_URL": zalo,
            "ONESTOP_ZALO_OAUTH_URL": zalo,
            "ONESTOP_ZALO_BUSINESS_URL": zalo,
            "ONESTOP_ZALO_FORM_IMAGE_URL": f"{zalo}/pages/static/icons/lotus.svg",
            "ONESTOP_SMS_URL": zalo,
            "ONESTOP_SMS_KEY": kept["sms_key"],
            "ONESTOP_DESK_KEY": kept["desk_key"],
            "ONESTOP_EXCHANGE_KEY": kept["exchange_key"],
            "ONESTOP_MEDIA_HOSTS": f"127.0.0.1:{self.ports.simulator}",
            "SIMULATOR_PORT": str(self.ports.simulator),
            "SIMULATOR_STATE": str(self.home / "simulator.sqlite3"),
            "SIMULATOR_FILES": str(self.home / "simulator-files"),
            "SIMULATOR_WEBHOOK_URL": f"http://127.0.0.1:{self.ports.rasa}/webhooks/zalo/webhook",
            "SIMULATOR_APP_ID": APP_ID,
            "SIMULATOR_APP_SECRET": kept["app_secret"],
            "SIMULATOR_OA_ID": OA_ID,
            "SIMULATOR_OA_SECRET": kept["oa_secret"],
            "SIMULATOR_REDIRECT_URI": REDIRECT_URI,
            "SIMULATOR_SMS_KEY": kept["sms_key"],
            "SIMULATOR_DESK_URL": f"http://127.0.0.1:{self.ports.actions}/desk/v1/links",
            "SIMULATOR_DESK_KEY": kept["desk_key"],
            "SIMULATOR_DOSSIERS_URL": f"sqlite:///{self.dossiers_file}",
            "SANIC_HOST": "127.0.0.1",
            "OMP_NUM_THREADS": "1",
        }


def demo_env(home: Path) -> dict[str, str]:
    """The environment of the installation under `home`, for a command beside it.

    Raises:
        StartFailed: There is none.
    """
    if not (home / "secrets.json").exists():
        raise StartFailed("Chưa có bản chạy thử nào; ./run demo trước, hoặc đặt các biến ONESTOP_….")
    return Product(home, Path("models")).env


def _kept_secrets(file: Path) -> dict[str, str]:
    """Secrets of this demo installation, made at its first start and readable by its owner only."""
    kept = json.loads(file.read_text(encoding="ascii")) if file.exists() else {}
    made = {
        name: secrets.token_urlsafe(24)
        for name in ("app_secret", "oa_secret", "sms_key", "desk_key", "officer_token", "exchange_key")
    }
    made["token_key"] = Fernet.generate_key().decode()
    made |= kept
    file.touch(mode=0o600)
    file.write_text(json.dumps(made), encoding="ascii")
    return made
