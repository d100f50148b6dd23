"""A story printed on two pages is one article, whatever the order in which the pages are read."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import pytest

from qa.ingest.quality import assess_page
from qa.ingest.segment.articles import cut_articles
from qa.ingest.segment.jumps import join_parts, match_jumps
from qa.records import Article, Filters, Page
from qa.store.store import Store
from tests.conftest import cases

CASE = cases("jump_issue.json")


def page(label: str) -> Page:
    text = "\n".join(CASE["pages"][label])
    return Page(f"{label}.txt", label, "utf-8", text, CASE["paper"], CASE["date"], label)


def put(store: Store, label: str) -> None:
    with store.change():
        content = cut_articles(page(label))
        row = store.add_page(store.add_file(f"{label}.txt", label, label), content.page, assess_page(content))
        store.add_articles(row, content.articles)


def held(store: Store) -> list[Article]:
    return sorted(store.articles(Filters()), key=lambda article: article.id)


@pytest.fixture
def whole(tmp_path: Path) -> list[Article]:
    store = Store(tmp_path / "whole", create=True)
    for label in CASE["pages"]:
        put(store, label)
    return held(store)


def test_the_parts_are_joined(whole: list[Article]) -> None:
    by_headline = {article.headline: article for article in whole}
    assert len(whole) == len(CASE["articles"])
    for gold in CASE["articles"]:
        article = by_headline[gold["headline"]]
        assert list(article.pages) == gold["pages"]
        assert article.byline is not None
        assert article.byline.verbatim == gold["byline"]
        assert article.paragraphs[-1].endswith(gold["ends"][-1])
        assert (article.jump, len(article.joined)) == (None, 2 * (len(gold["pages"]) - 1))


@pytest.mark.parametrize("order", list(permutations(CASE["pages"])), ids="".join)
def test_the_order_of_the_pages_makes_no_difference(
    tmp_path: Path, order: tuple[str, ...], whole: list[Article]
) -> None:
    store = Store(tmp_path / "other", create=True)
    for label in order:
        put(store, label)
    assert held(store) == whole
    store.close()


def test_every_character_of_a_joined_article_leads_to_its_page(whole: list[Article]) -> None:
    for article in whole:
        assert article.origins is not None
        ends = [part.start for part in article.continued]
        stretches = [(article.page, 0, ends[0] if ends else len(article.text), article.origins)]
        stretches += [(part.page, part.start, part.end, part.origins) for part in article.continued]
        for label, start, end, origins in stretches:
            text = page(str(label)).text
            assert origins is not None
            for at in range(start, end):
                char = article.text[at]
                printed = text[origins.page_offset(at - start if start else at)] if char != "\n" else "\n"
                assert char == printed
                assert article.pages_between(at, at + 1) == (label,)


def test_a_part_alone_says_so_and_its_id_leads_to_the_whole(tmp_path: Path) -> None:
    store = Store(tmp_path / "late", create=True)
    put(store, "4")
    (alone,) = held(store)
    assert alone.jump is not None
    assert (alone.jump.direction, alone.jump.page) == ("from", "2")
    assert [state.quality.reasons[-1] for state in store.pages()] == [("quality.open_jump", 1)]
    put(store, "2")
    assert store.article(alone.id).headline == "我县第三小学新校区九月启用"
    pages = store.source_lines(store.article(alone.id))
    lines = [(state.page, [number for number, _ in printed]) for state, printed in pages]
    assert lines == [("2", [12, 14, 15, 16, 17, 18]), ("4", [1, 2, 3])]
    assert [article.headline for article in store.articles(Filters(page="4"))] == ["我县第三小学新校区九月启用"]
    store.close()


def test_pages_of_other_days_and_papers_are_not_joined(tmp_path: Path) -> None:
    store = Store(tmp_path / "days", create=True)
    put(store, "2")
    with store.change():
        other = cut_articles(Page("x.txt", "x", "utf-8", page("4").text, CASE["paper"], "2024-04-13", "4"))
        row = store.add_page(store.add_file("x.txt", "x", "x"), other.page, assess_page(other))
        store.add_articles(row, other.articles)
    assert all(not article.continued for article in held(store))
    store.close()


def test_marks_that_point_at_each_other_make_no_ring() -> None:
    parts = []
    for label, other in (("1", "2"), ("2", "1")):
        text = f"（上接第{other}版）水渠修好了，麦苗长势喜人，大家都（下转第{other}版）"
        (article,) = cut_articles(Page("r.txt", "", "utf-8", text, "报", "2024-01-01", label)).articles
        parts.append(article)
    chains = match_jumps(parts)
    assert sorted(at for chain in chains for at in chain) == [0, 1]
    assert [len(chain) for chain in chains] == [2]
    joined = join_parts([parts[at] for at in chains[0]])
    assert [jump.direction for jump in joined.jumps] == ["from", "to"]
