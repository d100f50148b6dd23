"""From records to HTML: nothing altered, nothing executed, everything cited."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.cite.styles import STYLES
from qa.records import Answer, Article, Filters, Part
from web.articles import article_html, article_page, missing_page
from web.chat import Turn, answer_html, transcript_html, welcome_html
from web.citations import article_link, day, source_parts
from web.marks import HERE, QUOTE, WORDS, Mark, escape, marked
from web.sources import NEAR, contents_html, panel_html
from web.taking import asked_again, paste_texts, taking_html

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>![a](http://evil.example/p.png)${1+1}{{7*7}}&\"'"


OURS = {
    *("a", "article", "b", "blockquote", "body", "button", "cite", "div", "figcaption", "figure", "h1", "h2", "h3"),
    *("head", "header", "html", "i", "li", "link", "main", "mark", "meta", "nav", "ol", "p", "script", "section"),
    *("option", "select", "small", "span", "title", "ul"),
}


class Tags(HTMLParser):
    """Every tag and attribute that a browser would see."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: set[str] = set()
        self.sources: set[str | None] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes.update(name for name, _ in attrs)
        self.sources.update(value for name, value in attrs if name == "src")


def text_of(html: str) -> str:
    return unescape(re.sub(r"<[^>]*>", "", html))


def marked_text(html: str, kind: str) -> str:
    return "".join(unescape(m[1]) for m in re.findall(rf'<mark class="([^"]*\b{kind}\b[^"]*)">([^<]*)</mark>', html))


@given(st.text(max_size=40), st.integers(0, 50), st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99))))
def test_marking_never_alters_a_character(text: str, at: int, stretches: list[tuple[int, int]]) -> None:
    marks = [Mark(start, end, kind) for (start, end) in stretches for kind in (QUOTE, WORDS)]
    assert text_of(marked(text, at, marks)) == text


@given(st.text(min_size=1, max_size=30), st.data())
def test_a_mark_holds_exactly_its_stretch(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    html = marked(text, 100, [Mark(100 + start, 100 + end, QUOTE), Mark(100, 100 + len(text), HERE)])
    assert marked_text(html, QUOTE) == text[start:end]


def test_an_answer_shows_its_words_marked_inside_the_whole_sentence(answered: Answer) -> None:
    html = answer_html(answered, 3)
    assert answered.citations[0].quote in text_of(html)
    assert marked_text(html, WORDS) == "刘涛"
    assert "[1] 坚定信心 · 许昌日报 · 2023年11月10日 · 第1版 · 本报讯（记者 高伟山）" in text_of(html)
    assert 'data-open="cited.3.1"' in html


def test_a_long_answer_is_not_shown_twice(answered: Answer) -> None:
    quote = answered.citations[0].quote
    assert "wb-short" in answer_html(answered, 1)
    assert "wb-short" not in answer_html(replace(answered, answer=quote), 1)


def test_a_refusal_says_why_what_was_searched_and_what_came_near(refused: Answer) -> None:
    html = answer_html(refused, 1)
    says = text_of(html)
    assert "未找到" in says
    assert "胡同" in says
    assert "已在 5 篇文章（2023年11月10日）中查找：调度会、部署" in says
    assert "最接近的段落（并未回答问题）" in says
    assert 'data-open="near.1.1"' in html


def test_a_refusal_without_terms_or_days_still_speaks(refused: Answer) -> None:
    bare = replace(refused.searched, date_from=None, date_to=None, terms=())
    says = text_of(answer_html(replace(refused, searched=bare, reason=None, near=()), 1))
    assert "日期不详" in says
    assert "没有可检索的词" in says


def test_a_follow_up_shows_how_it_was_understood(answered: Answer) -> None:
    assert "按前文理解为：那刘涛呢" in text_of(answer_html(replace(answered, resolved_question="那刘涛呢"), 1))


def test_nothing_from_archive_or_question_becomes_markup(answered: Answer, article: Article) -> None:
    citation = replace(
        answered.citations[0], quote=HOSTILE, start=0, end=len(HOSTILE), headline=HOSTILE, byline=HOSTILE
    )
    answer = replace(answered, answer=HOSTILE[:20], citations=(citation,), resolved_question=HOSTILE)
    hostile = replace(
        article, text=f"{HOSTILE}\n\n{HOSTILE}\n{HOSTILE}", body_start=len(HOSTILE) + 2, headline=HOSTILE,
        kicker=None, subhead=None, id=HOSTILE, paper=HOSTILE, date=HOSTILE, page=HOSTILE,
    )  # fmt: skip
    pieces = [
        transcript_html([Turn(1, HOSTILE, answer), Turn(2, HOSTILE, trouble=HOSTILE)]),
        taking_html(paste_texts(answer, lambda _: hostile), asked_again(HOSTILE, Filters(paper=HOSTILE), [HOSTILE])),
        welcome_html([HOSTILE]),
        article_html(hostile, [Mark(0, 30, QUOTE)]),
        contents_html([hostile]),
        missing_page(HOSTILE),
    ]
    for html in pieces:
        tags = Tags()
        tags.feed(html)
        assert tags.names <= OURS
        assert not [name for name in tags.attributes if name.startswith("on") or name in ("style", "srcdoc")]
        assert tags.sources <= {"/look/article.js"}
        assert escape(HOSTILE) in html


def test_an_article_is_shown_whole_and_verbatim(article: Article) -> None:
    html = article_html(article)
    shown = text_of(html)
    for line in article.text.split("\n"):
        assert line in shown
    assert shown.index("史根治强调") < shown.index("坚定信心") < shown.index("许昌日报 · 2023年11月10日 · 第1版")
    assert "版面在此注明“下转第二版”，后续内容未收在本文中。" in shown


def test_an_article_on_two_pages_names_both(article: Article) -> None:
    part = Part("2", len(article.text) - 10, len(article.text), ((1, 2),), None)
    shown = text_of(article_html(replace(article, continued=(part,), jumps=(), kind="correction")))
    assert "第1、2版" in shown
    assert "本文分载于第1、2版，这里已接成一篇。" in shown
    assert "更正" in shown


def test_a_missing_headline_is_owned_up_to(article: Article) -> None:
    made = replace(
        article, text=article.text[article.body_start :], body_start=0, headline="本报讯", headline_made=True
    )
    says = text_of(article_html(replace(made, kicker=None, subhead=None)))
    assert says.startswith("本报讯原版未见标题")
    assert "［原版未见标题］本报讯" in text_of(contents_html([made]))


def test_a_quote_across_paragraphs_and_head_is_marked_in_each(article: Article) -> None:
    html = article_html(article, [Mark(0, len(article.text), QUOTE)])
    assert marked_text(html, QUOTE) == article.text.replace("\n", "")


def test_the_panel_opens_the_chosen_citation(answered: Answer, shelf: Any) -> None:
    html = panel_html(shelf, answered, 2, n=1)
    assert marked_text(html, HERE) == answered.citations[0].quote
    assert marked_text(html, WORDS) == "刘涛"
    assert 'data-at="cited.2.1"' in html
    assert panel_html(shelf, answered, 2, n=9) == ""


def test_the_panel_says_that_near_passages_do_not_answer(refused: Answer, shelf: Any) -> None:
    assert "并未回答问题" in text_of(panel_html(shelf, refused, 1, which=NEAR))


def test_the_article_page_opens_at_the_quote_and_links_to_itself(article: Article) -> None:
    html = article_page(article, [Mark(20, 30, HERE)])
    assert html.startswith("<!doctype html>")
    assert 'href="/article/x-1?start=20&amp;end=30"' in html
    assert "//" not in re.sub(r"<!doctype html>", "", html).replace("</", "")


def test_copied_text_is_the_quote_and_its_reference(answered: Answer, article: Article) -> None:
    quote = answered.citations[0].quote
    texts = paste_texts(answered, lambda _: article)
    assert list(texts) == list(STYLES)
    assert texts["gbt7714-2025"] == f"{quote}\n高伟山. 坚定信心[N]. 许昌日报，2023-11-10（1, 2）."
    assert texts["gongwen"] == f"{quote}\n高伟山：《坚定信心》，《许昌日报》2023年11月10日，第1、2版。"
    assert texts["news"] == f"据《许昌日报》2023年11月10日第1、2版报道：{quote}"
    assert texts["bibtex"].startswith(f"{quote}\n\n@article{{wenbao-x-1,")
    assert texts["ris"].count("TY  - NEWS") == 1


def test_every_style_can_be_chosen_and_a_refusal_offers_nothing(
    answered: Answer, refused: Answer, article: Article
) -> None:
    texts = paste_texts(answered, lambda _: article)
    html = transcript_html([Turn(1, "谁？", answered, texts=texts, asked=asked_again("谁？", Filters(), ()))])
    assert re.findall(r'<option value="([^"]*)"', html) == list(STYLES)
    copied = [unescape(text) for text in re.findall(r'data-copy="([^"]*)"', html)]
    assert copied == list(texts.values())
    assert unescape(re.findall(r'data-asked="([^"]*)"', html)[0]) == '{"question": "谁？"}'
    assert set(re.findall(r'data-note="([^"]*)"', html)) == set(STYLES) - {"bibtex", "ris", "csl-json"}
    assert paste_texts(refused, lambda _: article) == {}
    assert "wb-copy" not in transcript_html([Turn(1, "谁？", refused)])


def test_what_is_not_known_is_said_or_left_out(answered: Answer) -> None:
    bare = replace(answered.citations[0], paper=None, date=None, page=None, byline=None)
    assert source_parts(bare) == ["报名不详", "日期不详"]


def test_ids_are_quoted_in_links() -> None:
    assert article_link('a/b?"<', (1, 2)) == "/article/a%2Fb%3F%22%3C?start=1&amp;end=2"


@pytest.mark.parametrize(("iso", "shown"), [("2023-11-09", "2023年11月9日"), ("2023", "2023"), (None, "日期不详")])
def test_days_are_written_as_a_reader_would(iso: str | None, shown: str) -> None:
    assert day(iso) == shown


def test_the_page_speaks_english_when_asked(monkeypatch: pytest.MonkeyPatch, refused: Answer) -> None:
    monkeypatch.setenv("WENBAO_LANG", "en")
    assert "Not found" in answer_html(refused, 1)
    assert "2023-11-10" in answer_html(refused, 1)


def test_a_turn_in_hand_says_so() -> None:
    assert "正在查找" in transcript_html([Turn(1, "谁？")])
