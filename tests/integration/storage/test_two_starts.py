"""Several processes of the product start at once over an empty database."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import sqlalchemy as sa

from onestop.storage.engine import create_engine
from onestop.storage.schema import migrate


def test_processes_that_start_together_make_the_tables_once(database_url: str) -> None:
    url = database_url
    with ProcessPoolExecutor(4, mp_context=get_context("spawn")) as pool:
        for done in [pool.submit(migrate, url) for _ in range(4)]:
            done.result(timeout=60)
    with create_engine(url).connect() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM alembic_version")).scalar_one() == 1
