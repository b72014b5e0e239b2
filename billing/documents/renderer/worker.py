"""A process that turns HTML into PDF and can do nothing else: no settings, no database, limits.

    python -m billing.documents.renderer.worker MEMORY_BYTES FILE_BYTES

Reads jobs from standard input and answers on standard output, in frames: a JSON head, then the
PDF. It is started with an empty environment, imports no Django, and ends when its input ends.
"""

from __future__ import annotations

import base64
import json
import os
import signal
import sys
from typing import Any, BinaryIO

from billing.documents.renderer.frames import frame, read_frame
from billing.documents.renderer.limits import limit_processor_time, limit_this_process


def main(arguments: list[str]) -> int:
    """Serve jobs until the input ends; the first answer says whether the libraries are there."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the application's to handle
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever prints can't break a frame
    limit_this_process(int(arguments[0]), int(arguments[1]))
    try:
        from billing.documents.renderer.printer import Printer

        printer = Printer()
    except (ImportError, OSError) as error:
        _answer(answers, {"error": f"{error}"})
        return 1
    _answer(answers, {"ready": True})
    while (job := read_frame(sys.stdin.buffer)) is not None:
        _serve(printer, json.loads(job), answers)
    return 0


def _serve(printer: Any, job: dict[str, Any], answers: BinaryIO) -> None:
    from billing.documents.renderer.fetcher import Resource

    limit_processor_time(job["cpu_seconds"])
    resources = {
        key: Resource(base64.b64decode(content), media_type)
        for key, (content, media_type) in job["resources"].items()
    }
    identifier = bytes.fromhex(job["identifier"])
    try:
        pdf, pages = printer.print(job["html"], job["style"], resources, identifier)
    except MemoryError:
        _answer(answers, {"error": "it needed more memory than a document may have"})
    except Exception as error:  # noqa: BLE001 – whatever breaks one document is its answer
        _answer(answers, {"error": f"{type(error).__name__}: {error}"[:500]})
    else:
        _answer(answers, {"pages": pages})
        answers.write(frame(pdf))
        answers.flush()


def _answer(answers: BinaryIO, head: dict[str, Any]) -> None:
    answers.write(frame(json.dumps(head).encode()))
    answers.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
