"""The guard, in front of a tiny application that tells what reached it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from web import guard
from web.guard import BODY_BYTES, LARGE, Guard, allowed_hosts, is_served


async def echo(scope: Any, receive: Any, send: Any) -> None:
    """Answer with the number of body bytes and the names of the headers that arrived."""
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    names = b",".join(sorted(name for name, _ in scope["headers"]))
    headers = [(b"content-type", b"text/plain"), (b"x-frame-options", b"ALLOWALL")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": f"{len(body)} ".encode() + names})


def ask(method: str, path: str, *, host: str = "127.0.0.1", bound: str = "127.0.0.1", **more: Any) -> httpx.Response:
    async def call() -> httpx.Response:
        transport = httpx.ASGITransport(Guard(echo, allowed_hosts(bound)))
        async with httpx.AsyncClient(transport=transport, base_url=f"http://{host}") as client:
            return await client.request(method, path, **more)

    return asyncio.run(call())


def test_a_plain_request_passes_with_strict_headers() -> None:
    reply = ask("GET", "/")
    assert reply.status_code == 200
    assert reply.headers["x-frame-options"] == "DENY"
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert reply.headers["referrer-policy"] == "no-referrer"
    policy = reply.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "http" not in policy
    assert "frame-ancestors 'none'" in policy


@pytest.mark.parametrize(("path", "sends"), [("/article/x", False), ("/check", True)])
def test_plain_pages_get_the_stricter_policy(path: str, sends: bool) -> None:
    policy = ask("GET", path).headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert ("connect-src 'self'" in policy) is sends


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/upload", "/gradio_api/file=/etc/passwd", "/gradio_api/file=http://example.org/",
        "/gradio_api/proxy=http://example.org/", "/gradio_api/deep_link", "/gradio_api/vibe-edit",
        "/gradio_api/run-history/records", "/gradio_api/runs", "/gradio_api/process_recording",
        "/gradio_api/component_server", "/gradio_api/call/ask", "/gradio_api/run/ask", "/gradio_api/stream/x",
        "/monitoring", "/monitoring/summary", "/login", "/docs", "/openapi.json", "/manifest.json",
        "/file=/etc/passwd", "/assets/..%2f..%2fx", "/static/..\\x", "/look/%2e%2e/server.py",
    ],
)  # fmt: skip
def test_what_the_product_does_not_use_is_closed(path: str) -> None:
    assert ask("GET", path).status_code == 404
    assert ask("POST", path).status_code == 404


def test_a_refusal_carries_the_headers_too() -> None:
    assert "content-security-policy" in ask("GET", "/monitoring").headers


def test_the_largest_body_passes_and_one_byte_more_does_not() -> None:
    assert ask("POST", "/api/ask", content=b"x" * BODY_BYTES).text.startswith(f"{BODY_BYTES} ")
    assert ask("POST", "/api/ask", content=b"x" * (BODY_BYTES + 1)).status_code == 413


def test_a_draft_may_be_larger_and_is_bounded_too() -> None:
    limit = LARGE["/api/check"]
    assert ask("POST", "/api/check", content=b"x" * (BODY_BYTES + 1)).text.startswith(f"{BODY_BYTES + 1} ")
    assert ask("POST", "/api/check", content=b"x" * (limit + 1)).status_code == 413
    assert ask("POST", "/api/ask", content=b"x" * (BODY_BYTES + 1)).status_code == 413


def test_large_bodies_wait_for_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "LARGE_AT_ONCE", 2)
    held = most = 0

    async def slow(scope: Any, receive: Any, send: Any) -> None:
        nonlocal held, most
        held += 1
        most = max(most, held)
        await asyncio.sleep(0.01)
        held -= 1
        await echo(scope, receive, send)

    async def crowd() -> list[int]:
        transport = httpx.ASGITransport(Guard(slow, allowed_hosts("127.0.0.1")))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            sent = [client.post("/api/check", content=b"x" * (BODY_BYTES + 1)) for _ in range(6)]
            return [reply.status_code for reply in await asyncio.gather(*sent)]

    assert asyncio.run(crowd()) == [200] * 6
    assert most == 2


def test_a_chunked_body_is_measured_as_it_arrives() -> None:
    async def chunks(count: int) -> AsyncIterator[bytes]:
        for _ in range(count):
            yield b"x" * 1024

    assert ask("POST", "/api/ask", content=chunks(3)).text.startswith("3072 ")
    assert ask("POST", "/api/ask", content=chunks(65)).status_code == 413


def test_a_body_that_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "BODY_SECONDS", 0.05)

    async def slow() -> AsyncIterator[bytes]:
        yield b"x"
        await asyncio.sleep(5)

    assert ask("POST", "/api/ask", content=slow()).status_code == 408


@pytest.mark.parametrize("length", ["-1", "1e3", "９９９９９９", "99999999999"])
def test_a_length_that_is_no_small_number_is_refused(length: str) -> None:
    headers = [(b"host", b"127.0.0.1"), (b"content-length", length.encode())]
    assert asyncio.run(raw("/api/ask", headers)) == 413


def test_what_a_proxy_would_say_is_dropped() -> None:
    headers = {"X-Forwarded-Host": "evil.example", "X-Forwarded-For": "1.2.3.4", "Forwarded": "for=x", "X-Real-IP": "x"}
    names = ask("GET", "/", headers=headers).text
    assert "forwarded" not in names
    assert "x-real-ip" not in names
    assert "host" in names


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:7860", "localhost:7860", "LOCALHOST", "[::1]:7860"])
def test_this_machine_is_known_by_its_names(host: str) -> None:
    assert ask("GET", "/", host=host).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "192.168.0.7:7860", "localhost.evil"])
def test_other_names_are_refused(host: str) -> None:
    assert ask("GET", "/", host=host).status_code == 400


def test_a_named_host_is_answered_and_a_wildcard_answers_addresses_only() -> None:
    assert ask("GET", "/", host="desk.lan:80", bound="desk.lan").status_code == 200
    assert ask("GET", "/", host="192.168.0.7:7860", bound="0.0.0.0").status_code == 200
    assert ask("GET", "/", host="rebound.example", bound="0.0.0.0").status_code == 400


def test_other_sites_cannot_post() -> None:
    assert ask("POST", "/api/ask", headers={"Origin": "http://evil.example"}).status_code == 403
    assert ask("POST", "/api/ask", headers={"Origin": "null"}).status_code == 403
    assert ask("POST", "/api/ask", headers={"Origin": "http://127.0.0.1"}).status_code == 200


def test_a_websocket_is_closed() -> None:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "websocket.connect"}

    asyncio.run(Guard(echo, allowed_hosts("127.0.0.1"))({"type": "websocket"}, receive, send))
    assert sent == [{"type": "websocket.close", "code": 1008}]


def test_a_request_without_a_host_is_refused() -> None:
    assert asyncio.run(raw("/", [])) == 400


def test_the_list_of_routes_is_what_the_page_needs() -> None:
    assert is_served("/gradio_api/queue/join")
    assert not is_served("/gradio_api/queue/status")


async def raw(path: str, headers: list[tuple[bytes, bytes]]) -> int:
    statuses: list[int] = []

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    scope = {"type": "http", "method": "POST", "path": path, "headers": headers}
    await Guard(echo, allowed_hosts("127.0.0.1"))(scope, receive, send)
    return statuses[0]
