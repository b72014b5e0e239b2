"""Packed files: taken in whole, or refused before anything of them lies on the disk."""

from __future__ import annotations

import gzip
import io
import stat
import tempfile
import zipfile
from pathlib import Path

import pytest

from billing.models import UsageArrival, UsageFile, UsageRecord
from billing.usage.services.take_in_usage import take_in_usage
from core.errors import InputRefused
from tests.billing.usage.kari import HEADER, NOW, Kari, call, hits
from tests.billing.usage.test_import_usage_command import run, totals

GOOD = f"{HEADER}\n{call('A-1')}\n".encode()
OTHER = f"{HEADER}\n{call('A-2')}\n".encode()


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where files are unpacked: empty before and afterwards."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def zipped(*members: tuple[str | zipfile.ZipInfo, bytes], packed: bool = True) -> bytes:
    """A zip file of these members."""
    out = io.BytesIO()
    kind = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    with zipfile.ZipFile(out, "w", kind) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return out.getvalue()


def special(name: str, kind: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = (kind | 0o777) << 16
    return info


def refusal(kari: Kari, content: bytes, name: str = "usage.bin") -> str:
    """What is wrong with the file, of which nothing is stored."""
    path = kari.folder / name
    path.write_bytes(content)
    with pytest.raises(InputRefused) as refused:
        take_in_usage(source=kari.source, path=path, now=NOW)
    assert not UsageFile.objects.exists()
    return str(refused.value.problems[0]).removeprefix(f"{path}:")


def test_a_gzip_file_is_read_as_what_it_holds(kari, scratch):
    path = kari.folder / "calls.csv.gz"
    path.write_bytes(gzip.compress(GOOD))

    code, output, _ = run("import_usage", "SWITCH", path)

    assert (code, totals(output)["rated"]) == (0, "1")
    assert UsageFile.objects.get().name == "calls.csv.gz"
    assert list(scratch.iterdir()) == []
    assert hits() == []


def test_gzip_files_put_together_are_one_file(kari):
    path = kari.folder / "calls.csv.gz"
    path.write_bytes(gzip.compress(GOOD) + gzip.compress(f"{call('A-2')}\n".encode()) + b"\0" * 9)

    [taken] = take_in_usage(source=kari.source, path=path, now=NOW)

    assert taken.imported.rated == 2


def test_the_same_content_packed_otherwise_is_known(kari):
    plain = kari.write([call("A-1")])
    packed, archive = kari.folder / "a.gz", kari.folder / "b.zip"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    archive.write_bytes(zipped(("calls.csv", plain.read_bytes())))

    for path in (plain, packed, archive):
        code, _, _ = run("import_usage", "SWITCH", path)
        assert code == 0

    assert UsageRecord.objects.count() == 1
    names = list(UsageArrival.objects.values_list("name", flat=True))
    assert names == ["usage.csv", "a.gz", "b.zip/calls.csv"]


def test_places_in_an_archive_are_those_of_the_file_in_it(kari):
    path = kari.folder / "calls.zip"
    path.write_bytes(zipped(("october/calls.csv", GOOD + b"A-2,x\n")))

    code, _, errors = run("import_usage", "SWITCH", path)

    assert code == 1
    assert errors.startswith(f"{path}/october/calls.csv:3: 2 columns, where the header line has 5")


@pytest.mark.parametrize("kept", [slice(-9), slice(2)])
def test_a_gzip_file_that_was_cut_off_is_refused(kari, kept):
    content = gzip.compress(GOOD)[kept]
    problem = "1: the gzip file is cut off or damaged; fetch it again once it is complete"

    assert refusal(kari, content) == problem


def test_a_damaged_gzip_file_is_refused_by_the_command_with_code_1(kari, scratch):
    content = bytearray(gzip.compress(GOOD * 50))
    content[40] ^= 255
    path = kari.folder / "calls.gz"
    path.write_bytes(bytes(content))

    code, _, errors = run("import_usage", "SWITCH", path)

    assert (code, UsageFile.objects.exists()) == (1, False)
    assert f"{path}:1: the gzip file is cut off or damaged" in errors
    assert list(scratch.iterdir()) == []


def test_a_zip_file_that_was_cut_off_is_refused(kari):
    assert refusal(kari, zipped(("calls.csv", GOOD * 99))[:-30]).startswith(
        "1: the zip file is cut off or damaged"
    )


def test_a_zip_file_packed_by_a_method_of_others_is_refused(kari, scratch):
    content = zipped(("calls.csv", GOOD))
    # The method stands in the file's own header and in the directory: 8 is deflate, 9 Deflate64.
    for mark, offset in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        place = content.index(mark) + offset
        content = content[:place] + b"\x09" + content[place + 1 :]

    assert refusal(kari, content) == (
        "1: calls.csv is packed by a method that is not read here; use deflate"
    )
    assert list(scratch.iterdir()) == []


def test_a_zip_file_with_wrong_bytes_is_refused(kari, scratch):
    content = zipped(("calls.csv", GOOD), packed=False).replace(b"4722", b"4723", 1)

    assert refusal(kari, content).startswith("1: the zip file is cut off or damaged")
    assert list(scratch.iterdir()) == []


@pytest.mark.parametrize("pack", [gzip.compress, lambda zeros: zipped(("calls.csv", zeros))])
def test_a_bomb_is_refused_before_it_is_unpacked(kari, scratch, pack):
    bomb = pack(bytes(100 * 2**20))

    problem = refusal(kari, bomb)

    assert problem.startswith("1: unpacked it would be more than 200 times as large as it is")
    assert list(scratch.iterdir()) == []


def test_a_bomb_of_overlapping_entries_is_refused(kari):
    content = bytearray(zipped(("a.csv", GOOD), ("b.csv", GOOD)))
    second = content.rindex(b"PK\x01\x02")
    content[second + 42 : second + 46] = b"\0\0\0\0"

    assert "overlap" in refusal(kari, bytes(content)) or "damaged" in refusal(kari, bytes(content))


@pytest.mark.parametrize(
    "name",
    ["../calls.csv", "/etc/calls.csv", "a/../../calls.csv", "..\\calls.csv", "C:/calls.csv", " "],
)
def test_names_that_lead_out_of_the_archive_are_refused(kari, name):
    assert "which leads out of it" in refusal(kari, zipped((name, GOOD)))


@pytest.mark.parametrize(
    ("kind", "what"), [(stat.S_IFLNK, "a link"), (stat.S_IFIFO, "a device"), (stat.S_IFCHR, "a d")]
)
def test_links_and_devices_are_refused(kari, kind, what):
    problem = refusal(kari, zipped((special("calls.csv", kind), b"/etc/passwd")))

    assert problem.startswith(f"1: the archive holds {what}")


def test_an_encrypted_archive_is_refused(kari):
    content = bytearray(zipped(("calls.csv", GOOD)))
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1

    assert refusal(kari, bytes(content)).startswith("1: the archive is encrypted")


@pytest.mark.parametrize(
    "content",
    [
        gzip.compress(gzip.compress(GOOD)),
        gzip.compress(zipped(("calls.csv", GOOD))),
        zipped(("calls.gz", gzip.compress(GOOD))),
        zipped(("calls.zip", zipped(("calls.csv", GOOD)))),
    ],
    ids=["gzip in gzip", "zip in gzip", "gzip in zip", "zip in zip"],
)
def test_an_archive_in_an_archive_is_refused(kari, content):
    assert refusal(kari, content).startswith("1: the archive holds an archive")


@pytest.mark.parametrize(
    ("start", "kind"), [(b"BZh91AY", "bzip2"), (b"\xfd7zXZ\0x", "xz"), (b"Rar!\x1a", "rar")]
)
def test_what_is_packed_otherwise_is_refused(kari, start, kind):
    assert refusal(kari, start + bytes(99)) == (
        f"1: the file is compressed ({kind}); pack it as gzip or zip, or not at all"
    )


def test_an_empty_archive_is_refused(kari):
    assert refusal(kari, zipped()) == "1: the archive is empty; fetch it again, or leave it out"


def test_several_files_in_an_archive_need_the_sources_word(kari):
    content = zipped(("a.csv", GOOD), ("__MACOSX/._a.csv", b"x"), ("b.csv", OTHER))

    assert refusal(kari, content) == (
        "1: the archive holds 2 files: a.csv, b.csv; "
        "pack each alone, or set many_in_archive of the source"
    )

    kari.source.many_in_archive = True
    kari.source.save()
    taken = take_in_usage(source=kari.source, path=kari.folder / "usage.bin", now=NOW)

    assert [file.imported.rated for file in taken] == [1, 1]
    assert hits() == []


def test_of_several_files_all_are_sound_before_one_is_taken_in(kari):
    kari.source.many_in_archive = True
    kari.source.save()

    problem = refusal(kari, zipped(("a.csv", GOOD), ("b.csv", OTHER + b"A-3")))

    assert problem.endswith("fetch it again once it is complete, or end its last line")
