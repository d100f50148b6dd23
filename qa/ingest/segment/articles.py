"""From a page to its articles: which lines make a body, which heads are its own, what belongs to none."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from qa.ingest.segment.bylines import parse_byline
from qa.ingest.segment.headparts import split_head
from qa.ingest.segment.heads import CLAIM, HeadRun, claimed_apart, head_texts, leaning, match_heads
from qa.ingest.segment.kinds import kind_of
from qa.ingest.segment.labels import BODY, CLOSES, OPENS, Label, bigrams, is_slogan, label_lines
from qa.ingest.segment.lines import CREDIT, Line, breaks_off, opens_story, read_lines
from qa.ingest.segment.signatures import is_day
from qa.ingest.segment.stories import Story, build_content, item
from qa.records import Page, PageContent, PageItem

__all__ = ["cut_articles"]

SECTION_HEAD_WIDTH = 16.0
TURNED = 4.0
"""A second line not wider than this is the rest of a section head that did not fit its column."""
SAME_STORY = 0.032
"""Likeness of two stretches from which they are one story. Over the halves of 1,500 news articles it was 0.12 in the
median (0.03 for one in a hundred), between different articles 0.013 (0.038 for one in twenty)."""
LIKE_SECTIONS = SAME_STORY / 3
"""The same across a head as long as a section head of the story before it."""
STRANGE = 0.03
"""Likeness of two stretches below which they are two stories, though nothing on the page parts them."""
APART = 0.05
"""The same where two heads of the page claim one stretch each."""
STRETCH = 120
"""Characters either stretch must have for its likeness to say something."""


def cut_articles(page: Page) -> PageContent:
    """Cut `page` into articles; every character that is not white space goes to one article, jump or other item."""
    lines = [line for line in read_lines(page.text) if not line.blank]
    sorter = _Sorter(lines, label_lines(lines))
    sorter.join_sections()
    sorter.part_stories()
    bodies = [body.text for body in sorter.bodies]
    matched = match_heads(sorter.runs, bodies)
    taken = {line.number for heads in matched.values() for line in heads}
    stories: list[Story] = []
    for at, body in enumerate(sorter.bodies):
        heads = matched.get(at, ())
        printed = [line for line in heads if line.number not in sorter.bylines]
        byline = next((line for line in heads if line.number in sorter.bylines), None)
        if not byline and (free := sorter.lone_byline(at, taken)):
            taken.add(free.number)
            byline = free
        split = split_head(printed, bodies[at]) if printed else ()
        story, captions = _captions_apart(body)
        stories.append(Story(story, frozenset(body.ends), split, byline))
        stories += [Story(caption, frozenset(body.ends)) for caption in captions]
    others = sorter.others + [part for run in sorter.runs for part in _left_over(run, taken, page.text)]
    return build_content(page, stories, others)


@dataclass(slots=True)
class _Body:
    """The body of an article while its page is being read."""

    lines: list[Line] = field(default_factory=list)
    ends: set[int] = field(default_factory=set)
    sections: list[float] = field(default_factory=list)
    """Widths of its section heads: those of one story are of one length."""

    @property
    def text(self) -> str:
        return "".join(line.text for line in self.lines)

    @property
    def has_lead_in(self) -> bool:
        """Tell whether it begins as a story does: 本报讯…, perhaps over a line's end."""
        return opens_story(self.lines[0], self.lines[1] if len(self.lines) > 1 else None)

    @property
    def breaks_off(self) -> bool:
        """Tell whether it goes on on another page."""
        return breaks_off(self.lines[-1], self.lines[-2] if len(self.lines) > 1 else None)


class _Sorter:
    """Sort labelled lines into bodies, runs of heads, and items of no article."""

    def __init__(self, lines: Sequence[Line], labels: Sequence[Label]) -> None:
        self.bodies: list[_Body] = []
        self.runs: list[HeadRun] = []
        self.others: list[PageItem] = []
        self.bylines = frozenset(
            line.number for line, label in zip(lines, labels, strict=True) if label is Label.BYLINE
        )
        heads: list[Line] = []
        before: int | None = None
        for line, after, label in zip(lines, [*lines[1:], None], labels, strict=False):
            if label is Label.OTHER:
                self.others.append(item(_other_kind(line), [line]))
            elif label in BODY:
                if heads or self._begins(line, after, label):
                    self.bodies.append(_Body())
                if heads:
                    self._add_run(heads, before, len(self.bodies) - 1)
                    heads = []
                self.bodies[-1].lines.append(line)
                if label in CLOSES:
                    self.bodies[-1].ends.add(line.number)
                before = len(self.bodies) - 1
            else:
                heads.append(line)
        if heads:
            self._add_run(heads, before, None)

    def join_sections(self) -> None:
        """Join two bodies that only a section head parts; the head becomes a paragraph of the story."""
        gone: dict[int, int] = {}
        runs = []
        for run in self.runs:
            into = gone.get(run.before, run.before) if run.before is not None else None
            if into is None or run.after is None or not self._is_section_head(run, into, run.after):
                runs.append(run)
                continue
            gone[run.after] = into
            story = self.bodies[into]
            story.sections.append(sum(line.width for line in run.lines))
            story.lines += [*run.lines, *self.bodies[run.after].lines]
            story.ends |= {run.lines[-1].number} | self.bodies[run.after].ends
        kept = [at for at in range(len(self.bodies)) if at not in gone]
        place = {at: kept.index(gone.get(at, at)) for at in range(len(self.bodies))}
        self.bodies = [self.bodies[at] for at in kept]
        self.runs = [
            HeadRun(
                run.lines,
                run.bylines,
                None if run.before is None else place[run.before],
                None if run.after is None else place[run.after],
            )
            for run in runs
        ]

    def part_stories(self) -> None:
        """Part a body at a paragraph where its first stretch has nothing in common with its second.

        Only where two heads of the page claim one stretch each: a story has a head, wherever that was printed.
        """
        bodies: list[_Body] = []
        place: dict[int, tuple[int, int]] = {}
        heads = [block for run in self.runs for block in head_texts(run)]
        for at, body in enumerate(self.bodies):
            parts = _parted(body, heads)
            place[at] = (len(bodies), len(bodies) + len(parts) - 1)
            bodies += parts
        self.bodies = bodies
        self.runs = [
            HeadRun(
                run.lines,
                run.bylines,
                None if run.before is None else place[run.before][1],
                None if run.after is None else place[run.after][0],
            )
            for run in self.runs
        ]

    def lone_byline(self, body: int, taken: set[int]) -> Line | None:
        """Return a byline that stands by itself next to `body`, where the body names nobody."""
        named = parse_byline("\n".join(line.text for line in self.bodies[body].lines[:6]))
        if named and named.people:
            return None
        for run in self.runs:
            if body in (run.before, run.after):
                free = [line for line in run.lines if line.number in run.bylines and line.number not in taken]
                if free:
                    return free[-1] if run.after == body else free[0]
        return None

    def _add_run(self, heads: Sequence[Line], before: int | None, after: int | None) -> None:
        bylines = frozenset(line.number for line in heads if line.number in self.bylines)
        self.runs.append(HeadRun(tuple(heads), bylines, before, after))

    def _begins(self, line: Line, after: Line | None, label: Label) -> bool:
        """Tell whether a line with no head before it begins an article."""
        if not self.bodies:
            return True
        return label in OPENS and (opens_story(line, after) or self.bodies[-1].breaks_off)

    def _is_section_head(self, run: HeadRun, before: int, after: int) -> bool:
        """Tell whether a run is one short section head inside an article."""
        story, rest = self.bodies[before], self.bodies[after]
        width = sum(line.width for line in run.lines)
        wrapped = (
            len(run.lines) == 2 and run.lines[1].number == run.lines[0].number + 1 and run.lines[1].width <= TURNED
        )
        if len(run.lines) > 1 + wrapped or run.bylines or width > SECTION_HEAD_WIDTH:
            return False
        if rest.has_lead_in or story.breaks_off or is_day(story.lines[-1].text):
            return False
        head = "".join(line.text for line in run.lines)
        if kind_of(head, "") != "news":
            return False  # 讣告, 停电通知: the head of a notice
        if leaning(head, story.text, rest.text) > CLAIM:
            return False  # it is the headline of what stands before it
        of_a_length = any(abs(before - width) <= 1 for before in story.sections)
        return _likeness(story.text, rest.text) >= (LIKE_SECTIONS if of_a_length else SAME_STORY)


def _parted(body: _Body, heads: Sequence[str]) -> list[_Body]:
    """Cut a body at the paragraph end where the likeness of both sides is lowest, if it is low enough; again within."""
    lowest: tuple[float, int] | None = None
    for end in (at + 1 for at, line in enumerate(body.lines[:-1]) if line.number in body.ends):
        sides = ["".join(line.text for line in part) for part in (body.lines[:end], body.lines[end:])]
        if min(map(len, sides)) >= STRETCH:
            likeness = _likeness(*sides)
            nearest = lowest is None or likeness < lowest[0]
            if nearest and likeness < APART and (likeness < STRANGE or claimed_apart(heads, sides)):
                lowest = (likeness, end)
    if lowest is None:
        return [body]
    cuts = (body.lines[: lowest[1]], body.lines[lowest[1] :])
    parts = [_Body(lines, {line.number for line in lines} & body.ends) for lines in cuts]
    return [piece for part in parts for piece in _parted(part, heads)]


def _captions_apart(body: _Body) -> tuple[tuple[Line, ...], list[tuple[Line, ...]]]:
    """Part a body's own paragraphs from the captions of photographs that were set among them."""
    paragraphs: list[list[Line]] = [[]]
    for line in body.lines:
        paragraphs[-1].append(line)
        if line.number in body.ends and line is not body.lines[-1]:
            paragraphs.append([])
    captions = [
        tuple(paragraph)
        for paragraph in paragraphs
        if kind_of("", "".join(line.text for line in paragraph)) == "caption"
    ]
    if len(captions) == len(paragraphs):
        return tuple(body.lines), []
    apart = {line.number for caption in captions for line in caption}
    return tuple(line for line in body.lines if line.number not in apart), captions


def _likeness(before: str, after: str) -> float:
    """Return the share, 0 to 1, of the shorter text's bigrams, by rarity, that the longer one holds too."""
    a, b = sorted((set(bigrams(before)), set(bigrams(after))), key=len)
    common = len(a & b) * math.log(2)
    total = common + (len(a) - len(a & b)) * math.log(3)
    return common / total if total else 0.0


def _left_over(run: HeadRun, taken: set[int], text: str) -> list[PageItem]:
    """Make items of the lines of a run that no article took: pointers to stories elsewhere, bylines of nothing."""
    items: list[PageItem] = []
    block: list[Line] = []
    for line in run.lines:
        gap = bool(block) and line.number > block[-1].span[1] + 1
        if block and (gap or line.number in taken or line.number in run.bylines):
            items.append(item("headline", block, text))
            block = []
        if line.number in taken:
            continue
        if line.number in run.bylines:
            items.append(item("byline", [line]))
        else:
            block.append(line)
    if block:
        items.append(item("headline", block, text))
    return items


def _other_kind(line: Line) -> str:
    if is_slogan(line):
        return "slogan"
    return "credit" if CREDIT.match(line.text) else "furniture"
