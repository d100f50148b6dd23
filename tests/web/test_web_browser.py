"""The page in a real Chromium: ask, read, click, and see the article open at the quote."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import docx
import httpx
import pytest

QUESTION = "全市经济运行分析调度会是谁主持的？"
HOSTILE = (
    '<img src=http://evil.example/a.png onerror="window.ran=1"><script>window.ran=1</script>'
    "![x](http://evil.example/b.png) [y](javascript:window.ran=1) ${window.ran=1} {{constructor}} "
    "<form action=http://evil.example><b>粗</b></form> $$x$$ @children"
)
DRAFT = "史根治强调：“要锚定目标拼全年。”森源电气的工厂部署了“45条自动化生产线”。"
BOX = "#wb-question textarea, #wb-question input"
IN_VIEW = """(outer) => {
  const panel = document.querySelector(outer)?.getBoundingClientRect();
  const here = [...document.querySelectorAll('.wb-here')].map((mark) => mark.getBoundingClientRect());
  if (!here.length) return false;
  const top = Math.max(panel?.top ?? 0, 0), bottom = Math.min(panel?.bottom ?? innerHeight, innerHeight);
  return here[0].top >= top && here[0].bottom <= bottom;
}"""

Opened = Callable[..., Any]


@pytest.fixture
def open_page(browser: Any, site: Any) -> Iterator[Opened]:
    """Give a function that opens the site; at the end, no page may have left this machine or failed."""
    contexts, outside, failed = [], [], []

    def opened(path: str = "", width: int = 1280, height: int = 860) -> Any:
        context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN")
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("request", lambda sent: outside.append(sent.url) if not ours(sent.url) else None)
        page.on("pageerror", lambda error: failed.append(str(error)))
        page.on(
            "console", lambda said: failed.append(said.text) if said.type == "error" and not refused(said) else None
        )
        page.goto(site.url + path)
        if not path.startswith("/article/"):
            page.wait_for_selector("html[data-ready]")
        return page

    def ours(url: str) -> bool:
        return url.startswith((site.url + "/", "data:", "blob:"))

    def refused(said: Any) -> bool:
        """Tell whether the browser only notes that a draft was answered with what is wrong with it."""
        return "400" in said.text and "/api/check" in said.location["url"]

    yield opened
    for context in contexts:
        context.close()
    assert outside == []
    assert failed == []


def ask(page: Any, question: str) -> None:
    box = page.locator(BOX)
    box.fill(question)
    box.press("Enter")


def copied(page: Any) -> str:
    """Copy the first answer and return what the clipboard holds."""
    page.locator(".wb-copy").first.click()
    page.wait_for_function("document.querySelector('.wb-copy').textContent === '已复制'")
    text: str = page.evaluate("navigator.clipboard.readText()")
    page.wait_for_function("document.querySelector('.wb-copy').textContent !== '已复制'")
    return text


def word_file(text: str) -> bytes:
    """Return a Word file of one paragraph."""
    file = io.BytesIO()
    document = docx.Document()
    document.add_paragraph(text)
    document.save(file)
    return file.getvalue()


def quote_of(site: Any, question: str) -> dict[str, Any]:
    answer: dict[str, Any] = httpx.post(f"{site.url}/api/ask", json={"question": question}, timeout=30).json()
    return answer


def test_a_question_is_answered_and_its_article_opens_at_the_quote(open_page: Opened, site: Any) -> None:
    expected = quote_of(site, QUESTION)
    citation = expected["citations"][0]
    page = open_page()
    ask(page, QUESTION)
    assert page.evaluate("document.documentElement.lang") == "zh-Hans"
    said = page.locator(".wb-said blockquote").first
    assert said.inner_text().removesuffix("[1]").strip() == citation["quote"]
    assert said.locator("mark.wb-words").inner_text() == expected["spans"][0]["text"]
    assert citation["headline"] in page.locator(".wb-cite").first.inner_text()
    assert page.locator(BOX).input_value() == ""

    page.locator("#wb-panel").evaluate("(panel) => panel.scrollTo(0, panel.scrollHeight)")
    page.locator(".wb-cite").first.click()
    page.wait_for_function(IN_VIEW, arg="#wb-panel")
    assert "".join(page.locator("#wb-panel .wb-here").all_inner_texts()) == citation["quote"]
    assert page.locator("#wb-panel mark.wb-words").first.inner_text() == expected["spans"][0]["text"]


def test_it_works_on_a_phone_without_sideways_scrolling(open_page: Opened, site: Any) -> None:
    page = open_page(width=390, height=844)
    ask(page, QUESTION)
    page.locator(".wb-ref").first.click()
    page.wait_for_function(IN_VIEW, arg="html")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator(".wb-back").click()
    page.wait_for_function("document.querySelector('.wb-turn').getBoundingClientRect().top >= 0")


def test_markup_in_a_question_is_shown_and_never_run(open_page: Opened) -> None:
    page = open_page()
    ask(page, HOSTILE)
    page.wait_for_selector(".wb-answer, .wb-trouble")
    assert page.locator(".wb-question").inner_text() == HOSTILE
    assert page.evaluate("window.ran") is None
    assert page.locator(".wb-turn img, .wb-turn form, .wb-turn script").count() == 0


def test_a_refusal_shows_what_was_searched_and_its_passages_open(open_page: Opened) -> None:
    page = open_page()
    ask(page, "北京胡同改造花了多少亿元？")
    assert page.locator(".wb-none").inner_text() == "未找到"
    assert "篇文章" in page.locator(".wb-looked").inner_text()
    assert page.locator(".wb-said").count() == 0
    page.locator(".wb-near .wb-cite").last.click()
    page.wait_for_selector("#wb-panel .wb-warn")
    page.wait_for_function(IN_VIEW, arg="#wb-panel")


def test_examples_ask_themselves_and_a_new_chat_forgets(open_page: Opened) -> None:
    page = open_page()
    example = page.locator("[data-example]").first
    text = example.inner_text()
    example.click()
    page.wait_for_selector(".wb-said")
    assert page.locator(".wb-question").inner_text() == text
    page.locator("#wb-new").click()
    page.wait_for_selector("[data-example]")
    assert page.locator(".wb-turn").count() == 0
    assert page.locator("#wb-panel .wb-contents li").count() > 0


def test_earlier_turns_stay_and_are_used(open_page: Opened) -> None:
    page = open_page()
    ask(page, "史根治在经济运行分析调度会上强调了什么？")
    page.wait_for_selector("#wb-turn-1 .wb-answer")
    ask(page, "那刘涛呢？")
    page.wait_for_selector("#wb-turn-2 .wb-answer")
    assert "刘涛" in page.locator("#wb-turn-2 .wb-resolved").inner_text()
    page.locator("#wb-turn-1 .wb-cite").first.click()
    page.wait_for_selector('#wb-panel [data-at="cited.1.1"]')


def test_a_question_in_the_address_is_asked(open_page: Opened) -> None:
    page = open_page(f"/?q={QUESTION}&from=2001-01-01&to=2001-01-02")
    page.wait_for_selector(".wb-none")
    assert page.locator(".wb-question").inner_text() == QUESTION


def test_filters_narrow_and_a_wrong_order_is_said(open_page: Opened) -> None:
    page = open_page()
    page.wait_for_selector(".wb-transcript")
    page.locator("#wb-filters > button").click()
    page.locator("#wb-from input[type=date]").fill("2023-11-11")
    page.locator("#wb-to input[type=date]").fill("2023-11-10")
    ask(page, QUESTION)
    assert "2023-11-11" in page.locator("#wb-notice p").inner_text()
    assert page.locator(BOX).input_value() == QUESTION
    page.locator("#wb-to input").fill("2023-11-12")
    page.locator("#wb-send").click()
    page.wait_for_selector(".wb-none")


def test_enter_inside_an_input_method_does_not_send(open_page: Opened) -> None:
    page = open_page()
    box = page.locator(BOX)
    box.fill("shui")
    key = (
        "(box, [k, isComposing]) => box.dispatchEvent(new KeyboardEvent(k, {key: 'Enter', bubbles: true, isComposing}))"
    )
    box.evaluate(key, ["keydown", True])  # all that a browser sends while a word is being picked
    page.wait_for_timeout(400)
    assert (box.input_value(), page.locator(".wb-turn").count()) == ("shui", 0)
    box.evaluate(key, ["keypress", False])
    page.wait_for_selector(".wb-turn")


def test_the_answer_can_be_copied_with_its_source(open_page: Opened, site: Any) -> None:
    page = open_page()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    ask(page, QUESTION)
    citation = quote_of(site, QUESTION)["citations"][0]
    assert copied(page) == f"{citation['quote']}\n{citation['reference']}"
    page.locator(".wb-style").select_option("gongwen")
    assert copied(page).endswith("《许昌日报》2023年11月10日，第1版。")
    ask(page, "史根治在经济运行分析调度会上强调了什么？")
    page.wait_for_selector("#wb-turn-2 .wb-copy")
    page.wait_for_function("[...document.querySelectorAll('.wb-style')].every((one) => one.value === 'gongwen')")
    page.reload()
    page.wait_for_selector("html[data-ready]")
    ask(page, QUESTION)
    page.wait_for_function("document.querySelector('.wb-style')?.value === 'gongwen'")


def test_the_answer_can_be_saved_as_a_word_file(open_page: Opened, site: Any) -> None:
    page = open_page(width=390, height=844)
    ask(page, QUESTION)
    page.locator(".wb-style").select_option("news")
    with page.expect_download() as downloading:
        page.locator(".wb-word").click()
    download = downloading.value
    assert download.suggested_filename == f"{QUESTION}.docx"
    with zipfile.ZipFile(download.path()) as held:
        body, notes = (held.read(f"word/{name}.xml").decode() for name in ("document", "footnotes"))
    assert quote_of(site, QUESTION)["citations"][0]["quote"] in re.sub(r"<[^>]*>", "", body)
    assert "据《许昌日报》2023年11月10日第1版报道" in notes
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_draft_is_checked_pasted_and_as_a_word_file(open_page: Opened, site: Any) -> None:
    page = open_page("/", width=390, height=844)
    page.locator(".wb-to-check").click()
    page.wait_for_selector("html[data-ready] #ck-text")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator("#ck-text").fill(HOSTILE + DRAFT)
    page.locator("#ck-start").click()
    page.wait_for_selector(".ck-finding")
    cards = page.locator(".ck-finding")
    assert [card.get_attribute("data-verdict") for card in cards.all()][-2:] == ["consistent", "other_number"]
    assert page.locator(".ck-draft").inner_text().startswith("<img src=")
    assert page.evaluate("window.ran") is None
    assert page.locator("#ck-text").input_value() == HOSTILE + DRAFT
    assert page.evaluate("document.documentElement.scrollWidth") <= 390

    button = cards.last.locator(".ck-reference button").first
    button.click()
    page.wait_for_function(
        "() => document.querySelector('.ck-finding:last-child .ck-reference button').innerText == '已复制'"
    )
    reference = page.evaluate("navigator.clipboard.readText()")
    assert reference == cards.last.locator("[data-reference]").first.get_attribute("data-reference")
    assert reference.endswith("许昌日报，2023-11-10（1）.")
    link = cards.last.locator(".ck-reference a").first.get_attribute("href")
    assert "wb-here" in httpx.get(site.url + link).text

    upload = {"name": "讲话稿.docx", "mimeType": "application/octet-stream"}
    page.locator("#ck-file").set_input_files({**upload, "buffer": word_file("“锚定目标拼全年”。")})
    page.wait_for_function("() => document.querySelector('.ck-head')?.innerText.includes('讲话稿.docx')")
    assert page.locator(".ck-finding").count() == 1
    page.locator("#ck-file").set_input_files({**upload, "buffer": b"PK\x03\x04 and no more"})
    page.wait_for_function("() => document.querySelector('#ck-trouble').innerText.includes('已损坏')")
    assert page.locator(".ck-finding").count() == 1  # the report before stays
    assert page.locator("#ck-text").input_value() == HOSTILE + DRAFT
    page.locator(".wb-nav a").last.click()
    page.wait_for_selector("#wb-question")


def test_two_readers_do_not_see_each_other(open_page: Opened) -> None:
    first, second = open_page(), open_page()
    ask(first, QUESTION)
    first.wait_for_selector(".wb-said")
    second.wait_for_selector(".wb-transcript")
    assert second.locator(".wb-turn").count() == 0


def test_the_article_page_opens_at_the_quote(open_page: Opened, site: Any) -> None:
    citation = quote_of(site, "史根治在经济运行分析调度会上强调了什么？")["citations"][0]
    page = open_page(f"{citation['permalink']}?start={citation['start']}&end={citation['end']}", height=500)
    page.wait_for_function(IN_VIEW, arg="html")
    assert "".join(page.locator(".wb-here").all_inner_texts()) == citation["quote"]
