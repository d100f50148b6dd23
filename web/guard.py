"""Stand in front of every request: known hosts, known routes, small bodies, strict headers.

Written as plain ASGI, because a middleware that reads responses would hold back the event stream.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from qa.check.drafts import FILE_BYTES

__all__ = ["BODY_BYTES", "LARGE", "Guard", "allowed_hosts", "is_served"]

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]

BODY_BYTES = 64 * 1024
"""Largest request body."""
LARGE = {"/api/check": FILE_BYTES}
"""Path -> its own largest body, where that is more."""
LARGE_AT_ONCE = 4
"""Bodies over `BODY_BYTES`, or of unknown length, that are held in memory at the same time; the next ones wait."""
DISCARD_BYTES = 16 * 1024 * 1024
DISCARD_SECONDS = 2.0
"""How much of a body that is too large is still read, unkept, before the refusal is sent."""
BODY_SECONDS = 10.0
"""Time a body may take to arrive."""
PAGES = frozenset(
    (
        *("/", "/check", "/config", "/favicon.ico", "/healthz", "/readyz", "/robots.txt", "/theme.css"),
        *("/api/ask", "/api/check", "/api/word"),
    )
)
FOLDERS = ("/article/", "/api/article/", "/assets/", "/look/", "/static/", "/svelte/")
GRADIO = frozenset(
    f"/gradio_api/{name}"
    for name in ("app_id", "cancel", "queue/data", "queue/join", "run/predict", "startup-events", "theme.css")
)
GRADIO_FOLDERS = ("/gradio_api/heartbeat/",)
LOCAL = frozenset(("127.0.0.1", "localhost", "::1"))
WILDCARDS = frozenset(("0.0.0.0", "::", ""))

CHAT_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; object-src 'none'; "
    "base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)
PLAIN_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
SENDING_POLICY = f"{PLAIN_POLICY}; connect-src 'self'"
"""Of a plain page that sends a draft and takes its report."""
HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
)


def allowed_hosts(host: str) -> frozenset[str]:
    """Return the names a server bound to `host` answers to; with a wildcard, ``*`` stands for any address.

    Any IP address is safe there: only a name can be made to point at someone else's machine.
    """
    return LOCAL | ({"*"} if host in WILDCARDS else {_bare(host)})


def is_served(path: str) -> bool:
    """Tell whether `path` is one the product uses; everything else Gradio offers is closed.

    >>> is_served("/article/x"), is_served("/gradio_api/upload"), is_served("/assets/../x")
    (True, False, False)
    """
    if ".." in path.split("/") or "\\" in path:
        return False
    return path in PAGES or path in GRADIO or path.startswith((*FOLDERS, *GRADIO_FOLDERS))


class Guard:
    """Wrap an ASGI application; `hosts` as `allowed_hosts` gives them."""

    def __init__(self, app: App, hosts: Iterable[str]) -> None:
        self.app = app
        self.hosts = frozenset(hosts)
        self._large = asyncio.Semaphore(LARGE_AT_ONCE)

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Answer a request that is not ours to serve; pass on the others, cleaned."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        send = _with_headers(send, scope["path"])
        headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
        refusal = self._refusal(scope, headers)
        if refusal:
            await _refuse(send, *refusal)
            return
        limit = LARGE.get(scope["path"], BODY_BYTES)
        async with self._large if limit > BODY_BYTES and _may_be_large(headers) else contextlib.nullcontext():
            await self._pass_on(scope, headers, limit, receive, send)

    async def _pass_on(
        self, scope: MutableMapping[str, Any], headers: dict[bytes, str], limit: int, receive: Receive, send: Send
    ) -> None:
        """Read the body and pass the request on, unless the body is too slow or over `limit` bytes."""
        try:
            body = await asyncio.wait_for(_read_body(headers, limit, receive), BODY_SECONDS)
        except TimeoutError:
            await _refuse(send, 408, "request body too slow")
            return
        if body is None:
            await _discard(receive)
            await _refuse(send, 413, f"request body over {limit} bytes")
            return
        await self.app({**scope, "headers": _unforwarded(scope["headers"])}, _replay(body, receive), send)

    def _refusal(self, scope: MutableMapping[str, Any], headers: dict[bytes, str]) -> tuple[int, str] | None:
        if not self._known(_bare(headers.get(b"host", ""))):
            return 400, "unknown host"
        if not is_served(scope["path"]):
            return 404, "not found"
        origin = headers.get(b"origin")
        changes = scope["method"] not in ("GET", "HEAD", "OPTIONS")
        if changes and origin is not None and urlsplit(origin).netloc.lower() != headers[b"host"].lower():
            return 403, "foreign origin"
        return None

    def _known(self, host: str) -> bool:
        return host in self.hosts or ("*" in self.hosts and _is_address(host))


def _bare(host: str) -> str:
    """Return a Host header without its port and brackets.

    >>> _bare("[::1]:7860"), _bare("LocalHost:7860"), _bare("192.0.2.1")
    ('::1', 'localhost', '192.0.2.1')
    """
    host = host.strip().lower()
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host if host.count(":") > 1 else host.partition(":")[0]


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _unforwarded(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Drop what a proxy would say about the client: none stands in front, so it is hearsay."""
    return [
        (name, value)
        for name, value in headers
        if not name.lower().startswith(b"x-forwarded-") and name.lower() not in (b"forwarded", b"x-real-ip")
    ]


def _may_be_large(headers: dict[bytes, str]) -> bool:
    length = headers.get(b"content-length", "")
    return b"transfer-encoding" in headers or not length.isdecimal() or int(length) > BODY_BYTES


async def _read_body(headers: dict[bytes, str], limit: int, receive: Receive) -> bytes | None:
    """Return the whole body, or None as soon as it is known to be over `limit` bytes, sent in chunks or not."""
    length = headers.get(b"content-length", "0")
    if not length.isdecimal() or int(length) > limit:
        return None
    if length == "0" and b"transfer-encoding" not in headers:
        return b""
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > limit:
            return None
        if message["type"] == "http.disconnect" or not message.get("more_body", False):
            return bytes(body)


async def _discard(receive: Receive) -> None:
    """Let the rest of a refused body run out, within bounds: a client cut off while it sends may miss the answer."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(DISCARD_SECONDS):
            seen = 0
            while seen <= DISCARD_BYTES:
                message = await receive()
                seen += len(message.get("body", b""))
                if message["type"] == "http.disconnect" or not message.get("more_body", False):
                    return


def _replay(body: bytes, receive: Receive) -> Receive:
    """Give `body` as the first message and whatever really comes after it (a disconnect) next."""
    given = False

    async def replayed() -> Message:
        nonlocal given
        if not given:
            given = True
            return {"type": "http.request", "body": body, "more_body": False}
        message = await receive()
        while message["type"] == "http.request":
            message = await receive()
        return message

    return replayed


def _with_headers(send: Send, path: str) -> Send:
    if path == "/check":
        policy = SENDING_POLICY
    else:
        policy = PLAIN_POLICY if path.startswith(("/article/", "/api/", "/look/")) else CHAT_POLICY
    ours = (*HEADERS, (b"content-security-policy", policy.encode()))

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            names = {name for name, _ in ours}
            kept = [(name, value) for name, value in message.get("headers", ()) if name.lower() not in names]
            message = {**message, "headers": [*kept, *ours]}
        await send(message)

    return sent


async def _refuse(send: Send, status: int, reason: str) -> None:
    body = reason.encode()
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
