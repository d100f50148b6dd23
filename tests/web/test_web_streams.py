"""A question asked while the page's last event stream is closing is not lost."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

import pytest

from web import streams
from web.streams import Streams

QUESTION = "全市经济运行分析调度会是谁主持的？"
ASK = """(question) => {
  const box = document.querySelector('#wb-question textarea, #wb-question input');
  box.value = question;
  box.dispatchEvent(new Event('input', { bubbles: true }));
  setTimeout(() => box.dispatchEvent(new KeyboardEvent('keypress', { key: 'Enter', bubbles: true })), 0);
}"""


async def replied_after(close: str | None, page: str) -> float:
    """Return the seconds that the reply to a join of `page` took, the stream of page "a" having sent `close`."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["path"] == streams.DATA:
            await send({"type": "http.response.start", "status": 200})
            await send({"type": "http.response.body", "body": f'data: {{"msg":"{close}"}}\n\n'.encode()})
            await asyncio.sleep(30)  # the transport is still busy with the last chunk
        await receive()
        await send({"type": "http.response.start", "status": 200})

    async def receive() -> Any:
        return {"type": "http.request", "body": json.dumps({"session_hash": page}).encode()}

    async def send(message: Any) -> None:
        pass

    wrapped = Streams(app)
    stream = asyncio.create_task(wrapped({"path": streams.DATA, "query_string": b"session_hash=a"}, receive, send))
    await asyncio.sleep(0.01)
    began = time.monotonic()
    await wrapped({"path": streams.JOIN}, receive, send)
    took = time.monotonic() - began
    stream.cancel()
    return took


def test_the_reply_to_a_join_waits_until_the_page_has_seen_its_stream_close(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "GRACE", 0.3)
    assert asyncio.run(replied_after("close_stream", "a")) > 0.2
    assert asyncio.run(replied_after("close_stream", "b")) < 0.1
    assert asyncio.run(replied_after("process_generating", "a")) < 0.1


def test_questions_asked_the_moment_an_answer_stands_are_all_answered(browser: Any, site: Any) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 860})
    page = context.new_page()
    page.set_default_timeout(20_000)
    page.goto(site.url)
    page.wait_for_selector("#wb-question textarea, #wb-question input")
    for turn in range(1, 9):
        page.evaluate(ASK, QUESTION)
        page.wait_for_selector(f"#wb-turn-{turn} .wb-answer")
    context.close()
