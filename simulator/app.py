"""Everything under one address: Zalo, the test interface, the counter and the pages."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timezone

from starlette.applications import Starlette
from starlette.routing import BaseRoute, Mount

from simulator.zalo.app import EXCEPTION_HANDLERS, ConnectionAware, zalo_routes
from simulator.zalo.config import ZaloConfig
from simulator.zalo.world import World


@dataclass(frozen=True)
class SimulatorConfig:
    """What one simulator serves.

    Attributes:
        zalo: The simulated account.
        with_pages: Whether the chat and counter pages are served.
        dossiers_url: SQLAlchemy URL of the vendor's database; None leaves the counter out.
        console_url: Address of the product's console, for a link on the pages.
        desk_url: Where the counter asks the product for an officer's QR code, with `desk_key`.
    """

    zalo: ZaloConfig
    with_pages: bool = False
    dossiers_url: str | None = field(default=None, repr=False)
    console_url: str | None = None
    desk_url: str | None = None
    desk_key: str = field(default="", repr=False)


def create_app(config: SimulatorConfig) -> Starlette:
    """Builds the application; counter and pages are imported only when they are asked for."""
    world = World(config.zalo)
    routes = zalo_routes(world)
    mounted: list[Starlette] = []
    if config.dossiers_url is not None:
        counter = _counter_app(config.dossiers_url, config, world)
        mounted.append(counter)
        routes.append(Mount("/counter/v1", app=counter))
    if config.with_pages:
        routes.extend(_page_routes(config))

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            # A mounted application's own lifespan is not run by Starlette.
            for part in mounted:
                await stack.enter_async_context(part.router.lifespan_context(part))
            await world.start()
            stack.push_async_callback(world.stop)
            yield

    app = ConnectionAware(routes=routes, lifespan=lifespan, exception_handlers=EXCEPTION_HANDLERS)
    app.state.world = world
    return app


def _counter_app(dossiers_url: str, config: SimulatorConfig, world: World) -> Starlette:
    """The counter, living by the same movable clock."""
    from simulator.counter.app import create_counter_app
    from simulator.counter.zalo_link import DeskDoor

    door = DeskDoor(config.desk_url, config.desk_key) if config.desk_url else None
    return create_counter_app(dossiers_url, lambda: datetime.fromtimestamp(world.clock.now(), timezone.utc), door)


def _page_routes(config: SimulatorConfig) -> list[BaseRoute]:
    from simulator.pages.routes import PageConfig, page_routes

    return page_routes(PageConfig(console_url=config.console_url))
