"""Exports of articles: what is read, what is refused and why, and that one bad record costs only itself."""

from __future__ import annotations

import csv
import io
import json
import tracemalloc
from collections.abc import Sequence
from pathlib import Path

import pytest

from qa.errors import BadFile
from qa.ingest.files.sources import Source
from qa.ingest.imprints.imprint import Imprint
from qa.ingest.read import exports, recordfiles
from qa.ingest.read.exports import read_export
from qa.records import Article, Page, PageContent

NOTHING = Imprint()
GIVEN = Imprint("晨报", "2024-03-06", "2", "flag")
STORY = {"text": "清泉县新建烘干中心12座。\n农户满意。", "title": "烘干中心建成"}


def written(folder: Path, name: str, data: str | bytes) -> Source:
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return Source(path)


def lines(*records: object) -> str:
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)


def table(*rows: Sequence[str], delimiter: str = ",") -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue()


def read(source: Source, imprint: Imprint = NOTHING) -> tuple[list[Article], list[BadFile]]:
    contents = list(read_export(source, imprint, "0" * 64))
    articles = [article for content in contents if isinstance(content, PageContent) for article in content.articles]
    return articles, [content for content in contents if isinstance(content, BadFile)]


def refused(source: Source) -> str:
    with pytest.raises(BadFile) as caught:
        list(read_export(source, NOTHING, ""))
    return one_line(caught.value)


def one_line(problem: BadFile) -> str:
    message = str(problem)
    assert "\n" not in message
    assert "；" in message
    return message


def test_a_record_with_every_field(tmp_path: Path) -> None:
    record = {
        **STORY, "id": "烘干-1", "kicker": "机收时节", "subhead": "农户满意", "byline": "本报记者 张三丰",
        "paper": "清泉日报", "date": "2024-03-07", "page": "03", "section": "要闻", "url": "https://example.org/1",
    }  # fmt: skip
    (article,), bad = read(written(tmp_path, "news.jsonl", lines(record)), GIVEN)
    assert not bad
    assert article.text == "机收时节\n烘干中心建成\n农户满意\n\n清泉县新建烘干中心12座。\n农户满意。"
    assert article.paragraphs == ("清泉县新建烘干中心12座。", "农户满意。")
    assert (article.id, article.kicker, article.headline, article.subhead) == (
        "烘干-1", "机收时节", "烘干中心建成", "农户满意",
    )  # fmt: skip
    assert (article.paper, article.date, article.page) == ("清泉日报", "2024-03-07", "3")
    assert article.byline and article.byline.reporters == ("张三丰",)
    assert (article.headline_made, article.origins, article.source_lines) == (False, None, ((1, 1),))
    assert (article.url, article.section) == ("https://example.org/1", "要闻")


@pytest.mark.parametrize("value", [7, ["https://example.org"], None, " \n", "x" * 3000])
def test_no_record_is_refused_for_its_address(tmp_path: Path, value: object) -> None:
    (article,), bad = read(written(tmp_path, "news.jsonl", lines({**STORY, "url": value})), GIVEN)
    assert (article.url, bad) == (None, [])


def test_what_a_record_leaves_open_comes_from_the_imprint_and_the_story(tmp_path: Path) -> None:
    text = "本报讯（记者 张三丰 通讯员 李四光）县医院开通夜间门诊。"
    (article,), _ = read(written(tmp_path, "news.jsonl", "\n" + lines({"text": text})), GIVEN)
    assert (article.id, article.paper, article.date, article.page) == ("", "晨报", "2024-03-06", "2")
    assert (article.headline, article.headline_made) == ("县医院开通夜间门诊", True)
    assert (article.text, article.body_start, article.source_lines) == (text, 0, ((2, 2),))
    assert article.byline and article.byline.correspondents == ("李四光",)


def test_a_name_without_a_role_stands_as_printed(tmp_path: Path) -> None:
    (article,), _ = read(written(tmp_path, "news.jsonl", lines({**STORY, "byline": "张三丰"})))
    assert article.byline and article.byline.verbatim == "张三丰"


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("page", 1, "1"),
        ("page", 1.0, "1"),
        ("page", "第A02版", "A2"),
        ("page", "第一版", "1"),
        ("page", "第A02版：要闻", "A2"),
        ("page", "副刊", "副刊"),
        ("paper", "《 清泉 日报 》", "清泉日报"),
        ("paper", "《》", None),
        ("date", 20240306, "2024-03-06"),
        ("date", "2024-03-06T00:00:00Z", "2024-03-06"),
        ("date", "2024年3月6日", "2024-03-06"),
        ("date", "", None),
        ("date", None, None),
        ("id", 7, "7"),
        ("id", " a-1_x.~ ", "a-1_x.~"),
        ("id", "", ""),
        ("paper", None, None),
    ],
)
def test_forms_of_a_field(tmp_path: Path, field: str, value: object, expected: str | None) -> None:
    (article,), bad = read(written(tmp_path, "news.jsonl", lines({**STORY, field: value})))
    assert not bad
    assert getattr(article, field) == expected


@pytest.mark.parametrize(
    ("record", "said"),
    [
        ("{", "不是 JSON"),
        ("[" * 100_000, "不是 JSON"),
        ('{"text": ' + "9" * 5_000 + "}", "不是 JSON"),
        ('["a"]', "不是 JSON 对象"),
        ("null", "不是 JSON 对象"),
        ({"title": "只有标题"}, "没有正文"),
        ({"text": " \u3000\n"}, "没有正文"),
        ({"text": "\u0000"}, "没有正文"),
        ({"text": ["a"]}, "没有正文"),
        ({"text": 12}, "没有正文"),
        ({"text": "a", "headline": 12}, "headline"),
        ({"text": "a", "paper": {"x": 1}}, "paper"),
        ({"text": "a", "page": True}, "page"),
        ({"text": "a", "page": 1.5}, "page"),
        ('{"text": "a", "page": NaN}', "page"),
        ('{"text": "a", "page": Infinity}', "page"),
        ({"text": "a", "date": "2023-13-45"}, "2023-13-45"),
        ({"text": "a", "date": "昨日"}, "昨日"),
        ({"text": "a", "id": ".."}, "编号"),
        ({"text": "a", "id": "../../etc/passwd"}, "编号"),
        ({"text": "a", "id": "a b"}, "编号"),
        ({"text": "a", "id": "a?b#c"}, "编号"),
        ({"text": "a", "id": "a" * 65}, "编号"),
        ({"text": "a", "id": "\ud800"}, "编号"),
        ({"text": "a", "id": "a\nb"}, "编号"),
    ],
)
def test_a_bad_record_is_named_and_the_next_is_read(tmp_path: Path, record: object, said: str) -> None:
    line = record + "\n" if isinstance(record, str) else json.dumps(record) + "\n"
    articles, (problem,) = read(written(tmp_path, "news.jsonl", lines(STORY) + line + lines(STORY)))
    assert [article.source_lines for article in articles] == [((1, 1),), ((3, 3),)]
    assert said in one_line(problem)
    assert "第 2 行" in str(problem)
    assert str(problem).encode()


def test_characters_no_file_can_hold(tmp_path: Path) -> None:
    text = json.dumps({"text": "甲\u0000乙\ud800丙\u001b\n\u2028丁\u000b戊", "title": "标\n题\r\u0007"})
    (article,), _ = read(written(tmp_path, "news.jsonl", text))
    assert (article.headline, article.paragraphs) == ("标 题", ("甲乙\ufffd丙", "丁", "戊"))


def test_after_twenty_bad_records_the_rest_are_counted(tmp_path: Path) -> None:
    articles, bad = read(written(tmp_path, "news.jsonl", lines(*[{}] * 50, STORY)))
    assert (len(articles), len(bad)) == (1, 21)
    assert "另有 30 条" in one_line(bad[-1])


def test_batches_share_one_page(tmp_path: Path) -> None:
    source = written(tmp_path, "news.jsonl", lines(*[STORY] * 1_201))
    contents = list(read_export(source, GIVEN, "f" * 64))
    assert [len(content.articles) for content in contents if isinstance(content, PageContent)] == [500, 500, 201]
    pages = {id(content.page) for content in contents if isinstance(content, PageContent)}
    assert len(pages) == 1
    assert isinstance(contents[0], PageContent)
    assert contents[0].page == Page(
        source.name, "f" * 64, "utf-8", "", "晨报", "2024-03-06", "2", "flag", kind="records", number=1
    )


def test_records_with_dates_of_their_own_leave_the_page_without(tmp_path: Path) -> None:
    source = written(tmp_path, "news.jsonl", lines(STORY, {**STORY, "date": "2024-03-09"}))
    (content,) = read_export(source, GIVEN, "")
    assert isinstance(content, PageContent)
    assert (content.page.date, content.page.date_source) == (None, "record")
    assert [article.date for article in content.articles] == ["2024-03-06", "2024-03-09"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_encodings(tmp_path: Path, encoding: str, ending: str) -> None:
    text = ending.join(json.dumps(STORY, ensure_ascii=False) for _ in range(3))
    articles, bad = read(written(tmp_path, "news.jsonl", text.encode(encoding)))
    rows = table(["Title", "TEXT"], ["烘干中心建成", STORY["text"]]).replace("\r\n", ending)
    from_table, bad_rows = read(written(tmp_path, "news.csv", rows.encode(encoding)))
    assert not bad + bad_rows
    assert {article.text for article in articles + from_table} == {
        "烘干中心建成\n\n清泉县新建烘干中心12座。\n农户满意。"
    }
    assert (len(articles), len(from_table)) == (3, 1)


@pytest.mark.parametrize("value", [[STORY, STORY], {"articles": [STORY, STORY], "count": 2}, {"data": [STORY, STORY]}])
def test_a_json_array(tmp_path: Path, value: object) -> None:
    articles, bad = read(written(tmp_path, "news.json", json.dumps(value, indent=2)))
    assert not bad
    assert [article.source_lines for article in articles] == [((1, 1),), ((2, 2),)]


def test_a_bad_record_of_an_array_is_named_by_its_number(tmp_path: Path) -> None:
    articles, bad = read(written(tmp_path, "news.json", json.dumps([STORY, 7, {"text": ""}, STORY])))
    assert len(articles) == 2
    assert [problem.key for problem in bad] == ["export.no_object", "export.no_text"]
    assert ["第 2 条" in one_line(bad[0]), "第 3 条" in one_line(bad[1])] == [True, True]


def test_one_article_alone_in_a_json_file(tmp_path: Path) -> None:
    articles, bad = read(written(tmp_path, "news.json", json.dumps(STORY)))
    assert (len(articles), bad) == (1, [])


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("news.json", '[{"text": "a"}', "不是 JSON"),
        ("news.json", "[" * 100_000, "不是 JSON"),
        ("news.json", "12", "没有唯一的一组"),
        ("news.json", '{"a": [], "b": []}', "没有唯一的一组"),
        ("news.json", '{"a": 1}', "没有唯一的一组"),
        ("news.json", "[]", "没有文章"),
        ("news.json", " ", "文件是空的"),
        ("news.jsonl", "", "没有文章"),
        ("news.jsonl", "\n \n\n", "没有文章"),
        ("news.jsonl", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40, "不是文本文件"),
        ("news.csv", "", "没有文章"),
        ("news.csv", "text,title\n", "没有文章"),
        ("news.csv", "编号,摘要,标题\n1,甲,乙\n", "编号, 摘要, 标题"),
        ("news.csv", '"' + "甲" * 3_000, "没有 text"),
    ],
)
def test_a_file_that_is_no_export_is_refused_whole(tmp_path: Path, name: str, data: str | bytes, said: str) -> None:
    assert said in refused(written(tmp_path, name, data))


def test_a_json_file_over_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "big.json"
    with path.open("wb") as file:
        file.truncate(65 * 1024 * 1024)
    assert "文件过大" in refused(Source(path))


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_table(tmp_path: Path, delimiter: str) -> None:
    rows = table(
        ["id", "Title", "date", "text", "note"],
        ["a1", "头条，要闻", "2024-03-06", "第一段，有逗号,分号;和\t制表符。\n第二段说：“好”和\"好\"。", "x"],
        [],
        ["", "", "", "", ""],
        ["a2", "", "", "只有正文。", "", ""],
        delimiter=delimiter,
    )  # fmt: skip
    articles, bad = read(written(tmp_path, "news.csv", rows))
    assert not bad
    assert [(article.id, article.date, article.headline) for article in articles] == [
        ("a1", "2024-03-06", "头条，要闻"),
        ("a2", None, "只有正文"),
    ]
    assert articles[0].paragraphs == ("第一段，有逗号,分号;和\t制表符。", "第二段说：“好”和\"好\"。")  # fmt: skip
    assert [article.source_lines for article in articles] == [((2, 2),), ((6, 6),)]


@pytest.mark.parametrize(
    "header",
    [
        "标题,正文,日期,报纸,版次,作者,引题,副题",
        "篇名,全文,见报日期,报名,版面,记者,肩题,副标题",
        "主标题,内容,发布日期,来源,版,责任者,眉题,子题",
        "Title,Content,Pub_Date,Source,Page_No,Author,IntroTitle,SubTitle",
        "headline,body,issue_date,newspaper,page_number,reporter,kicker,subhead",
        "標題,內容,出版日期,報紙,版號,記者,引題,副題",
    ],
)
def test_fields_by_the_names_of_other_systems(tmp_path: Path, header: str) -> None:
    row = [
        "烘干中心建成",
        "清泉县新建烘干中心。",
        "2024-03-06",
        "《 清 泉日报 》",
        "第02版：要闻",
        "李四光",
        "机收时节",
        "农户满意",
    ]
    rows = table(header.split(","), row)
    records = json.dumps([dict(zip(header.split(","), row, strict=True))])
    for name, data in (("news.csv", rows), ("news.json", records)):
        (article,), bad = read(written(tmp_path, name, data))
        assert not bad
        assert (article.paper, article.date, article.page) == ("清泉日报", "2024-03-06", "2")
        assert article.text == "机收时节\n烘干中心建成\n农户满意\n\n清泉县新建烘干中心。"
        assert article.byline and article.byline.verbatim == "李四光"


@pytest.mark.parametrize(
    ("header", "named"),
    [
        ("标题,正文,篇名", "标题、篇名 两栏都是 headline"),
        ("正文,内容,标题", "正文、内容 两栏都是 text"),
        ("text,Text,title", "text、Text 两栏都是 text"),
        ("text,报纸,来源", "报纸、来源 两栏都是 paper"),
    ],
)
def test_two_columns_for_one_field_are_named(tmp_path: Path, header: str, named: str) -> None:
    message = refused(written(tmp_path, "news.csv", f"{header}\n甲,乙,丙\n"))
    assert named in message
    assert "第 1 行" in message


def test_two_fields_of_a_record_that_differ_are_named_and_the_next_is_read(tmp_path: Path) -> None:
    text = lines(
        {"text": "甲。", "标题": "一", "篇名": "二"},
        {"text": "乙。", "标题": "一", "篇名": "一"},
        {"text": "丙。", "标题": "", "篇名": "二"},
        {"text": "丁。", "栏目": "要闻", "版名": "头版"},
    )
    articles, (problem,) = read(written(tmp_path, "news.jsonl", text))
    assert [article.text for article in articles] == ["一\n\n乙。", "二\n\n丙。", "丁。"]
    assert "第 1 行：标题、篇名 两栏都是 headline" in one_line(problem)


def test_what_is_left_aside_is_named_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    record = {
        "text": "甲。",
        "headline": "一",
        "title": "二",
        "paper": "晨报",
        "source": "晚报",
        "点击量": 7,
        "url": "x",
    }
    articles, bad = read(written(tmp_path, "news.jsonl", lines(*[record] * 3)))
    assert ({article.headline for article in articles}, {article.paper for article in articles}) == ({"一"}, {"晨报"})
    assert not bad
    (told,) = caplog.messages
    assert "没有用上：点击量, title（已有 headline）, source（已有 paper）；" in told
    assert "\n" not in told


def test_few_of_many_fields_left_aside_are_named(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    records = [{"text": "甲。", f"栏{number:05}": 1} for number in range(1_000)]
    articles, _ = read(written(tmp_path, "news.jsonl", lines(*records)))
    assert len(articles) == 1_000
    (told,) = caplog.messages
    assert "栏00009……；" in told
    assert "栏00010" not in told


@pytest.mark.parametrize("source", ["https://example.org/1.html", "pages/01.txt", "01.txt", {"name": "晚报"}, 7])
def test_a_source_that_is_no_newspaper(tmp_path: Path, source: object, caplog: pytest.LogCaptureFixture) -> None:
    (article,), bad = read(written(tmp_path, "news.jsonl", lines({**STORY, "source": source})), GIVEN)
    assert (article.paper, bad) == ("晨报", [])
    assert "source" in caplog.text


def test_a_field_that_is_no_text_is_named_as_the_export_calls_it(tmp_path: Path) -> None:
    _, (problem,) = read(written(tmp_path, "news.jsonl", lines({"正文": "甲。", "标题": 12})))
    assert "标题" in one_line(problem)


def test_rows_of_another_width_are_named(tmp_path: Path) -> None:
    rows = "text,title,date\n甲。,一,2024-03-06\n乙。,二\n丙,丙,丙,丙\n丁。,四,2024-03-06\n"
    articles, bad = read(written(tmp_path, "news.csv", rows))
    assert [article.headline for article in articles] == ["一", "四"]
    assert ["第 3 行有 2 栏" in one_line(bad[0]), "第 4 行有 4 栏" in one_line(bad[1])] == [True, True]


def test_an_unclosed_quote_does_not_take_the_next_rows_with_it(tmp_path: Path) -> None:
    rows = 'title,text\n一,甲。\n二,"乙。\n三,丙。\n四,"丁。"\n"五"级,戊。\n六,己。\n七,"庚。'
    articles, bad = read(written(tmp_path, "news.csv", rows))
    assert [article.headline for article in articles] == ["一", "三", "四", "六"]
    assert [problem.key for problem in bad] == ["export.quotes"] * 3
    assert [f"第 {line} 行" in one_line(problem) for line, problem in zip((3, 6, 8), bad, strict=True)] == [True] * 3


def test_a_story_longer_than_the_table_readers_own_limit(tmp_path: Path) -> None:
    (article,), bad = read(written(tmp_path, "news.csv", table(["text"], ["甲" * 200_000])))
    assert (len(article.text), bad) == (200_000, [])


@pytest.mark.parametrize("name", ["news.jsonl", "news.csv"])
def test_a_record_over_the_limit_is_never_held_whole(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recordfiles, "RECORD_CHARS", 10_000)
    long = "9" * 20_000_000
    first, last = (
        ("text\n甲。\n", "乙。\n") if name == "news.csv" else (lines({"text": "甲。"}), lines({"text": "乙。"}))
    )
    source = written(tmp_path, name, first + long + "\n" + last)
    tracemalloc.start()
    articles, (problem,) = read(source)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [article.text for article in articles] == ["甲。", "乙。"]
    assert "10000" in one_line(problem)
    assert peak < 10_000_000


def test_memory_does_not_grow_with_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "BATCH", 10)

    def peak(records: int) -> int:
        record = lines({"text": "ASCII traces fast. " * 2_000})
        source = written(tmp_path, f"{records}.jsonl", record * records)
        tracemalloc.start()
        held = sum(
            len(content.articles) for content in read_export(source, NOTHING, "") if isinstance(content, PageContent)
        )
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert held == records
        return most

    assert peak(240) < 1.2 * peak(60)
