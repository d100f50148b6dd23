"""Hold the turns of a conversation and render them, questions and answers, as one transcript."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from qa.messages import say
from qa.records import Answer, Citation
from web.citations import citation_link, copies_html, day_range, headline_of, source_parts
from web.marks import SHORT, escape, marked, words
from web.sources import CITED, NEAR
from web.taking import taking_html

__all__ = ["TURNS_KEPT", "Turn", "answer_html", "transcript_html", "welcome_html"]

TURNS_KEPT = 40
"""Turns a conversation remembers and shows; older ones scroll out of it for good."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One question and what became of it: an answer, or `trouble`, or neither while it is worked on."""

    number: int
    question: str
    answer: Answer | None = None
    trouble: str | None = None
    texts: Mapping[str, str] = field(default_factory=dict)
    """What can be pasted of the answer, by style."""
    asked: str = ""
    """The question with all that it was asked under, as ``POST /api/word`` takes it."""


def transcript_html(turns: Sequence[Turn], welcome: str = "") -> str:
    """Return the conversation, oldest turn first; `welcome` where there is none yet."""
    shown = "".join(_turn(turn) for turn in turns[-TURNS_KEPT:])
    return f'<div class="wb-transcript" aria-live="polite">{shown or welcome}</div>'


def welcome_html(examples: Sequence[str]) -> str:
    """Return what stands in an empty chat: what can be asked, and examples to click."""
    asks = "".join(
        f'<li><button type="button" data-example="{n}">{escape(text)}</button></li>' for n, text in enumerate(examples)
    )
    tried = f'<h3>{escape(say("web.examples"))}</h3><ul class="wb-examples">{asks}</ul>' if asks else ""
    return (
        f'<div class="wb-welcome"><h2>{escape(say("web.welcome"))}</h2>'
        f"<p>{escape(say('web.welcome.how'))}</p>{tried}</div>"
    )


def answer_html(answer: Answer, turn: int, taking: str = "") -> str:
    """Return an answer, or a refusal, as HTML; every archive character in it is escaped, none altered.

    `taking` is the HTML of what can be taken along.
    """
    return _found(answer, turn, taking) if answer.found else _refused(answer, turn)


def _turn(turn: Turn) -> str:
    if turn.answer is not None:
        says = answer_html(turn.answer, turn.number, taking_html(turn.texts, turn.asked))
    elif turn.trouble is not None:
        says = f'<p class="wb-trouble" role="alert">{escape(turn.trouble)}</p>'
    else:
        says = f'<p class="wb-working" role="status">{escape(say("web.working"))}<i></i><i></i><i></i></p>'
    return (
        f'<section class="wb-turn" id="wb-turn-{turn.number}">'
        f'<h2 class="wb-question">{escape(turn.question)}</h2>{says}</section>'
    )


def _found(answer: Answer, turn: int, taking: str) -> str:
    quotes = "".join(_quote(answer, citation, turn) for citation in answer.citations)
    looked = say("web.looked", articles=answer.searched.articles, ms=max(1, answer.timings_ms.get("total", 0)))
    return (
        f'<div class="wb-answer">{_resolved(answer)}{_short(answer, turn)}{quotes}'
        f'<p class="wb-after">{taking}<span>{escape(looked)}</span></p></div>'
    )


def _short(answer: Answer, turn: int) -> str:
    """Return the answer's words above the quotes; nothing where they are long, or the whole quote."""
    if len(answer.answer) > SHORT or any(answer.answer == c.quote for c in answer.citations):
        return ""
    known = {citation.n: citation for citation in answer.citations}
    lines = ""
    for line in dict.fromkeys(answer.answer.split("\n")):
        cited = [known[s.citation] for s in answer.spans if s.text == line and s.citation in known]
        lines += f"<li>{escape(line)}{''.join(_number(citation, turn) for citation in cited)}</li>"
    return f'<ul class="wb-short">{lines}</ul>'


def _quote(answer: Answer, citation: Citation, turn: int) -> str:
    answering = words(answer.spans, citation.article_id)
    return (
        f'<figure class="wb-said"><blockquote lang="zh-Hans">{marked(citation.quote, citation.start, answering)}'
        f"{_number(citation, turn)}</blockquote>{_source(citation, f'{CITED}.{turn}')}</figure>"
    )


def _number(citation: Citation, turn: int) -> str:
    return (
        f'<a class="wb-ref" href="{citation_link(citation)}" data-open="{CITED}.{turn}.{citation.n}">[{citation.n}]</a>'
    )


def _source(citation: Citation, prefix: str) -> str:
    parts = " · ".join(escape(part) for part in source_parts(citation))
    made = ' class="wb-made"' if citation.headline_made else ""
    return (
        f'<figcaption><a class="wb-cite" href="{citation_link(citation)}" data-open="{prefix}.{citation.n}">'
        f"[{citation.n}] <cite{made}>{escape(headline_of(citation))}</cite> · {parts}</a>"
        f"{copies_html(citation.copies)}</figcaption>"
    )


def _refused(answer: Answer, turn: int) -> str:
    searched = answer.searched
    looked = say(
        "refusal.searched",
        articles=searched.articles,
        days=day_range(searched.date_from, searched.date_to),
        terms=say("web.list").join(searched.terms) or say("refusal.no_terms"),
    )
    near = "".join(_near(citation, turn) for citation in answer.near)
    nearest = f"<h3>{escape(say('near.heading'))}</h3>{near}" if near else ""
    return (
        f'<div class="wb-answer wb-refused">{_resolved(answer)}'
        f'<p class="wb-none">{escape(say("status.not_found"))}</p>{_reason(answer)}'
        f'<p class="wb-looked">{escape(looked)}</p>{nearest}</div>'
    )


def _near(citation: Citation, turn: int) -> str:
    return (
        f'<figure class="wb-near"><blockquote lang="zh-Hans">{escape(citation.quote)}</blockquote>'
        f"{_source(citation, f'{NEAR}.{turn}')}</figure>"
    )


def _reason(answer: Answer) -> str:
    if not answer.reason:
        return ""
    between = say("web.list.long" if answer.reason == "refusal.headline_only" else "web.list")
    reason = say(answer.reason, about=between.join(answer.about))
    return f'<p class="wb-reason">{escape(reason)}</p>'


def _resolved(answer: Answer) -> str:
    if answer.resolved_question == answer.question:
        return ""
    return f'<p class="wb-resolved">{escape(say("web.resolved", question=answer.resolved_question))}</p>'
