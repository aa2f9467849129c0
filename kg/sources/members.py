"""Members of archives: what each is, and which names are left out or refused, whatever the archive."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath

from kg.sources.packed import Damage, Unpacked

UNSAFE = Damage("unsafe-name", "its name leads out of the archive: rename it")
NOT_A_FILE = Damage("not-a-file", "a link or a device in the archive, not a file: pack the file itself")


@dataclass(frozen=True, slots=True)
class Member:
    """One file in an archive: its content, or why it is not read."""

    name: str  # as text that every encoding can write
    content: Unpacked | Damage


def is_left_out(name: str) -> bool:
    """Whether a member is one that systems leave in archives (macOS), or is hidden."""
    parts = name.replace("\\", "/").split("/")
    return parts[0] == "__MACOSX" or any(part.startswith(".") and part != ".." and part != "." for part in parts)


def is_unsafe(name: str) -> bool:
    """Whether a member's name would lead out of the folder that the archive is unpacked in."""
    path = name.replace("\\", "/")
    return path.startswith("/") or path[1:2] == ":" or ".." in PurePosixPath(path).parts


def shown(name: str) -> str:
    """A member's name as text that every encoding can write."""
    return name.encode("utf-8", errors="replace").decode("utf-8")


def words(error: BaseException) -> str:
    """What a library says of an archive, short and on one line."""
    return " ".join(str(error).split())[:100] or type(error).__name__
