"""Files that appear whole or not at all, room on the disk, and the stamp that says whose files a folder holds."""

import hashlib
import os
import shutil
from pathlib import Path

from c3po.errors import ManifestError

STAMP = "_plan.sha256"  # pandas and pyarrow pass over names that begin so


def written_whole(path: Path, content: bytes) -> None:
    """Write under a temporary name, then rename."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    try:
        partial.write_bytes(content)
        os.replace(partial, path)
    except OSError as problem:
        partial.unlink(missing_ok=True)
        raise ManifestError(f"{path}: expected to write, got {problem.strerror}; free some room") from None


def digest_of(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def check_room(folder: Path, needed_bytes: int) -> None:
    """Raise ManifestError unless the disk of ``folder`` has room."""
    folder.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(folder).free
    if free < needed_bytes:
        raise ManifestError(
            f"{folder}: expected {needed_bytes / 1e9:.2f} GB of room, found {free / 1e9:.2f} GB; "
            "free some or choose another disk"
        )


def claim(folder: Path, digest: str, *, replace: bool = False) -> None:
    """Mark a folder as holding the files of one plan; half-written files of a killed run are swept away.

    Raises
    ------
    ManifestError
        It holds those of another plan and ``replace`` is false.
    """
    stamp = folder / STAMP
    if folder.exists() and stamp.exists() and stamp.read_text("ascii", "replace") != digest:
        if not replace:
            raise ManifestError(f"{folder}: expected files of this plan, found those of another; delete the folder")
        shutil.rmtree(folder)
    elif folder.exists() and not stamp.exists() and any(folder.iterdir()):
        raise ManifestError(f"{folder}: expected an empty folder or a data set, found other files; choose another")
    folder.mkdir(parents=True, exist_ok=True)
    for partial in folder.rglob("*.partial"):
        partial.unlink(missing_ok=True)
    written_whole(stamp, digest.encode())
