"""The sample page against its golden segmentation."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from typing import Any

import pytest

from qa.ingest.files.sources import Source
from qa.ingest.imprints.imprint import Imprint
from qa.ingest.pages import read_source
from qa.records import Article, PageContent
from tests.conftest import SAMPLE, cases

GOLD = cases("seed_gold.json")
NUMBERS = range(len(GOLD["articles"]))


def tight(text: str | None) -> str:
    return re.sub(r"\s+", "", text or "")


@pytest.fixture(scope="module")
def content() -> PageContent:
    (page,) = read_source(Source(SAMPLE), Imprint(), "")
    assert isinstance(page, PageContent)
    return page


@pytest.fixture(params=NUMBERS, ids=[gold["id"] for gold in GOLD["articles"]])
def pair(request: pytest.FixtureRequest, content: PageContent) -> tuple[Article, dict[str, Any]]:
    return content.articles[request.param], GOLD["articles"][request.param]


def test_the_page_is_the_seed_byte_for_byte() -> None:
    assert hashlib.sha256(SAMPLE.read_bytes()).hexdigest() == GOLD["seed_sha256"]


def test_imprint_comes_from_the_path(content: PageContent) -> None:
    assert (content.page.paper, content.page.date, content.page.page) == ("许昌日报", "2023-11-10", "1")


def test_number_of_articles(content: PageContent) -> None:
    assert len(content.articles) == len(GOLD["articles"])


def test_paragraphs_are_exact(pair: tuple[Article, dict[str, Any]]) -> None:
    article, gold = pair
    assert list(article.paragraphs) == [paragraph["text"] for paragraph in gold["paragraphs"]]


def test_body_hash(pair: tuple[Article, dict[str, Any]]) -> None:
    article, gold = pair
    body = tight(article.text[article.body_start :])
    assert hashlib.sha256(body.encode()).hexdigest() == gold["body_sha256_nospace"]


def test_heads(pair: tuple[Article, dict[str, Any]]) -> None:
    article, gold = pair
    assert article.headline_made == (gold["headline"] is None)
    if not article.headline_made:
        assert article.headline == gold["headline"]
    assert article.kicker == gold["kicker"]
    assert article.subhead == gold["subhead"]


def test_head_group_opens_the_text(pair: tuple[Article, dict[str, Any]]) -> None:
    article, gold = pair
    printed = [gold[part] for part in ("kicker", "headline", "subhead") if gold[part]]
    head = "\n".join(printed) + "\n\n" if printed else ""
    assert article.text[: article.body_start] == head


def test_made_headline_is_not_a_headline_of_another(content: PageContent) -> None:
    for article, gold in zip(content.articles, GOLD["articles"], strict=True):
        assert tight(article.headline) not in map(tight, gold.get("must_not_be_headline", []))


def test_byline(pair: tuple[Article, dict[str, Any]]) -> None:
    article, gold = pair
    assert article.byline is not None
    assert article.byline.verbatim == gold["byline"]["verbatim"]
    for role in ("reporters", "correspondents", "photographers"):
        assert list(getattr(article.byline, role)) == gold["byline"][role]


def test_jump(pair: tuple[Article, dict[str, Any]]) -> None:
    article, gold = pair
    if gold["jump"] is None:
        assert article.jump is None
    else:
        assert article.jump is not None
        assert article.jump.text == gold["jump"]["verbatim"]
        assert (article.jump.direction, article.jump.page) == (gold["jump"]["direction"], str(gold["jump"]["page"]))
        assert gold["jump"]["verbatim"] not in article.text


def test_source_lines(pair: tuple[Article, dict[str, Any]]) -> None:
    article, gold = pair
    lines = [paragraph["source_lines"] for paragraph in gold["paragraphs"]]
    expected = [(lines[0][0], lines[-1][1])]
    expected += [tuple(gold[f"{part}_source_lines"]) for part in ("kicker", "headline", "subhead") if gold[part]]
    if "source_lines" in gold["byline"]:
        expected.append(tuple(gold["byline"]["source_lines"]))
    assert set(article.source_lines) == set(expected)


def test_orphans_and_slogan_are_in_no_article(content: PageContent) -> None:
    expected = [("headline", item["text"], tuple(item["source_lines"])) for item in GOLD["orphan_headlines"]]
    expected += [("slogan", item["text"], tuple(item["source_lines"])) for item in GOLD["slogans"]]
    assert sorted((item.kind, item.text, item.source_lines) for item in content.others) == sorted(expected)
    texts = "\n".join(article.text for article in content.articles)
    assert not [text for _, text, _ in expected if tight(text) in tight(texts)]


def test_no_character_lost_or_doubled(content: PageContent) -> None:
    """Every printed character is in one article, jump, byline or other item; the slogan's shadow is the one copy."""
    accounted: Counter[str] = Counter()
    for article in content.articles:
        accounted.update(tight(article.text))
        accounted.update(tight("".join(jump.text for jump in article.jumps)))
        if article.byline and article.byline.verbatim not in article.text:
            accounted.update(tight(article.byline.verbatim))
    for item in content.others:
        accounted.update(tight(item.text))
    for slogan in GOLD["slogans"]:
        accounted.update(tight(slogan["text"]))
    assert accounted == Counter(tight(content.page.text))


def test_every_character_leads_back_to_the_page(pair: tuple[Article, dict[str, Any]], content: PageContent) -> None:
    article, _ = pair
    assert article.origins is not None
    for at, char in enumerate(article.text):
        printed = content.page.text[article.origins.page_offset(at)]
        assert char == printed or (char.isspace() and printed.isspace()), (at, char, printed)
