"""What the screen shows after each thing a reader does, with an archive made by hand."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from qa.errors import NotHeld
from qa.records import Answer, Article, Filters
from web.chat import TURNS_KEPT, Turn
from web.desk import Desk


class Kept:
    """An archive of one article that answers every question alike and remembers what it was asked."""

    def __init__(self, article: Article, answer: Answer) -> None:
        self.held, self.answer = article, answer
        self.asked: list[tuple[str, tuple[str, ...]]] = []
        self.fails: Exception | None = None
        self.pending = 0

    def ask(self, question: str, *, filters: Filters, history: Sequence[str]) -> Answer:
        self.asked.append((question, tuple(history)))
        if self.fails:
            raise self.fails
        return self.answer

    def article(self, article_id: str) -> Article:
        if article_id != self.held.id:
            raise NotHeld("article.missing", id=article_id)
        return self.held

    def articles(self, filters: Filters) -> list[Article]:
        return [self.held]

    def stats(self) -> Any:
        day = "2023-11-10"
        return SimpleNamespace(articles=1, papers=("许昌日报",), date_from=day, date_to=day, pending=self.pending)


@pytest.fixture
def kept(article: Article, answered: Answer) -> Kept:
    return Kept(article, answered)


@pytest.fixture
def desk(kept: Kept) -> Desk:
    return Desk(kept, ["谁？"])  # type: ignore[arg-type]


def test_a_question_is_shown_at_work_and_then_with_its_answer(desk: Desk) -> None:
    (working, beside, before), (done, panel, after) = desk.asking("谁作了部署？", Filters(), ())
    assert "正在查找" in working
    assert beside is None
    assert before == ()
    assert "正在查找" not in done
    assert panel is not None
    assert "wb-here" in panel
    assert [turn.number for turn in after] == [1]


def test_earlier_questions_go_with_a_follow_up(desk: Desk, kept: Kept) -> None:
    turns: tuple[Turn, ...] = (Turn(1, "甲？", kept.answer), Turn(2, "乙？", trouble="坏了"))
    list(desk.asking("丙？", Filters(), turns))
    assert kept.asked == [("丙？", ("甲？",))]


def test_a_long_conversation_is_kept_within_bounds(desk: Desk) -> None:
    turns: tuple[Turn, ...] = ()
    for _ in range(TURNS_KEPT + 3):
        *_, (_, _, turns) = desk.asking("谁？", Filters(), turns)
    assert len(turns) == TURNS_KEPT
    assert turns[-1].number == TURNS_KEPT + 3


def test_what_the_archive_refuses_is_said_in_the_chat(desk: Desk, kept: Kept) -> None:
    kept.fails = NotHeld("archive.empty", path="x")
    *_, (shown, panel, _) = desk.asking("谁？", Filters(), ())
    assert "报库是空的：x" in shown
    assert panel is None


def test_a_failure_ends_the_waiting_and_is_logged(desk: Desk, kept: Kept, caplog: pytest.LogCaptureFixture) -> None:
    kept.fails = RuntimeError("disk on fire")
    with caplog.at_level(logging.ERROR):
        *_, (shown, _, _) = desk.asking("谁？", Filters(), ())
    assert "这个问题没能处理完" in shown
    assert "disk on fire" not in shown
    assert "disk on fire" in caplog.text


def test_clicks_open_what_the_conversation_cited(desk: Desk, kept: Kept) -> None:
    turns = (Turn(4, "谁？", kept.answer),)
    assert 'data-at="cited.4.1"' in (desk.opened("cited.4.1", turns) or "")
    assert "wb-quote" not in (desk.opened("article.x-1", turns) or "wb-quote")
    assert "目录" in (desk.opened("contents", turns) or "")


@pytest.mark.parametrize(
    "name",
    ["", "cited", "cited.4", "cited.4.2", "cited.9.1", "cited.4.-1", "cited.4.1e9", "near.4.1", "spans.4.1", "x.4.1"],
)
def test_what_is_not_there_to_click_changes_nothing(desk: Desk, kept: Kept, name: str) -> None:
    assert desk.opened(name, (Turn(4, "谁？", kept.answer),)) is None


def test_an_article_removed_since_is_said_to_be_gone(desk: Desk) -> None:
    assert "没有这篇文章：&lt;b&gt;" in (desk.opened("article.<b>", ()) or "")


def test_the_masthead_says_what_is_held_and_what_is_still_to_come(desk: Desk, kept: Kept) -> None:
    assert "许昌日报 · 2023年11月10日 · 共 1 篇" in desk.masthead()
    assert "向量" not in desk.masthead()
    kept.pending = 7
    assert "还有 7 段正在建向量" in desk.masthead()
