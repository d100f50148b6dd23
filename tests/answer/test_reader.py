"""What the reader makes of marks: with a model that marks what a test says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from embeddings.spans import Marked
from qa.answer.reader import SETTLED, Reader
from qa.records import Article, Candidate, Evidence, Passage
from qa.retrieve.question import understand

TEXT = "政协会议召开\n\n11月8日，市政协主席刘保新主持会议。他强调，要好好学习。\n11月9日，市长刘涛出席座谈会。"
OTHER = "座谈会召开\n\n市长刘涛主持座谈会。"


class Marking:
    """Marks every place of the words given, with their scores."""

    def __init__(self, **scores: float) -> None:
        self.scores = scores
        self.seen: list[str] = []

    def mark(self, question: str, passages: Sequence[str], *, count: int = 1) -> Iterator[list[Marked]]:
        for text in passages:
            self.seen.append(text)
            found = [
                Marked(text.index(word), text.index(word) + len(word), score)
                for word, score in self.scores.items()
                if word in text
            ]
            yield sorted(found, key=lambda mark: -mark.score)[:count]


def article(number: str, text: str) -> Article:
    return Article(id=number, text=text, body_start=text.index("\n\n") + 2, headline=text.split("\n", maxsplit=1)[0])


def read(
    marking: Marking,
    question: str,
    *spans: tuple[str, int, int],
    subject: str | None = None,
    nearness: float | None = None,
) -> list[Evidence]:
    articles = {"a": article("a", TEXT), "b": article("b", OTHER)}
    found = [Candidate(Passage(n, *span), 1.0, nearness) for n, span in enumerate(spans)]
    return Reader(marking).read(understand(question), found, articles, subject=subject)


def test_evidence_is_words_in_their_sentence_best_first() -> None:
    found = read(Marking(刘保新=9.0, 刘涛=1.0), "会议由谁主持？", ("a", 0, len(TEXT)))
    assert [TEXT[each.span_start : each.span_end] for each in found] == ["市政协主席刘保新"]
    assert TEXT[found[0].start : found[0].end] == "11月8日，市政协主席刘保新主持会议。"
    both = read(Marking(刘保新=9.0, 刘涛=1.0), "有哪些人参加？", ("a", 0, len(TEXT)))
    assert [TEXT[each.span_start : each.span_end] for each in both] == ["刘保新", "刘涛"]
    assert 0 < both[1].score < both[0].score < 1


def test_head_and_body_are_read_apart() -> None:
    marking = Marking()
    read(marking, "谁？", ("a", 0, 20), ("a", 20, 40))
    assert marking.seen == ["政协会议召开\n\n", TEXT[8:20], TEXT[20:40]]


def test_words_in_two_passages_are_told_once() -> None:
    found = read(Marking(刘保新=9.0), "会议由谁主持？", ("a", 0, 28), ("a", 8, len(TEXT)))
    assert len(found) == 1


def test_words_that_others_speak_against_are_less_likely() -> None:
    spans = (("a", 0, len(TEXT)), ("b", 0, len(OTHER)))
    question = "会议由谁主持？"
    alone, against = read(Marking(刘保新=3.0), question, *spans), read(Marking(刘保新=3.0, 刘涛=3.0), question, *spans)
    assert alone[0].article_id == against[0].article_id == "a"
    assert alone[0].score > against[0].score


def test_the_nearer_a_passage_is_to_the_question_the_likelier_it_answers() -> None:
    scores = [
        read(Marking(刘保新=3.0), "会议由谁主持？", ("a", 0, len(TEXT)), nearness=nearness)[0].score
        for nearness in (-1.0, None, 6.0)
    ]
    assert scores == sorted(scores)
    assert len(set(scores)) == 3


def test_what_the_first_passages_settle_the_others_are_not_read_for() -> None:
    spans = [("a", 0, len(TEXT)), *(("b", 0, len(OTHER)) for _ in range(9))]
    sure, unsure, several = Marking(刘保新=40.0), Marking(刘保新=-9.0), Marking(刘保新=40.0)
    assert read(sure, "会议由谁主持？", *spans, nearness=9.0)[0].score > SETTLED
    assert read(unsure, "会议由谁主持？", *spans, nearness=2.0)[0].score < SETTLED
    read(several, "哪些人主持会议？", *spans, nearness=9.0)
    assert len(sure.seen) < len(unsure.seen) == len(several.seen)
    about = Marking(刘保新=40.0)
    read(about, "会议由谁主持？", *spans, nearness=9.0, subject="b")
    assert len(about.seen) == len(unsure.seen), "what the chat is about may stand further down"


def test_what_the_chat_is_about_comes_first() -> None:
    spans = (("a", 0, len(TEXT)), ("b", 0, len(OTHER)))
    question = "刘涛是什么职务？"
    plain = read(Marking(市长=2.0), question, *spans)
    about = read(Marking(市长=2.0), question, *spans, subject=plain[1].article_id)
    assert about[0].article_id == plain[1].article_id
    assert about[0].score > plain[1].score


def test_a_statement_is_that_of_its_speaker() -> None:
    found = read(Marking(要好好学习=9.0, 座谈会=3.0), "刘涛强调了什么？", ("a", 0, len(TEXT)))
    assert TEXT[found[0].start : found[0].end].count("刘涛") == 1


def test_nothing_marked_is_no_evidence() -> None:
    assert read(Marking(), "会议由谁主持？", ("a", 0, len(TEXT))) == []
    assert Reader(Marking()).read(understand("谁？"), [], {}) == []
