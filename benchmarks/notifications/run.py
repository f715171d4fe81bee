"""How fast one notifier sends a broadcast to the simulator, and how long receipts take beside it.

`python -m benchmarks.notifications.run --name million --rows 1000000 --limit 20000`. Adds to result.json, which
docs/notifications.md, "Speed", reads. The simulator, the database and this driver run on the same machine as the
notifier. Absolute figures belong to that machine and its load; processor time a message and its growth do not.
"""

from __future__ import annotations

import argparse
import json
import os
import sqlite3
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from datetime import time as day_time
from pathlib import Path
from typing import Any

import requests

from benchmarks.notifications.world import RECEIPT_CITIZENS, Person, approve_broadcast, counts_by_status, populate
from onestop import clock
from onestop.cli.product import ROOT, Product
from onestop.services import notices
from onestop.storage import SessionFactory, subscriptions
from onestop.storage.engine import create_engine, session_factory

RESULT = Path(__file__).with_name("result.json")
RECEIPT_EVERY_S = 1.0
RECEIPT_WITHIN_S = 2.0
SETTLE_S = 12.0
PROCEDURES = 5
BEGINS_AT = day_time(9)


@dataclass
class Watched:
    """What was seen while the broadcast ran; times in seconds, memory in MB."""

    took_s: float = 0.0
    messages: int = 0
    cpu_s: dict[str, float] = field(default_factory=dict)
    memory_mb: list[float] = field(default_factory=list)
    receipts: list[tuple[Person, float]] = field(default_factory=list)


def main(arguments: list[str] | None = None) -> int:
    """Runs one measurement and adds it to result.json under its name and database."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--name", default="throughput", help="under which name the figures are kept")
    parser.add_argument("--rows", type=int, default=20_000, help="how many citizens the broadcast goes to")
    parser.add_argument("--behind", type=int, default=0, help="rows of an earlier broadcast, sent, in the outbox")
    parser.add_argument("--queued", action="store_true", help="all rows stand in the outbox at once, due")
    parser.add_argument("--whole", action="store_true", help="Rasa runs too and takes Zalo's events of each message")
    parser.add_argument("--limit", type=int, default=20_000, help="calls a minute that the simulator allows")
    parser.add_argument("--gate", type=int, help="calls a minute that the notifier allows itself; by default 9/10")
    parser.add_argument("--seconds", type=float, default=60.0, help="how long to measure at most")
    parser.add_argument("--database", help="URL of an empty PostgreSQL database; SQLite by default")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        env = {"ONESTOP_ZALO_CALLS_PER_MINUTE": str(options.gate or options.limit * 9 // 10)}
        if options.database:
            env["ONESTOP_DATABASE_URL"] = options.database
        product = Product(Path(folder), _newest_model() if options.whole else Path("none"), extra_env=env)
        _move_to_the_morning(product)
        found = measure(product, options)
    kept = json.loads(RESULT.read_text(encoding="utf-8")) if RESULT.exists() else {}
    kept.setdefault(options.name, {})[found["database"]] = found
    RESULT.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(found, indent=1))
    return 0


def measure(product: Product, options: argparse.Namespace) -> dict[str, Any]:
    """Fills both sides, lets a real notifier send a broadcast, hands in dossiers meanwhile."""
    product.load_demo_data(dossiers=200)
    product.start_process("simulator")
    try:
        product.authorise()
        url = product.env["ONESTOP_DATABASE_URL"]
        engine = create_engine(url)
        sessions = session_factory(engine)
        product.children["simulator"].stop()
        people = populate(engine, simulator_file(product), options.rows, options.behind, options.queued)
        product.start_process("simulator")
        _post(product, "/sim/v1/limits", {"calls_per_minute": options.limit})
        load = os.getloadavg()[0]
        if options.whole:
            for name in ("actions", "rasa"):
                product.start_process(name)
        _post(product, "/sim/v1/webhook", {"enabled": options.whole})
        product.start_process("notifier")
        _wait_for_the_first_round(sessions)
        if not options.queued:
            approve_broadcast(sessions)
        watched = watch(product, people, options)
        statuses = counts_by_status(sessions, settle=product.children["notifier"].stop)
        return {"load": round(load, 1), "cores": os.cpu_count(), **summary(product, watched, statuses, options)}
    finally:
        product.stop()


def watch(product: Product, people: list[Person], options: argparse.Namespace) -> Watched:
    """Hands in a dossier each second until the broadcast is out or the time is over, then waits for the last ones."""
    seen = Watched()
    deadline = time.monotonic() + 60
    while message_count(product) < 10 and time.monotonic() < deadline:
        time.sleep(0.05)
    first, cpu = message_count(product), _cpu(product)
    began = time.monotonic()
    procedures = procedures_at_the_counter(product)
    while time.monotonic() - began < options.seconds:
        person = people[len(seen.receipts) % len(people)]
        seen.receipts.append((person, clock.timestamp()))
        _hand_in(product, person, procedures[len(seen.receipts) % len(procedures)])
        seen.memory_mb.append(memory_mb(_pid(product, "notifier")))
        time.sleep(max(0.0, began + len(seen.receipts) * RECEIPT_EVERY_S - time.monotonic()))
        if message_count(product) >= options.rows:
            break
    seen.took_s = time.monotonic() - began
    seen.messages = message_count(product) - first
    seen.cpu_s = {name: after - cpu[name] for name, after in _cpu(product).items()}
    time.sleep(min(SETTLE_S, 3 * RECEIPT_WITHIN_S))
    return seen


def summary(product: Product, seen: Watched, statuses: dict[str, int], options: argparse.Namespace) -> dict[str, Any]:
    """The figures of one run."""
    waits = sorted(receipt_waits(product, seen))
    in_time = sum(wait <= RECEIPT_WITHIN_S for wait in waits)
    arrived, different = arrivals(product)
    sent = statuses.get("sent", 0) + statuses.get("delivered", 0)
    return {
        "database": "postgresql" if options.database else "sqlite",
        "rows": options.rows,
        "behind": options.behind,
        "queued_at_once": options.queued,
        "with_rasa": options.whole,
        "limit_per_minute": options.limit,
        "own_limit_per_minute": int(product.env["ONESTOP_ZALO_CALLS_PER_MINUTE"]),
        "seconds": round(seen.took_s, 1),
        "messages": seen.messages,
        "messages_per_minute": round(seen.messages / seen.took_s * 60),
        **{f"{name}_cpu_ms_per_message": round(s * 1000 / max(1, seen.messages), 2) for name, s in seen.cpu_s.items()},
        "notifier_memory_mb": {"begin": seen.memory_mb[2:3], "end": seen.memory_mb[-1:]},
        "rows_sent": sent,
        "messages_arrived": arrived,
        "lost": sent - different,
        "doubled": arrived - different,
        "failed_or_unknown": sum(statuses.get(one, 0) for one in FAILED),
        "receipts": len(seen.receipts),
        "receipts_within_2_s": in_time,
        "receipts_within_2_s_share": round(in_time / max(1, len(seen.receipts)), 3),
        "receipt_wait_s": {
            "median": round(waits[len(waits) // 2], 2) if waits else None,
            "p95": round(waits[int(len(waits) * 0.95)], 2) if waits else None,
            "longest": round(waits[-1], 2) if waits else None,
        },
    }


FAILED = ("permanent-failure", "technical-failure", "unknown")


def receipt_waits(product: Product, seen: Watched) -> list[float]:
    """For each dossier handed in, the seconds until its words stood in its citizen's chat; those that came at all."""
    found = []
    with closing(_simulator_database(product)) as database:
        for turn, (person, at) in enumerate(seen.receipts):
            rows = database.execute(
                "SELECT at FROM entry WHERE user_id = ? AND kind = 'text' AND content LIKE '%Ngày hẹn trả kết quả%'"
                " ORDER BY seq",
                (person.zalo_user_id,),
            ).fetchall()
            place = turn // RECEIPT_CITIZENS
            if place < len(rows):
                found.append(rows[place][0] - at)
    return found


def arrivals(product: Product) -> tuple[int, int]:
    """How many messages of the account came to citizens' chats, and how many of them are different."""
    with closing(_simulator_database(product)) as database:
        (arrived,) = database.execute("SELECT count(*) FROM entry WHERE side = 'bot'").fetchone()
        (different,) = database.execute(
            "SELECT count(*) FROM (SELECT DISTINCT user_id, CASE kind WHEN 'text' THEN content ELSE seq END"
            " FROM entry WHERE side = 'bot')"
        ).fetchone()
    return arrived, different


def message_count(product: Product) -> int:
    """How many entries the simulator has; nobody but the account writes any."""
    with closing(_simulator_database(product)) as database:
        return int(database.execute("SELECT coalesce(max(seq), 0) FROM entry").fetchone()[0])


def procedures_at_the_counter(product: Product) -> list[str]:
    """Codes of a few procedures that the demo's dossiers are about."""
    answer = requests.get(f"{product.url}/counter/v1/dossiers?limit=100", timeout=30).json()
    return sorted({one["procedure_code"] for one in answer["dossiers"]})[:PROCEDURES]


def simulator_file(product: Product) -> Path:
    """The file of everything the simulator remembers."""
    return Path(product.env["SIMULATOR_STATE"])


def memory_mb(pid: int) -> float:
    """Resident memory of a process."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return round(pages * os.sysconf("SC_PAGE_SIZE") / 1e6, 1)


def cpu_seconds(pid: int) -> float:
    """Processor time that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _move_to_the_morning(product: Product) -> None:
    """No broadcast goes at night: product, simulator and this driver live at nine o'clock of the coming day."""
    os.environ[clock.OFFSET_VARIABLE] = product.env[clock.OFFSET_VARIABLE]
    now = clock.local_now()
    morning = datetime.combine(now.date() + timedelta(days=1), BEGINS_AT, clock.LOCAL)
    Path(product.env[clock.OFFSET_VARIABLE]).write_text(f"{(morning - now).total_seconds():.3f}\n", encoding="ascii")
    time.sleep(0.5)  # the clock looks at its file no more often


def _wait_for_the_first_round(sessions: SessionFactory) -> None:
    """The notifier has found the dossier system's newest event: what is handed in from now on is news."""
    while True:
        with sessions() as session:
            if subscriptions.has_cursor(session, notices.CURSOR):
                return
        time.sleep(0.1)


def _cpu(product: Product) -> dict[str, float]:
    running = (name for name in ("notifier", "simulator", "rasa") if product.children[name].is_alive)
    return {name: cpu_seconds(_pid(product, name)) for name in running}


def _newest_model() -> Path:
    return max((ROOT / "models").glob("*.tar.gz"), key=lambda model: model.stat().st_mtime)


def _pid(product: Product, name: str) -> int:
    process = product.children[name].process
    assert process is not None
    return process.pid


def _simulator_database(product: Product) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{simulator_file(product)}?mode=ro", uri=True)


def _hand_in(product: Product, person: Person, procedure: str) -> None:
    body = {"procedure_code": procedure, "applicant_name": "Nguyễn Thị Hoa", "applicant_phone": person.phone}
    _post(product, "/counter/v1/dossiers", body)


def _post(product: Product, path: str, body: dict[str, Any]) -> None:
    requests.post(f"{product.url}{path}", json=body, timeout=30).raise_for_status()


if __name__ == "__main__":
    raise SystemExit(main())
