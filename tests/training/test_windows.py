"""What the reader is trained on: windows with the answer where they say, and windows without it."""

from __future__ import annotations

from training.reader import Recipe, windows

TEXT = "县里开会。会议由王建国主持。会上，李明介绍了情况。" * 3 + "新建烘干中心41座。" + "群众都说好。农机手很忙。" * 9


def reading(kind: str, answer: str, near: list[str] | None = None) -> dict[str, object]:
    start = TEXT.index(answer) if answer else -1
    return {
        "kind": kind,
        "question": "新建了多少座烘干中心？",
        "text": TEXT,
        "start": start,
        "end": start + len(answer) if answer else -1,
        "near": near or [],
    }


READINGS = [reading("crud-news", "41座"), reading("drcd-dev", "41座", ["邻县建了烘干中心。共12座。"])]


def test_windows_hold_the_answer_or_say_that_they_do_not() -> None:
    found = [window for epoch in range(30) for window in windows(READINGS, Recipe(chars=(40, 90)), epoch)]
    with_answer = [window for window in found if window.start >= 0]
    without = [window for window in found if window.start < 0]
    assert with_answer and without
    assert {window.text[window.start : window.end] for window in with_answer} == {"41座"}
    assert all("41座" not in window.text for window in without)
    assert any("邻县" in window.text for window in without)
    assert len({len(window.text) for window in with_answer}) > 5
    assert all(len(window.text) <= 90 for window in found)


def test_an_epoch_is_the_same_again_and_the_next_is_not() -> None:
    epochs = [list(windows(READINGS * 9, Recipe(chars=(40, 90)), epoch)) for epoch in (0, 0, 1)]
    assert epochs[0] == epochs[1] != epochs[2]


def test_a_text_without_answer_is_shown_as_such() -> None:
    found = [window for epoch in range(20) for window in windows([reading("squad2-zh", "")], Recipe(), epoch)]
    assert found
    assert {(window.start, window.end) for window in found} == {(-1, -1)}
