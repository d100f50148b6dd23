"""Made pages: known articles, set in lines as extraction leaves a newspaper page, to see whether they come back.

The faults are those of real pages: heads before or after their bodies or nowhere, blank lines inside paragraphs and
none between articles, justified and doubled heads, padded names, gaps round digits, orphans, credits, jumps.
"""

from __future__ import annotations

import gzip
import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

__all__ = ["MadeArticle", "MadePage", "dress", "load_articles", "typeset"]

WEB_TAIL = re.compile(r"(?:返回搜狐，查看更多|责任编辑[：:]?|举报/反馈|【免责声明】|本文转自).*", re.DOTALL)
ODD = re.compile(r"[\u200b-\u200f\u2028-\u202e\ufeff\ue000-\uf8ff\U0001f000-\U0001ffff<>|△▲↓↑]|https?:|www\.")
OWN_LEAD_IN = re.compile(r"记者|通讯员|[讯电][ （(]|报讯|来源[：:]|编辑|作者|文/|摄")
FOREIGN_LEAD_IN = re.compile(r"^[^。]{0,50}?[讯电]\s?[（(][^）)]{2,40}[）)]\s?")
LAST_STOP = re.compile(r"([。！？][”’」』）)]*)[^。！？]*$")
"""What stands after the last sentence: the web site's credits."""
JUMP = re.compile(r"[上下紧][接转]第")
SENTENCE = re.compile(r"[^。！？]*[。！？][”’」』）)]*")
CLAUSE = re.compile(r"(?<=[，。；：！？])[\u4e00-\u9fff]{8,20}(?=[，。；！？])")
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许邓韩冯曹"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂英华玉萍红玲文彬晓燕鹏辉建国志家宝淑云海林"
SLOGANS = (
    ("学思想", "强党性", "重实践", "建新功"),
    ("扬正气", "树新风", "促和谐"),
    ("抓项目", "兴产业", "惠民生", "保安全"),
    ("牢记嘱托", "感恩奋进", "走在前列"),
)
PLACES = ["许昌", "郑州", "洛阳", "开封", "襄城", "禹州", "鄢陵", "长葛"]
NUMBERS = "一二三四五六七八"
CLOSING = "，。、；：！？”’）》」』"
OPENING = "“‘（《「『"


@dataclass(frozen=True, slots=True)
class MadeArticle:
    """An article as it should be stored after its page was read.

    `paragraphs` include the lead-in (本报讯（记者 …）…) where the byline is one; `byline_line` is a byline printed on a
    line of its own, which is no paragraph. `jump` is the 下转 or 上接 mark, which is no part of the text.
    """

    headline: str | None
    paragraphs: tuple[str, ...]
    kicker: str | None = None
    subhead: str | None = None
    byline_line: str | None = None
    reporters: tuple[str, ...] = ()
    correspondents: tuple[str, ...] = ()
    photographers: tuple[str, ...] = ()
    jump: str | None = None


@dataclass(frozen=True, slots=True)
class MadePage:
    """A page's text and the truth about it; `furniture` are the lines that belong to no article."""

    text: str
    articles: tuple[MadeArticle, ...]
    furniture: tuple[str, ...] = field(default=())


def load_articles(files: Sequence[Path], *, seed: int) -> list[MadeArticle]:
    """Read news articles from JSON lines (gzipped or not) with ``title`` and ``text``, shuffled by `seed`.

    Left out: those without a whole title, with marks no newspaper prints, very short or long ones, and those that
    bring a byline of their own, since the truth about it is not known.
    """
    found = []
    for path in files:
        with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as lines:
            for line in lines:
                record = json.loads(line)
                article = _clean(record.get("title") or "", record["text"])
                if article:
                    found.append(article)
    random.Random(seed).shuffle(found)
    return found


def dress(article: MadeArticle, rng: random.Random, *, missing_head: bool = False) -> MadeArticle:
    """Give `article` a byline in one of the printed forms, and perhaps kicker and subhead from its own words."""
    body = "".join(article.paragraphs)
    clauses = [clause for clause in dict.fromkeys(CLAUSE.findall(body)) if clause not in (article.headline or "")]
    kicker = subhead = None
    if not missing_head and len(clauses) > 6:
        kicker = rng.choice(clauses[:6]) if rng.random() < 0.3 else None
        subhead = rng.choice(clauses[2:]) if rng.random() < 0.3 else None
    if kicker == subhead:
        subhead = None
    if len(article.paragraphs) >= 5 and rng.random() < 0.15:
        article = replace(article, paragraphs=_with_section_heads(article.paragraphs, rng))
    dressed = replace(article, kicker=kicker, subhead=subhead, headline=None if missing_head else article.headline)
    form = rng.choice(("lead", "lead", "lead", "lead-dated", "agency", "line", "line-box", "none"))
    if missing_head and form in ("none", "line", "line-box"):
        form = "lead"
    return _with_byline(dressed, form, rng)


def typeset(articles: Sequence[MadeArticle], *, seed: int) -> MadePage:
    """Set `articles` as one extracted text page; all choices come from `seed`."""
    rng = random.Random(seed)
    style = _Style.drawn(rng)
    dressed = [dress(article, rng, missing_head=rng.random() < 0.08) for article in articles]
    if rng.random() < 0.3:
        at = rng.randrange(len(dressed))
        dressed[at] = _jumping(dressed[at], rng)
    blocks: list[list[str]] = []
    heads_apart: list[list[str]] = []
    furniture: list[str] = []
    if style.folio:
        furniture.append(f"第{rng.randint(1, 8):02d}版：{rng.choice(['要闻', '综合新闻', '民生', '经济'])}")
        blocks.append([furniture[-1]])
    for article in dressed:
        head, body = _head_lines(article, style, rng), _body_lines(article, style, rng)
        if style.heads == "apart":
            heads_apart.append(head)
            blocks.append(body)
        elif style.heads == "after" or (style.heads == "mixed" and rng.random() < 0.5):
            blocks.append(_stack(body, head, style, rng))
        else:
            blocks.append(_stack(head, body, style, rng))
        if rng.random() < style.extras:
            extra = _extra(rng)
            furniture.extend(extra)
            blocks.append(["", *extra, ""])
    blocks = heads_apart + blocks if rng.random() < 0.5 else blocks + heads_apart
    if style.credits:
        line = f"责任编辑：{_name(rng)}　版式：{_name(rng)}　校对：{_name(rng)}"
        furniture.append(line)
        blocks.append(["", line])
    separator = [""] if style.blank_between else []
    lines: list[str] = []
    for block in blocks:
        if lines and block:
            lines += separator if lines[-1] else []
        lines += block
    return MadePage("\n".join(lines).strip("\n") + "\n", tuple(dressed), tuple(furniture))


@dataclass(frozen=True, slots=True)
class _Style:
    """How one page is set and was extracted."""

    measure: int
    heads: str
    blank_between: bool
    blank_paragraphs: bool
    column_lines: int
    column_blanks: bool
    indent: str
    spaced: bool
    justified: float
    padded: bool
    folio: bool
    credits: bool
    extras: float
    blank_in_heads: bool

    @classmethod
    def drawn(cls, rng: random.Random) -> _Style:
        return cls(
            measure=rng.randint(11, 26),
            heads=rng.choices(("before", "after", "mixed", "apart"), (50, 30, 10, 10))[0],
            blank_between=rng.random() < 0.7,
            blank_paragraphs=rng.random() < 0.5,
            column_lines=rng.randint(18, 60),
            column_blanks=rng.random() < 0.6,
            indent=rng.choice(("", "", "　　")),
            spaced=rng.random() < 0.6,
            justified=rng.choice((0.0, 0.0, 0.4)),
            padded=rng.random() < 0.5,
            folio=rng.random() < 0.4,
            credits=rng.random() < 0.4,
            extras=rng.choice((0.0, 0.1, 0.3)),
            blank_in_heads=rng.random() < 0.6,
        )


def _clean(title: str, text: str) -> MadeArticle | None:
    text = WEB_TAIL.sub("", text).strip()
    text = re.sub(r"[^\S\n]+", " ", text)
    text = LAST_STOP.sub(r"\1", FOREIGN_LEAD_IN.sub("", text))
    title = title.strip()
    half = len(title) // 2
    whole = all(title.count(a) == title.count(b) for a, b in zip(OPENING + "【", "”’）》」』】", strict=True))
    if not 8 <= len(title) <= 36 or not whole or title[:half] == title[half:] or not 220 <= len(text) <= 1800:
        return None
    edges = text[:60] + "\n" + text[-60:]
    if ODD.search(title + text) or OWN_LEAD_IN.search(edges) or JUMP.search(text) or re.search(r"[。，]|记者", title):
        return None
    paragraphs = [part for line in text.split("\n") for part in _paragraphs(line.strip())]
    if not all(re.search(r"[。！？][”’）」』]*$", part) for part in paragraphs):
        return None
    return MadeArticle(title, tuple(paragraphs))


def _paragraphs(line: str) -> Iterator[str]:
    """Cut a long line into paragraphs of a newspaper's length, at its sentences, never inside a quotation."""
    start = at = 0
    for match in SENTENCE.finditer(line):
        at = match.end()
        piece = line[start:at]
        if len(piece) > 90 and len(line) - at > 25 and piece.count("“") == piece.count("”"):
            yield piece
            start = at
    if line[start:]:
        yield line[start:]


def _name(rng: random.Random) -> str:
    return rng.choice(SURNAMES) + "".join(rng.choice(GIVEN) for _ in range(rng.choice((1, 2, 2))))


def _with_section_heads(paragraphs: Sequence[str], rng: random.Random) -> tuple[str, ...]:
    """Put a section head, of the following paragraph's words, before two of the paragraphs."""
    out: list[str] = []
    places = set(rng.sample(range(2, len(paragraphs)), min(2, len(paragraphs) - 2)))
    dash = rng.choice(("", "", "——"))
    for number, paragraph in enumerate(paragraphs):
        clauses = re.findall(r"[\u4e00-\u9fff]{5,11}", paragraph)
        if number in places and clauses:
            out.append(rng.choice(clauses) + dash)
        out.append(paragraph)
    return tuple(out)


def _with_byline(article: MadeArticle, form: str, rng: random.Random) -> MadeArticle:
    reporters = tuple(_name(rng) for _ in range(rng.choice((1, 1, 2))))
    correspondents = tuple(_name(rng) for _ in range(rng.choice((1, 2)))) if rng.random() < 0.4 else ()
    people = "记者 " + rng.choice((" ", "、")).join(reporters)
    if correspondents:
        people += " 通讯员 " + " ".join(correspondents)
    day = f"{rng.randint(1, 12)}月{rng.randint(1, 28)}日"
    first, *rest = article.paragraphs
    lead = {
        "lead": f"本报讯（{people}）",
        "lead-dated": f"本报讯 （{people}） {day}，",
        "agency": f"新华社{rng.choice(PLACES)}{day}电（{people}）",
    }.get(form)
    if lead:
        return replace(article, paragraphs=(lead + first, *rest), reporters=reporters, correspondents=correspondents)
    if form == "none":
        return article
    line = f"本报{people}" if form == "line" else f"□{rng.choice(('本报', ''))}{people}"
    pictures: tuple[str, ...] = ()
    if form == "line-box" and rng.random() < 0.4:
        line += " 文/图"
        pictures = reporters + correspondents
    return replace(
        article, byline_line=line, reporters=reporters, correspondents=correspondents, photographers=pictures
    )


def _jumping(article: MadeArticle, rng: random.Random) -> MadeArticle:
    """Break `article` off in mid-sentence with a 下转 mark, or let it go on from another page."""
    page = rng.choice(("二", "三", "四", "3", "A03"))
    if rng.random() < 0.5 or len(article.paragraphs) < 2:
        *kept, last = article.paragraphs
        return replace(article, paragraphs=(*kept, last[: max(12, len(last) // 2)]), jump=f"（下转第{page}版）")
    return replace(
        article, kicker=None, subhead=None, byline_line=None, reporters=(), correspondents=(), photographers=(),
        paragraphs=article.paragraphs[1:], jump=f"（上接第{page}版）",
    )  # fmt: skip


def _extra(rng: random.Random) -> list[str]:
    """Return lines of no article: a slogan set twice, or a pointer to a story elsewhere."""
    if rng.random() < 0.5:
        segments = rng.choice(SLOGANS)
        return [" ".join(part * 2 for part in segments)] if rng.random() < 0.5 else [" ".join(segments)]
    who, what = _name(rng), rng.choice(("调研城市景观风貌规划工作", "出席全面深化改革推进会并讲话", "督导安全生产工作"))
    return [who + what]


def _head_lines(article: MadeArticle, style: _Style, rng: random.Random) -> list[str]:
    lines: list[str] = []
    for part in (article.kicker, article.headline, article.subhead):
        if not part:
            continue
        if lines and style.blank_in_heads:
            lines.append("")
        wrapped = _wrapped_head(part, rng) if part == article.headline else [part]
        lines += [" ".join(line) if rng.random() < style.justified else _spaced(line, style) for line in wrapped]
    if article.byline_line:
        if lines and rng.random() < 0.5:
            lines.append("")
        lines.append(_padded(article.byline_line, style))
    return lines


def _wrapped_head(headline: str, rng: random.Random) -> list[str]:
    if " " in headline and rng.random() < 0.5:
        return headline.split(" ", 1)
    if len(headline) > 16 or (len(headline) > 12 and rng.random() < 0.3):
        half = len(headline) // 2 + rng.randint(-2, 2)
        while headline[half] in CLOSING or headline[half - 1] in OPENING or headline[half - 1 : half + 1].isascii():
            half += 1
            if half >= len(headline) - 2:
                return [headline]
        return [headline[:half].strip(), headline[half:].strip()]
    return [headline]


def _body_lines(article: MadeArticle, style: _Style, rng: random.Random) -> list[str]:
    lines: list[str] = []
    since = rng.randint(0, style.column_lines)
    for number, paragraph in enumerate(article.paragraphs):
        text = _padded(paragraph, style) if number == 0 else paragraph
        if article.jump and article.jump.startswith("（上") and number == 0:
            text = article.jump + text
        if article.jump and article.jump.startswith("（下") and number == len(article.paragraphs) - 1:
            text += article.jump
        section_head = len(paragraph) < 14 and not re.search(r"[。！？]", paragraph)
        if number and (style.blank_paragraphs or (section_head and rng.random() < 0.5)):
            lines.append("")
        for at, line in enumerate(_wrap(text, style.measure)):
            if style.column_blanks and since >= style.column_lines and lines and lines[-1]:
                lines.append("")
                since = 0
            lines.append((style.indent if at == 0 else "") + _spaced(line, style))
            since += 1
    return lines


def _wrap(text: str, measure: int) -> Iterator[str]:
    """Break `text` into lines of `measure` full-width units, two fewer on the first, by the rules of Chinese setting.

    No line begins with a closing mark or ends with an opening one; a mark may hang over by one.
    """
    start = 0
    room = float(measure - 2)
    while start < len(text):
        end, width = start, 0.0
        while end < len(text) and width + _units(text[end]) <= room:
            width += _units(text[end])
            end += 1
        if end < len(text) and text[end] in CLOSING:
            end += 1 if text[end] in "，。、" else -1
        while end < len(text) and end - start > 2 and text[end - 1] in OPENING:
            end -= 1
        yield text[start:end].strip()
        start = end
        room = float(measure)


def _units(char: str) -> float:
    return 0.5 if ord(char) < 0x2000 else 1.0


def _spaced(line: str, style: _Style) -> str:
    """Put the gaps that extraction puts round digits and letters."""
    if not style.spaced:
        return line
    line = re.sub(r"(?<=[\u4e00-\u9fff])(?=[0-9A-Za-z])", " ", line)
    return re.sub(r"(?<=[0-9A-Za-z%])(?=[\u4e00-\u9fff])", " ", line)


def _padded(line: str, style: _Style) -> str:
    """Set two-character names to the width of three, where a byline's roles and blanks tell that they are names."""
    if not style.padded:
        return line
    mark = re.search(r"（[^）]*）|^[□本记].{0,40}$", line)
    if not mark or "记者" not in mark.group():
        return line
    people = re.sub(r"(?<=[ 、])([\u4e00-\u9fff])([\u4e00-\u9fff])(?=[ 、）]|$)(?<!文图)", r"\1 \2", mark.group())
    return line[: mark.start()] + people + line[mark.end() :]


def _stack(first: list[str], second: list[str], style: _Style, rng: random.Random) -> list[str]:
    blank = [""] if first and second and (style.blank_between or rng.random() < 0.3) else []
    return first + blank + second
