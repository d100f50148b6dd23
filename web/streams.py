"""Keep an event from falling between two event streams of Gradio's.

A page reads the results of its events from ``GET queue/data``; the server closes that stream when nothing of the page
is pending, and the page opens another with its next ``POST queue/join``. If the reply to a join reaches the page
before the close does, the page takes the stream for open and waits for ever. So the reply to a join is held until the
page has had time to see its last stream end.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import MutableMapping
from typing import Any
from urllib.parse import parse_qs

from web.guard import App, Message, Receive, Send

__all__ = ["GRACE", "Streams"]

GRACE = 0.25
"""Seconds a page gets to see that its stream has ended."""
JOIN = "/gradio_api/queue/join"
DATA = "/gradio_api/queue/data"
CLOSE = b'"msg":"close_stream"'


class Streams:
    """Wrap an ASGI application that Gradio is mounted in."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.ended: dict[str, float] = {}

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Note when a page's stream ends; let a join wait until the page knows."""
        path = scope.get("path")
        if path == DATA:
            await self._stream(scope, receive, send)
        elif path == JOIN:
            await self._join(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _stream(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        page = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("session_hash", [""])[0]

        def note() -> None:
            now = time.monotonic()
            self.ended = {name: at for name, at in self.ended.items() if now - at < GRACE} | {page: now}

        async def sent(message: Message) -> None:
            if CLOSE in message.get("body", b""):
                note()
            await send(message)

        try:
            await self.app(scope, receive, sent)
        finally:
            note()

    async def _join(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        page: object = None

        async def received() -> Message:
            nonlocal page
            message = await receive()
            if message["type"] == "http.request":
                page = _session(message.get("body", b""))
            return message

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start" and isinstance(page, str):
                await asyncio.sleep(self.ended.get(page, 0.0) + GRACE - time.monotonic())
            await send(message)

        await self.app(scope, received, sent)


def _session(body: bytes) -> object:
    """Return the name of the page that sent `body`; None if it has none.

    >>> _session(b'{"session_hash": "abc"}'), _session(b"[]"), _session(b"[" * 60000)
    ('abc', None, None)
    """
    try:
        read = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return read.get("session_hash") if isinstance(read, dict) else None
