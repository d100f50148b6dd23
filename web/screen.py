"""Build the chat page in Gradio: the transcript, the question box, and beside them the sources.

The conversation lives on the server, in `gradio.State`. What the browser sends is a question, four
filters and the name of what was clicked; nothing the page shows is ever read back from it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import gradio as gr

from qa.archive import Archive
from qa.errors import BadInput
from qa.messages import say
from qa.settings import SETTINGS
from web.desk import Desk, Turns
from web.inputs import read_filters, read_question
from web.marks import escape

__all__ = ["build_screen"]

SCRIPTS = Path(__file__).parent / "static"
ASKS_AT_ONCE = 8
"""Events worked on at the same time."""
QUEUE = 64
"""Events that may wait; the next one is told that the queue is full."""
SESSIONS = 500
"""Conversations kept in memory; the one idle longest goes first."""
QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}

ADDRESS_CHARS = 8192
"""Longest query of a page address that is read."""

Shown = dict[Any, Any]
"""What a handler changes: component -> new value."""


@dataclass(frozen=True, slots=True)
class _Parts:
    """The components that take part in an event."""

    turns: Any
    top: Any
    transcript: Any
    panel: Any
    notice: Any
    question: Any
    send: Any
    again: Any
    filters: tuple[Any, ...]

    @property
    def screen(self) -> list[Any]:
        """Everything that an answer may change."""
        return [self.transcript, self.panel, self.turns, self.question, self.notice]


def build_screen(archive: Archive, examples: Sequence[str] = ()) -> gr.Blocks:
    """Return the chat page as Gradio blocks, not yet mounted."""
    desk = Desk(archive, examples)
    with gr.Blocks(title=say("web.name"), analytics_enabled=False, fill_width=True) as page:
        parts = _lay_out(desk, archive.stats().papers)
        _wire(page, desk, parts)
    page.queue(max_size=QUEUE, default_concurrency_limit=ASKS_AT_ONCE, api_open=False)
    page.state_session_capacity = SESSIONS
    return page


def _lay_out(desk: Desk, papers: Sequence[str]) -> _Parts:
    turns = gr.State(())
    top = gr.HTML(desk.masthead(), elem_id="wb-top", js_on_load=None, apply_default_css=False)
    with gr.Row(elem_id="wb-desk"):
        with gr.Column(elem_id="wb-chat"):
            transcript = _html("wb-talk", desk.welcome(), "talk.js")
            notice = gr.HTML("", elem_id="wb-notice", js_on_load=None, apply_default_css=False)
            with gr.Row(elem_id="wb-compose"):
                question = gr.Textbox(
                    label=say("web.question"),
                    show_label=False,
                    container=False,
                    lines=1,
                    max_lines=5,
                    autofocus=True,
                    placeholder=say("web.placeholder"),
                    max_length=SETTINGS.question_chars,
                    elem_id="wb-question",
                )
                send = gr.Button(say("web.ask"), variant="primary", elem_id="wb-send", scale=0)
            with gr.Row(elem_id="wb-options"):
                with gr.Accordion(say("web.filters"), open=False, elem_id="wb-filters"), gr.Row():
                    filters = _filters(papers)
                again = gr.Button(say("web.new"), size="sm", elem_id="wb-new", scale=0)
        panel = _html("wb-panel", desk.contents(), "panel.js")
    return _Parts(turns, top, transcript, panel, notice, question, send, again, filters)


def _filters(papers: Sequence[str]) -> tuple[Any, ...]:
    choices = [(say("web.filter.any_paper"), ""), *((paper, paper) for paper in papers)]
    return (
        _field("web.filter.from", "wb-from"),
        _field("web.filter.to", "wb-to"),
        gr.Dropdown(choices, value="", label=say("web.filter.paper"), filterable=False, elem_id="wb-paper"),
        _field("web.filter.page", "wb-page"),
    )


def _wire(page: gr.Blocks, desk: Desk, parts: _Parts) -> None:
    def ask(text: str, *rest: Any) -> Iterator[Shown]:
        yield from _asked(desk, parts, text, *rest)

    def take(event: gr.EventData, *rest: Any) -> Iterator[Shown]:
        """Ask what the page names: an example that was clicked, or the question in the page's own address."""
        chosen, address = _clicked(event, "example"), _clicked(event, "address")
        if chosen.isdecimal() and int(chosen[:3]) < len(desk.examples):
            yield from _asked(desk, parts, desk.examples[int(chosen[:3])], *rest)
        elif address:
            sent = dict(parse_qsl(address[:ADDRESS_CHARS]))
            narrowing = (sent.get(name) for name in ("from", "to", "paper", "page"))
            yield from _asked(desk, parts, sent.get("q"), *narrowing, rest[-1])

    def show(event: gr.EventData, turns: Turns) -> Any:
        return desk.opened(_clicked(event, "open"), turns) or gr.skip()

    def clear() -> Shown:
        fresh = {parts.transcript: desk.welcome(), parts.panel: desk.contents()}
        return {**fresh, parts.turns: (), parts.notice: "", parts.question: ""}

    narrowed = [*parts.filters, parts.turns]
    working = [
        gr.on([parts.question.submit, parts.send.click], ask, [parts.question, *narrowed], parts.screen, **QUIET),
        parts.transcript.select(take, narrowed, parts.screen, **QUIET),
    ]
    # Not through the queue: Gradio closes a page's event stream when nothing is pending, and a question
    # asked while that close is under way waits for ever. So nothing may be pending as a page opens.
    page.load(desk.masthead, None, parts.top, queue=False, **QUIET)
    for shelf in (parts.transcript, parts.panel):
        shelf.click(show, [parts.turns], parts.panel, **QUIET)
    parts.again.click(clear, None, parts.screen, cancels=working, **QUIET)


def _asked(desk: Desk, parts: _Parts, text: object, *rest: Any) -> Iterator[Shown]:
    """Yield what changes while one question is worked on; `rest` is the four filters and the turns."""
    *narrowing, turns = rest
    try:
        question, filters = read_question(text), read_filters(*narrowing)
    except BadInput as error:
        yield {parts.notice: "" if error.key == "question.empty" else _notice(str(error))}
        return
    sent: Shown = {parts.question: "", parts.notice: ""}
    for transcript, panel, after in desk.asking(question, filters, turns):
        beside = {} if panel is None else {parts.panel: panel}
        yield {parts.transcript: transcript, parts.turns: after, **beside, **sent}
        sent = {}  # from here on the box belongs to the reader's next question


def _html(name: str, value: str, script: str) -> gr.HTML:
    source = (SCRIPTS / script).read_text(encoding="utf-8")
    return gr.HTML(value, elem_id=name, js_on_load=source, apply_default_css=False)


def _field(key: str, name: str) -> gr.Textbox:
    return gr.Textbox(label=say(key), elem_id=name, max_lines=1, max_length=32, min_width=120)


def _clicked(event: gr.EventData, what: str) -> str:
    """Return what the page says was clicked; anything but text counts as nothing."""
    name = event._data.get(what) if isinstance(event._data, dict) else None
    return name if isinstance(name, str) else ""


def _notice(text: str) -> str:
    return f'<p role="alert">{escape(text)}</p>'
