"""Put the page and the HTTP routes together, and serve them on this machine."""

from __future__ import annotations

import asyncio
import errno
import json
import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qa.archive import Archive, Progress
from qa.errors import BadInput, WenbaoError
from qa.messages import say
from qa.records import Filters
from qa.settings import PROJECT

if TYPE_CHECKING:
    import gradio as gr
    from fastapi import FastAPI

__all__ = ["CORPUS", "build_app", "examples", "fill", "mount", "serve"]

CORPUS = PROJECT / "corpus"
"""The sample archive that ships with the product."""
STOP_SECONDS = 3
"""Time running answers get when the server is told to stop."""
CONNECTIONS = 500
LOOK_SECONDS = 30
"""Between two looks for passages without a vector."""

log = logging.getLogger(__name__)


def serve(
    archive: Archive,
    host: str = "127.0.0.1",
    port: int = 7860,
    *,
    announce: Callable[[str], None] | None = None,
) -> None:
    """Serve `archive` until SIGINT or SIGTERM; BadInput if `host` and `port` cannot be had.

    `announce` is given the line that says where the page is, once it can be opened.
    """
    import uvicorn

    listening = _listen(host, port)
    with listening:
        app = build_app(archive, host)
        archive.warm()
        config = uvicorn.Config(
            app,
            log_level="warning",
            access_log=False,
            proxy_headers=False,
            server_header=False,
            ws="none",
            limit_concurrency=CONNECTIONS,
            timeout_graceful_shutdown=STOP_SECONDS,
        )
        logging.getLogger("uvicorn.error").addFilter(_worth_saying)
        stop = threading.Event()
        embedding = threading.Thread(target=_embed_behind, args=(archive, stop), name="embedding")
        embedding.start()
        if announce is not None:
            shown = f"[{host}]" if ":" in host else host
            announce(say("cli.serving", url=f"http://{shown}:{listening.getsockname()[1]}"))
        try:
            _run(uvicorn.Server(config), listening)
        finally:
            stop.set()
            embedding.join()


def build_app(archive: Archive, host: str = "127.0.0.1") -> FastAPI:
    """Return the whole web application, as it answers on `host`; call it where no event loop runs."""
    _keep_gradio_home(archive)
    return asyncio.run(_assembled(archive, host))


async def _assembled(archive: Archive, host: str) -> FastAPI:
    """Put the application together inside a running loop: Gradio opens, and leaves open, one of its own else."""
    from fastapi import FastAPI
    from starlette.middleware.cors import CORSMiddleware

    from web.api import routes
    from web.guard import Guard, allowed_hosts
    from web.screen import build_screen
    from web.streams import Streams

    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(CORSMiddleware, allow_origins=[])  # no other site may read an answer
    app.add_middleware(Streams)
    app.add_middleware(Guard, hosts=allowed_hosts(host))
    routes(app, archive)
    mount(app, build_screen(archive, examples(archive)))
    return app


def mount(app: FastAPI, page: gr.Blocks) -> None:
    """Mount a Gradio page at the root of `app`, with nothing on that the product does not use."""
    import gradio as gr

    from web.theme import head, theme

    page.has_launched = True  # Gradio checks file paths only on apps it believes launched
    gr.mount_gradio_app(
        app,
        page,
        path="/",
        footer_links=[],
        run_history=False,
        allowed_paths=[],
        show_error=False,
        max_file_size="1kb",
        ssr_mode=False,
        enable_monitoring=False,
        pwa=False,
        mcp_server=False,
        theme=theme(),
        head=head(),
    )


def fill(archive: Archive, folder: Path = CORPUS, *, progress: Progress | None = None) -> bool:
    """Ingest the pages of `folder` into an empty archive; False, and nothing done, if it holds any."""
    if archive.stats().articles:
        return False
    archive.ingest([folder / "pages"], progress=progress)
    return True


def examples(archive: Archive, folder: Path = CORPUS) -> Sequence[str]:
    """Return the sample's example questions, those whose article the archive holds.

    ``examples.json`` gives each question with its paper, date and the words that answer it; an example
    is shown while an article of that paper and day has those words.
    """
    file = folder / "examples.json"
    if not file.is_file():
        return ()
    questions = []
    for entry in json.loads(file.read_text(encoding="utf-8")):
        day = entry.get("date")
        held = archive.articles(Filters(day, day, entry.get("paper")))
        if any(entry["answer"] in article.text for article in held):
            questions.append(entry["question"])
    return tuple(questions)


def _embed_behind(archive: Archive, stop: threading.Event) -> None:
    """Make the vectors still to come while questions are answered; look for new ones now and then."""
    while not stop.is_set():
        try:
            if archive.stats().pending:
                archive.embed(stop=stop)
        except WenbaoError as error:  # another process writes for long, or the folder is read-only
            log.warning("%s", error)
        stop.wait(LOOK_SECONDS)


def _keep_gradio_home(archive: Archive) -> None:
    """Turn off what Gradio would send or fetch, and keep its temporary files inside the archive folder."""
    os.environ.update(
        GRADIO_ANALYTICS_ENABLED="False",
        GRADIO_ANALYTICS_CACHE_FREQUENCY=str(sys.maxsize),  # else each event loads pandas for figures nobody sees
        GRADIO_SHARE="False",
        HF_HUB_OFFLINE="1",
        HF_HUB_DISABLE_TELEMETRY="1",
        GRADIO_TEMP_DIR=str(archive.directory / "web"),
    )


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise BadInput("port.taken", port=port, other=port + 1) from error
        raise BadInput("web.cannot_listen", host=host, port=port, why=error.strerror or error) from error
    except OverflowError as error:  # a port beyond 65535
        raise BadInput("web.cannot_listen", host=host, port=port, why=error) from error


def _worth_saying(record: logging.LogRecord) -> bool:
    """Keep quiet about pages that were still open when the server was told to stop."""
    cut = isinstance(record.exc_info[1] if record.exc_info else None, asyncio.CancelledError)
    return not cut and not record.getMessage().startswith("Cancel ")


def _run(server: Any, listening: socket.socket) -> None:
    """Run until a signal; a stop that was asked for is no failure, so the process ends with 0."""
    if threading.current_thread() is not threading.main_thread():
        server.run(sockets=[listening])
        return
    stops = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(number, lambda *_: None) for number in stops]  # uvicorn raises them again when done
    try:
        server.run(sockets=[listening])
    finally:
        for number, handler in zip(stops, before, strict=True):
            signal.signal(number, handler)
