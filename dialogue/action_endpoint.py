"""The way to the action server: one kept-alive session, a time limit, and every failure an error that Rasa survives."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
from rasa.shared.exceptions import RasaException
from rasa.utils.endpoints import ClientResponseError, EndpointConfig, concat_url

TIMEOUT_S = 15.0
RETRY_AFTER_S = 0.25


class KeepAliveEndpoint(EndpointConfig):
    """Rasa's own opens a connection for every action and waits five minutes."""

    _session: aiohttp.ClientSession | None = None

    async def request(
        self,
        method: str = "post",
        subpath: str | None = None,
        content_type: str | None = "application/json",
        compress: bool = False,
        **kwargs: Any,
    ) -> Any:
        """Calls the action server; while it is being started again, waits for it (actions are idempotent).

        Raises:
            ClientResponseError: The server answered with an error; 400 is an action's own rejection.
            RasaException: No answer within 15 s, or none that can be read.
        """
        try:
            return await asyncio.wait_for(self._persist(method, subpath, kwargs.get("json")), TIMEOUT_S)
        except (asyncio.TimeoutError, aiohttp.ClientError, OSError) as error:
            raise RasaException(f"the action server did not answer ({type(error).__name__})") from error

    async def _persist(self, method: str, subpath: str | None, body: Any) -> Any:
        while True:
            try:
                return await self._call(method, subpath, body)
            except aiohttp.ClientConnectionError:
                await asyncio.sleep(RETRY_AFTER_S)

    async def _call(self, method: str, subpath: str | None, body: Any) -> Any:
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(headers=self.headers)
        async with self._session.request(method, concat_url(self.url, subpath), json=body) as response:
            if response.status >= 400:
                raise ClientResponseError(response.status, response.reason or "", (await response.read()).decode())
            return await response.json(content_type=None)

    def copy(self) -> KeepAliveEndpoint:
        """Rasa copies endpoints; the session is shared."""
        return self


def keep_alive(endpoint: EndpointConfig) -> KeepAliveEndpoint:
    """The same endpoint, kept alive."""
    return KeepAliveEndpoint(endpoint.url, endpoint.params, endpoint.headers, **endpoint.kwargs)
