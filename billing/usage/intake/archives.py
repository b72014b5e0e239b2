"""Packed usage files: gzip and zip, looked through before anything of them is unpacked."""

from __future__ import annotations

import shutil
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import NoReturn

from core.errors import DomainError, InputProblem, InputRefused

# What grows more than this when it is unpacked is made to fill disks; small files may.
RATIO_MAX = 200
RATIO_FREE_BYTES = 32 * 2**20
UNPACKED_BYTES_MAX = 20 * 2**30
MEMBERS_MAX = 1_000
_CHUNK = 2**20
_GZIP, _ZIP, _ZIP_EMPTY = b"\x1f\x8b", b"PK\x03\x04", b"PK\x05\x06"
_STARTS = {
    _GZIP: "gzip",
    _ZIP: "zip",
    _ZIP_EMPTY: "zip",
    b"\xfd7zXZ\x00": "xz",
    b"BZh": "bzip2",
    b"7z\xbc\xaf\x27\x1c": "7z",
    b"Rar!": "rar",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"\x1f\x9d": "compress",
}
_START_BYTES = max(map(len, _STARTS))
_SPECIAL = "the archive holds {} instead of a file"
_GREEDY = (
    "unpacked it would be more than {} times as large as it is, which no usage file is",
    "ask its sender what it is; unpack it by hand if it is right",
)
_LARGE = (
    f"unpacked it would be larger than {UNPACKED_BYTES_MAX // 2**30} GiB",
    "send several smaller files",
)
_CUT_OFF = ("the {} file is cut off or damaged", "fetch it again once it is complete")


@dataclass(frozen=True, slots=True)
class UnpackedFile:
    """A file to take in: where its bytes are, how problems name it, and its own name."""

    path: Path
    shown: str
    name: str


def packed_as(path: Path) -> str:
    """How the file is packed, by its first bytes; empty if it isn't."""
    with path.open("rb") as file:
        return _kind(file.read(_START_BYTES))


@contextmanager
def unpacked(path: Path, *, many: bool) -> Iterator[list[UnpackedFile]]:
    """The usage files of a file: itself, or what a gzip or (if `many`, several) a zip file holds.

    Unpacked files are gone afterwards. Raises `InputRefused` for what can't be unpacked safely or
    whole, before anything of it is stored on disk; `DomainError` where there is no room for it.
    """
    kind = packed_as(path)
    if not kind:
        yield [UnpackedFile(path, str(path), path.name)]
        return
    if kind not in ("gzip", "zip"):
        _refuse(path, f"the file is compressed ({kind})", "pack it as gzip or zip, or not at all")
    with tempfile.TemporaryDirectory(prefix="usage-") as folder:
        if kind == "gzip":
            yield [_unpack_gzip(path, Path(folder))]
        else:
            yield _unpack_zip(path, Path(folder), many=many)


def _kind(start: bytes) -> str:
    return next((kind for begin, kind in _STARTS.items() if start.startswith(begin)), "")


def _refuse(path: Path | str, what: str, remedy: str) -> NoReturn:
    raise InputRefused([InputProblem(str(path), 1, what, remedy)])


def _unpack_gzip(path: Path, folder: Path) -> UnpackedFile:
    size = 0
    for chunk in _gunzipped(path):
        if not size and _kind(chunk):
            _refuse(path, "the archive holds an archive", "pack files once")
        size += len(chunk)
    _need_room(path, folder, size)
    target = folder / "1"
    with target.open("wb") as file:
        for chunk in _gunzipped(path):
            file.write(chunk)
    return UnpackedFile(target, str(path), path.name)


def _gunzipped(path: Path) -> Iterator[bytes]:
    """What a gzip file holds, in chunks; several members one after another are one file."""
    read = made = 0
    unpacker = zlib.decompressobj(wbits=31)
    begun = False
    with path.open("rb") as file:
        while packed := file.read(_CHUNK):
            read += len(packed)
            while packed:
                if unpacker.eof:
                    packed = packed.lstrip(b"\0")
                    if not packed:
                        break
                    unpacker = zlib.decompressobj(wbits=31)
                try:
                    chunk = unpacker.decompress(packed, _CHUNK)
                except zlib.error:
                    _refuse(path, _CUT_OFF[0].format("gzip"), _CUT_OFF[1])
                packed = unpacker.unconsumed_tail or unpacker.unused_data
                begun = True
                made += len(chunk)
                _check_size(path, read, made)
                yield chunk
    if not begun or not unpacker.eof:
        _refuse(path, _CUT_OFF[0].format("gzip"), _CUT_OFF[1])


def _check_size(path: Path | str, packed: int, made: int) -> None:
    if made > RATIO_FREE_BYTES + RATIO_MAX * packed:
        _refuse(path, _GREEDY[0].format(RATIO_MAX), _GREEDY[1])
    if made > UNPACKED_BYTES_MAX:
        _refuse(path, *_LARGE)


def _unpack_zip(path: Path, folder: Path, *, many: bool) -> list[UnpackedFile]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = _members(path, archive, many=many)
            _need_room(path, folder, sum(member.file_size for member in members))
            files = []
            for number, member in enumerate(members, 1):
                target = folder / str(number)
                with archive.open(member) as packed, target.open("wb") as file:
                    shutil.copyfileobj(packed, file, _CHUNK)
                files.append(
                    UnpackedFile(
                        target, f"{path}/{member.filename}", f"{path.name}/{member.filename}"
                    )
                )
            return files
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, KeyError):
        # Damage looks like many things: like a version of the format that Python can't read
        # (NotImplementedError), a name that is no text (ValueError), a file that isn't there.
        _refuse(path, _CUT_OFF[0].format("zip"), _CUT_OFF[1])


def _members(path: Path, archive: zipfile.ZipFile, *, many: bool) -> list[zipfile.ZipInfo]:
    """The files of a zip file, all of them safe to unpack."""
    entries = archive.infolist()
    if len(entries) > MEMBERS_MAX:
        _refuse(path, f"the archive has more than {MEMBERS_MAX:,} entries", "send several archives")
    for entry in entries:
        _check_entry(path, entry)
    _check_places(path, entries)
    _check_size(path, path.stat().st_size, sum(entry.file_size for entry in entries))
    members = [
        entry
        for entry in entries
        if not entry.is_dir() and not entry.filename.startswith("__MACOSX/")
    ]
    names = [member.filename for member in members]
    if not names:
        _refuse(path, "the archive is empty", "fetch it again, or leave it out")
    if len(set(names)) < len(names):
        _refuse(path, "the archive has two files of one name", "give each a name of its own")
    if len(names) > 1 and not many:
        _refuse(
            path,
            f"the archive holds {len(names)} files: {', '.join(names[:5])}",
            "pack each alone, or set many_in_archive of the source",
        )
    for member in members:
        with archive.open(member) as file:
            if _kind(file.read(_START_BYTES)):
                _refuse(path, f"the archive holds an archive, {member.filename}", "pack files once")
    return members


def _check_entry(path: Path, entry: zipfile.ZipInfo) -> None:
    """Refuse names that lead elsewhere, and what is no plain file or folder."""
    name = entry.orig_filename
    parts = PurePosixPath(name.replace("\\", "/")).parts
    if (
        not name.strip()
        or "\\" in name
        or "\0" in name
        or name.startswith("/")
        or ".." in parts
        or ":" in name.partition("/")[0]
    ):
        _refuse(
            path,
            f"the archive has the name {name!r}, which leads out of it",
            "don't unpack it; ask its sender what it is",
        )
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind == stat.S_IFLNK:
        _refuse(path, _SPECIAL.format(f"a link, {name},"), "pack the file itself")
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        _refuse(path, _SPECIAL.format(f"a device, {name},"), "pack the file itself")
    if entry.flag_bits & 0x1:
        _refuse(path, f"the archive is encrypted ({name})", "send it without a password")
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        _refuse(path, f"{name} is packed by a method that is not read here", "use deflate")
    _check_size(path, entry.compress_size, entry.file_size)


def _check_places(path: Path, entries: list[zipfile.ZipInfo]) -> None:
    """Refuse entries that share their bytes: so a small archive holds very much."""
    end = 0
    for entry in sorted(entries, key=lambda each: each.header_offset):
        if entry.header_offset < end:
            _refuse(
                path,
                f"the archive's entries overlap ({entry.filename})",
                "don't unpack it; ask its sender what it is",
            )
        end = entry.header_offset + entry.compress_size


def _need_room(path: Path, folder: Path, size: int) -> None:
    free = shutil.disk_usage(folder).free
    if size > free:
        raise DomainError(
            f"{path}: unpacked it has {size:,} bytes, and {free:,} are free in {folder.parent}; "
            "make room, or set TMPDIR to a larger place."
        )
