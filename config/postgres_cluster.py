"""Where a checkout's private PostgreSQL lives, and as whom it runs.

PostgreSQL refuses to run as root and needs every folder above its data to be enterable by its own
user, which a checkout under root's home is not. So for root the data live under /var/tmp and
belong to a service user; for anybody else they live in the checkout itself. The socket's folder
is closed to all other users, since the server trusts whoever reaches the socket.
"""

import fcntl
import hashlib
import os
import pwd
import re
import shutil
import stat
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.postgres_programs import SetupError

SOCKET_NAME = ".s.PGSQL.5432"
_LONGEST_SOCKET_PATH = 100  # the kernel allows 107 bytes
_DATABASE_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")


@dataclass(frozen=True)
class Cluster:
    """The folders of one checkout's private server; `owner` is set when we are root."""

    name: str
    base: Path
    run: Path
    owner: pwd.struct_passwd | None

    @property
    def title(self) -> str:
        """By this we know the processes: root and another user may each have a server here."""
        return f"{self.name}-{os.geteuid()}"

    @property
    def data(self) -> Path:
        return self.base / "data"

    @property
    def socket(self) -> Path:
        return self.run / SOCKET_NAME

    @property
    def log(self) -> Path:
        return self.run / "server.log"

    def as_owner(self) -> dict[str, Any]:
        """Arguments for subprocess.run: the server's user, and nothing of our environment."""
        arguments: dict[str, Any] = {
            "cwd": self.run,
            "env": {"PATH": os.defpath, "LANG": "C.UTF-8", "HOME": str(self.run)},
            "stdin": subprocess.DEVNULL,
        }
        if self.owner is not None:
            arguments |= {
                "user": self.owner.pw_uid,
                "group": self.owner.pw_gid,
                "extra_groups": [],
            }
        return arguments


def cluster_of(checkout: Path) -> Cluster:
    """Return the place of a checkout's server; nothing is created."""
    path = str(checkout.resolve())
    name = f"trunkline-{hashlib.sha256(path.encode()).hexdigest()[:12]}"
    if os.geteuid() == 0:
        base = Path("/var/tmp") / name  # noqa: S108 - checked against squatters when created
        return Cluster(name, base, base / "run", _service_user(base / "data"))
    base = Path(path) / "var" / "postgres"
    run = base / "run"
    if len(str(run / SOCKET_NAME).encode()) > _LONGEST_SOCKET_PATH:
        run = Path("/tmp") / f"{name}-{os.geteuid()}"  # noqa: S108 - the same check
    return Cluster(name, base, run, None)


def database_name() -> str:
    """Return TRUNKLINE_DATABASE_NAME: several databases can live in one private server."""
    name = os.environ.get("TRUNKLINE_DATABASE_NAME") or "trunkline"
    if not _DATABASE_NAME.fullmatch(name):
        raise SetupError(
            f"TRUNKLINE_DATABASE_NAME is '{name}': use small letters, digits and underscores."
        )
    return name


@contextmanager
def locked(cluster: Cluster) -> Iterator[None]:
    """Create the cluster's folders and let one process at a time change what is in them."""
    try:
        _create_folders(cluster)
        descriptor = _lock(cluster.base / "lock")
    except OSError as error:
        raise SetupError(
            f"The private database cannot be kept in {cluster.base}: {error.strerror}."
            " Mend that, or set DATABASE_URL to a server of your own."
        ) from error
    try:
        yield
    finally:
        os.close(descriptor)


def new_owned_folder(cluster: Cluster, path: Path) -> None:
    """Create a folder that only the server's user (and root) may enter."""
    path.mkdir(mode=0o700)
    if cluster.owner is not None:
        os.chown(path, cluster.owner.pw_uid, cluster.owner.pw_gid)


def delete_folders(cluster: Cluster) -> None:
    """Remove all that the cluster kept; the server must have stopped."""
    for path in (cluster.run, cluster.base):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)


def _create_folders(cluster: Cluster) -> None:
    cluster.base.parent.mkdir(parents=True, exist_ok=True)
    if not cluster.base.exists():
        cluster.base.mkdir(mode=0o700, exist_ok=True)
    _refuse_strangers(cluster.base, os.geteuid())
    cluster.base.chmod(0o711 if cluster.owner is not None else 0o700)
    if not cluster.run.exists():
        with suppress(FileExistsError):  # another process was quicker
            new_owned_folder(cluster, cluster.run)
    if cluster.owner is None:
        _refuse_strangers(cluster.run, os.geteuid())


def _refuse_strangers(path: Path, owner: int) -> None:
    """In a folder that all may write to, somebody else may have put his own under our name."""
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner:
        raise SetupError(f"{path} belongs to somebody else: remove it, or set DATABASE_URL.")


def _lock(path: Path) -> int:
    while True:
        flags = os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC
        descriptor = os.open(path, flags, 0o600)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        if path.exists() and os.fstat(descriptor).st_ino == path.stat().st_ino:
            return descriptor
        os.close(descriptor)  # deleted by whoever held it before us
        path.parent.mkdir(exist_ok=True)


def _service_user(data: Path) -> pwd.struct_passwd:
    """Return who owns the data; before there are any, the best user this machine has."""
    if data.exists():
        try:
            return pwd.getpwuid(data.stat().st_uid)
        except KeyError as error:
            raise SetupError(f"{data} belongs to a user that is gone: run 'make clean'.") from error
    for name in ("postgres", "trunkline"):
        user = _user(name)
        if user is not None:
            return user
    add = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", "trunkline"]
    if shutil.which("useradd"):
        subprocess.run(add, capture_output=True, check=False)
    user = _user("trunkline") or _user("nobody")
    if user is None:
        raise SetupError("No user to run PostgreSQL as: create one named 'trunkline'.")
    return user


def _user(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None
