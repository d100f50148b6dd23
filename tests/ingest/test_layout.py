"""Pages with boxes: columns, heads and stories told apart by place and type, and nothing lost."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.made import MadeArticle
from bench.made_pdf import typeset
from qa.ingest.read.pdf import PdfPage, read_pdf
from qa.ingest.segment.layout import find_stories
from qa.ingest.segment.stories import build_content
from qa.records import LineBox, Page, PageContent

SIZE, LEADING, MEASURE, STEP = 10.0, 15.0, 12, 140.0
CHROMIUM = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
BODY = (
    "本报讯（记者 张三）三月五日，全县春耕生产现场会在青石镇召开。会议听取了各乡镇的准备情况，安排了下一步的工作。",
    "会议指出，要抢抓农时，备足种子和化肥，组织农机手检修机具，把每一块地都种好。到会的种粮大户介绍了各自的办法。",
    "会后，与会人员到白河村察看了麦田。据介绍，今年全县冬小麦长势良好，一类苗占到六成以上，比去年同期高出一成。",
)
OTHER = (
    "连日来，南山水库加固工程进展顺利。工人们正在浇筑溢洪道的底板，预计汛期到来之前可以完成全部主体工程的施工。",
    "水库建成于一九七一年，灌溉着下游四万亩良田。工程完工以后，蓄水量将增加两成，沿岸九个村子的用水都有了保证。",
)


class Press:
    """Set lines on a page, in columns of `MEASURE` characters."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.boxes: list[LineBox | None] = []

    def line(self, text: str, x: float, y: float, size: float = SIZE) -> None:
        self.lines.append(text)
        self.boxes.append(LineBox(x, y, x + len(text) * size, y + size, size))

    def flow(self, paragraphs: tuple[str, ...], columns: list[tuple[float, float, int]]) -> None:
        """Run paragraphs through columns given as (left edge, top, lines)."""
        places = ((x, top + row * LEADING) for x, top, rows in columns for row in range(rows))
        for paragraph in paragraphs:
            rest, indent = paragraph, 2
            while rest:
                x, y = next(places)
                self.line(rest[: MEASURE - indent], x + indent * SIZE, y)
                rest, indent = rest[MEASURE - indent :], 0

    def content(self) -> PageContent:
        page = Page("made", "", "", "\n".join(self.lines), kind="pdf", boxes=tuple(self.boxes))
        content = build_content(page, *find_stories(page))
        assert kept(content) == Counter("".join(page.text.split()))
        return content


def kept(content: PageContent) -> Counter[str]:
    """Count the characters of articles, jumps, byline lines and page items."""
    count: Counter[str] = Counter()
    for article in content.articles:
        count += Counter("".join(article.text.split()))
        count += Counter("".join(article.jump.text.split()) if article.jump else "")
        if article.byline and article.byline.verbatim not in article.text:
            count += Counter("".join(article.byline.verbatim.split()))
    for other in content.others:
        count += Counter("".join(other.text.split()))
    return count


def bodies(content: PageContent) -> list[tuple[str, ...]]:
    return [article.paragraphs for article in content.articles]


def test_a_head_over_two_columns_has_both() -> None:
    press = Press()
    press.line("县领导强调", 40, 40, 14)
    press.line("春耕生产现场会在青石镇召开", 40, 60, 20)
    press.line("种粮大户介绍办法", 40, 86, 13)
    press.flow(BODY, [(40, 120, 7), (40 + STEP, 120, 8)])
    (article,) = press.content().articles
    assert (article.kicker, article.headline, article.subhead) == (
        "县领导强调", "春耕生产现场会在青石镇召开", "种粮大户介绍办法",
    )  # fmt: skip
    assert article.paragraphs == BODY


@pytest.mark.parametrize("inside", [True, False])
def test_a_head_left_of_its_body_or_inside_its_columns(inside: bool) -> None:
    press = Press()
    press.line("春耕生产", 40, 60, 22)
    press.line("现场会召开", 40, 88, 22)
    columns = [(40.0, 120.0, 5), (40 + STEP, 60.0, 20)] if inside else [(40 + STEP, 60.0, 20)]
    press.flow(BODY, columns)
    (article,) = press.content().articles
    assert article.headline == "春耕生产现场会召开"
    assert article.paragraphs == BODY


def test_neighbours_keep_their_own_columns() -> None:
    press = Press()
    press.line("春耕会召开", 40, 60, 20)
    press.flow(BODY, [(40, 100, 20)])
    press.line("水库在加固", 40 + STEP, 60, 20)
    press.flow(OTHER, [(40 + STEP, 100, 20)])
    content = press.content()
    assert [article.headline for article in content.articles] == ["春耕会召开", "水库在加固"]
    assert bodies(content) == [BODY, OTHER]


def test_a_story_without_headline_takes_no_neighbours() -> None:
    press = Press()
    press.line("水库加固工程进展顺利", 40, 60, 12)
    press.flow(OTHER, [(40, 100, 20)])
    press.flow(BODY, [(40 + STEP, 60, 20)])
    content = press.content()
    assert {article.headline_made: article.paragraphs for article in content.articles} == {False: OTHER, True: BODY}


def test_section_heads_stay_in_the_body() -> None:
    press = Press()
    press.line("春耕会召开", 40, 40, 20)
    press.flow(BODY[:1], [(40, 80, 5)])
    press.line("抢抓农时", 80, 80 + 5 * LEADING, 11.5)
    press.flow(BODY[1:], [(40, 80 + 6 * LEADING, 20)])
    (article,) = press.content().articles
    assert article.paragraphs == (BODY[0], "抢抓农时", *BODY[1:])


def test_a_byline_line_is_of_its_story() -> None:
    press = Press()
    press.line("水库加固工程", 40, 40, 20)
    press.line("本报记者 张三", 60, 70)
    press.flow(OTHER, [(40, 100, 20)])
    (article,) = press.content().articles
    assert article.byline
    assert article.byline.reporters == ("张三",)
    assert article.paragraphs == OTHER


def test_what_belongs_to_no_story_is_told_apart() -> None:
    press = Press()
    press.line("2024年3月6日 星期三", 40, 10, 9)
    press.line("第02版：要闻", 400, 10, 12)
    press.line("学思想 强党性 重实践 建新功", 40, 40, 18)
    press.line("水库加固工程", 40, 100, 20)
    press.flow(OTHER, [(40, 140, 20)])
    press.line("全市教育大会召开", 300, 300, 14)
    press.line("▲3月5日，学生参观展览。本报记者 李四 摄", 300, 500, 8)
    press.line("责任编辑：赵六 校对：钱七", 40, 790, 9)
    content = press.content()
    assert Counter(other.kind for other in content.others) == {
        "furniture": 2, "slogan": 1, "headline": 1, "caption": 1, "credit": 1,
    }  # fmt: skip
    assert bodies(content) == [OTHER]


def test_a_jump_ends_a_story_and_opens_another() -> None:
    press = Press()
    press.line("春耕会召开", 40, 40, 20)
    press.flow((BODY[0][:30],), [(40, 80, 3)])
    press.line("（下转第二版）", 40, 80 + 3 * LEADING)
    press.line("（上接第一版）", 40 + STEP, 40)
    press.flow((OTHER[0],), [(40 + STEP, 40 + LEADING, 10)])
    first, second = press.content().articles
    assert first.jump
    assert second.jump
    assert {first.jump.direction, second.jump.direction} == {"to", "from"}


def test_stories_come_top_to_bottom() -> None:
    press = Press()
    press.line("水库加固工程", 40, 400, 20)
    press.flow(OTHER, [(40, 440, 20)])
    press.line("春耕会召开", 40, 40, 20)
    press.flow(BODY, [(40, 80, 20)])
    assert [article.headline for article in press.content().articles] == ["春耕会召开", "水库加固工程"]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(
                [*BODY[0].split("。"), "标题", "本报记者 张三", "（下转第二版）", "▲图为现场。张三 摄", "第02版：要闻"]
            ),
            st.integers(0, 3),
            st.integers(0, 40),
            st.sampled_from([8.0, 10.0, 10.0, 10.5, 14.0, 30.0]),
        ),
        max_size=40,
    )
)
def test_no_line_is_lost_or_doubled(lines: list[tuple[str, int, int, float]]) -> None:
    press = Press()
    for text, column, row, size in lines:
        if text.strip():
            press.line(text.strip(), 40 + column * STEP, 40 + row * LEADING, size)
    page = Page("made", "", "", "\n".join(press.lines), kind="pdf", boxes=tuple(press.boxes))
    stories, others = find_stories(page)
    numbers = [line.number for story in stories for line in story.body]
    numbers += [line.number for story in stories for head in story.heads for line in head.lines]
    taken = Counter("".join("".join(press.lines[number - 1].split()) for number in numbers))
    taken += Counter("".join("".join(story.byline.text.split()) for story in stories if story.byline))
    taken += Counter("".join("".join(other.text.split()) for other in others))
    assert taken == Counter("".join("".join(press.lines).split()))
    assert len(numbers) == len(set(numbers))


# --- pages printed by a browser ---

PLACES = ("青石镇", "白河村", "南山水库", "东湖公园", "柳林小学", "北关社区", "西岭茶场", "龙门渡口")
DEEDS = (
    "完成了春季植树",
    "开通了公交专线",
    "修好了引水渠",
    "办起了读书角",
    "更换了路灯",
    "清理了河道",
    "收割了早稻",
    "评选了劳动能手",
)
REMARKS = (
    "当地群众说，日子一天比一天方便了",
    "记者看到，现场秩序井然，人人忙而不乱",
    "据介绍，这项工作从去年冬天就开始准备",
    "负责人表示，下一步还要把经验推广到各村",
    "参加活动的有机关干部，也有放假在家的学生",
    "全部费用由村里和县里各出一半",
)


def invented(chance: random.Random, number: int) -> MadeArticle:
    """Make up an article whose headline its body repeats."""
    place, deed = chance.choice(PLACES), chance.choice(DEEDS)
    paragraphs = [f"本报讯（记者 张三）{number + 3}月{number + 5}日，{place}{deed}，共用去{number * 37 + 120}个工日。"]
    for _ in range(chance.randint(2, 5)):
        said = "；".join(chance.sample(REMARKS, 3))
        paragraphs.append(
            f"在{place}，{said}。统计表明，参加的有{chance.randint(100, 999)}人，比上一年多{chance.randint(2, 40)}人。"
        )
    return MadeArticle(f"{place}{deed}", tuple(paragraphs), reporters=("张三",))


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        pytest.fail("no chromium on this machine: run `make browser` (as root) and try again", pytrace=False)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM)
        yield started
        started.close()


@pytest.mark.parametrize("seed", [1, 2, 5])
def test_printed_pages_come_back(seed: int, browser: Any, tmp_path: Path) -> None:
    chance = random.Random(seed)
    path = tmp_path / "made.pdf"
    printed = typeset([invented(chance, number) for number in range(14)], seed, path, browser)
    wanted = whole = headed = 0
    beside: Counter[tuple[str, str]] = Counter()
    found_beside: Counter[tuple[str, str]] = Counter()
    for truth, page in zip(printed, read_pdf(path), strict=True):
        assert isinstance(page, PdfPage)
        made = Page("made", "", "", page.text, kind="pdf", boxes=page.boxes)
        content = build_content(made, *find_stories(made))
        assert kept(content) == Counter("".join(page.text.split()))
        text = Counter("".join(page.text.split()))
        for article in truth.articles:
            assert Counter("".join("".join(article.paragraphs).split())) <= text
        beside.update(
            (kind, "".join(words.split())) for kind, words in truth.others if kind in ("caption", "furniture")
        )
        found_beside.update(
            ("furniture" if other.kind == "credit" else other.kind, "".join(other.text.split()))
            for other in content.others
        )
        found = {tuple("".join(part.split()) for part in one.paragraphs): one for one in content.articles}
        for article in truth.articles:
            wanted += 1
            one = found.get(tuple("".join(part.split()) for part in article.paragraphs))
            if one:
                whole += 1
                headed += (None if one.headline_made else one.headline) == article.headline
    assert wanted >= 12
    assert whole >= 0.9 * wanted
    assert headed >= 0.9 * wanted
    assert (beside & found_beside).total() >= 0.95 * beside.total()


def test_a_made_page_prints_nothing_over_anything(browser: Any, tmp_path: Path) -> None:
    chance = random.Random(3)
    byline = "本报记者 张三、欧阳明明 通讯员 王五 赵六 文/图"
    path = tmp_path / "made.pdf"
    articles = [replace(invented(chance, number), byline_line=byline) for number in range(14)]
    typeset(articles, 3, path, browser)
    for page in read_pdf(path):
        assert isinstance(page, PdfPage)
        boxes = [box for box in page.boxes if box]
        for box, other in combinations(boxes, 2):
            across = min(box.right, other.right) - max(box.left, other.left)
            down = min(box.bottom, other.bottom) - max(box.top, other.top)
            assert across < 0.5 * box.size or down < 0.5 * min(box.size, other.size)


def test_rare_characters_of_names_come_whole(browser: Any, tmp_path: Path) -> None:
    path = tmp_path / "rare.pdf"
    tab = browser.new_page()
    tab.set_content("<p style=\"font: 20pt 'Noto Serif CJK SC'\">院士王𬭎和𠮷田𬱖发言</p>")
    tab.pdf(path=str(path))
    tab.close()
    (page,) = read_pdf(path)
    assert isinstance(page, PdfPage)
    assert page.text == "院士王𬭎和𠮷田𬱖发言"


def over_columns(headline: str, columns: int, size: float = 20) -> tuple[str, float, float, float]:
    """Return the line of a headline centred over so many columns."""
    width = (columns - 1) * STEP + MEASURE * SIZE
    return headline, 40 + (width - len(headline) * size) / 2, 40, size


def test_a_centred_head_narrower_than_its_story_has_all_its_columns() -> None:
    press = Press()
    headline = "水库加固进展顺利"
    press.line(*over_columns(headline, 3))
    paragraphs = (*OTHER, BODY[2])
    for number, paragraph in enumerate(paragraphs):
        press.flow((paragraph,), [(40 + number * STEP, 80, 8)])
    (article,) = press.content().articles
    assert article.headline == headline
    assert article.paragraphs == paragraphs


@pytest.mark.parametrize("level", [True, False], ids=["level with the columns", "over them"])
@pytest.mark.parametrize("columns", [3, 4])
def test_a_byline_over_the_first_column_leaves_it_in_the_story(columns: int, level: bool) -> None:
    press = Press()
    press.line(*over_columns("水库加固", columns))
    press.line("本报记者 张三", 65, 80 if level else 66)
    paragraphs = (*OTHER, *BODY[1:])[:columns]
    for number, paragraph in enumerate(paragraphs):
        press.flow((paragraph,), [(40 + number * STEP, 95 if level and not number else 80, 8)])
    content = press.content()
    (article,) = content.articles
    assert (article.headline, article.paragraphs) == ("水库加固", paragraphs)
    assert article.byline
    assert article.byline.reporters == ("张三",)
    assert content.others == ()


@pytest.mark.parametrize("columns", [1, 2, 3])
def test_smaller_parts_of_a_centred_head_are_kicker_and_subhead(columns: int) -> None:
    press = Press()
    width = (columns - 1) * STEP + MEASURE * SIZE
    for text, y, size in (("县里强调", 40, 11.5), ("水库加固", 69, 22), ("沿岸受益", 101, 11.5)):
        press.line(text, 40 + (width - len(text) * size) / 2, y, size)
    paragraphs = (*OTHER, BODY[1])[:columns]
    for number, paragraph in enumerate(paragraphs):
        press.flow((paragraph,), [(40 + number * STEP, 118, 8)])
    (article,) = press.content().articles
    assert (article.kicker, article.headline, article.subhead) == ("县里强调", "水库加固", "沿岸受益")
    assert article.paragraphs == paragraphs


def upright_line(press: Press, text: str, x: float, y: float, size: float) -> None:
    """Set a line upright, a character below the other; as after every block, a blank line follows."""
    for row, char in enumerate(text):
        press.line(char, x, y + row * size * 1.1, size)
    press.lines.append("")
    press.boxes.append(None)


@pytest.mark.parametrize("right", [True, False])
def test_an_upright_head_beside_its_story(right: bool) -> None:
    press = Press()
    x, left = (40 + 2 * STEP, 40.0) if right else (40.0, 140.0)
    upright_line(press, "县里强调", x + 62, 60, 12)
    upright_line(press, "水库加固", x + 32, 60, 24)
    upright_line(press, "进展顺利", x, 60, 24)
    press.flow(OTHER[:1], [(left, 60, 8)])
    press.flow(OTHER[1:], [(left + STEP, 60, 8)])
    content = press.content()
    (article,) = content.articles
    assert (article.kicker, article.headline) == ("县里强调", "水库加固进展顺利")
    assert article.paragraphs == OTHER
    assert content.others == ()


def test_an_upright_head_with_a_mark_in_it_is_one_line() -> None:
    press = Press()
    upright_line(press, "水库“加固”工程", 40, 60, 20)
    press.flow(OTHER, [(100, 60, 20)])
    (article,) = press.content().articles
    assert (article.headline, article.paragraphs) == ("水库“加固”工程", OTHER)


@pytest.mark.parametrize("label", ["A1　要闻", "A2　民生", "第 03 版 · 经济", "4 版", "第三版 县区", "要闻 03", "B12"])
def test_a_page_label_is_furniture(label: str) -> None:
    press = Press()
    press.line("2024年3月6日 星期三", 40, 10, 9)
    press.line("南山日报", 220, 10, 12)
    press.line(label, 400, 10, 14)
    press.line("水库加固工程", 40, 60, 20)
    press.flow(OTHER * 4, [(40, 100, 50)])
    content = press.content()
    assert [(other.kind, "".join(other.text.split())) for other in content.others] == [
        ("furniture", "2024年3月6日星期三"),
        ("furniture", "南山日报"),
        ("furniture", "".join(label.split())),
    ]
    assert bodies(content) == [OTHER * 4]


def test_a_head_at_the_top_of_a_page_is_no_running_head() -> None:
    press = Press()
    press.line("A4纸厂在青石镇投产", 40, 10, 20)
    press.flow(OTHER * 4, [(40, 50, 50)])
    assert [article.headline for article in press.content().articles] == ["A4纸厂在青石镇投产"]


def test_a_date_line_is_no_part_of_the_notice_under_it() -> None:
    press = Press()
    press.line("2024年3月6日 星期三", 40, 10)
    press.line("张三遗失居民身份证，声明作废。", 40, 25)
    press.line("水库加固工程", 40, 60, 20)
    press.flow(OTHER * 4, [(40, 100, 50)])
    content = press.content()
    assert [(other.kind, other.text) for other in content.others] == [("furniture", "2024年3月6日 星期三")]
    assert bodies(content) == [("张三遗失居民身份证，声明作废。",), OTHER * 4]


SCENE = "三月五日，工人们在南山水库浇筑溢洪道的底板，两岸围满了前来参观的群众。"
CAPTIONS = {
    "credit": ("▲三月五日，工人们在浇筑底板。", "本报记者 李四 摄"),
    "agency": (SCENE, "（人民视觉）"),
    "long": (SCENE * 5, "本报记者 李四 摄"),
    "no credit": (SCENE, ""),
    "one line": ("工人们在浇筑底板。", ""),
}


@pytest.mark.parametrize("words", CAPTIONS)
@pytest.mark.parametrize("beside", [True, False])
def test_small_type_at_a_picture_is_its_caption(words: str, beside: bool) -> None:
    press = Press()
    text, credit = CAPTIONS[words]
    press.line("水库加固工程", 40, 40, 20)
    press.flow(OTHER, [(40, 80, 20)])
    x, y, measure = (40 + 2 * STEP, 420.0, 15) if beside else (40.0, 560.0, 30)
    rows = [text[at : at + measure] for at in range(0, len(text), measure)]
    for row, line in enumerate(rows):
        press.line(line, x, y + row * 11, 8)
    if credit:
        press.line(credit, x + (measure - len(credit)) * 8, y + len(rows) * 11, 8)
    press.line("春耕生产现场会在青石镇召开", 40, 800, 20)
    press.flow(BODY, [(40, 840, 8), (40 + STEP, 840, 8), (40 + 2 * STEP, 840, 8)])
    content = press.content()
    assert [(other.kind, "".join(other.text.split())) for other in content.others] == [
        ("caption", "".join((text + credit).split()))
    ]
    assert bodies(content) == [OTHER, BODY]


NOTICE = ("因河道清淤，自三月十日起西岭渡口停航七日，请过往行人绕行。", "特此公告。")
SIGNED = ("青石县交通运输局", "2024年3月6日")


@pytest.mark.parametrize("size", [8.0, 10.0, 12.0])
def test_the_signature_of_a_notice_ends_it_and_heads_nothing(size: float) -> None:
    press = Press()
    press.line("水库加固工程", 40, 40, 20)
    press.flow(OTHER * 3, [(40, 80, 50)])
    y = 800.0
    press.line("公告", 40 + 5 * size, y, size * 1.2)
    y += 2 * size
    for paragraph in NOTICE:
        rest, indent = paragraph, 2
        while rest:
            press.line(rest[: MEASURE - indent], 40 + indent * size, y, size)
            rest, indent = rest[MEASURE - indent :], 0
            y += 1.4 * size
    for line, wide in zip(SIGNED, (8, 7), strict=True):
        press.line(line, 40 + (MEASURE - wide) * size, y, size)
        press.boxes[-1] = LineBox(40 + (MEASURE - wide) * size, y, 40 + MEASURE * size, y + size, size)
        y += 1.4 * size
    content = press.content()
    assert [(article.headline, article.headline_made) for article in content.articles] == [
        ("水库加固工程", False),
        ("公告", False),
    ]
    assert bodies(content) == [OTHER * 3, (*NOTICE, *SIGNED)]
