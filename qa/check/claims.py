"""Claims: what in a draft can be checked against the paper.

Three kinds. A ``quote`` is what stands between quotation marks. A ``statement`` is what the draft says someone said,
without marks: 刘涛强调，要……。 A ``figure`` is a number with what it counts (41条自动化生产线, 95%以上), a day, or a
name with its title (市委书记史根治). Claims may lie within statements, never within quotations.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qa.check.quotations import Quotation, quotations
from qa.check.speakers import Attribution, attribution_of_quote, statement_in
from qa.ingest.passages import cut_sentences
from qa.retrieve.speech import pages_words

__all__ = ["DATE", "NAME", "NUMBER", "Claim", "find_claims"]

NUMBER, DATE, NAME = "number", "date", "name"
"""What a figure is; `Claim.what` of the other kinds is empty."""
BLOCK_QUOTE = re.compile(r"^[ \t]*>[> \t]*(?P<words>[^\s>].*?)[ \t]*$", re.MULTILINE)
BLOT = "\ufffc"
"""Stands for a character that is quoted."""
STOPS = "。！？!?"
MOSTLY = 0.4
LEAST_STATEMENT = 6
"""Characters that what someone said must have to be looked up."""

DIGIT = r"[0-9０-９]"
ARABIC = rf"{DIGIT}+(?:[,，]{DIGIT}{{3}})+(?:[.．]{DIGIT}+)?|{DIGIT}+(?:[.．]{DIGIT}+)?"
HAN = r"[零〇一二两三四五六七八九十百千万亿]"
MEASURE = "家条项名位座所台套辆场次届批种件户亩篇份支艘架宗起例吨元人年天岁倍层米公"
YEAR = rf"{DIGIT}{{4}}|[一二][〇○零一二三四五六七八九]{{3}}"
MONTH, DAY = (rf"(?:{DIGIT}{{1,2}}|[一二三四五六七八九十]{{1,{longest}}})" for longest in (2, 3))
FIGURE = re.compile(
    rf"""
    (?P<date>(?:(?:{YEAR})年)?{MONTH}月{DAY}[日号])
    | (?P<number>
        百分之(?:{ARABIC}|{HAN}+(?:点{HAN}+)?)
        | [一二三四五六七八九]成(?=以上|以下|左右|多)
        | (?:{ARABIC})[\ ]?(?:[十百千万亿]+)?(?:[%％‰℃]|[多余])*
        | {HAN}{{2,}}(?=[{MEASURE}])
        | [两三四五六七八九](?=[家条项名座所台套辆场届批件户亩篇艘架])
      )
    """,
    re.VERBOSE,
)
# What a number counts: the Chinese words right after it.
NOUN = re.compile(r"[\u3400-\u9fff]{1,10}")
NOT_COUNTED = ("v", "u", "p", "c", "r", "f", "y", "t", "m", "e")
"""Parts of speech that end what is counted: verbs, particles, pronouns, another number."""
# A number that is no mere list mark, and no code or telephone number: 867.26万, 41, 1.5
SAYS_SOMETHING = re.compile(r"[.．万亿]|[0-9０-９]{2}")
LONGEST_NUMBER = 9
ABOUT = re.compile(r"以上|以下|以内|左右|上下")
# Numbers that order the draft itself, and years alone: 1. 2、 （3） 第二 2023年
ORDER = re.compile(r"(?:^|(?<=\n))[ \t　#>*-]*[（(]?[0-9０-９]{1,2}[）).、．](?![0-9０-９])")
YEAR_ALONE = re.compile(rf"{DIGIT}{{4}}年")
LATIN = re.compile(r"[A-Za-z0-9_./@-]")

TITLE = (
    "副?(?:书记|市长|省长|县长|区长|州长|镇长|乡长|村长|部长|厅长|局长|处长|科长|主任|主席|总理|首相|总统|外长|防长|大臣|委员长|会长|理事长"
    "|秘书长|院长|校长|所长|馆长|台长|社长|总编辑|总裁|董事长|总经理|经理|厂长|队长|站长|行长|教授|研究员|院士|工程师|发言人|大使|司令|政委)"
)
LONGEST_TITLE = 16
TITLE_END = re.compile(rf"{TITLE}$")
SURNAMES = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳鲍史唐费廉岑薛"
    "雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季"
    "麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯管卢莫房解应丁宣邓郁单杭洪包诸左石崔吉龚程邢滑裴陆荣翁荀羊甄曲封芮"
    "储靳汲糜松井段富巫乌焦巴弓牧隗山谷车侯全班仰秋仲伊宫宁仇栾甘厉戎祖武符刘景詹束龙叶幸司黎白蒲从索赖卓蔺屠蒙池乔阴胥能苍双闻"
    "莘党翟谭贡劳申扶堵冉宰雍桑桂牛寿通边扈燕冀尚农温别庄晏柴瞿阎连习艾鱼容向古易慎戈廖终居衡步都耿满弘匡文寇广东沃利师巩聂晁勾敖冷"
    "简饶曾沙丰关付肖闫佟覃"
)


@dataclass(frozen=True, slots=True)
class Claim:
    """A stretch of the draft to be looked up, ``text[start:end]``."""

    kind: str
    """``quote``, ``statement`` or ``figure``."""
    start: int
    end: int
    what: str = ""
    speaker: Attribution | None = None
    """To whom the draft gives the words."""
    balanced: bool = True
    sentence: tuple[int, int] = (0, 0)
    """The sentence a figure stands in."""
    inner: int = 0
    """Where the name begins, behind its title."""


def find_claims(text: str, *, markdown: bool = False) -> list[Claim]:
    """Return the claims of a draft by place, outer before inner; in Markdown a line behind ``>`` is a quotation too.

    >>> draft = "刘涛强调：“要更精准。”该市建成41条自动化生产线。"
    >>> [(c.kind, draft[c.start : c.end]) for c in find_claims(draft)]
    [('quote', '要更精准。'), ('figure', '41条自动化生产线')]
    """
    quoted = quotations(text)
    if markdown:
        blocks = [Quotation(*match.span("words")) for match in BLOCK_QUOTE.finditer(text)]
        others = [q for q in quoted if not any(b.start < q.end and q.start < b.end for b in blocks)]
        quoted = sorted([*blocks, *others], key=lambda quotation: quotation.start)
    claims = [
        Claim("quote", q.start, q.end, speaker=attribution_of_quote(text, q.start, q.end), balanced=q.balanced)
        for q in quoted
    ]
    outside = _blanked(text, quoted)
    for start, end in cut_sentences(outside, longest=10_000):
        sentence = outside[start:end]
        said = statement_in(sentence)
        if said and len(sentence[said.start : said.end].replace(BLOT, "").strip()) >= LEAST_STATEMENT:
            claims += _statement(sentence, said, start)
        claims += [
            Claim("figure", start + first, start + last, what, sentence=(start, end))
            for first, last, what in _figures(sentence)
        ]
        claims += [
            Claim("figure", start + first, start + last, NAME, sentence=(start, end), inner=start + inner)
            for first, inner, last in _titled_names(sentence)
        ]
    return sorted(claims, key=lambda claim: (claim.start, -claim.end, claim.kind))


def _statement(sentence: str, said: Attribution, at: int) -> Iterator[Claim]:
    """Yield what is said in `sentence`, unless it begins with a quotation, or most of it is one."""
    content = sentence[said.start : said.end].lstrip('“「『‘"＂ ')
    if not content.startswith(BLOT) and content.count(BLOT) <= MOSTLY * len(content):
        yield Claim("statement", at + said.start, at + said.end, speaker=said)


def _blanked(text: str, quoted: Sequence[Quotation]) -> str:
    """Return `text` with every quotation blotted out, so that nothing in it is taken for prose of the draft."""
    parts, at = [], 0
    for quotation in quoted:
        stop = quotation.end - (text[quotation.end - 1] in STOPS)  # what ends the quotation ends the sentence too
        parts += [text[at : quotation.start], BLOT * (stop - quotation.start)]
        at = stop
    return "".join([*parts, text[at:]])


def _figures(sentence: str) -> Iterator[tuple[int, int, str]]:
    order = ORDER.match(sentence)
    at = order.end() if order else 0
    for match in FIGURE.finditer(sentence, at):
        start, end = match.span()
        if start and (LATIN.match(sentence[start - 1]) or sentence[start - 1] == "第"):
            continue
        if match["date"]:
            yield start, end, DATE
        elif not YEAR_ALONE.match(sentence, start) and (noun := _noun(sentence, end, match["number"])):
            yield start, noun, NUMBER


def _noun(sentence: str, end: int, number: str) -> int | None:
    """Return where the words that `number` counts end; None for a number that counts nothing."""
    about = ABOUT.match(sentence, end)
    if about:
        return about.end()
    noun = NOUN.match(sentence, end)
    if number[-1] in "%％‰℃" or number.startswith("百分之"):
        return end
    if not noun:
        return end if SAYS_SOMETHING.search(number) and len(number) <= LONGEST_NUMBER else None
    length = 0
    words = pages_words(noun[0])
    for (word, tag), (_, following) in zip(words, [*words[1:], ("", "")], strict=True):
        adverb = tag.startswith("d") and not following.startswith("n")
        if length and word != "百分点" and (adverb or (tag.startswith(NOT_COUNTED) and tag != "vn")):
            break
        length += len(word)
    return end + length


def _titled_names(sentence: str) -> Iterator[tuple[int, int, int]]:
    """Yield where a title begins, the name of who has it, and where that ends: 市委书记史根治."""
    words = pages_words(sentence)
    starts = [0]
    for word, _ in words:
        starts.append(starts[-1] + len(word))
    for at in range(len(words) - 1):
        if not TITLE_END.search(words[at][0]):
            continue
        name = _name(words[at + 1 : at + 4])
        if not name:
            continue
        first = at
        while (
            first
            and _is_of_title(words[first - 1], words[first][0])
            and starts[at + 1] - starts[first - 1] <= LONGEST_TITLE
        ):
            first -= 1
        yield starts[first], starts[at + 1], starts[at + 1] + len(name)


def _is_of_title(tagged: tuple[str, str], following: str) -> bool:
    """Tell whether a word may stand in a title: whose office it is, 副, a place, which may be tagged as a name."""
    word, tag = tagged
    person = tag in ("nr", "nrt") and following[0] not in "省市县区镇乡村"
    return tag.startswith(("n", "b", "j")) and not person and "\u3400" <= word[0] <= "\u9fff"


def _name(words: Sequence[tuple[str, str]]) -> str:
    """Return the name of a person that `words` begin with, put together where it was cut; empty for none."""
    if not words:
        return ""
    word, tag = words[0]
    if tag.startswith("nr") and 2 <= len(word) <= 4:
        return word
    if len(word) == 1 and word in SURNAMES:
        given = words[1][0] if len(words) > 1 else ""
        if len(given) > 2 or not given or not (tag.startswith("nr") or words[1][1].startswith("nr")):
            return ""
        last, last_tag = words[2] if len(words) > 2 else ("", "")
        return word + given + (last if len(given + last) == 2 and last_tag.startswith(("n", "x", "a", "v")) else "")
    return ""
