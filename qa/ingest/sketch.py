"""Articles that say the same: a sketch to find them among many, and what decides between two of them.

Agency copy is printed in several papers, on several days, under another headline or lead-in, cut at its end, keyed
again with a few wrong characters. Notices of a series (weather, lots, stocks) read just as alike; their numbers and
the names they repeat tell them apart. So a print with another number is no copy: it may be what a reader asks for.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from qa.ingest.segment.bylines import LEAD_IN_BYLINE

__all__ = ["BITS", "COPY", "NEAR", "NUMBER", "distances", "holds", "letters", "likeness", "sketch"]

BITS = 128
NEAR = 40
"""Distance of two sketches up to which their texts are worth comparing; see `bench.copies`."""
COPY = 0.8
"""Likeness from which two texts are prints of one article; see `bench.copies`."""
SLIPS = 1
"""Pairs of letters that a copy may say twice and its original never: a wrong character strikes once, but who or what
another notice of the same form is about is named again and again."""
HELD = 0.5
"""Share of a sentence's trigrams that another print needs to have it: with three wrong characters of a hundred one in
ten is lost, and of a sentence that is not there hardly one in five is found."""
GRAM = 3
CODE_BITS = 21
SHORT = 60
"""Letters under which only equal texts are alike: a line or two is easily another notice of the same form."""
CUT = 0.6
"""Share of the longer text's letters that the shorter must have: a print cut at its end, not a digest."""
BLOCK = 1 << 16
"""Grams hashed at a time, which bounds the memory that an endless text takes."""

SEEDS = (0x9E3779B97F4A7C15, 0xD1B54A32D192ED03)
"""Of the two hashes that make a gram's 128 bits."""
MARKS = re.compile(r"[\W_]+")
NUMBER = re.compile(
    r"\d+(?:[.:]\d+)*"
    r"|[〇零一二三四五六七八九十百千万亿两廿卅]{2,}"
    r"|[〇零一二三四五六七八九十两](?=[年月日号时点分秒岁人名元角])"
)
WIDE = dict(zip("，：；（）！？", ",:;()!?", strict=True)) | {"…": "..."}
"""What in most texts alone is not in normal form, as it is there: replaced first, the rest is quick to see."""
THOUSANDS = re.compile(r",(?<=\d,)(?=\d{3}(?!\d))")


def sketch(text: str) -> bytes:
    """Return 16 bytes that differ in few bits where texts differ in little; of a text without letters, zero bytes.

    A SimHash (Charikar, "Similarity Estimation Techniques from Rounding Algorithms", STOC 2002) over the text's
    different character trigrams: bit i is set where more of their hashes have bit i set than not. The angle between
    two texts, as sets of trigrams, is about pi · distance / 128. The same on every machine.

    >>> sketch("本报讯（记者 张三）昨日，大桥通车。") == sketch("昨日 大桥通车")
    True
    """
    only = letters(text)
    if not only:
        return bytes(BITS // 8)
    grams = _different(_grams(only))
    votes = np.zeros(BITS, dtype=np.uint32)
    for start in range(0, len(grams), BLOCK):
        block = grams[start : start + BLOCK]
        hashes = np.stack([_mixed(block, seed) for seed in SEEDS], axis=1).astype("<u8")
        votes += np.unpackbits(hashes.view(np.uint8), axis=1, bitorder="little").sum(axis=0, dtype=np.uint32)
    return np.packbits(2 * votes > len(grams), bitorder="little").tobytes()


def distances(of: bytes, sketches: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint8]:
    r"""Return the bits, 0 to 128, in which each row of `sketches` differs from the sketch `of`.

    `sketches` are uint64 (n, 2): ``np.frombuffer(b"".join(...), "<u8").reshape(-1, 2)``.

    >>> distances(b"\x07" + bytes(15), np.array([[7, 0], [0, 1]], dtype=np.uint64)).tolist()
    [0, 4]
    """
    low, high = np.frombuffer(of, dtype="<u8")
    counted: npt.NDArray[np.uint8] = np.bitwise_count(sketches[:, 0] ^ low) + np.bitwise_count(sketches[:, 1] ^ high)
    return counted


def likeness(one: str, other: str) -> float:
    """Return the share of the shorter text's character trigrams that the longer holds, 0 to 1; lead-ins do not count.

    0 where the shorter has a number that the longer has not, or not as often, or says again and again what the longer
    never says; and, where it is under 60 letters or much shorter than the other, unless they are equal. A text without
    letters is like no other.

    >>> likeness("本报讯（记者 张三）昨日，大桥通车。", "昨日大桥通车")
    1.0
    """
    less, more = sorted((_body(one), _body(other)), key=lambda body: len(body.letters))
    if len(less.letters) < max(SHORT, CUT * len(more.letters)):
        return float(bool(less.letters) and less.letters == more.letters)
    if not less.numbers.keys() <= more.numbers.keys() or less.numbers - more.numbers or _renames(less, more) > SLIPS:
        return 0.0
    return _held(less, more)


def holds(text: str, sentence: str) -> bool:
    """Tell whether `text`, a print of the same article, has `sentence`, wrong characters aside; its numbers all.

    >>> holds("昨日，大桥通车。桥长1280米。", "桥长1280米"), holds("昨日，大桥通车。桥长1290米。", "桥长1280米")
    (True, False)
    """
    whole, some = _body(text), _body(sentence)
    return some.letters in whole.letters or (not some.numbers - whole.numbers and _held(some, whole) >= HELD)


def letters(text: str) -> str:
    """Return the letters and digits of `text` after its lead-in, in half width and lower case.

    >>> letters("新华社北京8月2日电 ＡＨＫ中德，９５％！")
    'ahk中德95'
    """
    # Without marks most text is in its normal form already, which is quick to see; ⑴ comes apart into marks again.
    only = MARKS.sub("", LEAD_IN_BYLINE.sub("", text, count=1))
    return MARKS.sub("", unicodedata.normalize("NFKC", only)).lower()


@dataclass(frozen=True, slots=True)
class _Body:
    """What of a text is compared."""

    letters: str
    numbers: Counter[str]


@lru_cache(maxsize=512)
def _body(text: str) -> _Body:
    folded = LEAD_IN_BYLINE.sub("", text, count=1)
    for wide, narrow in WIDE.items():
        folded = folded.replace(wide, narrow)
    folded = unicodedata.normalize("NFKC", folded)
    return _Body(letters(text), Counter(NUMBER.findall(THOUSANDS.sub("", folded))))


def _held(less: _Body, more: _Body) -> float:
    """Return the share of the trigrams of `less` that `more` has too."""
    few, many = _trigrams(less.letters), _trigrams(more.letters)
    places = np.minimum(np.searchsorted(many, few), len(many) - 1)
    return float((many[places] == few).mean())


@lru_cache(maxsize=512)
def _trigrams(only: str) -> npt.NDArray[np.uint64]:
    """Return the different trigrams of `only`, ascending."""
    return _different(_grams(only))


def _renames(less: _Body, more: _Body) -> int:
    """Count the pairs of letters that `less` has twice or more and `more` never."""
    pairs, counts = np.unique(_grams(less.letters, 2), return_counts=True)
    return int(np.count_nonzero(~np.isin(pairs[counts > 1], _grams(more.letters, 2))))


def _grams(only: str, size: int = GRAM) -> npt.NDArray[np.uint64]:
    """Return the character n-grams of `only` in order, each as one number; a shorter text is one gram."""
    codes = np.frombuffer(only.ljust(size, "\0").encode("utf-32-le", "surrogatepass"), dtype="<u4").astype(np.uint64)
    count = len(codes) - size + 1
    grams = codes[:count].copy()
    for at in range(1, size):
        grams |= codes[at : count + at] << np.uint64(CODE_BITS * at)
    return grams


def _different(grams: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Return each of some grams, one or more, once, ascending; `np.unique` takes four times as long for so few."""
    ordered = np.sort(grams)
    kept: npt.NDArray[np.uint64] = ordered[np.concatenate(([True], ordered[1:] != ordered[:-1]))]
    return kept


def _mixed(grams: npt.NDArray[np.uint64], seed: int) -> npt.NDArray[np.uint64]:
    """Return a 64-bit hash of each gram: the finalizer of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014)."""
    mixed = grams + np.uint64(seed)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    return mixed ^ (mixed >> np.uint64(31))
