"""Say what the screen shows after each thing a reader does: ask, click, begin anew."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence

from qa.archive import Archive
from qa.errors import NotHeld, WenbaoError
from qa.messages import say
from qa.records import Filters
from web.chat import TURNS_KEPT, Turn, transcript_html, welcome_html
from web.citations import day_range
from web.marks import escape
from web.sources import CITED, NEAR, contents_html, panel_html, single_html
from web.taking import asked_again, paste_texts

__all__ = ["Desk", "Turns"]

CONTENTS_SHOWN = 40
"""Headlines of the latest issue listed beside an empty chat."""

log = logging.getLogger(__name__)

Turns = tuple[Turn, ...]


class Desk:
    """Answer the page's events; one desk serves every visitor, each with their own turns."""

    def __init__(self, archive: Archive, examples: Sequence[str] = ()) -> None:
        self.archive = archive
        self.examples = tuple(examples)

    def masthead(self) -> str:
        """Return the line under which everything stands: the name, and what the archive holds."""
        stats = self.archive.stats()
        held = say(
            "web.held",
            articles=stats.articles,
            days=day_range(stats.date_from, stats.date_to),
            papers=say("web.list").join(stats.papers[:3]) or say("cite.no_paper"),
        )
        pending = f"<p class='wb-held'>{escape(say('web.pending', count=stats.pending))}</p>" if stats.pending else ""
        return (
            f'<header class="wb-masthead"><h1>{escape(say("web.name"))}</h1>'
            f"<p>{escape(say('web.tagline'))}</p><p class='wb-held'>{escape(held)}</p>{pending}"
            f'<a class="wb-to-check" href="/check">{escape(say("web.check"))}</a></header>'
        )

    def welcome(self) -> str:
        """Return the empty chat."""
        return transcript_html((), welcome_html(self.examples))

    def contents(self) -> str:
        """Return the panel's first sight: the headlines of the latest issue."""
        last = self.archive.stats().date_to
        return contents_html(self.archive.articles(Filters(last, last))[:CONTENTS_SHOWN])

    def asking(self, question: str, filters: Filters, turns: Turns) -> Iterator[tuple[str, str | None, Turns]]:
        """Yield transcript, panel (None: as it is) and turns: first at work, then with the answer."""
        number = turns[-1].number + 1 if turns else 1
        yield transcript_html((*turns, Turn(number, question))), None, turns
        turn = self._answered(number, question, filters, turns)
        turns = (*turns, turn)[-TURNS_KEPT:]
        panel = None
        if turn.answer is not None:
            which = CITED if turn.answer.found else NEAR
            panel = panel_html(self.archive, turn.answer, number, which=which) or self.contents()
        yield transcript_html(turns), panel, turns

    def opened(self, name: str, turns: Turns) -> str | None:
        """Return the panel for what was clicked, or None for what is not there to click.

        Names are ``cited.TURN.N``, ``near.TURN.N``, ``article.ID`` and ``contents``.
        """
        which, _, rest = name.partition(".")
        try:
            if which == "article":
                return single_html(self.archive.article(rest))
            if which == "contents":
                return self.contents()
            number, _, n = rest.partition(".")
            answer = next((t.answer for t in turns if str(t.number) == number), None)
            if which not in (CITED, NEAR) or answer is None or not n.isdecimal():
                return None
            return panel_html(self.archive, answer, int(number), which=which, n=int(n[:9])) or None
        except NotHeld as error:  # removed since the answer was given
            return f'<section class="wb-panel"><p class="wb-hint">{escape(str(error))}</p></section>'

    def _answered(self, number: int, question: str, filters: Filters, turns: Turns) -> Turn:
        history = [turn.question for turn in turns if turn.answer is not None]
        try:
            answer = self.archive.ask(question, filters=filters, history=history)
            texts = paste_texts(answer, self.archive.article)
            return Turn(number, question, answer, texts=texts, asked=asked_again(question, filters, history))
        except WenbaoError as error:
            return Turn(number, question, trouble=str(error))
        except Exception:
            log.exception("the question could not be worked on")  # the page must not wait for ever
            return Turn(number, question, trouble=say("web.failed"))
