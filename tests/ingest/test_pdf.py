"""PDF files: every character on one line, in reading order, and no file that harms."""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from qa.errors import BadFile
from qa.ingest.read.pdf import PdfPage, read_pdf, render
from qa.ingest.read.sandbox import MOST_PAGES, Limits, PdfFile

SMALL = Limits(memory=500 * 1024 * 1024, seconds=20.0)
PADDING = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")
FONTS = (
    b"<</Type/Font/Subtype/Type0/BaseFont/SimSun/Encoding/UniGB-UCS2-H/DescendantFonts[<</Type/Font"
    b"/Subtype/CIDFontType0/BaseFont/SimSun/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>"
    b"/DW 1000/FontDescriptor<</Type/FontDescriptor/FontName/SimSun/Flags 4/FontBBox[0 -200 1000 900]"
    b"/ItalicAngle 0/Ascent 900/Descent -200/CapHeight 900/StemV 80>>>>]>>"
)


def at(x: float, y: float, text: str, size: float = 10.0, turn: str = "1 0 0 1") -> bytes:
    """Show `text` with its baseline at (x, y), from the bottom left corner."""
    return f"BT /F {size} Tf {turn} {x} {y} Tm <{text.encode('utf-16-be').hex()}> Tj ET\n".encode()


def stream(content: bytes, extra: bytes = b"") -> bytes:
    return b"<<%s/Length %d>>stream\n%s\nendstream" % (extra, len(content), content)


def pdf(
    contents: Sequence[bytes],
    *,
    page: bytes = b"/MediaBox[0 0 400 600]",
    objects: Sequence[bytes] = (),
    resources: bytes = b"",
    trailer: bytes = b"",
) -> bytes:
    """Write a PDF with one page for each content stream; `objects` begin at number 4, before the pages."""
    first = 4 + len(objects)
    kids = b" ".join(b"%d 0 R" % (first + 2 * at) for at in range(len(contents)))
    body = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, len(contents)),
        FONTS,
        *objects,
    ]
    for number, content in enumerate(contents):
        body.append(
            b"<</Type/Page/Parent 2 0 R%s/Resources<</Font<</F 3 0 R>>%s>>/Contents %d 0 R>>"
            % (page, resources, first + 2 * number + 1)
        )
        body.append(content if content.startswith(b"<<") else stream(content))
    out = bytearray(b"%PDF-1.5\n")
    places = []
    for number, one in enumerate(body, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(body) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (len(body) + 1, trailer, table)
    return bytes(out)


def pages(data: bytes, limits: Limits = SMALL) -> list[PdfPage | BadFile]:
    return list(read_pdf(Path("made.pdf"), data, limits))


def page(data: bytes) -> PdfPage:
    (only,) = pages(data)
    assert isinstance(only, PdfPage)
    return only


def refusal(data: bytes) -> str:
    with pytest.raises(BadFile) as caught:
        pages(data)
    assert "\n" not in str(caught.value)
    assert "made.pdf" in str(caught.value)
    return caught.value.key


def rc4(key: bytes, data: bytes) -> bytes:
    state, j = list(range(256)), 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) % 256
        state[i], state[j] = state[j], state[i]
    out, i, j = bytearray(), 0, 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        out.append(byte ^ state[(state[i] + state[j]) % 256])
    return bytes(out)


def encrypted(content: bytes, user: bytes) -> bytes:
    """Write a one-page PDF under the standard security handler, revision 2 (PDF 1.7, 7.6.3)."""
    owner = rc4(hashlib.md5((b"owner" + PADDING)[:32]).digest()[:5], (user + PADDING)[:32])
    permissions = -4
    digest = hashlib.md5((user + PADDING)[:32] + owner + struct.pack("<i", permissions) + b"id").digest()
    key = digest[:5]
    number = 5
    of_object = hashlib.md5(key + struct.pack("<I", number)[:3] + b"\0\0").digest()[:10]
    trailer = b"/ID[<%s><%s>]/Encrypt<</Filter/Standard/V 1/R 2/Length 40/P %d/O<%s>/U<%s>>>" % (
        b"id".hex().encode(), b"id".hex().encode(), permissions, owner.hex().encode(), rc4(key, PADDING).hex().encode(),
    )  # fmt: skip
    return pdf([stream(rc4(of_object, content))], trailer=trailer)


def test_lines_columns_and_boxes() -> None:
    found = page(pdf([at(50, 500, "春耕生产现场") + at(50, 485, "会召开。") + at(250, 500, "另一栏")]))
    assert found.text == "春耕生产现场\n会召开。\n\n另一栏"
    assert not found.scanned
    first, second, blank, beside = found.boxes
    assert blank is None
    assert first and second and beside
    assert (first.left, first.right, first.size) == (50, 110, 10)
    assert 85 < first.top < 100 < first.bottom < 105  # from the top of a page 600 high
    assert second.top - first.top == pytest.approx(15, abs=0.1)
    assert beside.left == 250


def test_stream_order_is_kept_where_a_page_was_drawn_from_the_right() -> None:
    right = at(250, 500, "右栏先排") + at(250, 485, "第二行")
    left = at(50, 500, "左栏后排") + at(50, 485, "第二行")
    found = page(pdf([right + left + at(100, 550, "标题", 20)]))
    assert found.text.split("\n\n") == ["右栏先排\n第二行", "左栏后排\n第二行", "标题"]


def test_every_character_is_on_one_line() -> None:
    words = ["本报讯（记者 张三）3月5日，", "增长12.5%，", "“很好！”他说。", "Wi-Fi 6", "㎡", "〇"]
    drawn = b"".join(at(50, 500 - 15 * row, text) for row, text in enumerate(words))
    drawn += at(300, 500, "竖") + at(300, 488, "排") + at(300, 476, "字") + at(200, 300, "侧", turn="0 1 -1 0")
    printed = "".join("".join(words).split()) + "竖排字侧"
    assert Counter("".join(page(pdf([drawn])).text.split())) == Counter(printed)


@pytest.mark.parametrize("offset", [0.0, 0.4, 1.2, 3.0])
def test_type_drawn_twice_is_read_once(offset: float) -> None:
    drawn = at(50, 500, "三月一日稳中求进", 24) + at(50 + offset, 500 - offset / 2, "三月一日稳中求进", 24)
    assert page(pdf([drawn])).text == "三月一日稳中求进"


def test_real_reduplication_is_no_second_print() -> None:
    assert page(pdf([at(50, 500, "人人一项项")])).text == "人人一项项"


def test_upright_and_turned_type_make_lines_of_their_own() -> None:
    upright = b"".join(at(300, 500 - 14 * row, char, 12) for row, char in enumerate("竖排的标题"))
    turned = at(30, 100, "侧排的字", turn="0 1 -1 0")
    found = page(pdf([at(50, 500, "横排的字") + upright + turned]))
    assert found.text.split("\n\n") == ["横排的字", "竖排的标题", "侧排的字"]
    box, side = found.boxes[2], found.boxes[4]
    assert box and side
    assert box.bottom - box.top > 4 * (box.right - box.left)
    assert side.bottom - side.top > 3 * (side.right - side.left)


def test_spaced_out_headline_is_one_line_but_a_gutter_parts_two() -> None:
    spread = b"".join(at(50 + 40 * place, 500, char, 20) for place, char in enumerate("春耕生产"))
    columns = at(50, 400, "左栏的一行字") + at(125, 400, "右栏的一行字")
    assert page(pdf([spread + columns])).text.split("\n\n") == ["春 耕 生 产", "左栏的一行字", "右栏的一行字"]


def test_a_wide_space_that_is_printed_parts_no_line() -> None:
    assert page(pdf([at(50, 500, "联学掀起热潮　　共建推动发展", 20)])).text == "联学掀起热潮 共建推动发展"


def test_heads_of_neighbours_drawn_row_by_row_are_parted() -> None:
    rows = b"".join(at(50, y, "左边的标题", 18) + at(155, y, "右边的标题", 18) for y in (500, 476))
    assert page(pdf([rows])).text == "左边的标题\n左边的标题\n\n右边的标题\n右边的标题"


def test_turned_and_cropped_page_gives_the_boxes_as_displayed() -> None:
    plain = page(pdf([at(50, 500, "正文")]))
    cropped = page(pdf([at(50, 500, "正文")], page=b"/MediaBox[0 0 400 600]/CropBox[40 100 400 600]"))
    turned = page(pdf([at(50, 500, "正文")], page=b"/MediaBox[0 0 400 600]/Rotate 90"))
    (one,), (two,), (three,) = plain.boxes, cropped.boxes, turned.boxes
    assert one and two and three
    assert (round(two.left), round(two.top - one.top)) == (10, 0)
    assert (turned.width, turned.height) == (600, 400)
    assert three.left == pytest.approx(500, abs=3)
    assert three.bottom - three.top == pytest.approx(one.right - one.left, abs=0.1)


def test_page_without_text_is_scanned_unless_it_is_blank() -> None:
    picture = b"q 300 0 0 300 50 50 cm BI /W 1 /H 1 /BPC 8 /CS /G ID \x80 EI Q"
    scanned, blank = pages(pdf([picture, b""]))
    assert isinstance(scanned, PdfPage)
    assert isinstance(blank, PdfPage)
    assert (scanned.text, scanned.boxes, scanned.scanned) == ("", (), True)
    assert (blank.text, blank.scanned) == ("", False)


def test_a_page_is_rendered(tmp_path: Path) -> None:
    path = tmp_path / "版.pdf"
    path.write_bytes(pdf([b"1 0 0 rg 0 300 400 300 re f"]))
    image = render(path, 1, 0.5)
    assert image.size == (200, 300)
    assert image.getpixel((100, 50)) == (255, 0, 0)
    assert image.getpixel((100, 250)) == (255, 255, 255)
    with pytest.raises(BadFile, match="没有第 2 页"):
        render(path, 2, 0.5)
    with pytest.raises(BadFile) as caught:
        render(path, 1, 100)
    assert caught.value.key == "pdf.picture_size"


def test_pages_come_one_at_a_time_and_an_unfinished_reading_ends_the_child() -> None:
    reading = read_pdf(Path("made.pdf"), pdf([at(50, 500, "一"), at(50, 500, "二"), at(50, 500, "三")]))
    first = next(reading)
    assert isinstance(first, PdfPage)
    assert (first.number, first.text) == (1, "一")
    reading.close()


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (b"", "file.empty"),
        (b"not a pdf " * 200, "pdf.not_pdf"),
        (b"%PDF-1.5\nnothing of the kind\n%%EOF", "pdf.damaged"),
        (pdf([at(50, 500, "正文")])[:-300], "pdf.damaged"),
        (pdf([]), "pdf.damaged"),
        (pdf([b""] * (MOST_PAGES + 1)), "pdf.too_many_pages"),
        (encrypted(at(50, 500, "密文"), b"secret"), "pdf.locked"),
    ],
    ids=["empty", "text", "garbage", "cut off", "no page", "too many pages", "locked"],
)
def test_a_bad_file_is_refused_in_one_line(data: bytes, key: str) -> None:
    assert refusal(data) == key


def test_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadFile) as caught:
        next(read_pdf(tmp_path / "none.pdf"))
    assert caught.value.key == "file.unreadable"


def test_empty_password_opens() -> None:
    assert page(encrypted(at(50, 500, "正文"), b"")).text == "正文"


def test_a_cut_off_file_gives_what_it_has_and_says_so() -> None:
    data = pdf([at(50, 500, "第一版"), at(50, 500, "第二版")])
    first, second, last = pages(data[: data.index(b"startxref")])
    assert isinstance(first, PdfPage)
    assert isinstance(second, PdfPage)
    assert (first.text, second.text) == ("第一版", "第二版")
    assert isinstance(last, BadFile)
    assert last.key == "pdf.cut_off"


@pytest.mark.parametrize("sides", [b"100000 100000", b"5 5"])
def test_a_page_of_absurd_size_costs_that_page(sides: bytes) -> None:
    (only,) = pages(pdf([at(1, 1, "字")], page=b"/MediaBox[0 0 %s]" % sides))
    assert isinstance(only, BadFile)
    assert only.key == "pdf.page_size"


def bomb() -> bytes:
    """Draw text after 400 MB of blanks, packed twice to some hundred bytes."""
    packer = zlib.compressobj(9)
    once = b"".join(packer.compress(b" " * 1_000_000) for _ in range(400)) + packer.flush()
    return stream(zlib.compress(once, 9), b"/Filter[/FlateDecode/FlateDecode]")


def test_a_decompression_bomb_costs_its_page_alone() -> None:
    data = pdf([at(50, 500, "前一版"), bomb(), at(50, 500, "后一版")])
    assert len(data) < 20_000
    before, lost, after = pages(data, Limits(memory=400 * 1024 * 1024, seconds=20))
    assert isinstance(before, PdfPage)
    assert isinstance(after, PdfPage)
    assert (before.text, after.text) == ("前一版", "后一版")
    assert isinstance(lost, BadFile)
    assert lost.key == "pdf.page_lost"
    assert "第 2 页" in str(lost)


def laughs() -> tuple[list[bytes], bytes]:
    """Return forms that each draw the next ten times: ten to the ninth drawings from a small file."""
    forms = []
    for level in range(9):
        inner = b"/X Do " * 10 if level < 8 else at(0, 0, "笑")
        names = b"/XObject<</X %d 0 R>>" % (5 + level) if level < 8 else b"/Font<</F 3 0 R>>"
        forms.append(stream(inner, b"/Type/XObject/Subtype/Form/BBox[0 0 400 600]/Resources<<%s>>" % names))
    return forms, b"/XObject<</X 4 0 R>>"


def test_a_page_that_never_ends_is_given_up_in_time() -> None:
    forms, names = laughs()
    data = pdf([at(50, 500, "前一版"), b"/X Do"], objects=forms, resources=names)
    before, lost = pages(data, Limits(memory=2 << 30, seconds=1.5))
    assert isinstance(before, PdfPage)
    assert isinstance(lost, BadFile)
    assert lost.key == "pdf.page_lost"


def test_page_after_page_lost_ends_the_reading() -> None:
    found = pages(pdf([bomb()] * 8), Limits(memory=400 * 1024 * 1024, seconds=20))
    assert [one.key for one in found if isinstance(one, BadFile)] == ["pdf.page_lost"] * 4 + ["pdf.gave_up"]
    assert len(found) == 5


def test_the_child_can_write_no_file(tmp_path: Path) -> None:
    path = tmp_path / "版.pdf"
    path.write_bytes(pdf([at(50, 500, "正文")]))
    with PdfFile(path) as file:
        assert file.pages == 1
    assert [one.name for one in tmp_path.iterdir()] == ["版.pdf"]
