"""What is found at a path, what is left alone, and what a hostile or damaged zip can do: nothing."""

from __future__ import annotations

import hashlib
import os
import socket
import stat
import struct
import zipfile
from pathlib import Path
from typing import Any

import pytest

from qa.errors import BadFile, BadInput
from qa.ingest.files import zips
from qa.ingest.files.sources import Found, Source, find_sources

FORMATS = (".txt", ".csv")
PAGE = "本报讯 全市秋粮收购现场会召开。\n".encode()


def put(root: Path, *names: str) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(PAGE)


def pack(path: Path, members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as made:
        for name, data in members.items():
            made.writestr(name, data)
    return path


def names(found: Found, root: Path) -> list[str]:
    return [source.name.removeprefix(f"{root}/") for source in found.sources]


def faults(found: Found) -> list[str]:
    assert all("\n" not in str(problem) and problem.values["path"] for problem in found.problems)
    return [problem.key for problem in found.problems]


def test_a_folder_with_all_below_it(tmp_path: Path) -> None:
    put(tmp_path, "b/2.TXT", "a/1.txt", "a/c/3.csv", "a/manifest.csv", "a/x.docx", "y.docx", "README")
    put(tmp_path, ".hidden.txt", ".git/1.txt", "__MACOSX/1.txt", "a/Manifest.CSV")
    found = find_sources(tmp_path, FORMATS)
    assert names(found, tmp_path) == ["a/1.txt", "a/c/3.csv", "b/2.TXT"]
    assert found.ignored == {"": 1, ".docx": 2}
    assert found.problems == ()


def test_a_file_named_directly_is_taken_whatever_its_suffix(tmp_path: Path) -> None:
    put(tmp_path, "x.docx", ".hidden")
    for name in ("x.docx", ".hidden"):
        assert find_sources(tmp_path / name, FORMATS).sources == (Source(tmp_path / name),)


@pytest.mark.parametrize(
    ("name", "key"), [("none", "path.missing"), ("a.txt/b", "path.missing"), (".", "path.no_pages")]
)
def test_nothing_there(tmp_path: Path, name: str, key: str) -> None:
    put(tmp_path / "a.txt", "x.docx") if name == "." else put(tmp_path, "a.txt")
    with pytest.raises(BadInput) as caught:
        find_sources(tmp_path / "a.txt" if name == "." else tmp_path / name, FORMATS)
    assert caught.value.key == key


def test_a_source_on_disk(tmp_path: Path) -> None:
    put(tmp_path, "许昌/01.TXT", "许昌/02.pdf", "许昌/.x", "许昌/sub/3.txt")
    source = Source(tmp_path / "许昌" / "01.TXT")
    assert source.name == str(tmp_path / "许昌" / "01.TXT")
    assert source.suffix == ".txt"
    assert source.parts[-2:] == ("许昌", "01.TXT")
    assert source.read(1000) == PAGE
    assert source.sha256() == hashlib.sha256(PAGE).hexdigest()
    assert [sibling.path.name for sibling in source.siblings()] == ["01.TXT", "02.pdf"]
    with source.open() as file:
        assert [file.read(3), file.readline()] == [PAGE[:3], PAGE[3:]]


def test_a_member_of_a_zip(tmp_path: Path) -> None:
    path = pack(
        tmp_path / "许昌日报.zip", {"2023-11-10/02.txt": PAGE, "2023-11-10/01.txt": b"", "2023-11-11/1.txt": PAGE}
    )
    first, second, third = find_sources(path, FORMATS).sources
    assert first.name == f"{path}/2023-11-10/01.txt"
    assert second.parts[-3:] == ("许昌日报", "2023-11-10", "02.txt")
    assert (second.path, second.suffix, second.on_disk, second.size) == (path, ".txt", False, len(PAGE))
    assert second.read(1000) == PAGE
    assert second.sha256() == hashlib.sha256(PAGE).hexdigest()
    assert second.siblings() == [first, second]
    assert third.siblings() == [third]
    with pytest.raises(BadFile) as caught:
        first.read(1000)
    assert caught.value.key == "file.empty"


def test_zips_in_folders_and_zips_in_zips(tmp_path: Path) -> None:
    put(tmp_path, "1.txt")
    inner = pack(tmp_path / "inner.zip", {"x.txt": PAGE}).read_bytes()
    (tmp_path / "inner.zip").unlink()
    pack(
        tmp_path / "all.ZIP",
        {"a.txt": PAGE, "b/inner.zip": inner, "__MACOSX/._a.txt": PAGE, ".x.txt": PAGE, "c.doc": b"x"},
    )
    found = find_sources(tmp_path, FORMATS)
    assert names(found, tmp_path) == ["1.txt", "all.ZIP/a.txt"]
    assert faults(found) == ["zip.nested"]
    assert found.ignored == {".doc": 1}


@pytest.mark.parametrize(
    ("encoding", "name"), [("gbk", "许昌/第01版.txt"), ("utf-8", "许昌/第01版.txt"), ("big5", "許昌日報/第01版.txt")]
)
def test_chinese_names_in_a_zip_that_does_not_say_their_encoding(tmp_path: Path, encoding: str, name: str) -> None:
    raw = name.encode(encoding)
    stand_in = "x" * len(raw)
    path = pack(tmp_path / "1.zip", {stand_in: PAGE})
    path.write_bytes(path.read_bytes().replace(stand_in.encode(), raw))
    (source,) = find_sources(path, FORMATS).sources
    assert source.member == name
    assert source.read(1000) == PAGE


def test_western_names_stay_western(tmp_path: Path) -> None:
    path = pack(tmp_path / "1.zip", {"cafxx.txt": PAGE})
    path.write_bytes(path.read_bytes().replace(b"cafxx", b"caf\x82\x82"))
    assert find_sources(path, FORMATS).sources[0].member == "caféé.txt"


@pytest.mark.parametrize(
    "name", ["../x.txt", "a/../../x.txt", "/etc/x.txt", "C:/x.txt", "a\\x.txt", "..\\x.txt", "a\nb.txt", "\x1b[31m.txt"]
)
def test_unsafe_names_are_refused_and_touch_nothing(tmp_path: Path, name: str) -> None:
    (tmp_path / "in").mkdir()
    pack(tmp_path / "in" / "1.zip", {name: PAGE, "ok.txt": PAGE})
    found = find_sources(tmp_path / "in", FORMATS)
    assert names(found, tmp_path) == ["in/1.zip/ok.txt"]
    assert faults(found) == ["zip.name"]
    assert found.sources[0].read(1000) == PAGE
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["1.zip"]


def test_many_unsafe_names_are_one_line(tmp_path: Path) -> None:
    found = find_sources(pack(tmp_path / "1.zip", {f"../{n}.txt": PAGE for n in range(500)}), FORMATS)
    assert faults(found) == ["zip.name"]
    assert found.problems[0].values["count"] == 500


def test_links_and_devices_in_a_zip_are_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "1.zip", "w") as made:
        for name, kind in (("link.txt", stat.S_IFLNK), ("pipe.txt", stat.S_IFIFO), ("ok.txt", stat.S_IFREG)):
            info = zipfile.ZipInfo(name)
            info.external_attr = (kind | 0o644) << 16
            made.writestr(info, "/etc/passwd")
    found = find_sources(tmp_path / "1.zip", FORMATS)
    assert [source.member for source in found.sources] == ["ok.txt"]
    assert faults(found) == ["zip.link"]
    assert found.problems[0].values["count"] == 2


def flag(path: Path, value: int, at: int) -> None:
    """Set a 16-bit field of the last member, `at` bytes into its directory entry and two less into its header."""
    data = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x01\x02", at), (b"PK\x03\x04", at - 2)):
        where = data.rfind(mark) + offset
        data[where : where + 2] = struct.pack("<H", value)
    path.write_bytes(data)


def test_encrypted_members_are_refused(tmp_path: Path) -> None:
    path = pack(tmp_path / "1.zip", {"a.txt": PAGE, "secret.txt": PAGE})
    flag(path, 1, 8)
    found = find_sources(path, FORMATS)
    assert [source.member for source in found.sources] == ["a.txt"]
    assert faults(found) == ["zip.encrypted"]
    assert "secret.txt" in str(found.problems[0])


@pytest.mark.parametrize("method", [9, 12, 14, 95])
def test_other_methods_are_refused(tmp_path: Path, method: int) -> None:
    path = pack(tmp_path / "1.zip", {"a.txt": PAGE, "b.txt": PAGE})
    flag(path, method, 10)
    assert faults(find_sources(path, FORMATS)) == ["zip.method"]


def test_a_name_twice(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "1.zip", "w") as made:
        made.writestr("a.txt", "first")
        with pytest.warns(UserWarning, match="Duplicate"):
            made.writestr("a.txt", "second")
    found = find_sources(tmp_path / "1.zip", FORMATS)
    assert [source.read(99) for source in found.sources] == [b"first"]
    assert faults(found) == ["zip.twice"]


def test_a_bomb_in_one_member(tmp_path: Path) -> None:
    path = pack(tmp_path / "1.zip", {"bomb.txt": bytes(11 * 1024**2), "ok.txt": PAGE, "blanks.txt": bytes(1024**2)})
    found = find_sources(path, FORMATS)
    assert [source.member for source in found.sources] == ["blanks.txt", "ok.txt"]
    assert faults(found) == ["zip.bomb_member"]


def test_a_bomb_of_many_members(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = pack(tmp_path / "1.zip", {f"{n}.txt": bytes(1000) for n in range(20)})
    monkeypatch.setattr(zips, "MOST_BYTES", 19_999)
    assert faults(find_sources(path, FORMATS)) == ["zip.bomb"]


def test_members_that_share_their_bytes(tmp_path: Path) -> None:
    path = pack(tmp_path / "1.zip", {"a.txt": os.urandom(5000), "b.txt": os.urandom(5000)}, zipfile.ZIP_STORED)
    with zipfile.ZipFile(path, "a") as made:
        made.filelist += [made.getinfo("a.txt")] * 3
        made._didModify = True  # type: ignore[attr-defined]
    assert faults(find_sources(path, FORMATS)) == ["zip.bomb"]


def test_too_many_members(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = pack(tmp_path / "1.zip", {f"{n}.txt": b"x" for n in range(20)})
    monkeypatch.setattr(zips, "MOST_MEMBERS", 19)
    assert faults(find_sources(path, FORMATS)) == ["zip.many"]
    data = path.read_bytes().replace(struct.pack("<HH", 20, 20), struct.pack("<HH", 1, 1))
    path.write_bytes(data)  # the end record lies, the directory does not
    assert faults(find_sources(path, FORMATS)) == ["zip.many"]


def test_a_directory_too_large_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = pack(tmp_path / "1.zip", {"a.txt": PAGE})
    monkeypatch.setattr(zips, "DIRECTORY_BYTES", 10)
    assert faults(find_sources(path, FORMATS)) == ["zip.many"]


def test_a_zip64_directory(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "1.zip", "w") as made, made.open("a.txt", "w", force_zip64=True) as member:
        member.write(PAGE)
    (source,) = find_sources(tmp_path / "1.zip", FORMATS).sources
    assert source.read(1000) == PAGE


@pytest.mark.parametrize("declared", [5, 5_000_000])
def test_a_size_that_lies_is_found_out(tmp_path: Path, declared: int) -> None:
    data = os.urandom(20_000)
    path = pack(tmp_path / "1.zip", {"a.txt": data})
    raw = path.read_bytes()
    path.write_bytes(raw.replace(struct.pack("<I", len(data)), struct.pack("<I", declared)))
    (source,) = find_sources(path, FORMATS).sources
    if declared > len(data):
        assert source.read(10_000_000) == data  # the check sum is right: nothing is missing
    else:
        with pytest.raises(BadFile) as caught:
            source.read(1000)
        assert caught.value.key == "zip.member_damaged"


def test_a_damaged_member_spares_the_rest(tmp_path: Path) -> None:
    path = pack(tmp_path / "1.zip", {"a.txt": PAGE * 9, "b.txt": PAGE, "c.txt": PAGE}, zipfile.ZIP_STORED)
    raw = bytearray(path.read_bytes())
    raw[60] ^= 0xFF
    path.write_bytes(raw)
    bad, *good = find_sources(path, FORMATS).sources
    with pytest.raises(BadFile) as caught:
        bad.read(10_000)
    assert (caught.value.key, caught.value.values["path"]) == ("zip.member_damaged", f"{path}/a.txt")
    with pytest.raises(BadFile):
        bad.sha256()
    assert [source.read(1000) for source in good] == [PAGE, PAGE]


@pytest.mark.parametrize("kept", [0, 10, 60, 200, -1, -30])
def test_a_damaged_zip_is_one_line_and_the_rest_is_done(tmp_path: Path, kept: int) -> None:
    put(tmp_path, "1.txt")
    path = pack(tmp_path / "2.zip", {f"{n}.txt": PAGE for n in range(5)})
    path.write_bytes(path.read_bytes()[:kept])
    found = find_sources(tmp_path, FORMATS)
    assert names(found, tmp_path) == ["1.txt"]
    assert faults(found) == ["zip.damaged"]


def test_flipped_bytes_never_cost_more_than_a_line(tmp_path: Path) -> None:
    path = pack(tmp_path / "1.zip", {"许昌/a.txt": PAGE * 3, "b.txt": PAGE})
    raw = path.read_bytes()
    for at in range(len(raw)):
        for bit in (0x01, 0x80, 0xFF):
            path.write_bytes(raw[:at] + bytes([raw[at] ^ bit]) + raw[at + 1 :])
            try:
                found = find_sources(path, FORMATS)
            except BadInput as error:
                assert error.key == "path.no_pages"
                continue
            faults(found)
            for source in found.sources:
                try:
                    assert source.read(10_000) in (PAGE * 3, PAGE)
                except BadFile as error:
                    assert "\n" not in str(error)


def test_links_are_reported_and_not_followed(tmp_path: Path) -> None:
    put(tmp_path, "outside/secret.txt", "in/1.txt")
    (tmp_path / "in" / "file.txt").symlink_to(tmp_path / "outside" / "secret.txt")
    (tmp_path / "in" / "folder").symlink_to(tmp_path / "outside")
    (tmp_path / "in" / "loop").symlink_to(tmp_path / "in")
    (tmp_path / "in" / "dead.txt").symlink_to("nowhere")
    found = find_sources(tmp_path / "in", FORMATS)
    assert names(found, tmp_path) == ["in/1.txt"]
    assert faults(found) == ["file.link"] * 4
    assert Source(tmp_path / "in" / "1.txt").siblings() == [Source(tmp_path / "in" / "1.txt")]


def test_a_link_named_directly_is_followed(tmp_path: Path) -> None:
    put(tmp_path, "a/1.txt")
    (tmp_path / "link").symlink_to(tmp_path / "a")
    assert names(find_sources(tmp_path / "link", FORMATS), tmp_path) == ["link/1.txt"]


def test_pipes_and_sockets_are_never_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, "1.txt")
    os.mkfifo(tmp_path / "pipe.txt")
    monkeypatch.chdir(tmp_path)  # a socket's path must be short
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket.txt")
        found = find_sources(tmp_path, FORMATS)
    assert names(found, tmp_path) == ["1.txt"]
    assert faults(found) == ["path.special"] * 2
    for direct in (lambda: find_sources(tmp_path / "pipe.txt", FORMATS), Source(tmp_path / "pipe.txt").open):
        with pytest.raises(BadFile) as caught:
            direct()
        assert caught.value.key == "path.special"


def test_what_vanishes_while_it_is_read_costs_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, "1.txt", "gone/2.txt", "3.txt")
    scan = os.scandir

    def scandir(folder: Path) -> Any:
        if folder.name == "gone":
            raise PermissionError(13, "Permission denied")
        return scan(folder)

    monkeypatch.setattr(os, "scandir", scandir)
    found = find_sources(tmp_path, FORMATS)
    assert names(found, tmp_path) == ["1.txt", "3.txt"]
    assert faults(found) == ["file.unreadable"]
    (tmp_path / "3.txt").unlink()
    for read in (found.sources[1].sha256, found.sources[1].open, lambda: found.sources[1].read(1000)):
        with pytest.raises(BadFile) as caught:
            read()
        assert caught.value.key == "file.unreadable"


def test_too_large_is_said_before_reading(tmp_path: Path) -> None:
    path = tmp_path / "1.txt"
    with path.open("wb") as file:
        file.truncate(3 * 1024**2 + 1)
    with pytest.raises(BadFile, match=r"4 MB.*2 MB"):
        Source(path).read(2 * 1024**2)


def test_deep_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    folder = Path(*["d"] * 1500)
    for depth in range(100, 1501, 100):
        Path(*["d"] * depth).mkdir(parents=True)
    put(folder, "1.txt")
    try:
        assert [source.path.name for source in find_sources(Path("d"), FORMATS).sources] == ["1.txt"]
    finally:
        folder.joinpath("1.txt").unlink()
        os.removedirs(folder)  # too deep for the clean-up of temporary folders


def test_names_that_no_text_can_hold(tmp_path: Path) -> None:
    for raw in ("许昌".encode("gbk") + b".txt", b"\xff\xfe.txt", b"a\nb.txt"):
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + raw)).write_bytes(PAGE)
    found = find_sources(tmp_path, FORMATS)
    assert sorted(source.parts[-1] for source in found.sources) == sorted(
        ["许昌.txt", "\ufffd\ufffd.txt", "a\ufffdb.txt"]
    )
    assert all(source.read(1000) == PAGE for source in found.sources)
    for source in found.sources:
        source.name.encode()
