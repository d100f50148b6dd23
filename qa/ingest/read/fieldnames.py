"""What exports call the fields of an article."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

__all__ = ["FIELDS", "Matched", "field_called", "match_fields", "twins_in"]

FIELDS: dict[str, tuple[str, ...]] = {
    "text": (
        "content", "contenttext", "content_text", "body", "full_text", "fulltext",
        "正文", "内容", "全文", "正文内容", "文章内容", "文章正文", "內容",
    ),
    "id": ("article_id", "articleid", "文章编号"),
    "headline": ("title", "标题", "主标题", "正题", "题名", "篇名", "文章标题", "標題"),
    "kicker": ("introtitle", "intro_title", "引题", "引标题", "肩题", "肩标题", "眉题", "引題"),
    "subhead": ("subtitle", "sub_title", "副题", "副标题", "子题", "副題"),
    "byline": ("author", "authors", "reporter", "作者", "记者", "责任者", "署名", "作者姓名", "記者"),
    "paper": (
        "source", "newspaper", "papername", "paper_name",
        "报纸", "报名", "报纸名称", "报刊", "来源", "报纸来源", "文献来源", "報紙", "報名", "來源",
    ),
    "date": (
        "pub_date", "pubdate", "publish_date", "publishdate", "publication_date", "published_at", "publish_time",
        "issue_date",
        "日期", "发布日期", "出版日期", "发表日期", "见报日期", "刊发日期", "报纸日期", "发布时间", "发表时间",
    ),
    "page": ("page_no", "pageno", "pagenum", "page_num", "page_number", "版次", "版面", "版", "版号", "版面号", "版號"),
    "section": ("column", "page_name", "pagename", "栏目", "版名", "版面名称", "专栏", "欄目"),
    "url": ("link", "href", "链接", "网址", "原文链接", "文章链接", "鏈接"),
}  # fmt: skip
"""Our own names, and after each what else the field is called; letters in any case."""
CALLED = {other: name for name, others in FIELDS.items() for other in (name, *others)}
PLACED = tuple(name for name in FIELDS if name not in ("section", "url"))
"""Fields of which a record may not have two that differ."""
NO_NAME = re.compile(r"[/\\@]|\.[A-Za-z]{2,5}$")
"""A source that is a link or a file, and no newspaper."""
EDGES = " \t\r\n\ufeff"


@dataclass(frozen=True, slots=True)
class Matched:
    """What a record calls our fields, by our names; and what was not taken.

    `unknown` are none of our fields, `spare` are pairs of one that is left aside and ours, which is taken. `clash` are
    two that differ, none of them ours, and the field both are.
    """

    names: Mapping[str, str]
    unknown: tuple[str, ...] = ()
    spare: tuple[tuple[str, str], ...] = ()
    clash: tuple[str, str, str] | None = None


def field_called(name: str) -> str | None:
    """Return the field that an export calls `name`, None for one that an article has no use for.

    >>> field_called("Pub_Date"), field_called(" 版次 "), field_called("点击量")
    ('date', 'page', None)
    """
    return CALLED.get(_plain(name))


def match_fields(record: Mapping[str, object]) -> Matched:
    """Find which value of a record is which field: of several the one with a value, and ours before others.

    >>> match_fields({"正文": "……", "来源": "江州日报", "点击量": 7})
    Matched(names={'text': '正文', 'paper': '来源'}, unknown=('点击量',), spare=(), clash=None)
    >>> match_fields({"text": "……", "headline": "", "title": "秋收"}).names["headline"]
    'title'
    >>> match_fields({"text": "……", "标题": "秋收", "篇名": "秋粮"}).clash
    ('标题', '篇名', 'headline')
    """
    called: defaultdict[str, list[str]] = defaultdict(list)
    unknown: list[str] = []
    for name, value in record.items():
        if field := _field_of(name, value):
            called[field].append(name)
        else:
            unknown.append(name)
    names: dict[str, str] = {}
    spare: list[tuple[str, str]] = []
    clash = None
    for field, others in called.items():
        held = [name for name in others if record[name] not in (None, "")] or others[:1]
        own = next((name for name in held if _plain(name) == field), None)
        names[field] = own or held[0]
        different = [name for name in held if record[name] != record[names[field]]]
        if own:
            spare += [(name, own) for name in different]
        elif different and field in PLACED:
            clash = clash or (held[0], different[0], field)
    return Matched(names, tuple(unknown), tuple(spare), clash)


def twins_in(header: Sequence[str]) -> tuple[str, str, str] | None:
    """Return two columns of a header that are one field, and the field; None where ours or no other column is it.

    >>> twins_in(["标题", "篇名", "正文"]), twins_in(["title", "headline", "text"]), twins_in(["text", "Text"])
    (('标题', '篇名', 'headline'), None, ('text', 'Text', 'text'))
    """
    for field in PLACED:
        twins = [name for name in header if field_called(name) == field]
        if len(twins) > 1 and [_plain(name) for name in twins].count(field) != 1:
            return twins[0], twins[1], field
    return None


def _field_of(name: str, value: object) -> str | None:
    field = field_called(name)
    if field != "paper" or _plain(name) == "paper" or value is None:
        return field
    return field if isinstance(value, str) and not NO_NAME.search(value) else None


def _plain(name: str) -> str:
    return name.strip(EDGES).lower()
