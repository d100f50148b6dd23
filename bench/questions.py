"""Ask the sample page the questions whose answers are known, and list what went wrong.

python -m bench.questions [--json]

20 questions with the words that answer them, and 8 that the page does not answer; how an answer is judged is written
in `tests/cases/seed_questions.json` under "scoring".
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from qa import Answer, Archive

__all__ = ["Result", "ask_all", "gold_ids", "is_right", "main"]

ROOT = Path(__file__).resolve().parent.parent
CASES = ROOT / "tests" / "cases"
LONGEST = 300
"""Characters an answer may have: to quote the whole page is no answer."""
KEY_POINTS = 0.8


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one question; `cited` and `answered` say whether article and words were right."""

    id: str
    question: str
    expected: str
    answer: str
    refused: bool
    cited: bool
    answered: bool
    milliseconds: int


def main() -> None:
    """Print the figures and the losses."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, Archive.open(folder, create=True) as archive:
        archive.ingest([ROOT / "corpus" / "pages"])
        answerable, unanswerable = ask_all(archive)
    if args.json:
        results = {"answerable": answerable, "unanswerable": unanswerable}
        lists = {name: [asdict(result) for result in group] for name, group in results.items()}
        print(json.dumps(lists, ensure_ascii=False, indent=1))
        return
    times = [result.milliseconds for result in answerable + unanswerable]
    print(f"first citation is the right article  {_share(r.cited for r in answerable)}")
    print(f"the answer holds the expected words  {_share(r.answered for r in answerable)}")
    print(f"unanswerable questions refused       {_share(r.refused for r in unanswerable)}")
    print(f"milliseconds a question, median      {statistics.median(times):.0f} (longest {max(times)})")
    for result in answerable:
        if not (result.cited and result.answered):
            _print_loss(result, result.expected)
    for result in unanswerable:
        if not result.refused:
            _print_loss(result, "未找到")


def ask_all(archive: Archive) -> tuple[list[Result], list[Result]]:
    """Ask an archive of the sample page all answerable and all unanswerable questions."""
    questions = json.loads((CASES / "seed_questions.json").read_text(encoding="utf-8"))
    ids = gold_ids(archive)
    archive.ask("预热")
    return (
        [_ask(archive, entry, ids) for entry in questions["questions"]],
        [_ask(archive, entry, ids) for entry in questions["unanswerable"]],
    )


def gold_ids(archive: Archive) -> dict[str, str]:
    """Map the ids of an archive of the sample page to those of its golden segmentation, by the bodies."""
    gold = json.loads((CASES / "seed_gold.json").read_text(encoding="utf-8"))["articles"]
    bodies = {_tight("".join(part["text"] for part in article["paragraphs"])): article["id"] for article in gold}
    return {article.id: bodies[_tight(article.text[article.body_start :])] for article in archive.articles()}


def is_right(entry: dict[str, Any], answer: Answer) -> bool:
    """Judge the words of an answer as the question file says, white space apart."""
    text = _tight(answer.answer)
    if len(answer.answer) > LONGEST:
        return False
    if any(_tight(gold) in text for gold in [entry["gold"], *entry["accept"]]):
        return True
    points = [_tight(point) in text for point in entry["key_points"]]
    lists = entry["type"] in ("list", "what-did-X-stress")
    return lists and bool(points) and sum(points) >= KEY_POINTS * len(points)


def _ask(archive: Archive, entry: dict[str, Any], ids: dict[str, str]) -> Result:
    answer = archive.ask(entry["question"])
    return Result(
        id=entry["id"],
        question=entry["question"],
        expected=entry.get("gold", ""),
        answer=answer.answer,
        refused=not answer.found,
        cited=bool(answer.citations) and ids[answer.citations[0].article_id] == entry.get("article"),
        answered="gold" in entry and is_right(entry, answer),
        milliseconds=answer.timings_ms["total"],
    )


def _print_loss(result: Result, expected: str) -> None:
    print(f"\n{result.id} {result.question}")
    print(f"   expected {expected}\n   got      {result.answer or '未找到'}")


def _share(outcomes: Any) -> str:
    outcomes = list(outcomes)
    return f"{sum(outcomes)} of {len(outcomes)}"


def _tight(text: str) -> str:
    return re.sub(r"\s+", "", text)


if __name__ == "__main__":
    main()
