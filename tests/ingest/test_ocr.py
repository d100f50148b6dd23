"""Scanned pages: every form of picture, no line lost, doubled or cut, and nothing asked of the network."""

from __future__ import annotations

import io
import struct
import subprocess
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont
from PIL.TiffImagePlugin import ImageFileDirectory_v2

from qa.errors import BadFile
from qa.ingest.files.sources import Source, find_sources
from qa.ingest.read import ocr
from qa.ingest.read.ink import InkLine, in_reading_order, joined
from qa.ingest.read.ocr import available, open_picture, pictures, read_picture

HEAD = "全市秋粮收购工作会议召开"
LEFT = ("本报讯记者昨日从市农业", "农村局获悉今年秋粮收购", "工作已经全面展开")
RIGHT = ("截至目前全市共收购玉米", "三十二万吨比去年同期增", "长百分之十五")


@pytest.fixture(scope="session")
def font_file() -> tuple[str, int]:
    query = ["fc-match", "--format=%{file}|%{index}", "Noto Sans CJK SC:lang=zh-cn"]
    file, index = subprocess.run(query, capture_output=True, text=True, check=True).stdout.split("|")
    return file, int(index)


@pytest.fixture
def fresh_engine() -> Iterator[None]:
    ocr._engine.cache_clear()
    yield
    ocr._engine.cache_clear()


def printed(font_file: tuple[str, int], size: tuple[int, int], *lines: tuple[float, float, float, str]) -> Image.Image:
    """Print `lines`, each (left, top, type size, text), in black on white."""
    picture = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(picture)
    for left, top, points, text in lines:
        font = ImageFont.truetype(font_file[0], points, index=font_file[1])
        draw.text((left, top - 0.3 * points), text, fill="black", font=font)
    return picture


def page(font_file: tuple[str, int]) -> Image.Image:
    """Print a headline over two columns; 24 dots type, 48 dots gutter."""
    left = [(40, 130 + 36 * at, 24, text) for at, text in enumerate(LEFT)]
    right = [(352, 130 + 36 * at, 24, text) for at, text in enumerate(RIGHT)]
    return printed(font_file, (680, 280), (40, 40, 50, HEAD), *left, *right)


def test_extra_is_here_in_development() -> None:
    assert available()


def test_columns_come_one_after_the_other_with_true_boxes(font_file: tuple[str, int]) -> None:
    text, boxes = read_picture(page(font_file), scale=2.0)
    assert text.split("\n") == [HEAD, "", *LEFT, "", *RIGHT]
    assert [box is None for box in boxes] == [not line for line in text.split("\n")]
    head, first, other = boxes[0], boxes[2], boxes[6]
    assert head and first and other
    assert head.size == pytest.approx(25, rel=0.08)
    assert {box.size for box in (*boxes[2:5], *boxes[6:]) if box} == {first.size}
    assert first.size == pytest.approx(12, rel=0.08)
    assert (first.left, first.right, other.left) == pytest.approx((20, 152, 176), abs=1.5)
    assert first.left == boxes[3].left == boxes[4].left  # type: ignore[union-attr]
    assert all(above.bottom < below.top for above, below in ((head, first), (head, other)))


def test_names_stay_apart(font_file: tuple[str, int]) -> None:
    byline = "本报记者 高伟山 通讯员 王淑平"
    text, _ = read_picture(printed(font_file, (640, 90), (30, 30, 32, byline)))
    assert text == byline


def test_hanging_page_is_read_straight(font_file: tuple[str, int]) -> None:
    hanging = page(font_file).rotate(-1.5, Image.Resampling.BICUBIC, expand=True, fillcolor="white")
    text, boxes = read_picture(hanging)
    assert text.split("\n") == [HEAD, "", *LEFT, "", *RIGHT]
    assert boxes[2] and boxes[6]
    assert boxes[2].top == pytest.approx(boxes[6].top, abs=3)


def test_lines_across_tile_borders_are_whole_and_single(
    font_file: tuple[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ocr, "TILE", 224)
    monkeypatch.setattr(ocr, "OVERLAP", 64)
    text, _ = read_picture(page(font_file))
    assert text.split("\n") == [HEAD, "", *LEFT, "", *RIGHT]


def test_tiles_cover_every_dot_once_over() -> None:
    for side in (1, 127, 128, 1279, 1280, 1281, 1408, 1409, 5000, 7013):
        tiles = ocr._tiles(side)
        assert tiles[0][0] == 0
        assert tiles[-1][1] == side
        assert all(0 < stop - start <= ocr.TILE for start, stop in tiles)
        assert all(before[1] - after[0] == ocr.OVERLAP for before, after in pairwise(tiles))


def test_upright_head(font_file: tuple[str, int]) -> None:
    head = [(30, 30 + 62 * at, 50, char) for at, char in enumerate("乡村振兴")]
    body = [(140, 40 + 40 * at, 24, text) for at, text in enumerate((*LEFT, *RIGHT))]
    text, boxes = read_picture(printed(font_file, (460, 310), *head, *body))
    assert "乡村振兴" in text.split("\n")
    box = boxes[text.split("\n").index("乡村振兴")]
    assert box
    assert box.size == pytest.approx(50, rel=0.1)


def test_light_type_on_a_dark_ground(font_file: tuple[str, int]) -> None:
    dark = Image.eval(printed(font_file, (700, 110), (40, 30, 50, HEAD)), lambda value: 255 - value)
    text, boxes = read_picture(dark)
    assert text == HEAD
    assert boxes[0]
    assert boxes[0].size == pytest.approx(50, rel=0.1)


@pytest.mark.parametrize("size", [(1, 1), (3, 900), (900, 3), (200, 300)])
def test_blank_pictures_have_no_text(size: tuple[int, int]) -> None:
    assert read_picture(Image.new("RGB", size, "white")) == ("", ())


def test_noise_is_not_text() -> None:
    noise = np.random.default_rng(3).integers(0, 255, (300, 300, 3), dtype=np.uint8)
    text, boxes = read_picture(Image.fromarray(noise))
    assert len(text) < 5
    assert len(boxes) == (len(text.split("\n")) if text else 0)


def test_threads_read_alike(font_file: tuple[str, int], fresh_engine: None) -> None:
    picture = page(font_file)
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(read_picture, (picture, picture))
    assert first == second


def test_reading_is_silent(font_file: tuple[str, int], fresh_engine: None, capfd: pytest.CaptureFixture[str]) -> None:
    assert read_picture(printed(font_file, (700, 110), (40, 30, 50, HEAD)))[0] == HEAD
    assert capfd.readouterr() == ("", "")


def test_missing_extra_says_what_to_type(fresh_engine: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "find_spec", lambda name: None)
    assert not available()
    with pytest.raises(BadFile) as caught:
        read_picture(Image.new("RGB", (100, 100), "white"))
    assert caught.value.key == "ocr.missing"
    assert "pip install 'wenbao[ocr]'" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_missing_model_is_not_downloaded(fresh_engine: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "READER", "no-such-model.onnx")
    with pytest.raises(BadFile) as caught:
        read_picture(Image.new("RGB", (100, 100), "white"))
    assert caught.value.key == "ocr.no_models"


def line(left: int, right: int, row: int) -> InkLine:
    return InkLine(left, 30 * row, right, 30 * row + 20, size=20.0)


@pytest.mark.parametrize(
    ("lines", "edges"),
    [
        ([line(0, 50, 0), line(55, 90, 0)], [(0, 90)]),  # a narrow white
        ([line(0, 50, 0), line(85, 120, 0), line(0, 120, 1)], [(0, 120), (0, 120)]),  # the next line has no gutter
        (
            [line(0, 50, 0), line(85, 120, 0), line(0, 50, 1), line(85, 120, 1)],
            [(0, 50), (0, 50), (85, 120), (85, 120)],
        ),
        ([line(0, 50, 0), line(200, 250, 0), line(0, 250, 1)], [(0, 50), (0, 250), (200, 250)]),  # too far apart
        ([line(0, 30, 0), line(35, 60, 0), line(65, 90, 0)], [(0, 90)]),
    ],
)
def test_pieces_of_a_line(lines: Sequence[InkLine], edges: list[tuple[int, int]]) -> None:
    assert sorted((one.left, one.right) for one in joined(lines)) == edges
    assert sorted((one.left, one.right) for one in joined(lines[::-1])) == edges


def test_heights_that_differ_by_little_are_one_size() -> None:
    heights = (18.0, 18.3, 18.6, 18.9, 30.0, 12.0)
    texts = ("秋粮收购工作", "农业农村部门", "全面展开工作", "已经准备就绪", "会议胜利召开", "１２")
    lines = [InkLine(0, 40 * at, 200, 40 * at + 20, texts[at], height) for at, height in enumerate(heights)]
    _, boxes = in_reading_order(lines, 1.0)
    sizes = [box.size for box in boxes if box]
    assert len(set(sizes[:4])) == 1
    assert sizes[4] > 1.5 * sizes[0] > sizes[5]


# --- pictures in files ---


def saved(folder: Path, name: str, picture: Image.Image, **options: object) -> Source:
    picture.save(folder / name, **options)
    return Source(folder / name)


def refusal(source: Source) -> BadFile:
    with pytest.raises(BadFile) as caught:
        list(pictures(source))
    assert "\n" not in str(caught.value)
    assert source.name in str(caught.value)
    return caught.value


def halves(mode: str = "L", dark: object = 0, light: object = 255) -> Image.Image:
    """Return a picture whose left half is dark."""
    picture = Image.new(mode, (64, 32), light)  # type: ignore[arg-type]
    picture.paste(dark, (0, 0, 32, 32))  # type: ignore[arg-type]
    return picture


def is_halves(picture: Image.Image) -> bool:
    assert picture.mode == "RGB"
    dots = np.asarray(picture.convert("L")).astype(int)
    return dots.shape == (32, 64) and dots[:, :30].max() < 60 and dots[:, 34:].min() > 195


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.jpeg", "a.tif", "a.tiff", "a.webp", "a.bmp"])
def test_formats(tmp_path: Path, name: str) -> None:
    assert is_halves(open_picture(saved(tmp_path, name, halves("RGB", (0, 0, 0), (255, 255, 255)))))


def sixteen_bits() -> Image.Image:
    dots = np.full((32, 64), 65535, np.uint16)
    dots[:, :32] = 900
    return Image.fromarray(dots)


def floats() -> Image.Image:
    return Image.fromarray(np.asarray(halves(), np.float32) / 255)


@pytest.mark.parametrize(
    ("name", "picture"),
    [
        ("bits.tif", halves("1", 0, 1)),
        ("grey.png", halves()),
        ("cmyk.jpg", halves("CMYK", (0, 0, 0, 255), (0, 0, 0, 0))),
        ("cmyk.tif", halves("CMYK", (0, 0, 0, 255), (0, 0, 0, 0))),
        ("alpha.png", halves("RGBA", (0, 0, 0, 255), (0, 0, 0, 0))),
        ("grey-alpha.png", halves("LA", (0, 255), (0, 0))),
        ("lab.tif", halves("LAB", (0, 128, 128), (255, 128, 128))),
        ("palette.png", halves("P", 0, 255)),
        ("sixteen.png", sixteen_bits()),
        ("sixteen.tif", sixteen_bits()),
        ("floats.tif", floats()),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_colours(tmp_path: Path, name: str, picture: Image.Image) -> None:
    if picture.mode == "P":
        picture.putpalette([value for value in range(256) for _ in range(3)])
    assert is_halves(open_picture(saved(tmp_path, name, picture)))


def test_turned_camera(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the picture's top is on the right
    turned = halves("RGB", (0, 0, 0), (255, 255, 255)).transpose(Image.Transpose.ROTATE_90)
    assert is_halves(open_picture(saved(tmp_path, "a.jpg", turned, exif=exif, quality=95)))


def test_every_page_of_a_tiff_but_no_thumbnails(tmp_path: Path) -> None:
    thumbnail = ImageFileDirectory_v2()
    thumbnail[254] = 1
    small = halves().resize((8, 4))
    small.encoderinfo = {"tiffinfo": thumbnail}
    source = saved(tmp_path, "a.tif", halves(), save_all=True, append_images=[small, halves().rotate(180)])
    found = [picture for picture in pictures(source) if isinstance(picture, Image.Image)]
    assert [picture.size for picture in found] == [(64, 32), (64, 32)]
    assert is_halves(found[0])
    assert is_halves(found[1].rotate(180))


def test_damaged_page_leaves_the_others(tmp_path: Path) -> None:
    source = saved(
        tmp_path, "a.tif", halves(), save_all=True, append_images=[halves(), halves()], compression="tiff_adobe_deflate"
    )
    data = bytearray(source.path.read_bytes())
    starts = [at for at in range(len(data) - 1) if data[at : at + 2] == b"\x78\x9c"]
    assert len(starts) == 3
    data[starts[1] : starts[1] + 12] = b"\xff" * 12
    source.path.write_bytes(data)
    found = list(pictures(source))
    assert [isinstance(picture, BadFile) for picture in found] == [False, True, False]
    assert isinstance(found[1], BadFile)
    assert (found[1].key, found[1].values["number"]) == ("picture.damaged", 2)


def test_animation_is_one_picture(tmp_path: Path) -> None:
    assert len(list(pictures(saved(tmp_path, "a.webp", halves(), save_all=True, append_images=[halves()] * 2)))) == 1


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.tif", "a.webp", "a.bmp"])
def test_cut_files_are_refused(tmp_path: Path, name: str) -> None:
    noise = Image.fromarray(np.random.default_rng(1).integers(0, 255, (80, 80, 3), dtype=np.uint8))
    source = saved(tmp_path, name, noise)
    source.path.write_bytes(source.path.read_bytes()[: source.size // 2])
    assert refusal(source).key == "picture.damaged"


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.tif", "a.webp", "a.bmp"])
def test_no_damage_escapes_as_another_error(tmp_path: Path, name: str, capfd: pytest.CaptureFixture[str]) -> None:
    clean = saved(tmp_path, name, halves("RGB", (0, 0, 0), (255, 255, 255))).path.read_bytes()
    chance = np.random.default_rng(7)
    refused = 0
    for _ in range(150):
        data = bytearray(clean)
        for at in chance.integers(0, min(len(data), 400), 3):
            data[at] = chance.integers(256)
        (tmp_path / name).write_bytes(data)
        try:
            found = list(pictures(Source(tmp_path / name)))
        except BadFile as error:
            assert error.key.startswith(("picture.", "file."))
            refused += 1
        else:
            assert found
    assert refused
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(("data", "key"), [(b"", "file.empty"), (b"<html>", "picture.damaged")])
def test_other_files_are_refused(tmp_path: Path, data: bytes, key: str) -> None:
    (tmp_path / "a.png").write_bytes(data)
    assert refusal(Source(tmp_path / "a.png")).key == key


def bomb(side: int) -> bytes:
    """Return a PNG of a few bytes that says it is `side` dots wide and high."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(99))) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("side", [10_000, 60_000])  # Pillow itself only warns of the first
def test_bombs_are_refused_unopened(tmp_path: Path, side: int) -> None:
    (tmp_path / "a.png").write_bytes(bomb(side))
    error = refusal(Source(tmp_path / "a.png"))
    assert (error.key, error.values["limit"]) == ("picture.too_large", 89)


def test_too_many_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qa.ingest.read.pictures.MOST_FRAMES", 2)
    assert (
        refusal(saved(tmp_path, "a.tif", halves(), save_all=True, append_images=[halves()] * 2)).key
        == "picture.too_many"
    )


def test_picture_in_a_zip(tmp_path: Path) -> None:
    out = io.BytesIO()
    halves().save(out, "PNG")
    with zipfile.ZipFile(tmp_path / "issue.zip", "w") as packed:
        packed.writestr("01.png", out.getvalue())
    (source,) = find_sources(tmp_path / "issue.zip", (".png",)).sources
    assert is_halves(open_picture(source))
