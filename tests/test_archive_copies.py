"""Agency copy in several papers: asked once, quoted once, every print named."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from qa import Archive
from qa.cli.printing import print_answer

BODY = (
    "昨日，跨越清潩河的许州大桥正式建成通车，通车仪式在桥北广场举行。大桥全长1280米，双向六车道，总投资3.6亿元。\n"
    "市民李女士说，以前过河要绕行半小时，现在只要五分钟，上班方便多了。"
    "市交通运输局副局长王建国介绍，今年还将新修城市道路12条，改造农村公路210公里。\n"
    "施工单位负责人表示，桥梁采用预制拼装技术，工期缩短四分之一。"
)
QUESTION = "许州大桥全长多少米？"
PRINTS = (
    {"id": "late", "headline": "许州大桥通车", "paper": "晨报", "date": "2024-03-06", "page": "2",
     "text": "据新华社电 " + BODY.replace("，", ",").replace("\n", "")},
    {"id": "early", "headline": "清潩河上添新桥", "paper": "日报", "date": "2024-03-05", "page": "1",
     "text": "新华社郑州3月4日电（记者 李四）" + BODY},
    {"id": "cut", "headline": "大桥通了", "paper": "晚报", "date": "2024-03-07", "page": "A03",
     "text": "本报讯 " + BODY[: BODY.index("施工单位")].strip()},
    {"id": "other", "headline": "图书馆新馆开放", "paper": "晚报", "date": "2024-03-07", "page": "A04",
     "text": "市图书馆新馆昨日对读者开放，首日接待读者8600人次，馆内藏书150万册，设有少儿阅览区和盲文阅览室。"},
)  # fmt: skip


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    folder = tmp_path_factory.mktemp("copies")
    lines = [json.dumps(article, ensure_ascii=False) for article in PRINTS]
    (folder / "prints.jsonl").write_text("\n".join(lines), encoding="utf-8")
    with Archive.open(folder / "archive", create=True) as archive:
        archive.ingest([folder / "prints.jsonl"])
        yield archive


def test_the_earliest_print_is_quoted_once_and_the_others_are_named(archive: Archive) -> None:
    answer = archive.ask(QUESTION)
    assert "1280米" in answer.answer
    assert [citation.article_id for citation in answer.citations] == ["early"]
    assert [(copy.article_id, copy.paper, copy.page) for copy in answer.citations[0].copies] == [
        ("late", "晨报", "2"),
        ("cut", "晚报", "A3"),
    ]


def test_a_print_without_the_quoted_sentence_is_not_named(archive: Archive) -> None:
    answer = archive.ask("施工单位负责人表示桥梁采用什么技术？")
    assert [citation.article_id for citation in answer.citations] == ["early"]
    assert [copy.article_id for copy in answer.citations[0].copies] == ["late"]


def test_json_carries_the_other_prints(archive: Archive) -> None:
    citation = json.loads(json.dumps(archive.ask(QUESTION).as_json()))["citations"][0]
    assert citation["copies"][0] == {
        "article_id": "late", "headline": "许州大桥通车", "headline_made": False, "paper": "晨报",
        "date": "2024-03-06", "page": "2", "permalink": "/article/late",
    }  # fmt: skip


def test_the_terminal_names_the_other_prints(
    archive: Archive, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("WENBAO_LANG", raising=False)
    print_answer(archive.ask(QUESTION))
    assert "另有 2 处刊登：《晨报》 2024-03-06 第2版、《晚报》 2024-03-07 第A3版" in capsys.readouterr().out


def test_the_chat_links_the_other_prints(archive: Archive) -> None:
    from web.chat import answer_html
    from web.sources import panel_html

    answer = archive.ask(QUESTION)
    for html in (answer_html(answer, 1), panel_html(archive, answer, 1)):
        assert '<a href="/article/cut" target="_blank" rel="noopener" title="大桥通了">《晚报》 2024-03-07' in html
