"""Count which copies of articles are found, and which articles of an archive are taken for copies of each other.

python -m bench.copies ARTICLES.jsonl[.gz] … [--made 1000] [--show 20] [--json]

Copies are made of some articles the way newspapers make them, and looked for by sketch and likeness; then every pair
of the articles themselves is. Nobody has marked which of those are reprints: ``--show`` prints a sample to judge.
"""

from __future__ import annotations

import argparse
import difflib
import gzip
import json
import random
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from qa.ingest.passages import cut_sentences
from qa.ingest.segment.bylines import LEAD_IN_BYLINE
from qa.ingest.sketch import COPY, NEAR, NUMBER, distances, likeness, sketch

__all__ = ["KINDS", "Kind", "Pairs", "main", "measure", "measure_pairs"]

LEAD_INS = ("本报讯（记者 李伟）", "新华社北京8月2日电（记者 王芳）", "据新华社电 ", "本报综合消息 ")
MARKS = str.maketrans("，。；：（）", ",.;:()")
SHOWN_CHARS = 60
NEAR_LIMITS, COPY_LIMITS = (32, 36, 40, 44), (0.7, 0.75, 0.8, 0.85, 0.9)

Copier = Callable[[str, random.Random], str]


@dataclass(frozen=True, slots=True)
class Kind:
    """What became of the copies made in one way; shares are of all made."""

    name: str
    made: int
    near: dict[int, float]
    """Share whose sketch is near, by the limit in bits."""
    found: dict[float, float]
    """Share that is near as shipped and taken for a copy, by the limit of likeness."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """What was found among the articles themselves."""

    articles: int
    sketch_ms: float
    """To sketch one article, the mean of all."""
    near: dict[int, float]
    """How many others are near an article, the mean, by the limit in bits."""
    compared: int
    copies: dict[float, int]
    """Pairs taken for copies, by the limit of likeness."""
    in_groups: int
    """Articles with at least one copy, as shipped."""


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("files", type=Path, nargs="+", help='JSONL, an article {"text": …} a line')
    parser.add_argument("--made", type=int, default=1000, help="articles to make copies of")
    parser.add_argument("--show", type=int, default=0, help="pairs found to print")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    args = parser.parse_args()
    texts = [text for file in args.files for text in _texts(file)]
    chance = random.Random(1)
    kinds = [measure(name, copier, chance.sample(texts, min(args.made, len(texts)))) for name, copier in KINDS.items()]
    pairs, found = measure_pairs(texts)
    if args.json:
        print(json.dumps({"kinds": [asdict(kind) for kind in kinds], "pairs": asdict(pairs)}, ensure_ascii=False))
        return
    _print_tables(kinds, pairs)
    for one, other, like in chance.sample(found, min(args.show, len(found))):
        print(f"\n{like:.2f}  {_differences(texts[one], texts[other])}")


def measure(name: str, copier: Copier, texts: Sequence[str]) -> Kind:
    """Make one copy of each text and look whether it is found; a text that the copier cannot change is left out."""
    chance = random.Random(name)
    made = [(text, copy) for text in texts if (copy := copier(text, chance)) != text]
    apart = [int(distances(sketch(text), _rows([copy]))[0]) for text, copy in made]
    like = [likeness(text, copy) for text, copy in made]
    return Kind(
        name,
        len(made),
        {limit: _share(bits <= limit for bits in apart) for limit in NEAR_LIMITS},
        {
            limit: _share(bits <= NEAR and found >= limit for bits, found in zip(apart, like, strict=True))
            for limit in COPY_LIMITS
        },
    )


def measure_pairs(texts: Sequence[str]) -> tuple[Pairs, list[tuple[int, int, float]]]:
    """Compare all texts with each other; returns the figures and the pairs taken for copies, with their likeness."""
    start = time.perf_counter()
    rows = _rows(texts)
    sketch_ms = 1000 * (time.perf_counter() - start) / len(texts)
    counts = dict.fromkeys(NEAR_LIMITS, 0)
    like: list[tuple[int, int, float]] = []
    for one in range(len(texts) - 1):
        apart = distances(rows[one].tobytes(), rows[one + 1 :])
        for limit in NEAR_LIMITS:
            counts[limit] += int(np.count_nonzero(apart <= limit))
        others = (one + 1 + np.flatnonzero(apart <= NEAR)).tolist()
        like += [(one, other, likeness(texts[one], texts[other])) for other in others]
    found = [pair for pair in like if pair[2] >= COPY]
    return Pairs(
        len(texts),
        round(sketch_ms, 3),
        {limit: round(2 * count / len(texts), 2) for limit, count in counts.items()},
        len(like),
        {limit: sum(share >= limit for _, _, share in like) for limit in COPY_LIMITS},
        len({number for pair in found for number in pair[:2]}),
    ), found


# --- making copies ---


def _wrong(per_thousand: int) -> Copier:
    """Key a text again with so many wrong letters of a thousand; its numbers are right."""

    def copier(text: str, chance: random.Random) -> str:
        letters = [char for char in text if char.isalpha() and not NUMBER.match(char)]
        numbers = {at for match in NUMBER.finditer(text) for at in range(*match.span())}
        return "".join(
            chance.choice(letters) if char.isalpha() and at not in numbers and chance.random() < per_thousand / 1000
            else char
            for at, char in enumerate(text)
        )  # fmt: skip

    return copier


def _cut(percent: int) -> Copier:
    """Leave out so much at the end, to the end of a sentence."""

    def copier(text: str, chance: random.Random) -> str:
        ends = [end for _, end in cut_sentences(text)]
        wanted = len(text) * (100 - percent) / 100
        return text[: min(ends, key=lambda end: abs(end - wanted), default=0)]

    return copier


def _lead_in(text: str, chance: random.Random) -> str:
    return chance.choice(LEAD_INS) + LEAD_IN_BYLINE.sub("", text, count=1)


def _marks(text: str, chance: random.Random) -> str:
    # A comma, stop or colon between digits would make one number of two.
    return re.sub(r"(?<!\d)[，。；：（）]|[，。；：（）](?!\d)", lambda mark: mark[0].translate(MARKS), text)


def _joined(text: str, chance: random.Random) -> str:
    return re.sub(r"\s*\n\s*", "", text)


def _all(text: str, chance: random.Random) -> str:
    for copier in (_cut(20), _joined, _marks, _wrong(10), _lead_in):
        text = copier(text, chance)
    return text


def _number(text: str, chance: random.Random) -> str:
    """Change one number, as the next issue of a series does."""
    body = LEAD_IN_BYLINE.match(text)
    found = [match for match in re.finditer(r"\d+", text) if not body or match.start() >= body.end()]
    if not found:
        return text
    match = chance.choice(found)
    return f"{text[: match.start()]}{int(match[0]) + 1}{text[match.end() :]}"


KINDS: dict[str, Copier] = {
    "5 wrong letters in 1,000": _wrong(5),
    "10 wrong letters in 1,000": _wrong(10),
    "30 wrong letters in 1,000": _wrong(30),
    "last 10 % cut": _cut(10),
    "last 30 % cut": _cut(30),
    "other lead-in": _lead_in,
    "other marks": _marks,
    "paragraphs joined": _joined,
    "20 % cut, 10 wrong, lead-in, marks": _all,
    "one number changed (no copy)": _number,
}


# --- figures ---


def _print_tables(kinds: Sequence[Kind], pairs: Pairs) -> None:
    heads = [f"≤{limit}" for limit in NEAR_LIMITS] + [f"≥{limit:.2f}" for limit in COPY_LIMITS]
    print(f"{'copies made':36} {'made':>5} " + " ".join(f"{head:>6}" for head in heads))
    for kind in kinds:
        shares = [*kind.near.values(), *kind.found.values()]
        print(f"{kind.name:36} {kind.made:5} " + " ".join(f"{100 * share:6.1f}" for share in shares))
    print(f"\n{pairs.articles} articles, {pairs.sketch_ms} ms to sketch one; shipped limits {NEAR} bits, {COPY}")
    print("others near an article, mean    " + "  ".join(f"≤{limit}: {mean}" for limit, mean in pairs.near.items()))
    print(f"pairs taken for copies, of {pairs.compared} compared   ", end="")
    print("  ".join(f"≥{limit}: {count}" for limit, count in pairs.copies.items()))
    print(f"articles with a copy            {pairs.in_groups}")


def _differences(one: str, other: str) -> str:
    """Return where two texts differ, each place as [of the one|of the other]."""
    parts = difflib.SequenceMatcher(None, one, other, autojunk=False).get_opcodes()
    places = [f"[{one[a:b][:SHOWN_CHARS]}|{other[c:d][:SHOWN_CHARS]}]" for tag, a, b, c, d in parts if tag != "equal"]
    return " ".join([one[:SHOWN_CHARS], *places]).replace("\n", "/")


def _texts(path: Path) -> Iterator[str]:
    with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8") as lines:
        yield from (json.loads(line)["text"] for line in lines)


def _rows(texts: Sequence[str]) -> npt.NDArray[np.uint64]:
    return np.frombuffer(b"".join(map(sketch, texts)), "<u8").reshape(-1, 2)


def _share(outcomes: Iterator[bool]) -> float:
    counted = Counter(outcomes)
    return round(counted[True] / max(1, counted.total()), 4)


if __name__ == "__main__":
    main()
