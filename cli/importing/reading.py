"""Reads a file to import: the neutral format, or GitLab's; says clearly what is wrong with it."""

import json
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from cli.importing import gitlab
from cli.importing.gitlab import Converted, NotThisShape
from cli.importing.neutral import FORMAT, ImportFile, complaints
from local.problems import LocalProblem

SHOWN = 5
DEEP_STACK = 512 * 1024 * 1024
"""Bytes of address space, of which only what is used is taken."""
DEEP = 500_000
"""Frames that may be open while a deep file is read."""


def read(path: Path) -> Converted:
    """What the file holds. Raises LocalProblem."""
    document = _document(path)
    if "format" in document:
        return Converted(_neutral(path, document), [])
    if gitlab.is_gitlab(document):
        return _converted(path, document)
    raise _wrong(
        path,
        [
            f"it has neither a `format` ({FORMAT}, see docs/import-format.md) nor the "
            "`cycle` and `objectives` of a GitLab quarter"
        ],
    )


def _document(path: Path) -> dict[str, Any]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as failure:
        raise LocalProblem(f"{path} can't be read: {failure.strerror}.") from failure
    except UnicodeDecodeError as failure:
        raise _wrong(path, [f"it is not UTF-8 (byte {failure.start})"]) from failure
    try:
        document = _parsed(text)
    except json.JSONDecodeError as failure:
        where = f"line {failure.lineno}, column {failure.colno}"
        raise _wrong(path, [f"it is not JSON: {failure.msg} ({where})"]) from failure
    except (ValueError, RecursionError, MemoryError) as failure:
        raise _wrong(path, [f"it is not JSON that can be read: {failure}"]) from failure
    if not isinstance(document, dict):
        raise _wrong(path, ["it is not a JSON object"])
    return document


def _parsed(text: str) -> Any:
    try:
        return json.loads(text, parse_constant=_no_constant)
    except RecursionError:
        # The parser of the standard library recurses for every level of a tree.
        return _with_a_deep_stack(lambda: json.loads(text, parse_constant=_no_constant))


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not a number of JSON")


def _with_a_deep_stack(work: Callable[[], Any]) -> Any:
    done: list[Any] = []
    failed: list[Exception] = []

    def run() -> None:
        try:
            done.append(work())
        except Exception as failure:
            failed.append(failure)

    limit, size = sys.getrecursionlimit(), threading.stack_size(DEEP_STACK)
    sys.setrecursionlimit(DEEP)
    try:
        thread = threading.Thread(target=run)
        thread.start()
        thread.join()
    finally:
        sys.setrecursionlimit(limit)
        threading.stack_size(size)
    if failed:
        raise failed[0]
    return done[0]


def _neutral(path: Path, document: dict[str, Any]) -> ImportFile:
    if document["format"] != FORMAT:
        raise _wrong(path, [f"its format is {document['format']!r}; this takes {FORMAT}"])
    try:
        file = ImportFile.model_validate(document)
    except ValidationError as failure:
        raise _wrong(path, [_placed(error) for error in failure.errors()]) from None
    found = list(complaints(file))
    if found:
        raise _wrong(path, found)
    return file


def _placed(error: Any) -> str:
    return f"{'.'.join(str(part) for part in error['loc'])}: {error['msg']}"


def _converted(path: Path, document: dict[str, Any]) -> Converted:
    try:
        return gitlab.convert(document)
    except NotThisShape as wrong:
        raise _wrong(path, [str(wrong)]) from None
    except ValidationError as failure:
        raise _wrong(path, [_placed(error) for error in failure.errors()]) from None


def _wrong(path: Path, found: list[str]) -> LocalProblem:
    shown = "; ".join(found[:SHOWN])
    more = f"; and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
    return LocalProblem(f"{path} can't be imported: {shown}{more}.")
