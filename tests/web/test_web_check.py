"""Drafts sent to ``POST /api/check``: the report, and one clear line for what cannot be checked."""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import docx
import httpx
import pytest

from qa.archive import Archive
from qa.check.drafts import draft_of
from web.server import build_app

DRAFT = "史根治强调：“要锚定目标拼全年。”森源电气的工厂部署了“45条自动化生产线”。"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
LOCKED = OLE + bytes(100) + "EncryptedPackage".encode("utf-16-le") + bytes(400)
JSON = {"content-type": "application/json"}


def send(site: Any, body: bytes | str, name: str | None = None, **headers: str) -> httpx.Response:
    params = {} if name is None else {"name": name}
    return httpx.post(f"{site.url}/api/check", content=body, params=params, headers=headers, timeout=30)


def as_text(site: Any, text: object, **headers: str) -> httpx.Response:
    return send(site, json.dumps({"text": text}), **{"content-type": "application/json", **headers})


def word(text: str) -> bytes:
    file = io.BytesIO()
    document = docx.Document()
    document.add_paragraph(text)
    document.save(file)
    return file.getvalue()


def test_a_draft_gives_the_report_that_the_archive_gives(site: Any, archive: Archive) -> None:
    reply = as_text(site, DRAFT)
    said, expected = reply.json(), archive.check(draft_of(DRAFT)).as_json()
    del said["timings_ms"], expected["timings_ms"]
    assert said == expected
    assert (said["summary"]["一致"], said["summary"]["数字不符"]) == (1, 1)
    assert reply.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (DRAFT.encode(), "稿.txt"),
        (DRAFT.encode("gb18030"), "C:\\我的 文档\\讲话 稿.md"),
        (word(DRAFT), "稿.DOCX"),
    ],
)
def test_a_file_is_read_by_its_name(site: Any, body: bytes, name: str) -> None:
    said = send(site, body, name).json()
    assert (said["summary"]["一致"], said["summary"]["数字不符"]) == (1, 1)
    assert said["draft"]["name"] == re.split(r"\\", name)[-1]


def test_the_page_asks_for_a_fragment_with_links_and_nothing_that_runs(site: Any) -> None:
    reply = as_text(site, "<script>alert(1)</script>" + DRAFT, accept="text/html")
    assert reply.headers["content-type"].startswith("text/html")
    assert "&lt;script&gt;alert(1)" in reply.text
    assert "<script" not in reply.text
    links = re.findall(r'href="(/article/[^"]+)"', reply.text)
    assert len(links) == 2
    for link in links:
        assert 'class="wb-here wb-quote"' in httpx.get(site.url + link.replace("&amp;", "&")).text
    assert as_text(site, "", accept="text/html").json()["error"]


@pytest.mark.parametrize(
    ("body", "name", "says"),
    [
        ("", None, "空"),
        ("", "稿.txt", "空"),
        (DRAFT.encode(), None, ".docx"),
        (DRAFT.encode(), "稿", ".docx"),
        ("字" * 1_700_000, "五兆.txt", "太长"),
        (OLE + bytes(600), "旧.doc", "旧版 Word"),
        (LOCKED, "密.docx", "密码"),
        (b"PK\x03\x04 and no more", "坏.docx", "已损坏"),
        (word("字" * 200_001), "长.docx", "太长"),
        (b"%PDF-1.7", "a.pdf", ".pdf"),
        (DRAFT.encode(), "../../etc/passwd", "passwd"),
        (DRAFT.encode(), "a\nb" * 99 + ".exe", ".exe"),
    ],
)
def test_a_file_that_cannot_be_checked_is_400_and_one_clear_line(
    site: Any, body: bytes | str, name: str | None, says: str
) -> None:
    reply = send(site, body, name)
    assert reply.status_code == 400
    assert says in reply.json()["error"]
    assert "\n" not in reply.json()["error"]


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("", "JSON"),
        ("[1]", "JSON"),
        ("[" * 20_000, "JSON"),
        ("{}", "JSON"),
        ('{"question": "谁"}', "JSON"),
        ('{"text": 7}', "text"),
        ('{"text": " "}', "空"),
        ('{"text": "\\ud800"}', "残缺"),
        ('{"text": "甲", "name": "a.txt"}', "name"),
        (json.dumps({"text": "字" * 900_000}), "太长"),
    ],
)
def test_json_without_a_draft_is_400_and_one_clear_line(site: Any, body: str, says: str) -> None:
    reply = send(site, body, **JSON)
    assert reply.status_code == 400
    assert says in reply.json()["error"]
    assert "\n" not in reply.json()["error"]


def test_a_body_beyond_all_bounds_is_refused_unread(site: Any) -> None:
    assert send(site, b"x" * (33 * 1024 * 1024), "a.docx").status_code == 413
    assert httpx.get(f"{site.url}/healthz").status_code == 200


def test_other_sites_cannot_send_drafts(site: Any) -> None:
    assert send(site, DRAFT, "a.txt", origin="http://evil.example").status_code == 403
    assert send(site, DRAFT, "a.txt", host="evil.example").status_code == 400
    assert "access-control-allow-origin" not in send(site, DRAFT, "a.txt", origin=site.url).headers


def test_the_page_loads_its_own_files_only(site: Any) -> None:
    page = httpx.get(f"{site.url}/check")
    assert (page.status_code, page.headers["content-type"].partition(";")[0]) == (200, "text/html")
    assert "不保存" in page.text
    for address in re.findall(r'(?:src|href)="([^"]+)"', page.text):
        assert httpx.get(site.url + address).status_code == 200
    assert "style=" not in page.text
    assert "onclick" not in page.text


def test_nothing_of_a_draft_is_kept(site: Any, archive: Archive) -> None:
    def files() -> dict[Path, int]:
        return {file: file.stat().st_size for file in archive.directory.rglob("*") if file.is_file()}

    before = files()
    assert send(site, word("只此一稿"), "a.docx").status_code == 200
    assert files() == before


def test_an_empty_archive_is_said(serving: Any, tmp_path: Path) -> None:
    with Archive.open(tmp_path / "empty", create=True) as empty, serving(build_app(empty)) as served:
        reply = as_text(served, DRAFT)
        assert (reply.status_code, "wenbao ingest" in reply.json()["error"]) == (400, True)


def test_a_bomb_is_left_unopened(site: Any) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/document.xml", b" " * 30_000_000)
    assert "异常庞大" in send(site, file.getvalue(), "a.docx").json()["error"]
