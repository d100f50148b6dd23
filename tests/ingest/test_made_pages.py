"""Pages made of lines as extraction leaves them: nothing is lost, doubled or led astray, whatever their order."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from qa.ingest.articles import cut_articles
from qa.records import Page
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


def page_of(text: str) -> Page:
    return Page("made.txt", "", "utf-8", text, "晨报", "2024-03-06", "1")


def printed(text: str) -> Counter[str]:
    return Counter(char for char in text if not char.isspace())


@given(st.lists(LINES, max_size=40), st.sampled_from(["\n", "\r\n"]))
def test_no_character_is_lost_or_doubled(lines: list[str], ending: str) -> None:
    page = page_of(ending.join(lines))
    content = cut_articles(page)
    accounted: Counter[str] = Counter()
    for article in content.articles:
        accounted += printed(article.text)
        accounted += printed(article.jump.text if article.jump else "")
        if article.byline and printed(article.byline.verbatim) - printed(article.text):
            accounted += printed(article.byline.verbatim)
    for item in content.others:
        accounted += printed(item.text)
    assert accounted == printed(page.text)


@given(st.lists(LINES, max_size=40))
def test_every_character_leads_back(lines: list[str]) -> None:
    page = page_of("\n".join(lines))
    for article in cut_articles(page).articles:
        assert article.origins is not None
        for at, char in enumerate(article.text):
            origin = article.origins.page_offset(at)
            page_char = page.text[origin] if origin < len(page.text) else "\n"
            assert char == page_char or (char.isspace() and page_char.isspace())


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
