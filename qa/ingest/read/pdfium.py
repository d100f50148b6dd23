"""The child process that reads PDF files: pdfium is native code and its files come from strangers.

Run by `qa.ingest.read.sandbox` as a script of its own, under limits; it knows nothing of the project. It reads requests
from standard input, a JSON object a line, and answers each with a JSON object a line and as many bytes as its
``bytes`` says:

``{"open": path, "size": n}``    n bytes of a file follow, unless `path` is given → ``{"pages": n}``
``{"page": n}``                  → the page's measures, then its characters as seven arrays (`CHARACTERS`)
``{"render": n, "scale": s}``    → width, height, stride, then the picture, three bytes a dot, blue first

Anything that cannot be done is answered with ``{"error": key, …}``.
"""

from __future__ import annotations

import json
import os
import sys
from array import array
from ctypes import byref, c_double, c_int, string_at
from typing import Any, BinaryIO

__all__ = ["limit", "serve"]

SHORTEST_SIDE, LONGEST_SIDE = 20, 14_400
"""Sides of a page in points; the format itself ends at 200 inches."""
MOST_CHARACTERS = 500_000
MOST_DOTS = 120_000_000
CHARACTERS = ("I", "f", "f", "f", "f", "f", "b")
"""Type codes of a page's arrays: code point, left, top, right, bottom, type size (all in points from the page's top
left corner), and the quarter turns, clockwise, of the direction in which the type runs."""
HIGH_SURROGATES, LOW_SURROGATES = range(0xD800, 0xDC00), range(0xDC00, 0xE000)
"""pdfium counts in UTF-16, so that a rare character of a name comes in two halves."""
INFERRED_SPACE = 0x1F
"""Stands for a space that the file does not hold; pdfium inferred it from a gap."""


def serve(requests: BinaryIO, replies: BinaryIO, memory: int) -> None:
    """Answer `requests` until they end, with at most `memory` bytes of address space."""
    limit(memory)
    import pypdfium2_raw as pdfium  # type: ignore[import-untyped]  # has no stubs

    pdfium.FPDF_InitLibrary()
    document: Any = None
    data = b""
    while line := requests.readline():
        request = json.loads(line)
        payload: list[bytes] = []
        if "open" in request:
            data = requests.read(request["size"]) if request["open"] is None else b""
            if request["open"] is None:
                document = pdfium.FPDF_LoadMemDocument64(data, len(data), None)
            else:
                document = pdfium.FPDF_LoadDocument(os.fsencode(request["open"]), None)
            reply = _opened(pdfium, document)
        else:
            number = request.get("page", request.get("render"))
            reply, payload = _of_page(pdfium, document, number, request.get("scale"))
        reply["bytes"] = sum(map(len, payload))
        replies.write(json.dumps(reply).encode() + b"\n")
        for part in payload:
            replies.write(part)
        replies.flush()


def limit(memory: int) -> None:
    """Bound this process's memory, and let it write no file and no core."""
    try:
        import resource
    except ImportError:  # Windows has no such limits; the time limit of the parent still holds
        return
    for name, value in (("RLIMIT_AS", memory), ("RLIMIT_FSIZE", 0), ("RLIMIT_CORE", 0)):
        which = getattr(resource, name)
        _, hard = resource.getrlimit(which)
        resource.setrlimit(which, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))


def _opened(pdfium: Any, document: Any) -> dict[str, Any]:
    if document:
        return {"pages": pdfium.FPDF_GetPageCount(document)}
    locked = pdfium.FPDF_GetLastError() in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY)
    return {"error": "pdf.locked" if locked else "pdf.damaged"}


def _of_page(pdfium: Any, document: Any, number: int, scale: float | None) -> tuple[dict[str, Any], list[bytes]]:
    page = pdfium.FPDF_LoadPage(document, number - 1)
    if not page:
        return {"error": "pdf.bad_page"}, []
    try:
        width, height = pdfium.FPDF_GetPageWidthF(page), pdfium.FPDF_GetPageHeightF(page)
        if min(width, height) < SHORTEST_SIDE or max(width, height) > LONGEST_SIDE:
            return {"error": "pdf.page_size", "width": round(width), "height": round(height)}, []
        if scale is not None:
            return _picture(pdfium, page, max(1, round(width * scale)), max(1, round(height * scale)))
        return _characters(pdfium, page, width, height)
    finally:
        pdfium.FPDF_ClosePage(page)


def _characters(pdfium: Any, page: Any, width: float, height: float) -> tuple[dict[str, Any], list[bytes]]:
    measures: dict[str, Any] = {"width": width, "height": height, "drawn": pdfium.FPDFPage_CountObjects(page)}
    text = pdfium.FPDFText_LoadPage(page)
    if not text:
        return {"error": "pdf.bad_page"}, []
    try:
        count = pdfium.FPDFText_CountChars(text)
        if count > MOST_CHARACTERS:
            return {"error": "pdf.too_dense", "count": count, "limit": MOST_CHARACTERS}, []
        columns = _read(pdfium, page, text, count)
    finally:
        pdfium.FPDFText_ClosePage(text)
    return measures | {"count": len(columns[0])}, [column.tobytes() for column in columns]


def _read(pdfium: Any, page: Any, text: Any, count: int) -> list[Any]:
    """Read every character that the page prints; line ends, which pdfium only infers, are left out."""
    columns: list[Any] = [array(code) for code in CHARACTERS]
    codes, lefts, tops, rights, bottoms, sizes, turns = columns
    box, matrix = pdfium.FS_RECTF(), pdfium.FS_MATRIX()
    box_ref, matrix_ref = byref(box), byref(matrix)
    ax, bx, cx, ay, by, cy = _to_display(pdfium, page)
    scale = abs(ax * by - bx * ay) ** 0.5
    unicode, generated = pdfium.FPDFText_GetUnicode, pdfium.FPDFText_IsGenerated
    loose, size, matrix_of = pdfium.FPDFText_GetLooseCharBox, pdfium.FPDFText_GetFontSize, pdfium.FPDFText_GetMatrix
    high = 0
    for at in range(count):
        code = unicode(text, at)
        if code in HIGH_SURROGATES and at + 1 < count and unicode(text, at + 1) in LOW_SURROGATES:
            high = code
            continue
        if high:
            code = 0x10000 + (high - 0xD800) * 0x400 + (code - 0xDC00)
        high = 0
        if generated(text, at) == 1:
            if code != ord(" "):
                continue
            code = INFERRED_SPACE
        if not loose(text, at, box_ref):
            continue
        codes.append(code)
        x0, x1 = ax * box.left + bx * box.bottom + cx, ax * box.right + bx * box.top + cx
        y0, y1 = ay * box.left + by * box.bottom + cy, ay * box.right + by * box.top + cy
        lefts.append(min(x0, x1))
        rights.append(max(x0, x1))
        tops.append(min(y0, y1))
        bottoms.append(max(y0, y1))
        turn, stretch = 0, 1.0
        if matrix_of(text, at, matrix_ref):
            stretch = (matrix.c**2 + matrix.d**2) ** 0.5
            right, down = ax * matrix.a + bx * matrix.b, ay * matrix.a + by * matrix.b
            turn = (0 if right >= 0 else 2) if abs(right) >= abs(down) else (1 if down > 0 else 3)
        sizes.append(size(text, at) * stretch * scale)
        turns.append(turn)
    return columns


def _to_display(pdfium: Any, page: Any) -> tuple[float, float, float, float, float, float]:
    """Return the map from page space to points from the displayed page's top left corner.

    It holds the page's rotation and crop box: ``x = ax·X + bx·Y + cx``, ``y = ay·X + by·Y + cy``.
    """
    fine = 64
    width = round(pdfium.FPDF_GetPageWidthF(page) * fine)
    height = round(pdfium.FPDF_GetPageHeightF(page) * fine)
    far = 4096
    points = []
    for x, y in ((0, 0), (far, 0), (0, far)):
        across, down = c_int(), c_int()
        pdfium.FPDF_PageToDevice(page, 0, 0, width, height, 0, c_double(x), c_double(y), byref(across), byref(down))
        points.append((across.value / fine, down.value / fine))
    (ox, oy), (xx, xy), (yx, yy) = points
    return (xx - ox) / far, (yx - ox) / far, ox, (xy - oy) / far, (yy - oy) / far, oy


def _picture(pdfium: Any, page: Any, width: int, height: int) -> tuple[dict[str, Any], list[bytes]]:
    if width * height > MOST_DOTS:
        return {"error": "pdf.picture_size", "width": width, "height": height}, []
    bitmap = pdfium.FPDFBitmap_CreateEx(width, height, pdfium.FPDFBitmap_BGR, None, 0)
    if not bitmap:
        return {"error": "pdf.picture_size", "width": width, "height": height}, []
    try:
        pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, 0xFFFFFFFF)
        pdfium.FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, pdfium.FPDF_ANNOT)
        stride = pdfium.FPDFBitmap_GetStride(bitmap)
        dots = string_at(pdfium.FPDFBitmap_GetBuffer(bitmap), stride * height)
    finally:
        pdfium.FPDFBitmap_Destroy(bitmap)
    return {"width": width, "height": height, "stride": stride}, [dots]


if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer, int(sys.argv[1]))
