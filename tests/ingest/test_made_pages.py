"""Pages made of lines as extraction leaves them: nothing is lost, doubled or led astray, whatever their order."""

from __future__ import annotations

import random
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from bench.made import MadeArticle, typeset
from bench.segmentation import Counts, compare
from qa.ingest.segment.articles import cut_articles
from qa.ingest.segment.repair import BODY_FIXERS, HEAD_FIXERS, doubled_glyphs, doubled_segments, repair
from qa.ingest.segment.traced import Traced
from qa.records import Page, PageContent
from tests.conftest import cases

LINES = st.sampled_from(
    [
        "",
        "",
        "本报讯（记者 张三丰 通讯员 李 四）3 月 5 日，",
        "全县春耕生产现场会召开，听取工作情",
        "况汇报，安排下一步工作。",
        "会议指出，要抢抓农时。",
        "“多面手”、出谋划策的“智多星”",
        "春 耕 生 产 现 场 会 召 开",
        "王五主持并讲话",
        "着眼于“早”，优化服务——",
        "学理论 强党性 重实践",
        "（下转第二版）",
        "责任编辑：赵六  校对：钱七",
        "本报记者 孙八",
        "第01版：要闻",
        "\ufeff 　",
        "New York Times 2023",
    ]
)


ARTICLES = [MadeArticle(case["headline"], tuple(case["paragraphs"])) for case in cases("made_articles.json")]


SHADOWS = (doubled_glyphs, doubled_segments)


def page_of(text: str) -> Page:
    return Page("made.txt", "", "utf-8", text, "晨报", "2024-03-06", "1")


def printed(text: str) -> Counter[str]:
    return Counter(char for char in text if not char.isspace())


def accounted(content: PageContent) -> Counter[str]:
    """Count every character that the articles, their bylines and jumps, and the other items of a page hold."""
    held: Counter[str] = Counter()
    for article in content.articles:
        held += printed(article.text)
        held += printed("".join(jump.text for jump in article.jumps))
        if article.byline and article.byline.verbatim not in article.text[article.body_start :]:
            held += printed(article.byline.verbatim)
    for item in content.others:
        held += printed(item.text)
    return held


def check_origins(content: PageContent) -> None:
    text = content.page.text
    for article in content.articles:
        assert article.origins is not None
        for at, char in enumerate(article.text):
            origin = article.origins.page_offset(at)
            page_char = text[origin] if origin < len(text) else "\n"
            assert char == page_char or char in "\n "  # between paragraphs, heads and clauses


@st.composite
def mutated_pages(draw: st.DrawFn) -> str:
    """A typeset page in which lines were lost, doubled, moved, cut or run together."""
    seed = draw(st.integers(0, 10**6))
    rng = random.Random(seed)
    lines = typeset(rng.sample(ARTICLES, rng.randint(1, 5)), seed=seed).text.split("\n")
    for _ in range(draw(st.integers(0, 6))):
        at, other = rng.randrange(len(lines)), rng.randrange(len(lines))
        change = draw(st.sampled_from(["lose", "double", "move", "cut", "join", "blank", "noise"]))
        if change == "lose" and len(lines) > 1:
            del lines[at]
        elif change == "double":
            lines.insert(other, lines[at])
        elif change == "move":
            lines[at], lines[other] = lines[other], lines[at]
        elif change == "cut":
            lines[at : at + 1] = [lines[at][: len(lines[at]) // 2], lines[at][len(lines[at]) // 2 :]]
        elif change == "join" and at + 1 < len(lines):
            lines[at : at + 2] = [lines[at] + lines[at + 1]]
        elif change == "blank":
            lines.insert(at, " \u3000")
        else:
            lines.insert(at, draw(st.text(max_size=30)))
    return "\n".join(lines)


@given(st.lists(LINES, max_size=40), st.sampled_from(["\n", "\r\n"]))
def test_no_character_is_lost_or_doubled(lines: list[str], ending: str) -> None:
    page = page_of(ending.join(lines))
    assert accounted(cut_articles(page)) == printed(page.text)


@given(st.lists(LINES, max_size=40))
def test_every_character_leads_back(lines: list[str]) -> None:
    check_origins(cut_articles(page_of("\n".join(lines))))


@given(mutated_pages())
def test_mutated_pages_keep_every_character(text: str) -> None:
    content = cut_articles(page_of(text))
    check_origins(content)
    kept, page = accounted(content), printed(text)
    assert not kept - page
    # The shadow of a slogan or head is the one thing that a page prints twice and an item holds once.
    lines = [Traced.at(line, 0) for line in text.split("\n")]
    shadows = sum((printed(line.text) - printed(repair(line, SHADOWS).text) for line in lines), Counter[str]())
    assert page - kept <= shadows


@given(st.text(alphabet="学思想强一项个 3A，。\u3000", max_size=40))
def test_repair_is_idempotent(text: str) -> None:
    for fixers in (HEAD_FIXERS, BODY_FIXERS):
        once = repair(Traced.at(text, 0), fixers)
        assert repair(once, fixers) == once


def test_known_articles_come_back() -> None:
    """Thirty pages of the articles above in all their dresses; the benchmark has the figures on many more."""
    counts = Counts()
    for seed in range(30):
        page = typeset(random.Random(seed).sample(ARTICLES, 5), seed=seed)
        compare(page, cut_articles(page_of(page.text)), counts)
    shares = counts.shares
    assert shares["articles"] >= 0.9
    assert shares["headlines"] >= 0.85
    assert shares["bylines"] >= 0.95
    assert shares["paragraphs"] >= 0.9
    assert (shares["covered"] >= 0.995, counts.doubled) == (True, 0)


def test_second_page() -> None:
    """A page of another make: heads before bodies, folio and credits, a continued story, padded names."""
    case = cases("second_page.json")
    content = cut_articles(page_of("\n".join(case["lines"])))
    found = [
        {
            "headline": None if article.headline_made else article.headline,
            "kicker": article.kicker,
            "subhead": article.subhead,
            "reporters": list(article.byline.reporters) if article.byline else [],
            "jump": article.jump.direction if article.jump else None,
            "paragraphs": list(article.paragraphs),
        }
        for article in content.articles
    ]
    assert found == case["articles"]
    assert [[item.kind, item.text] for item in content.others] == case["others"]
