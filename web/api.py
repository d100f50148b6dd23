"""Answer over HTTP: questions as JSON or Word files, drafts to check, articles as JSON or pages, two health checks."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from anyio import CapacityLimiter, to_thread
from fastapi import FastAPI, Request
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse, Response

from qa.archive import Archive
from qa.check.page import STYLE
from qa.errors import NotHeld, WenbaoError
from web.articles import article_page, missing_page
from web.checks import check_page, checked_html
from web.inputs import Asked, read_asked, read_sent_draft
from web.marks import HERE, QUOTE, Mark

__all__ = ["ASKS_AT_ONCE", "CHECKS_AT_ONCE", "routes"]

ASKS_AT_ONCE = 8
"""Questions worked on at the same time; the next ones wait."""
CHECKS_AT_ONCE = 2
"""Drafts worked on at the same time; each takes seconds, and questions are not to wait for them."""
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
LOOK = Path(__file__).parent / "static"


def routes(app: FastAPI, archive: Archive) -> None:
    """Add every route of ours to `app`, before Gradio is mounted under them."""
    _health(app, archive)
    _articles(app, archive)
    _asking(app, archive)
    _checking(app, archive)
    _look(app)


def _health(app: FastAPI, archive: Archive) -> None:
    @app.get("/healthz")
    def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/readyz")
    def readyz() -> JSONResponse:
        stats = archive.stats()
        ready = stats.articles > 0
        said = {"status": "ready" if ready else "empty", "articles": stats.articles, "pending": stats.pending}
        return JSONResponse(said, 200 if ready else 503)


def _articles(app: FastAPI, archive: Archive) -> None:
    @app.get("/article/{article_id:path}")
    def article_as_page(article_id: str, start: str = "", end: str = "") -> HTMLResponse:
        try:
            article = archive.article(article_id)
        except NotHeld:
            return HTMLResponse(missing_page(article_id), 404)
        return HTMLResponse(article_page(article, _quote(start, end)))

    @app.get("/api/article/{article_id:path}")
    def article_as_json(article_id: str) -> JSONResponse:
        try:
            return JSONResponse(archive.article(article_id).as_json())
        except NotHeld as error:
            return JSONResponse({"error": str(error)}, 404)


def _asking(app: FastAPI, archive: Archive) -> None:
    limiter = CapacityLimiter(ASKS_AT_ONCE)

    @app.post("/api/ask")
    async def ask(request: Request) -> JSONResponse:
        try:
            asked = read_asked(await request.body())
            ask_archive = partial(archive.ask, asked.question, filters=asked.filters, history=asked.history)
            answer = await to_thread.run_sync(ask_archive, limiter=limiter)
        except WenbaoError as error:
            return JSONResponse({"error": str(error)}, 400)
        return JSONResponse(answer.as_json())

    @app.post("/api/word")
    async def word(request: Request) -> Response:
        def written(asked: Asked) -> bytes:
            answer = archive.ask(asked.question, filters=asked.filters, history=asked.history)
            return archive.word(answer, style=asked.style)

        try:
            asked = read_asked(await request.body(), styled=True)
            data = await to_thread.run_sync(written, asked, limiter=limiter)
        except WenbaoError as error:
            return JSONResponse({"error": str(error)}, 400)
        return Response(data, media_type=WORD, headers={"content-disposition": 'attachment; filename="wenbao.docx"'})


def _checking(app: FastAPI, archive: Archive) -> None:
    limiter = CapacityLimiter(CHECKS_AT_ONCE)

    @app.get("/check")
    def check_as_page() -> HTMLResponse:
        return HTMLResponse(check_page())

    @app.post("/api/check")
    async def check(request: Request) -> Response:
        body, kind = await request.body(), request.headers.get("content-type", "")

        def checked() -> Response:
            report = archive.check(read_sent_draft(body, kind=kind, name=request.query_params.get("name", "")))
            if "text/html" in request.headers.get("accept", ""):
                return HTMLResponse(checked_html(report))
            return JSONResponse(report.as_json())

        try:
            reply = await to_thread.run_sync(checked, limiter=limiter)
        except WenbaoError as error:
            reply = JSONResponse({"error": str(error)}, 400)
        reply.headers["cache-control"] = "no-store"
        return reply


def _look(app: FastAPI) -> None:
    """Serve the style sheets and scripts of the pages, by name from a fixed list."""
    held = {file.name: file for file in sorted(LOOK.iterdir()) if file.is_file()} | {"report.css": STYLE}

    @app.get("/look/{name}")
    def look(name: str) -> Response:
        file = held.get(name)
        if file is None:
            return Response("not found", 404)
        return FileResponse(file, headers={"cache-control": "no-cache"})

    @app.get("/favicon.ico")
    def favicon() -> Response:
        return FileResponse(held["seal.svg"])


def _quote(start: str, end: str) -> tuple[Mark, ...]:
    """Return the stretch to mark; a stretch that is no stretch marks nothing."""
    if not (start.isdecimal() and end.isdecimal()) or len(start) + len(end) > 20:
        return ()
    first, last = int(start), int(end)
    return (Mark(first, last, QUOTE), Mark(first, last, HERE))
