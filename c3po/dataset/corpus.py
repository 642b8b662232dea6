"""A corpus of real parts by manifest: facts in a CSV, files from a local folder or their public repository.

The manifest holds no designs, only where each file is, under which licence, and its digest. What is kept is written
as STL in millimetres with an ``index.csv`` (file, label, source) that training reads.
"""

import csv
import hashlib
import io
import tempfile
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import MISSING, dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from c3po.containers import members
from c3po.dataset.files import digest_of, written_whole
from c3po.errors import C3poError, ManifestError
from c3po.imaging import is_judgeable, toned, view_stack
from c3po.mesh import joined, read_meshes, write_stl
from c3po.mesh.mesh import Mesh
from c3po.shapes import LABELS
from c3po.solid import mesh_parts

CORPUS_LABELS = (*LABELS, "gun", "benign")
LICENCES = ("CC0", "MIT", "Apache-2.0", "GPL", "LGPL", "AGPL", "BSD", "ISC", "MPL-2.0", "CC-BY-4.0",
            "CC-BY-3.0", "CC-BY-SA", "Unlicense", "CERN-OHL", "Zlib")  # fmt: skip
LARGEST_BYTES = 200_000_000
SAME_PART = 0.03
"""Share of two signatures (toned views) that may differ when two files are one part."""
RAW = "https://raw.githubusercontent.com"
TIMEOUT_S = 60.0


@dataclass(frozen=True)
class CorpusEntry:
    """Where a file is: repository (owner/name), path in it, commit, licence, SHA-256 and label.

    ``converted_sha256`` is that of a copy in another format which is as good, where there is one.
    """

    repository: str
    path: str
    commit: str
    licence: str
    sha256: str
    label: str
    converted_sha256: str = ""


def read_corpus_manifest(path: Path) -> list[CorpusEntry]:
    """The rows of a manifest.

    Raises
    ------
    ManifestError
        A column is missing, or a digest, label, path or licence does not fit; the text names the line.
    """
    names = [field.name for field in fields(CorpusEntry) if field.default is MISSING]
    try:
        with path.open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as problem:
        raise ManifestError(f"{path}: expected a CSV manifest, got {type(problem).__name__}; check the path") from None
    entries = []
    for line, row in enumerate(rows, start=2):
        if None in row or any(row.get(name) is None for name in names):
            raise ManifestError(f"{path}:{line}: expected the columns {','.join(names)}; add what is missing")
        values = {name: row[name].strip() for name in names}
        entry = CorpusEntry(**values, converted_sha256=(row.get("converted_sha256") or "").strip())
        unfit = _unfit(entry)
        if unfit:
            raise ManifestError(f"{path}:{line}: {unfit}")
        entries.append(entry)
    if not entries:
        raise ManifestError(f"{path}: expected at least one row, found none; fill the manifest")
    return entries


def _unfit(entry: CorpusEntry) -> str:
    if entry.label not in CORPUS_LABELS:
        return f"expected a label of {', '.join(CORPUS_LABELS)}, got {entry.label!r}; correct it"
    for digest in filter(None, (entry.sha256 or "none", entry.converted_sha256)):
        if len(digest) != 64 or set(digest) - set("0123456789abcdef"):
            return f"expected a SHA-256 of 64 hex digits, got {digest!r}; correct it"
    if not entry.licence.startswith(LICENCES) or "-NC" in entry.licence or "-ND" in entry.licence:
        return f"expected a free licence ({', '.join(LICENCES)}), got {entry.licence!r}; leave the file out"
    if entry.path.startswith("/") or ".." in entry.path.split("/") or len(entry.repository.split("/")) != 2:
        return f"expected owner/name and a path inside it, got {entry.repository!r} {entry.path!r}; correct it"
    return ""


def local_source(folder: Path) -> Callable[[CorpusEntry], bytes | None]:
    """Finds files by digest anywhere below a folder, whatever they are called there."""
    if not folder.is_dir():
        raise ManifestError(f"{folder}: expected a folder with the files, found none; name another")
    known = {digest_of(path): path for path in sorted(folder.rglob("*")) if path.is_file()}

    def find(entry: CorpusEntry) -> bytes | None:
        path = known.get(entry.sha256) or known.get(entry.converted_sha256)
        return path.read_bytes() if path else None

    return find


def public_source(base: str = RAW) -> Callable[[CorpusEntry], bytes | None]:
    """Fetches files from their public repository at their commit."""

    def fetch(entry: CorpusEntry) -> bytes | None:
        url = f"{base}/{entry.repository}/{entry.commit}/{urllib.parse.quote(entry.path)}"
        try:
            with urllib.request.urlopen(url, timeout=TIMEOUT_S) as answer:
                content: bytes = answer.read(LARGEST_BYTES + 1)
        except (urllib.error.URLError, TimeoutError, ValueError):
            return None
        return content if len(content) <= LARGEST_BYTES else None

    return fetch


@dataclass
class CorpusReport:
    """What became of the rows: files kept, and the others by reason."""

    kept: int
    left_out: Counter[str]


def add_corpus(
    entries: Sequence[CorpusEntry],
    source: Callable[[CorpusEntry], bytes | None],
    out: Path,
    progress: Callable[[str, int, int], None] = lambda step, done, total: None,
) -> CorpusReport:
    """Bring the files of a manifest into ``out``: checked, in millimetres, without near-duplicates.

    Guarantees
    ----------
    - A file is used only when its SHA-256 is one of those in the manifest.
    - Two kept files of one label never look the same from their principal axes.
    - ``index.csv`` is written last and whole; licences stand in ``licences.csv``.
    """
    left_out, kept = Counter[str](), list[tuple[CorpusEntry, str]]()
    signatures: list[NDArray[np.float32]] = []
    for done, entry in enumerate(sorted(entries, key=lambda each: (each.label, each.sha256)), start=1):
        progress("corpus", done, len(entries))
        content = source(entry)
        if content is None:
            left_out["not found"] += 1
        elif hashlib.sha256(content).hexdigest() not in (entry.sha256, entry.converted_sha256):
            left_out["another digest"] += 1
        else:
            reason = _keep(entry, content, out, signatures)
            left_out.update([reason] if reason else [])
            if not reason:
                kept.append((entry, f"{entry.label}/{entry.sha256[:16]}.stl"))
    _write_index(kept, out)
    return CorpusReport(len(kept), left_out)


def _keep(entry: CorpusEntry, content: bytes, out: Path, signatures: list[NDArray[np.float32]]) -> str:
    """Write one file as STL unless it cannot be used or is there already; why not, or an empty text."""
    try:
        meshes = _meshes(entry, content)
        solids = mesh_parts(meshes)
    except C3poError:
        return "not a readable mesh"
    if not solids or is_judgeable(solids[0]) is not None:
        return "too small or thin to judge"
    signature = toned(view_stack(solids[0], 24)[3:])
    if any(float(np.abs(signature - other).sum()) < SAME_PART * float(signature.sum()) for other in signatures):
        return "near-duplicate"
    signatures.append(signature)
    path = out / entry.label / f"{entry.sha256[:16]}.stl"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_stl(joined(meshes), path)
    return ""


def _meshes(entry: CorpusEntry, content: bytes) -> list[Mesh]:
    with tempfile.TemporaryDirectory(prefix="c3po-corpus-") as folder:
        raw = Path(folder) / f"{entry.sha256[:16]}{Path(entry.path).suffix.lower()}"
        raw.write_bytes(content)
        return [mesh for member in members(raw) for mesh in read_meshes(member)]


def _write_index(kept: Sequence[tuple[CorpusEntry, str]], out: Path) -> None:
    licences = [("file", "repository", "path", "commit", "licence", "sha256")]
    licences += [(file, e.repository, e.path, e.commit, e.licence, e.sha256) for e, file in kept]
    written_whole(out / "licences.csv", _csv(licences))
    index = [("file", "label", "source"), *((file, entry.label, entry.repository) for entry, file in kept)]
    written_whole(out / "index.csv", _csv(index))


def _csv(rows: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()


def shipped_manifests() -> Iterator[Path]:
    """Manifests that come with the package."""
    yield from sorted((Path(__file__).parent / "manifests").glob("*.csv"))
