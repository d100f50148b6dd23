"""A client that sends the path of a file where text is expected gets nothing of that file.

Each check is run a second time with the mount's flag taken away, to show that it can fail.
"""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from qa.archive import Archive
from web.server import build_app, mount

SECRET = "only the owner of this machine reads this: 8c1f0a"
FILE_COMPONENTS = {"chatbot", "file", "uploadbutton", "image", "audio", "video", "gallery", "multimodaltextbox"}


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    file = tmp_path / "secret.txt"
    file.write_text(SECRET)
    return file


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache"
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(folder))
    return folder


def file_data(file: Path) -> dict[str, Any]:
    return {"path": str(file), "meta": {"_type": "gradio.FileData"}}


def send(url: str, fn_index: int, data: list[Any], **more: Any) -> str:
    """Run one event as the page would; returns everything the server said about it."""
    session = f"probe{fn_index}"
    body = {"data": data, "fn_index": fn_index, "session_hash": session, **more}
    joined = httpx.post(f"{url}/gradio_api/queue/join", json=body)
    if joined.status_code != 200:
        return joined.text
    lines = []
    with httpx.stream("GET", f"{url}/gradio_api/queue/data", params={"session_hash": session}, timeout=30) as events:
        for line in events.iter_lines():
            lines.append(line)
            if '"process_completed"' in line or '"close_stream"' in line:
                break
    return "\n".join(lines)


def paths_in(said: str) -> Iterator[str]:
    for line in said.splitlines():
        if line.startswith("data:"):
            yield from _paths(json.loads(line[5:]))


def _paths(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("path"), str):
            yield value["path"]
        for inner in value.values():
            yield from _paths(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _paths(inner)


async def echoing() -> tuple[FastAPI, Any]:
    """Mount a page that gives back whatever it is sent, as the product's never does."""
    import gradio as gr

    with gr.Blocks(analytics_enabled=False) as page:
        chat, box = gr.Chatbot(), gr.Textbox()
        box.submit(lambda history: history, chat, chat)
    app = FastAPI()
    mount(app, page)
    return app, page


@pytest.mark.parametrize("launched", [True, False], ids=["as mounted", "flag taken away"])
def test_the_mount_refuses_files_even_to_a_page_that_would_echo_them(
    serving: Any, secret: Path, cache: Path, launched: bool
) -> None:
    app, page = asyncio.run(echoing())
    page.has_launched = page.has_launched and launched
    message = {"role": "user", "content": [{"type": "file", "file": file_data(secret)}]}
    with serving(app) as served:
        said = send(served.url, 0, [[message]])
        read = [httpx.get(f"{served.url}/gradio_api/file={path}").text for path in paths_in(said)]
    assert (SECRET in read) is not launched
    assert (SECRET in cached(cache)) is not launched


@pytest.mark.parametrize("launched", [True, False], ids=["as shipped", "flag taken away"])
def test_no_event_of_the_shipped_page_copies_a_file(
    serving: Any, archive: Archive, secret: Path, launched: bool
) -> None:
    cache = archive.directory / "web"
    shutil.rmtree(cache, ignore_errors=True)
    app = build_app(archive)
    page = app.routes[-1].app.get_blocks()  # type: ignore[attr-defined]
    page.has_launched = page.has_launched and launched
    with serving(app) as served:
        config = httpx.get(f"{served.url}/config").json()
        for event in config["dependencies"]:
            data = [file_data(secret) for _ in event["inputs"]]
            said = send(served.url, event["id"], data, event_data=file_data(secret))
            assert SECRET not in said
        for path in (secret, *cache.rglob("*")):
            assert httpx.get(f"{served.url}/gradio_api/file={path}").status_code == 404
    assert (SECRET in cached(cache)) is not launched
    shutil.rmtree(cache, ignore_errors=True)


def test_no_event_takes_a_component_that_carries_files(archive: Archive) -> None:
    page = build_app(archive).routes[-1].app.get_blocks()  # type: ignore[attr-defined]
    config = page.config
    kinds = {component["id"]: component["type"] for component in config["components"]}
    taken = {kinds[number] for event in config["dependencies"] for number in event["inputs"]}
    assert taken
    assert not taken & FILE_COMPONENTS
    assert taken <= {"state", "textbox", "dropdown"}


def cached(folder: Path) -> list[str]:
    return [file.read_text() for file in sorted(folder.rglob("*")) if file.is_file()]
