"""A made week at an archive's desk: issues, an export, a corrected page, a date put right, things taken out."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.made import MadeArticle, typeset
from qa import Answer, Archive, Filters
from qa.errors import NotHeld

__all__ = ["QUESTIONS", "Held", "Job", "answers", "do", "held_in", "make_week"]

ROOT = Path(__file__).resolve().parent.parent
CASES = ROOT / "tests" / "cases"
PAPER = "晨报"
RECORDS = 6
QUESTIONS = (
    "哪两家企业入选智能制造示范工厂？",
    "灌区今年春灌比往年提前了几天？",
    "第三小学新校区什么时候启用？",
    "谁获得了诺贝尔物理学奖？",
)
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Job:
    """One command: files to ingest, or what to take out.

    `corrected` is laid over the only file of `files` before it is ingested, as a page is when its scan is mended.
    """

    name: str
    files: tuple[str, ...] = ()
    corrected: str | None = None
    date: str | None = None
    remove: tuple[str, ...] = ()
    remove_file: str | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """What an archive holds: each article as ``list --json`` prints it, by id, and the counts of the rest."""

    articles: dict[str, dict[str, Any]]
    files: int
    pages: int
    passages: int

    def lost(self, other: Held) -> list[str]:
        """Return the ids of the articles that `other` lacks or has otherwise."""
        return [number for number, article in self.articles.items() if other.articles.get(number) != article]


def make_week(folder: Path, seed: int) -> list[Job]:
    """Make the files in `folder` and return the jobs, to be done in this order; all choices come from `seed`."""
    chance = random.Random(seed)
    news = [MadeArticle(each["headline"], tuple(each["paragraphs"])) for each in _cases("made_articles.json")]
    chance.shuffle(news)
    first = [_write(folder / PAPER / "2024-03-06" / f"{at + 1:02}.txt", _page(news, at, seed)) for at in range(3)]
    later = [_write(folder / PAPER / "2024-03-07" / f"{at + 1:02}.txt", _page(news, at + 4, seed)) for at in range(2)]
    corrected = _write(folder / "mended" / "02.txt", _page(news, 9, seed))
    jump = _cases("jump_issue.json")
    issue = [
        _write(folder / jump["paper"] / jump["date"] / f"{label}.txt", "\n".join(lines))
        for label, lines in jump["pages"].items()
    ]
    records = [
        {"id": f"made-{seed}-{at}", "text": "\n".join(article.paragraphs), "title": article.headline, "paper": PAPER}
        for at, article in enumerate(chance.sample(news, RECORDS))
    ]
    export = _write(folder / "export.jsonl", "\n".join(json.dumps(each, ensure_ascii=False) for each in records))
    undated = _write(folder / "undated" / "page.txt", _page(news, 11, seed))
    return [
        Job("a new archive", (str(ROOT / "corpus" / "pages"),)),
        Job("an issue", (*first, undated)),
        Job("stories that jump", tuple(issue)),
        Job("an export", (export,)),
        Job("a removal", remove=(f"made-{seed}-2",), remove_file=first[0]),
        Job("a corrected page", (first[1],), corrected=corrected),
        Job("another date", (undated,), date="2024-03-08"),
        Job("the next issue", tuple(later)),
        Job("a page taken out", remove_file=issue[1]),
    ]


def do(archive: Archive, job: Job, progress: Progress) -> None:
    """Do `job`; done once more after it was broken off, it comes to the same."""
    if job.files:
        if job.corrected:
            shutil.copyfile(job.corrected, job.files[0])
        archive.ingest(job.files, date=job.date, progress=progress)
        return
    steps = [step for step in ((job.remove, None), ((), job.remove_file)) if any(step)]
    for done, (ids, file) in enumerate(steps, start=1):
        with suppress(NotHeld):  # it was taken out before the kill
            archive.remove(ids, filters=Filters(file=file) if file else None)
        progress("read", done, len(steps))


def held_in(archive: Archive) -> Held:
    """Return what `archive` holds now."""
    counted = archive.stats()
    articles = [article.as_json() for article in archive.articles()]
    by_id = {article["id"]: article for article in articles}
    if len(by_id) != len(articles):
        raise AssertionError("an id is listed twice")
    return Held(by_id, counted.files, counted.pages, counted.passages)


def answers(archive: Archive) -> list[dict[str, Any]]:
    """Return the answers to `QUESTIONS`, without the times they took."""
    return [_essence(archive.ask(question)) for question in QUESTIONS]


def _essence(answer: Answer) -> dict[str, Any]:
    out = answer.as_json()
    del out["timings_ms"]
    return out


def _page(news: list[MadeArticle], at: int, seed: int) -> str:
    """Set three articles as a page; each begins with words of its own, so that no two pages hold the same one."""
    chosen = [news[(3 * at + step) % len(news)] for step in range(3)]
    marked = [
        MadeArticle(each.headline, (f"这是第{seed}号排印的第{at + 1}版第{step + 1}条消息。", *each.paragraphs))
        for step, each in enumerate(chosen)
    ]
    return typeset(marked, seed=seed * 100 + at).text


def _write(path: Path, text: str) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return str(path)


def _cases(name: str) -> Any:
    return json.loads((CASES / name).read_text(encoding="utf-8"))
