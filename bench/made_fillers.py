"""What stands between the articles of a made page: pictures, slogans, lone headlines, notices, running heads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bench.made import MadeArticle
from bench.made_sheets import MARGIN, MEASURE, SANS, SERIF, Box, Piece, Sheet

__all__ = ["lone_heads", "notice", "picture", "running_head", "slogan"]

SLOGANS = ("学思想 强党性 重实践 建新功", "抓项目 促发展 惠民生", "稳中求进 以进促稳 先立后破", "爱粮 节粮 护粮")
SCENES = (
    "工人在车间赶制订单产品",
    "农民抢抓晴好天气采收蔬菜",
    "市民在公园里健身休闲",
    "志愿者为老人义务理发",
    "学生参观科技展览",
)
REMARKS = (
    "近年来，当地依托资源优势发展特色产业，带动群众就近就业",
    "活动吸引了周边数百名居民前来参加，现场气氛热烈",
    "眼下正值农忙时节，田间地头一派繁忙景象",
)
SECTIONS = ("要闻", "综合", "民生", "县区", "经济", "文化")
TOWNS = ("青石镇", "白河", "南山", "东湖", "柳林", "北关", "西岭", "龙门")
BUREAUS = ("自然资源局", "公路管理局", "供水公司", "市场监督管理局", "住房和城乡建设局")
WEEKDAYS = "一二三四五六日"


def picture(sheet: Sheet, tab: Any) -> Box:
    """Set a picture with its caption under it or beside it; the credit ends it, stands on its own, or is not there."""
    chance = sheet.chance
    span = chance.randint(1, min(3, sheet.columns))
    width, rows = sheet.span(span), chance.randint(8, 16)
    size = sheet.body - chance.choice((1.0, 1.5))
    scene = f"{chance.randint(1, 12)}月{chance.randint(1, 28)}日，{chance.choice(SCENES)}。"
    text = chance.choice(("▲", "", "图为", "")) + scene + (chance.choice(REMARKS) + "。") * (chance.random() < 0.4)
    name = f"本报记者 {sheet.person()} 摄"
    credit = chance.choice((name, name, f"（{name}）", "（人民视觉）", f"{sheet.person()} 摄", ""))
    apart = bool(credit) and chance.random() < 0.3
    beside = span > 1 and chance.random() < 0.3
    measure, x, y = width, 0.0, rows * sheet.leading
    if beside:
        measure = sheet.column
        x, y = width - measure, 0.0
        width -= measure + sheet.gutter / 2
    caption = text if apart else f"{text} {credit}".strip()
    (lines,) = tab.evaluate(MEASURE, [(caption, measure, size, SANS, 400, 0)])
    step = sheet.leading if size > sheet.body - 1.2 else size * 1.35
    if beside and chance.random() < 0.5:
        y = (rows - 1 - len(lines) - apart) * sheet.leading  # level with the foot of the picture
    printed = [Piece("", 0, 0, width, kind="picture", height=rows * sheet.leading - 4)]
    printed += [Piece(line, x, y + at * step, measure, size, SANS) for at, line in enumerate(lines)]
    if apart:
        printed.append(Piece(credit, x, y + len(lines) * step, measure, size, SANS, 400, "r"))
    tall = rows if beside else rows + sheet.lines((len(lines) + apart) * step)
    return Box(span, tall + 1, printed, others=[("caption", "".join(lines) + credit * apart)])


def slogan(sheet: Sheet) -> Box:
    """Set a column banner."""
    span = sheet.chance.randint(min(2, sheet.columns), sheet.columns)
    text = sheet.chance.choice(SLOGANS)
    size = min(22.0, sheet.span(span) / len(text) * 0.9)
    line = Piece(text, 0, 4, sheet.span(span), size, SANS, 700, "c", twice=sheet.chance.choice((0.0, 0.5, 1.2)))
    return Box(span, sheet.lines(size * 1.6) + 1, [line], others=[("slogan", text)])


def lone_heads(sheet: Sheet, titles: Sequence[str], tab: Any) -> Box:
    """Set headlines whose stories stand elsewhere, in a frame of their own."""
    span = sheet.chance.randint(min(2, sheet.columns), min(3, sheet.columns))
    width, size, y = sheet.span(span), 14.0, 6.0
    pieces, others = [], []
    for lines in tab.evaluate(MEASURE, [(title, width - 12, size, sheet.head_font, 700, 0) for title in titles]):
        for line in lines:
            pieces.append(Piece(line, 6, y, width - 12, size, sheet.head_font, 700, "c"))
            y += size * 1.35
        y += 8
        others.append(("headline", "".join(lines)))
    rows = sheet.lines(y)
    return Box(
        span, rows + 1, [Piece("", 0, 0, width, kind="frame", height=rows * sheet.leading), *pieces], others=others
    )


def notice(sheet: Sheet, tab: Any) -> Box:
    """Set a notice in a type of its own, with signature and date at the right under it, in a frame or without."""
    chance = sheet.chance
    span = chance.choice((1, 1, min(2, sheet.columns)))
    width, inset = sheet.span(span), chance.choice((0.0, 6.0))
    size = sheet.body + chance.choice((-1.5, -1.0, 0.0, 1.5))
    title, paragraphs, signature = _notice_texts(sheet)
    jobs = [(text, width - 2 * inset, size, SERIF, 400, 2) for text in paragraphs]
    broken = tab.evaluate(MEASURE, jobs)
    large = size * chance.choice((1.25, 1.5, 2.0))
    step, y = size * 1.45, inset
    pieces = [Piece(title, inset, y, width - 2 * inset, large, SANS, 700, "c")]
    y += large * 1.5
    for lines in broken:
        for at, line in enumerate(lines):
            indent = 2 * size if at == 0 else 0.0
            kind = "" if at + 1 == len(lines) else "j"
            pieces.append(Piece(line, inset + indent, y, width - 2 * inset - indent, size, SERIF, 400, kind))
            y += step
    y += chance.choice((0.0, 0.0, 0.6)) * size
    for line in signature:
        pieces.append(Piece(line, inset, y, width - 2 * inset - chance.choice((0, 1)) * size, size, SERIF, 400, "r"))
        y += step
    rows = sheet.lines(y + inset)
    if inset:
        pieces.append(Piece("", 0, 0, width, kind="frame", height=rows * sheet.leading))
    return Box(span, rows + 1, pieces, MadeArticle(title, (*paragraphs, *signature)))


def running_head(sheet: Sheet, number: int) -> list[Piece]:
    """Set the running head of page `number`, in the form that the whole newspaper has, and the rule under it."""
    chance = sheet.chance
    section, right, wide = chance.choice(SECTIONS), sheet.width - MARGIN - 160, sheet.width - 2 * MARGIN
    date = f"2023年11月{chance.randint(1, 30)}日 星期{chance.choice(WEEKDAYS)}"
    label = (
        f"第{number:02}版：{section}", f"A{number}　{section}", f"第 {number:02} 版 · {section}", f"{number} 版",
        f"{section} {number:02}",
    )[sheet.running]  # fmt: skip
    dated = Piece(date, MARGIN, MARGIN, 200, sheet.body)
    if sheet.running == 2:
        pieces = [Piece(f"{date}　{label}", MARGIN, MARGIN, wide, sheet.body, SERIF, 400, chance.choice(("", "c")))]
    else:
        pieces = [dated, Piece(label, right, MARGIN, 160, 12, SANS, 700, "r")]
    if sheet.running == 3:
        pieces.append(Piece(section, MARGIN, MARGIN, wide, 12, SANS, 700, "c"))
    if sheet.top > MARGIN + 25:
        pieces.append(Piece("", MARGIN, MARGIN + 20, wide, kind="rule", height=1))
    return pieces


def _notice_texts(sheet: Sheet) -> tuple[str, list[str], list[str]]:
    """Make up a notice: its title, its paragraphs, its signature and date."""
    chance = sheet.chance
    bureau = chance.choice(TOWNS)[:2] + "县" + chance.choice(BUREAUS)
    day = f"2023年{chance.randint(1, 12)}月{chance.randint(1, 28)}日"
    kind = chance.choice(("公告", "遗失声明", "讣告", "通告"))
    if kind == "遗失声明":
        lost = [
            f"{sheet.person()}遗失居民身份证，号码末四位为{chance.randrange(1000, 10_000)}，声明作废。"
            for _ in range(chance.randint(1, 3))
        ]
        return kind, lost, []
    if kind == "讣告":
        name = sheet.person()
        text = (
            f"{name}同志因病医治无效，于{day}逝世，享年{chance.randint(61, 98)}岁。兹定于{chance.randint(1, 28)}日上午"
            f"{chance.randint(8, 11)}时在县殡仪馆举行遗体告别仪式。"
        )
        return kind, [text, "谨此讣告。"], [f"{name}同志治丧小组", day]
    road = chance.choice(TOWNS)
    text = (
        f"因{road}路段施工，自{chance.randint(1, 12)}月{chance.randint(1, 28)}日起至工程完工之日止，该路段禁止机动车"
        f"通行，请过往车辆提前绕行，由此带来的不便敬请谅解。咨询电话为{chance.randint(3000000, 8999999)}。"
    )
    return kind, [text, f"特此{kind}。"], [bureau, day]
