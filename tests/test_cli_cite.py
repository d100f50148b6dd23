"""`wenbao cite` as a user meets it: references on stdout, one line on stderr for what cannot be cited."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from qa import Archive
from qa.cite.styles import STYLES
from tests.test_cli import QUESTION, objects, one_line, wenbao


def ids_of(sample: Archive) -> list[str]:
    return [article.id for article in sample.articles()]


def lines(result: subprocess.CompletedProcess[str]) -> list[str]:
    assert (result.returncode, result.stderr) == (0, "")
    return result.stdout.splitlines()


def test_the_sample_page_is_cited_as_the_standard_wants(sample: Archive) -> None:
    assert lines(wenbao("cite", *ids_of(sample), archive=sample.directory)) == [
        "高伟山. 坚定信心振奋精神 奋力决胜四季度打好收官战[N]. 许昌日报，2023-11-10（1）.",
        "付家宝. 市政协党组和机关党组理论学习中心组联合学习研讨会召开[N]. 许昌日报，2023-11-10（1）.",
        "侯力强. 联学掀起热潮 共建推动发展[N]. 许昌日报，2023-11-10（1, 2）.",
        "王利辉. [市长刘涛到许昌职业技术学院……][N]. 许昌日报，2023-11-10（1）.",
        "付家宝，王淑平. 我市两家企业入选智能制造“国家队”[N]. 许昌日报，2023-11-10（1）.",
    ]


def test_styles_repeats_and_a_subhead(sample: Archive) -> None:
    first = ids_of(sample)[0]
    (note,) = lines(wenbao("cite", first, first, "--style", "gongwen", "--subhead", archive=sample.directory))
    assert note == (
        "高伟山：《坚定信心振奋精神 奋力决胜四季度打好收官战：刘涛作工作部署 黄旭东王志宏刘保新等参加》，"
        "《许昌日报》2023年11月10日，第1版。"
    )
    printed = wenbao("cite", *ids_of(sample), "--style", "csl-json", archive=sample.directory).stdout
    assert [item["id"] for item in json.loads(printed)] == ids_of(sample)


def test_the_archive_cites_too(sample: Archive) -> None:
    first = ids_of(sample)[0]
    assert sample.cite([first], style="news") == "据《许昌日报》2023年11月10日第1版报道"
    for style in STYLES:
        assert "坚定信心" in sample.cite([first], style=style) or style == "news"


def test_an_answer_carries_the_reference_of_each_citation(sample: Archive) -> None:
    (out,) = objects(wenbao("ask", QUESTION, "--json", archive=sample.directory))
    assert out["citations"]
    for citation in out["citations"]:
        assert citation["reference"] == sample.cite([citation["article_id"]])


def test_an_exported_address_and_section_are_kept_and_cited(archive: Archive, tmp_path: Path) -> None:
    record = {
        **{"id": "a-1", "title": "夜市重开", "text": "本报讯（记者 王一明）夜市昨日重开。", "报纸": "江州日报"},
        **{"date": "2023-11-09", "page": "2", "链接": "https://paper.example.cn/a?x=1", "版名": "要闻"},
    }
    file = tmp_path / "export.jsonl"
    file.write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")
    archive.ingest([file])
    assert archive.cite(["a-1"]) == (
        "王一明. 夜市重开[N/OL]. 江州日报，2023-11-09（2）. https://paper.example.cn/a?x=1."
    )
    (item,) = json.loads(archive.cite(["a-1"], style="csl-json", accessed="2026-11-23"))
    assert (item["section"], item["accessed"]) == ("要闻", {"date-parts": [[2026, 11, 23]]})
    assert not archive.verify().damage


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["no-such", "nor-this"], "没有这篇文章：no-such、nor-this"),
        (["no-such", "--style", "mla"], "没有这种引文格式：mla；可用的有 gbt7714-2025"),
        (["no-such", "--accessed", "昨天"], "昨天"),
    ],
)
def test_what_cannot_be_cited_is_one_line(sample: Archive, arguments: list[str], said: str) -> None:
    first = ids_of(sample)[0]
    assert said in one_line(wenbao("cite", first, *arguments, archive=sample.directory))
