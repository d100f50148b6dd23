"""Saved e-paper pages: the forms in use, the way back to the page, and pages that are none."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from qa.errors import BadFile
from qa.ingest.files.sources import Source
from qa.ingest.imprints.imprint import Imprint
from qa.ingest.read.epaper import read_epaper
from qa.ingest.read.nodepages import NodePages
from qa.records import Article, PageContent
from tests.conftest import cases

STORY = "<p>清泉县秋粮收购有序推进，农户满意。</p><p>第二段在此。</p>"
WHOLE = f"<html><head><title>秋粮收购</title></head><body><div id='ozoom'>{STORY}</div></body></html>"


def saved(root: Path, name: str, data: str | bytes, encoding: str = "utf-8") -> Source:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data if isinstance(data, bytes) else data.encode(encoding))
    return Source(path)


def read(source: Source, imprint: Imprint | None = None, nodes: NodePages | None = None) -> PageContent:
    return read_epaper(source, imprint or Imprint(), "0" * 64, nodes)


def only_article(content: PageContent) -> Article:
    (article,) = content.articles
    return article


@pytest.mark.parametrize("case", cases("epaper_pages.json"), ids=lambda case: case["label"])
def test_forms_of_article_pages(tmp_path: Path, case: dict[str, Any]) -> None:
    for name, node in case.get("files", {}).items():
        saved(tmp_path, name, node)
    content = read(saved(tmp_path, case["path"], case["html"], case["encoding"]))
    article, page = only_article(content), content.page
    byline, jump = article.byline, article.jump
    assert {
        "lines": page.text.split("\n"),
        "kicker": article.kicker,
        "headline": article.headline,
        "subhead": article.subhead,
        "byline": byline.verbatim if byline else None,
        "reporters": list(byline.reporters) if byline else [],
        "paper": page.paper,
        "date": page.date,
        "page": page.page,
        "date_source": page.date_source,
        "encoding": page.encoding,
        "text": article.text,
        **({"jump": [jump.text, jump.direction, jump.page]} if jump else {}),
    } == case["expect"]
    assert (article.paper, article.date, article.page) == (page.paper, page.date, page.page)
    assert (page.kind, page.number, page.sha256) == ("html", 1, "0" * 64)
    assert article.headline_made == (article.body_start == 0)


@pytest.mark.parametrize("case", cases("epaper_pages.json"), ids=lambda case: case["label"])
def test_every_character_leads_back_to_the_page(tmp_path: Path, case: dict[str, Any]) -> None:
    content = read(saved(tmp_path, case["path"], case["html"], case["encoding"]))
    article = only_article(content)
    assert article.origins
    origins = [article.origins.page_offset(at) for at in range(len(article.text))]
    for char, origin in zip(article.text, origins, strict=True):
        assert char == content.page.text[origin] or (char, content.page.text[origin : origin + 1]) == ("\n", "\n")
    printed = [origin for char, origin in zip(article.text, origins, strict=True) if char != "\n"]
    assert len(set(printed)) == len(printed)
    assert article.source_lines == ((1, content.page.text.count("\n") + 1),)


def test_what_is_given_goes_before_what_the_page_says(tmp_path: Path) -> None:
    case = cases("epaper_pages.json")[0]
    source = saved(tmp_path, case["path"], case["html"], case["encoding"])
    page = read(source, Imprint("晨报", "2024-01-01", "A3", "flag")).page
    assert (page.paper, page.date, page.page, page.date_source) == ("晨报", "2024-01-01", "A3", "flag")


def test_no_such_day_is_no_date(tmp_path: Path) -> None:
    case = cases("epaper_pages.json")[0]
    html = case["html"].replace("2023-11-10", "2023-13-45")
    assert read(saved(tmp_path, "清泉日报/x.htm", html, case["encoding"])).page.date is None
    printed = html.replace("<table>", "<div>2023年11月10日 星期五</div><table>", 1)
    page = read(saved(tmp_path, "清泉日报/y.htm", printed, case["encoding"])).page
    assert (page.date, page.date_source) == ("2023-11-10", "text")


def test_each_source_goes_before_the_next(tmp_path: Path) -> None:
    html = (
        "<html><head><meta name='newspaper' content='《 江州日报 》'><meta name='pubdate' content='2023-11-08'>"
        "<meta name='pagenum' content='A03'><title>秋粮收购_江州早报</title></head><body>"
        f"<div>2023年11月7日 星期二</div><div>第04版：综合</div><div id='ozoom'>{STORY}</div></body></html>"
    )
    found = []
    for given, path in [
        (Imprint("晨报", "2023-11-10", "1", "flag"), "江州晚报/2023-11-09/A02/x.html"),
        (Imprint(), "江州晚报/2023-11-09/A02/x.html"),
        (Imprint(), "x.html"),
    ]:
        page = read(saved(tmp_path, path, html), given).page
        found.append((page.paper, page.date, page.page, page.date_source))
    page = read(saved(tmp_path, "y.html", html.replace("<meta", "<link"))).page
    assert [*found, (page.paper, page.date, page.page, page.date_source)] == [
        ("晨报", "2023-11-10", "1", "flag"),
        ("江州晚报", "2023-11-09", "A2", "path"),
        ("江州日报", "2023-11-08", "A3", "fields"),
        ("江州早报", "2023-11-07", "4", "text"),
    ]


@pytest.mark.parametrize("author", ["admin", "江州新闻网", "责任编辑", "2023-11-10", "来源：江州日报"])
def test_who_put_a_page_on_the_site_did_not_write_it(tmp_path: Path, author: str) -> None:
    html = (
        f"<html><body><h1>秋粮收购</h1><span class='author'>{author}</span><div id='ozoom'>{STORY}</div></body></html>"
    )
    assert only_article(read(saved(tmp_path, "x.html", html))).byline is None


def test_an_author_who_signs_at_the_end_stands_there_once(tmp_path: Path) -> None:
    html = f"<html><body><h1>秋粮收购</h1><div id='ozoom'>{STORY}<p class='author'>李四光</p></div></body></html>"
    content = read(saved(tmp_path, "x.html", html))
    assert content.page.text.split("\n")[-1] == "李四光"
    assert content.page.text.count("李四光") == 1


@pytest.mark.parametrize(
    ("name", "html"),
    [
        ("html/2023-11/10/node_2.htm", "<html><body><a href='content_1.htm'>秋粮收购有序推进。</a></body></html>"),
        ("html/2021-06/08/nbs.D110000renmrb_01.htm", WHOLE),
        ("rmrb/pc/layout/202412/01/node_01.html", WHOLE),
        ("szb/tjbpc/2024-12-01/l01.html", WHOLE),
        (
            "start.html",
            '<html><head><META HTTP-EQUIV="REFRESH" CONTENT="0; URL=html/2023-11/10/node_2.htm"></head></html>',
        ),
    ],
)
def test_an_index_page_holds_no_article(tmp_path: Path, name: str, html: str) -> None:
    content = read(saved(tmp_path, name, html))
    assert (content.articles, content.others, content.page.kind, content.page.text) == ((), (), "html", "")


def test_an_article_that_refreshes_itself_is_one(tmp_path: Path) -> None:
    html = (
        f'<html><head><meta http-equiv="refresh" content="600"></head><founder-content>{STORY}</founder-content></html>'
    )
    assert only_article(read(saved(tmp_path, "a.html", html))).paragraphs[1] == "第二段在此。"


@pytest.mark.parametrize(
    ("html", "key"),
    [
        ("", "file.empty"),
        (" \n ", "file.empty"),
        ("<html><body></body></html>", "epaper.no_body"),
        ("<html><body><div id='ozoom'> &nbsp; </div></body></html>", "epaper.no_body"),
        ("<html><body><a href='1'>首页上的链接不是正文，再长也不是。一条又一条。</a></body></html>", "epaper.no_body"),
        ("<html><head><title>标题</title></head><body><p>短。</p></body></html>", "epaper.no_body"),
        (
            "<html><body><script>var a = '甲。甲。甲。甲。甲。甲。甲。甲。甲。甲。甲。';</script></body></html>",
            "epaper.no_body",
        ),
        (WHOLE[: WHOLE.index("第二段")], "epaper.truncated"),
        (f"<html><body><!--enpproperty <title>秋粮</title>{STORY}", "epaper.truncated"),
        (f"<founder-content>{STORY[:20]}", "epaper.truncated"),
        (f"<!--enpcontent-->{STORY[:20]}", "epaper.truncated"),
        ("<div>" * 100_000 + STORY, "epaper.tangled"),
        ("<b>" * 100_000 + STORY, "epaper.tangled"),
        ("<p " + " ".join(f"a{number}" for number in range(50_000)) + ">" + STORY, "epaper.tangled"),
        ("a" * 50 * 1024 * 1024, "file.too_large"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "file.binary"),
    ],
    ids=range(16),
)
def test_a_page_without_a_whole_story_is_one_line(tmp_path: Path, html: str | bytes, key: str) -> None:
    with pytest.raises(BadFile) as caught:
        read(saved(tmp_path, "2023-11-10/content_1.htm", html))
    assert caught.value.key == key
    assert "content_1.htm" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "html",
    [
        "<select>" + "<option>" * 300_000 + "</select>" + STORY,
        "<p>" + "\n" * 3_000_000 + STORY,
        f"<p>甲{'&nbsp;' * 500_000}乙</p>{STORY}",
        "<!--enpproperty" * 200_000 + "-->" + STORY,
        "<meta " * 500_000 + ">" + STORY,
        f"<title>{'-' * 200_000}</title>{STORY}",
        "<a href='1'>第01版：要闻</a>" * 100_000 + STORY,
        "<div>2023年11月10日 星期五</div>" * 50_000 + STORY,
        "<h1>甲</h1>" + "<h3>本报记者</h3>" * 50_000 + STORY,
    ],
    ids=["options", "line ends", "spaces", "comments", "metas", "dashes", "links", "days", "heads"],
)
def test_no_page_keeps_the_reader_busy(tmp_path: Path, html: str) -> None:
    started = time.process_time()
    content = read(saved(tmp_path, "a.html", f"<body>{html}</body>"))
    assert content.articles
    assert time.process_time() - started < 20


def test_a_whole_story_stands_though_the_page_round_it_is_cut(tmp_path: Path) -> None:
    html = f"<html><body><founder-content>{STORY}</founder-content><div><a href"
    assert only_article(read(saved(tmp_path, "a.html", html))).paragraphs[1] == "第二段在此。"


def test_a_deep_page_within_reason(tmp_path: Path) -> None:
    html = f"<html><body>{'<div>' * 400}{STORY}{'</div>' * 400}</body></html>"
    assert len(only_article(read(saved(tmp_path, "a.html", html))).paragraphs) == 2


def test_index_pages_are_read_once_for_a_folder(tmp_path: Path) -> None:
    folder = "html/2023-11/10/"
    node = '<a href="node_5.htm">第A02版：要闻</a><a href="content_1.htm">甲</a><a href="content_2.htm">乙</a>'
    index = saved(tmp_path, folder + "node_5.htm", node)
    nodes = NodePages()
    first = read(saved(tmp_path, folder + "content_1.htm", WHOLE), nodes=nodes)
    index.path.unlink()
    second = read(saved(tmp_path, folder + "content_2.htm", WHOLE), nodes=nodes)
    assert [first.page.page, second.page.page] == ["A2", "A2"]


def test_a_damaged_index_page_tells_no_page(tmp_path: Path) -> None:
    saved(tmp_path, "2023-11-10/node_2.htm", "<div>" * 1_000)
    saved(tmp_path, "2023-11-10/node_3.htm", '<a href="node_3.htm">第02版：综合</a><a href="content_1.htm">甲</a>')
    assert read(saved(tmp_path, "2023-11-10/content_1.htm", WHOLE)).page.page == "2"
