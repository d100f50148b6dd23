"""The pictures in an image file, as plain RGB: scans and photographs of pages come in many forms."""

from __future__ import annotations

import io
import logging
import struct
import threading
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np

from qa.errors import BadFile
from qa.ingest.files.sources import Source

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["PICTURE_FORMATS", "open_picture", "pictures"]

PICTURE_FORMATS = (".bmp", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp")
DECODERS = ("BMP", "JPEG", "PNG", "TIFF", "WEBP")
MOST_BYTES = 256 * 1024 * 1024
MOST_FRAMES = 2_000
REDUCED = 254
"""TIFF tag whose lowest bit marks a frame as a smaller copy of another."""
DAMAGE = (OSError, SyntaxError, ValueError, EOFError, struct.error, zlib.error, ArithmeticError, LookupError, TypeError)
"""What the decoders of Pillow raise for a file that is not as it should be."""

_lock = threading.Lock()
"""Python's warning filters, which are set while Pillow looks at a file, belong to the whole process."""
_silence = logging.NullHandler()


def open_picture(source: Source) -> Image:
    """Return the first picture in a file; raises BadFile where it cannot be read."""
    first = next(pictures(source))
    if isinstance(first, BadFile):
        raise first
    return first


def pictures(source: Source) -> Iterator[Image | BadFile]:
    """Yield the pictures in a file as RGB, the right way up: every page of a TIFF, the first frame of anything else.

    Of several pages, one that is damaged or too large is a BadFile in its place. Raises BadFile for a file that is
    missing, empty, of another format or damaged. The limit for one picture is `PIL.Image.MAX_IMAGE_PIXELS`.
    """
    from PIL import Image

    data = io.BytesIO(source.read(MOST_BYTES))
    try:
        with _quietly():
            image = Image.open(data, formats=DECODERS)
    except Image.DecompressionBombError as error:
        raise _too_many_dots(source, 1) from error
    except DAMAGE as error:
        raise BadFile("picture.damaged", path=source.name, number=1) from error
    frames = _frames(image, source) if image.format == "TIFF" else 1
    for number in range(1, frames + 1):
        picture = _decoded(image, source, number)
        if frames == 1 and isinstance(picture, BadFile):
            raise picture
        if picture:
            yield picture


@contextmanager
def _quietly() -> Iterator[None]:
    """Keep Pillow's warnings and log from the screen; what they say is said in our words."""
    logging.getLogger("PIL").addHandler(_silence)
    with _lock, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _frames(image: Image, source: Source) -> int:
    try:
        with _quietly():
            frames = int(getattr(image, "n_frames", 1))
    except DAMAGE:
        return 1
    if frames > MOST_FRAMES:
        raise BadFile("picture.too_many", path=source.name, count=frames, limit=MOST_FRAMES)
    return frames


def _decoded(image: Image, source: Source, number: int) -> Image | BadFile | None:
    """Return frame `number`, or why not; None for a small copy of another frame."""
    from PIL import Image, ImageOps

    try:
        with _quietly():
            image.seek(number - 1)
            if image.width * image.height > (Image.MAX_IMAGE_PIXELS or image.width * image.height):
                return _too_many_dots(source, number)
            if number > 1 and getattr(image, "tag_v2", {}).get(REDUCED, 0) & 1:
                return None
            return _on_white(ImageOps.exif_transpose(image))
    except Image.DecompressionBombError:
        return _too_many_dots(source, number)
    except DAMAGE:
        return BadFile("picture.damaged", path=source.name, number=number)


def _too_many_dots(source: Source, number: int) -> BadFile:
    from PIL import Image

    return BadFile(
        "picture.too_large", path=source.name, number=number, limit=(Image.MAX_IMAGE_PIXELS or 0) // 1_000_000
    )


def _on_white(image: Image) -> Image:
    """Return a copy in RGB with eight bits a channel; what is transparent is white paper."""
    from PIL import Image

    if image.mode.startswith(("I", "F")):
        values = np.asarray(image, dtype=np.float64)
        low, high = (0.0, 65535.0) if image.mode.startswith("I;16") else (float(values.min()), float(values.max()))
        image = Image.fromarray(((values - low) * (255.0 / max(high - low, 1e-9))).astype(np.uint8))
    if image.has_transparency_data:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    return image.convert("RGB")
