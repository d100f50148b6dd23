"""Records made by hand for the rendering tests, and one real server for the others."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from qa.archive import Archive
from qa.records import Answer, Article, Byline, Citation, Jump, Searched, Span

BODY = (
    "本报讯（记者 高伟山）11月9日，调度会召开。市委书记史根治主持会议并讲话，市长刘涛作工作部署。\n"
    "会上，<b>各县</b>汇报。"
)
HEAD = "史根治强调\n坚定信心\n刘涛作工作部署\n\n"
QUOTE = "市委书记史根治主持会议并讲话，市长刘涛作工作部署。"
CHROMIUM = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture
def article() -> Article:
    return Article(
        id="x-1",
        text=HEAD + BODY,
        body_start=len(HEAD),
        headline="坚定信心",
        kicker="史根治强调",
        subhead="刘涛作工作部署",
        byline=Byline("本报讯（记者 高伟山）", ("高伟山",)),
        paper="许昌日报",
        date="2023-11-10",
        page="1",
        jumps=(Jump("下转第二版", "to", "2"),),
    )


@pytest.fixture
def answered(article: Article) -> Answer:
    start = article.text.index(QUOTE)
    at = article.text.index("刘涛作工作部署。")
    citation = Citation(
        1, article.id, "坚定信心", False, "许昌日报", "2023-11-10", "1", "本报讯（记者 高伟山）",
        QUOTE, start, start + len(QUOTE), "/article/x-1",
    )  # fmt: skip
    span = Span("刘涛", article.id, at, at + 2, 1, 0.9)
    searched = Searched(5, 31, "2023-11-10", "2023-11-10", ("调度会", "部署"))
    return Answer(
        "谁作了部署？", "谁作了部署？", "answered", "刘涛", 0.9, (span,), (citation,), (), searched, None, (),
        {"total": 92}, "f",
    )  # fmt: skip


@pytest.fixture
def refused(answered: Answer) -> Answer:
    return Answer(
        "胡同？", "胡同？", "not_found", "", 0.1, (), (), answered.citations, answered.searched,
        "refusal.terms_absent", ("胡同",), {"total": 9}, "f",
    )  # fmt: skip


class Shelf:
    """An archive of one article."""

    def __init__(self, article: Article) -> None:
        self.held = article

    def article(self, article_id: str) -> Article:
        assert article_id == self.held.id
        return self.held


@pytest.fixture
def shelf(article: Article) -> Shelf:
    return Shelf(article)


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """The real archive, filled from the sample that ships."""
    from web.server import fill

    with Archive.open(tmp_path_factory.mktemp("web") / "archive", create=True) as archive:
        fill(archive)
        yield archive


class Served:
    """An ASGI application served by uvicorn in a thread, on a port of its own."""

    def __init__(self, app: Any) -> None:
        import uvicorn

        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        config = uvicorn.Config(app, log_level="error", proxy_headers=False, ws="none", timeout_graceful_shutdown=1)
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run, kwargs={"sockets": [self.socket]}, daemon=True)

    def __enter__(self) -> Served:
        self.thread.start()
        deadline = time.monotonic() + 20
        while not self.server.started:
            assert time.monotonic() < deadline, "the test server did not start"
            time.sleep(0.02)
        return self

    def __exit__(self, *_: object) -> None:
        self.server.should_exit = True
        self.thread.join(10)
        self.socket.close()


@pytest.fixture(scope="session")
def serving() -> type[Served]:
    """The class that serves an application of the test's own."""
    return Served


@pytest.fixture(scope="session")
def site(archive: Archive) -> Iterator[Served]:
    """The shipped application over the real archive."""
    from web.server import build_app

    with Served(build_app(archive)) as served:
        yield served


@pytest.fixture(scope="module")
def browser(site: Served) -> Iterator[Any]:
    """A real Chromium; its driver keeps an event loop running, so the site is built before it."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        pytest.fail("no chromium on this machine: run `make browser` (as root) and try again", pytrace=False)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM)
        yield started
        started.close()


@pytest.fixture
def root() -> Path:
    return Path(__file__).resolve().parents[2]
