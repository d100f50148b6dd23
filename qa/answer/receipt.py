"""Whether a saved answer still stands: every span and quote of it, against the archive, character by character."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from qa.cite.quotes import cite
from qa.errors import BadInput, NotHeld
from qa.records import Article

__all__ = ["Place", "Receipt", "check_answer"]

SOURCE = ("headline", "paper", "date", "page", "byline")
"""What a citation says of its article, besides the words."""
STATUSES = ("answered", "not_found")


@dataclass(frozen=True, slots=True)
class Place:
    """A span or quote of a saved answer, and what became of it.

    `name` is where it stands in the file: ``spans 1``, ``citations 2``, ``near 1``, ``answer``. `verdict` is one of
    ``stands``; ``gone``: there is no such article any more; ``moved``: its words now begin at `now_at` of the article;
    ``changed``: the article reads `now` there; ``source``: the words stand, but headline, paper, date, page or byline
    are not what the file says; ``edited``: the file was changed since it was saved, as it contradicts itself, or an
    archive that has not changed.
    """

    name: str
    article_id: str | None
    verdict: str
    text: str
    now: str | None = None
    now_at: int | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What checking a saved answer found; `then` and `now` are the archive's fingerprints."""

    question: str
    status: str
    then: str
    now: str
    places: tuple[Place, ...]

    @property
    def stands(self) -> bool:
        """Tell whether nothing has changed of what the answer quotes."""
        return all(place.verdict == "stands" for place in self.places)

    def as_json(self) -> dict[str, Any]:
        """Return the object that ``wenbao receipt --json`` prints."""
        out = asdict(self)
        out["places"] = list(out["places"])
        return {"stands": self.stands, **out}


def check_answer(saved: object, article_of: Callable[[str], Article], fingerprint: str) -> Receipt:
    """Check a saved ``ask --json`` object; `fingerprint` is the archive's of today.

    `article_of` raises NotHeld. Raises BadInput for what is no answer of ours. A reference is not compared: it follows
    from the article, and how it is set may change with the standard.
    """
    answer = _shaped(saved)
    same = answer["archive"] == fingerprint
    contradictions = {place.name: place for place in _self_contradictions(answer)}
    places = [place for name, place in contradictions.items() if name == "answer"]
    for name in ("spans", "citations", "near"):
        for n, entry in enumerate(answer[name], start=1):
            place = _checked(f"{name} {n}", entry, article_of)
            if same and place.verdict != "stands":  # the archive is what it was
                place = Place(place.name, place.article_id, "edited", place.text, place.now, place.now_at)
            places.append(contradictions.get(place.name, place) if place.verdict == "stands" else place)
    return Receipt(answer["question"], answer["status"], answer["archive"], fingerprint, tuple(places))


def _checked(name: str, entry: Mapping[str, Any], article_of: Callable[[str], Article]) -> Place:
    text, start, end = _words(entry), entry["start"], entry["end"]
    number = entry["article_id"]
    try:
        article = article_of(number)
    except NotHeld:
        return Place(name, number, "gone", text)
    now = article.text[start:end]
    if now != text:
        at = article.text.find(text) if text else -1
        return Place(name, number, "moved", text, now, at) if at >= 0 else Place(name, number, "changed", text, now)
    told = cite(article, 0, start, end)
    other = [(entry[key], getattr(told, key)) for key in SOURCE if key in entry and entry[key] != getattr(told, key)]
    if other:
        was, is_now = (" · ".join(str(pair[side] or "–") for pair in other) for side in (0, 1))
        return Place(name, number, "source", was, is_now)
    return Place(name, number, "stands", text)


def _self_contradictions(answer: Mapping[str, Any]) -> Iterator[Place]:
    """Yield what of the file does not fit the rest of it; no answer was ever saved so."""
    spans = answer["spans"]
    words = [span["text"] for span in spans]
    if answer["answer"] not in ("\n".join(words), *words[:1]):
        yield Place("answer", None, "edited", answer["answer"], "\n".join(words))
    quotes = {citation.get("n"): citation for citation in answer["citations"]}
    for n, span in enumerate(spans, start=1):
        quote = quotes.get(span.get("citation"))
        inside = quote and quote["quote"][max(0, span["start"] - quote["start"]) : span["end"] - quote["start"]]
        if quote is None or quote["article_id"] != span["article_id"] or inside != span["text"]:
            yield Place(f"spans {n}", span["article_id"], "edited", span["text"], inside or None)


def _shaped(saved: object) -> Mapping[str, Any]:
    """Return `saved` where it has the shape of an answer; raises BadInput that names the first field that has not."""
    if not isinstance(saved, dict):
        raise BadInput("receipt.shape", field="{}")
    for name in ("question", "status", "answer", "archive"):
        _text(saved, name, name)
    if saved["status"] not in STATUSES:
        raise BadInput("receipt.shape", field="status")
    for name in ("spans", "citations", "near"):
        entries = saved.get(name)
        if not isinstance(entries, list):
            raise BadInput("receipt.shape", field=name)
        for n, entry in enumerate(entries, start=1):
            where = f"{name} {n}"
            if not isinstance(entry, dict):
                raise BadInput("receipt.shape", field=where)
            _text(entry, "article_id", where)
            _text(entry, "text" if name == "spans" else "quote", where)
            start, end = (entry.get(side) for side in ("start", "end"))
            if type(start) is not int or type(end) is not int or not 0 <= start <= end:
                raise BadInput("receipt.shape", field=f"{where} start, end")
    if (saved["status"] == "answered") != bool(saved["spans"] and saved["citations"]):
        raise BadInput("receipt.shape", field="spans")
    return saved


def _text(entry: Mapping[str, Any], name: str, where: str) -> None:
    value = entry.get(name)
    try:
        told = isinstance(value, str) and bool(value.encode() or True)
    except UnicodeEncodeError:  # half a surrogate pair, which no answer holds
        told = False
    if not told:
        raise BadInput("receipt.shape", field=where if where == name else f"{where} {name}")


def _words(entry: Mapping[str, Any]) -> str:
    words: str = entry["text"] if "text" in entry else entry["quote"]
    return words
