"""How many notifications a minute one dispatcher sends to the simulator, and how long receipts wait beside a broadcast.

`python -m benchmarks.notifications.run --rows 20000 --limit 20000`. Writes result.json. Absolute figures belong to the
machine they were measured on; the growth of the cost per message with the length of the outbox does not.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import requests
import sqlalchemy as sa

from onestop import clock
from onestop.cli.product import Product
from onestop.messages.codec import to_json
from onestop.messages.types import TextMessage
from onestop.services import outbox
from onestop.storage import SessionFactory
from onestop.storage.citizens import citizen_of_zalo_user
from onestop.storage.engine import create_engine, session_factory
from onestop.storage.schema import migrate
from onestop.storage.tables import Notification

RESULT = Path(__file__).with_name("result.json")
CITIZENS = 1000
RECEIPT_EVERY_S = 1.0


def main(arguments: list[str] | None = None) -> int:
    """Runs one measurement and adds it to result.json under its name."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--name", default="throughput", help="under which name the figures are kept")
    parser.add_argument("--rows", type=int, default=20_000, help="rows of the broadcast that are to be sent")
    parser.add_argument("--behind", type=int, default=0, help="rows more that lie in the outbox and are not due")
    parser.add_argument("--limit", type=int, default=20_000, help="calls a minute that the simulator allows")
    parser.add_argument("--seconds", type=float, default=60.0, help="how long to measure at most")
    parser.add_argument("--database", help="URL of an empty PostgreSQL database; SQLite by default")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        env = {"ONESTOP_ZALO_CALLS_PER_MINUTE": str(options.limit)}
        if options.database:
            env["ONESTOP_DATABASE_URL"] = options.database
        found = measure(Product(Path(folder), Path("none"), extra_env=env), options)
    kept = json.loads(RESULT.read_text(encoding="utf-8")) if RESULT.exists() else {}
    kept[options.name] = found
    RESULT.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(found, indent=1))
    return 0


def measure(product: Product, options: argparse.Namespace) -> dict[str, Any]:
    """Fills the outbox, lets a real notifier send it, puts receipts in between."""
    product.load_demo_data(dossiers=10)
    product.start_process("simulator")
    try:
        product.authorise()
        limits = {"calls_per_minute": options.limit}
        requests.post(f"{product.url}/sim/v1/limits", json=limits, timeout=30).raise_for_status()
        url = product.env["ONESTOP_DATABASE_URL"]
        migrate(url)
        sessions = session_factory(create_engine(url))
        requests.post(f"{product.url}/sim/v1/webhook", json={"enabled": False}, timeout=30).raise_for_status()
        citizens = make_citizens(product.url, sessions)
        fill(sessions, citizens, options.rows, options.behind)
        began = time.monotonic()
        product.start_process("notifier")
        receipts = watch(sessions, citizens, began, options)
        took_s = time.monotonic() - began
        cpu_s = cpu_seconds(product.children["notifier"].process.pid)
        return summary(sessions, took_s, cpu_s, receipts, options)
    finally:
        product.stop()


def make_citizens(url: str, sessions: SessionFactory) -> list[str]:
    """Citizens who have just written, so that everything to them is free."""
    made = []
    for _ in range(CITIZENS):
        user_id = requests.post(f"{url}/sim/v1/citizens", json={}, timeout=30).json()["user_id"]
        event = {"type": "text", "text": "alo"}
        requests.post(f"{url}/sim/v1/citizens/{user_id}/events", json=event, timeout=30)
        with sessions.begin() as session:
            citizen = citizen_of_zalo_user(session, user_id, clock.now())
            citizen.last_interaction_at = clock.now()
            made.append(citizen.id)
    return made


def fill(sessions: SessionFactory, citizens: list[str], rows: int, behind: int) -> None:
    """A broadcast under way, and `behind` rows that are not due."""
    now = clock.now()
    table = Notification.__table__
    for begin in range(0, rows + behind, 5000):
        with sessions.begin() as session:
            session.execute(
                sa.insert(table),
                [
                    {
                        "key": f"b:{n}",
                        "citizen_id": citizens[n % len(citizens)],
                        "lane": "bulk",
                        "kind": "broadcast",
                        "channel": "cs",
                        "body": to_json(TextMessage(f"Tin số {n}: từ 1/12 trung tâm làm việc cả sáng thứ Bảy.")),
                        "status": "created",
                        "attempts": 0,
                        "created_at": now,
                        "next_attempt_at": now if n < rows else now + timedelta(days=30),
                    }
                    for n in range(begin, min(begin + 5000, rows + behind))
                ],
            )


def watch(sessions: SessionFactory, citizens: list[str], began: float, options: argparse.Namespace) -> list[str]:
    """Queues a receipt each second until the broadcast is out or the time is over."""
    keys: list[str] = []
    while time.monotonic() - began < options.seconds:
        key = f"receipt:{len(keys)}"
        with sessions.begin() as session:
            message = TextMessage("Dạ, hồ sơ đã được tiếp nhận.")
            citizen_id = citizens[len(keys) % len(citizens)]
            outbox.put(session, key=key, citizen_id=citizen_id, lane=outbox.NOTICE, kind="received", message=message,
                       now=clock.now())  # fmt: skip
        keys.append(key)
        time.sleep(RECEIPT_EVERY_S)
        with sessions() as session:
            if (
                not session.query(Notification.id)
                .filter_by(lane="bulk", status="created")
                .filter(Notification.next_attempt_at <= clock.now())
                .first()
            ):
                break
    return keys


def cpu_seconds(pid: int) -> float:
    """Processor time that a process has used: says more than the clock on a machine that others use too."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def summary(
    sessions: SessionFactory, took_s: float, cpu_s: float, receipts: list[str], options: argparse.Namespace
) -> dict[str, Any]:
    """Messages a minute, and the wait of receipts, seconds."""
    with sessions() as session:
        sent = session.query(Notification).filter(Notification.status.in_(("sent", "delivered")))
        bulk = sent.filter(Notification.lane == "bulk").count()
        lost = session.query(Notification).filter(Notification.status.in_(("permanent-failure", "unknown"))).count()
        waits = sorted(
            (row.finished_at - row.created_at).total_seconds() for row in sent.filter(Notification.key.in_(receipts))
        )
    return {
        "rows": options.rows,
        "behind": options.behind,
        "database": "postgresql" if options.database else "sqlite",
        "limit_per_minute": options.limit,
        "sent_per_minute": round((bulk + len(waits)) / took_s * 60),
        "notifier_cpu_ms_per_message": round(cpu_s * 1000 / max(1, bulk + len(waits)), 2),
        "failed_or_unknown": lost,
        "receipts": len(receipts),
        "receipts_sent": len(waits),
        "receipt_wait_median_s": round(statistics.median(waits), 2) if waits else None,
        "receipt_wait_p95_s": round(waits[int(len(waits) * 0.95)], 2) if waits else None,
    }


if __name__ == "__main__":
    raise SystemExit(main())
