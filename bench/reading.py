"""Measure how fast files become articles, and how much memory that takes as the files grow.

python -m bench.reading NEWS.jsonl.gz... [--largest 1000] [--seed 7] [--folder DIR] [--json]

Speed is that of reading alone: bytes hashed, decoded, cut into articles. Pages are made from known articles by
`bench.made`, PDFs by `bench.made_pdf` with Chromium, e-paper pages in the form of the Founder system. Items per core
second count the processor time of the reader and of the child that runs pdfium, whatever else the machine does.

Memory is that of reading and storing one file, an export or a PDF, as `qa.archive` does it but without vectors, each
in a process of its own: the most that was ever resident, of the reader and of any one pdfium child, as Linux keeps it
(VmHWM; `ru_maxrss` would hold what the starting process had). An export of 1,000 MB needs 8 GB of room: what is made
is deleted at the end, and the archive and its log are five times the export.
"""

from __future__ import annotations

import argparse
import html
import json
import random
import resource
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from itertools import count, cycle, islice
from pathlib import Path
from typing import Any

from bench import made_pdf
from bench.machine import MEGABYTE, alone, heading, machine, peak, versions
from bench.made import MadeArticle, dress, load_articles, typeset
from qa.errors import BadFile
from qa.ingest.files.sources import Source
from qa.ingest.imprints.imprint import Imprint
from qa.ingest.pages import read_source
from qa.ingest.passages import cut_passages
from qa.ingest.quality import assess_page
from qa.ingest.read.nodepages import NodePages
from qa.ingest.read.sandbox import MOST_PAGES
from qa.records import PageContent
from qa.settings import SETTINGS
from qa.store.store import Store

__all__ = ["Reading", "main", "measure"]

STEPS = (10, 100, 1000)
SPACE = 7
"""Free space needed, as a multiple of the largest export: the export, the archive made from it, and its log."""
SPARE = 1000
"""Megabytes for the other made files."""
TEXT_PAGES, PDFS, EPAPER_ISSUES, RECORDS = 200, 12, 10, 5_000
PER_ISSUE, PER_PAGE = 60, 10
"""Articles in an issue of the made e-paper, and on each of its pages."""
SAMPLED = 0.05
PACKAGES = ("pypdfium2", "selectolax", "charset-normalizer")
ARTICLE_PAGE = (
    '<html><head><meta charset="utf-8"><title>{paper}多媒体数字报</title></head><body><!--enpproperty '
    "<date>{date} 00:00:00.0</date><author></author><title>{headline}</title><subtitle>{subhead}</subtitle>"
    "<introtitle>{kicker}</introtitle>/enpproperty--><table><tr><td>{links}</td><td><div id=ozoom><founder-content>"
    "<!--enpcontent-->{paragraphs}<!--/enpcontent--></founder-content></div></td></tr></table></body></html>"
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What it took to read some files: seconds by the clock and of the processor, peaks of memory in MB."""

    files: int
    pages: int
    articles: int
    characters: int
    """Of the articles, heads included."""
    refused: int
    seconds: float
    core_seconds: float
    peak: float
    pdfium_peak: float
    """Of one child process; 0 where there was none."""
    archive: float
    """Size of the archive in MB; 0 where nothing was stored."""
    disk: float
    """Size of the archive and its log before it was closed."""


def main() -> int:
    """Print both tables, or one JSON object; exit status 1 where there is too little room."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("news", nargs="+", type=Path, help="JSON lines with title and text")
    parser.add_argument("--largest", type=int, default=100, metavar="N", help="exports up to N MB, PDFs up to N pages")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()), help="where files are made")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    args = parser.parse_args()
    free, needed = shutil.disk_usage(args.folder).free / MEGABYTE, SPACE * args.largest + SPARE
    if free < needed:
        print(
            f"{free:.0f} MB free in {args.folder}, expected {needed}: name another --folder or a smaller --largest",
            file=sys.stderr,
        )
        return 1
    articles = load_articles(args.news, seed=args.seed)
    with tempfile.TemporaryDirectory(dir=args.folder) as name:
        folder = Path(name)
        pdfs, chromium = make_pdfs(articles, folder, args.seed)
        report = {
            "machine": machine(),
            "versions": {**versions(PACKAGES), "chromium": chromium},
            "speed": list(_speeds(articles, pdfs, folder, args.seed)),
            "memory": list(_peaks(articles, pdfs, folder, args.largest)),
        }
    print(json.dumps(report, ensure_ascii=False, indent=2) if args.json else _table(report))
    return 0


def measure(paths: Sequence[Path], imprint: Imprint, archive: Path | None) -> Reading:
    """Read `paths`, and store what they hold where `archive` names a folder; meant for a process of its own."""
    sources = [Source(path) for path in paths]
    nodes = NodePages()
    pages = articles = characters = refused = 0
    with _child_peaks() as pdfium_peaks:
        started, core = time.perf_counter(), _core_seconds()
        store = Store(archive, create=True) if archive else None
        for source in sources:
            for content in _stored(source, imprint, nodes, store) if store else _read(source, imprint, nodes):
                if isinstance(content, BadFile):
                    refused += 1
                else:
                    pages += 1
                    articles += len(content.articles)
                    characters += sum(len(article.text) for article in content.articles)
        seconds, core = time.perf_counter() - started, _core_seconds() - core
    disk = _size(archive)
    if store:
        store.close()
    return Reading(
        files=len(paths),
        pages=pages,
        articles=articles,
        characters=characters,
        refused=refused,
        seconds=seconds,
        core_seconds=core,
        peak=peak(),
        pdfium_peak=max(pdfium_peaks, default=0.0),
        archive=_size(archive),
        disk=disk,
    )


def make_pdfs(articles: Sequence[MadeArticle], folder: Path, seed: int) -> tuple[list[Path], str]:
    """Print PDFs of about twenty articles each; returns them and the version of the browser."""
    from playwright.sync_api import sync_playwright

    rng = random.Random(seed)
    drawn = cycle(articles)
    made = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for number in range(PDFS):
            made.append(folder / f"{number}.pdf")
            dressed = [dress(article, rng) for article in islice(drawn, 20)]
            made_pdf.typeset(dressed, seed=seed * 1_009 + number, path=made[-1], browser=browser)
        chromium = browser.version
        browser.close()
    return made, chromium


def make_texts(articles: Sequence[MadeArticle], folder: Path, seed: int) -> list[Path]:
    """Typeset text pages of three to seven articles each."""
    rng = random.Random(seed)
    drawn = cycle(articles)
    made = []
    for number in range(TEXT_PAGES):
        page = typeset(list(islice(drawn, rng.randint(3, 7))), seed=seed * 100_003 + number)
        made.append(folder / f"{number}.txt")
        made[-1].write_text(page.text, encoding="utf-8")
    return made


def make_epaper(articles: Sequence[MadeArticle], folder: Path) -> list[Path]:
    """Write issues as the Founder system publishes them; returns the article pages, for the index pages hold none."""
    drawn = cycle(articles)
    made = []
    for day in range(1, EPAPER_ISSUES + 1):
        issue = folder / "晨报" / "html" / "2024-03" / f"{day:02}"
        issue.mkdir(parents=True)
        pages = range(1, PER_ISSUE // PER_PAGE + 1)
        labels = "".join(f'<a id=pageLink href="node_{page}.htm">第{page:02}版：要闻</a>' for page in pages)
        for page in pages:
            numbers = range((page - 1) * PER_PAGE, page * PER_PAGE)
            stories = list(zip(numbers, islice(drawn, PER_PAGE), strict=True))
            links = "".join(
                f'<li><a href="content_{number}.htm">{html.escape(story.headline or "")}</a></li>'
                for number, story in stories
            )
            (issue / f"node_{page}.htm").write_text(f"<html><body>{labels}<ul>{links}</ul></body></html>", "utf-8")
            for number, story in stories:
                made.append(issue / f"content_{number}.htm")
                made[-1].write_text(_article_page(story, f"2024-03-{day:02}", links), "utf-8")
    return made


def make_export(articles: Sequence[MadeArticle], path: Path, *, megabytes: float = 0, records: int = 0) -> Path:
    """Write JSON lines until so many megabytes or records; articles repeat, with a sentence of their own each."""
    size = 0
    with path.open("w", encoding="utf-8") as file:
        for number, article in zip(count(1), cycle(articles), strict=False):
            record = {
                "headline": article.headline,
                "text": "\n".join((*article.paragraphs, f"本文为第{number}篇。")),
                "date": f"20{number // 336 % 100:02}-{number // 28 % 12 + 1:02}-{number % 28 + 1:02}",
                "page": number % 8 + 1,
            }
            line = json.dumps(record, ensure_ascii=False) + "\n"
            size += len(line.encode())
            file.write(line)
            if size >= megabytes * MEGABYTE and number >= records:
                break
    return path


def make_long_pdf(pdfs: Sequence[Path], path: Path, pages: int) -> Path:
    """Bind `pages` pages of `pdfs` into one file, again and again, each time with fonts of their own as issues have."""
    import pypdfium2  # type: ignore[import-untyped]  # has no stubs

    with pypdfium2.PdfDocument.new() as bound:
        for issue in cycle(pdfs):
            with pypdfium2.PdfDocument(issue) as printed:
                bound.import_pages(printed, list(range(min(len(printed), pages - len(bound)))))
            if len(bound) == pages:
                break
        bound.save(path)
    return path


def _speeds(articles: list[MadeArticle], pdfs: list[Path], folder: Path, seed: int) -> Iterator[dict[str, Any]]:
    """Read the made files of each kind; the first of them once more before, so that no import is counted."""
    place = Imprint("晨报", "2024-03-06", None, "flag")
    kinds: list[tuple[str, list[Path], Imprint]] = [
        ("text pages", make_texts(articles, folder, seed), place),
        ("PDF pages", pdfs, place),
        ("e-paper pages", make_epaper(articles, folder), Imprint()),
        ("JSONL records", [make_export(articles, folder / "records.jsonl", records=RECORDS)], Imprint()),
    ]
    for name, paths, imprint in kinds:
        reading = alone(_warm_measure, paths, imprint)
        items = reading.articles if name == "JSONL records" else reading.pages
        yield {
            "name": name,
            "items": items,
            "per_second": items / reading.seconds,
            "per_core_second": items / reading.core_seconds,
            "characters_each": reading.characters / items,
            **asdict(reading),
        }


def _peaks(articles: list[MadeArticle], pdfs: list[Path], folder: Path, largest: int) -> Iterator[dict[str, Any]]:
    steps = [*(step for step in STEPS if step < largest), largest]
    for step in steps:
        path = make_export(articles, folder / "long.jsonl", megabytes=step)
        yield _storedalone(f"JSONL, {step} MB", path, Imprint("晨报"), folder)
    for step in sorted({min(step, MOST_PAGES) for step in steps}):
        path = alone(make_long_pdf, pdfs, folder / "long.pdf", step)
        yield _storedalone(f"PDF, {step} pages", path, Imprint("晨报"), folder)


def _storedalone(name: str, path: Path, imprint: Imprint, folder: Path) -> dict[str, Any]:
    archive = folder / "archive"
    archive.mkdir()
    reading = alone(measure, [path], imprint, archive)
    row = {"name": name, "size": path.stat().st_size / MEGABYTE, **asdict(reading)}
    shutil.rmtree(archive)
    path.unlink()
    return row


def _warm_measure(paths: Sequence[Path], imprint: Imprint) -> Reading:
    measure(paths[:1], imprint, None)
    return measure(paths, imprint, None)


def _read(source: Source, imprint: Imprint, nodes: NodePages) -> Iterator[PageContent | BadFile]:
    yield from read_source(source, imprint, source.sha256(), nodes)


def _stored(source: Source, imprint: Imprint, nodes: NodePages, store: Store) -> Iterator[PageContent | BadFile]:
    """Read one file and store what it holds, page by page in one transaction, as an archive does."""
    sha256 = source.sha256()
    page, row = None, 0
    with store.change():
        file_id = store.add_file(source.name, sha256, source.place)
        for content in read_source(source, imprint, sha256, nodes):
            if isinstance(content, PageContent):
                if content.page is not page:
                    page, row = content.page, store.add_page(file_id, content.page, assess_page(content))
                store.add_articles(row, content.articles)
                store.add_items(row, content.others)
            yield content


def _cut(text: str) -> list[tuple[int, int]]:
    return cut_passages(text, chars=SETTINGS.passage_chars, longest=SETTINGS.sentence_chars)


def _size(folder: Path | None) -> float:
    return sum(file.stat().st_size for file in folder.iterdir()) / MEGABYTE if folder else 0.0


def _core_seconds() -> float:
    """Return the processor time of this process and of its children that have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


@contextmanager
def _child_peaks() -> Iterator[list[float]]:
    """Give a list that grows by the peak of each child of this thread, as often as it is looked at."""
    children = Path(f"/proc/self/task/{threading.get_native_id()}/children")
    peaks: list[float] = []
    done = threading.Event()

    def watch() -> None:
        while not done.wait(SAMPLED):
            for child in children.read_text().split():
                # The child may end between the list and the look, or not yet be the program it is to become.
                with suppress(OSError):
                    peaks.append(peak(child))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield peaks
    finally:
        done.set()
        watcher.join()


def _article_page(story: MadeArticle, date: str, links: str) -> str:
    shown = {name: html.escape(getattr(story, name) or "") for name in ("kicker", "headline", "subhead")}
    paragraphs = "".join(f"<p>\u3000\u3000{html.escape(paragraph)}</p>" for paragraph in story.paragraphs)
    return ARTICLE_PAGE.format(paper="晨报", date=date, links=links, paragraphs=paragraphs, **shown)


def _table(report: dict[str, Any]) -> str:
    lines = [
        *heading(report["machine"], report["versions"]),
        "",
        f"{'read':16}{'items':>7}{'items/s':>10}{'a core second':>15}{'characters each':>17}",
    ]
    lines += [
        f"{row['name']:16}{row['items']:>7}{row['per_second']:>10.1f}{row['per_core_second']:>15.1f}"
        f"{row['characters_each']:>17.0f}"
        for row in report["speed"]
    ]
    lines += [
        "",
        f"{'stored':16}{'MB':>8}{'articles':>10}{'seconds':>9}{'peak MB':>9}{'pdfium MB':>11}{'archive MB':>12}",
    ]
    lines += [
        f"{row['name']:16}{row['size']:>8.1f}{row['articles']:>10}{row['seconds']:>9.1f}{row['peak']:>9.0f}"
        f"{row['pdfium_peak']:>11.0f}{row['archive']:>12.1f}{row['disk']:>10.1f}"
        for row in report["memory"]
    ]
    refused = sum(row["refused"] for row in [*report["speed"], *report["memory"]])
    return "\n".join(lines + ([f"{refused} parts of files could not be read"] if refused else []))


if __name__ == "__main__":
    sys.exit(main())
