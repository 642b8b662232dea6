import csv
import hashlib
from pathlib import Path

import numpy as np
import pytest

from c3po.dataset.adding import add_folder
from c3po.dataset.corpus import (
    CorpusEntry,
    add_corpus,
    local_source,
    public_source,
    read_corpus_manifest,
    shipped_manifests,
)
from c3po.dataset.plan import DatasetPlan
from c3po.errors import ManifestError
from c3po.mesh import write_stl
from c3po.mesh.mesh import Mesh
from c3po.shapes import FAMILIES
from c3po.slicing import SlicerSettings, slice_mesh

ROW = "a/b,parts/x.stl,{commit},MIT,{digest},benign"
HEAD = "repository,path,commit,licence,sha256,label\n"


def table(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.fixture
def meshes(tmp_path: Path) -> Path:
    """Two different parts, one of them twice in another size and name."""
    folder = tmp_path / "meshes"
    (folder / "deep").mkdir(parents=True)
    names = sorted(FAMILIES)
    one, two = (FAMILIES[name].generate(np.random.default_rng(1)) for name in (names[0], names[-1]))
    write_stl(one, folder / "one.stl")
    write_stl(Mesh(one.vertices_mm * 1.5, one.faces), folder / "deep" / "same.stl")
    write_stl(two, folder / "deep" / "two.stl")
    return folder


def entries_of(folder: Path, label: str = "benign") -> list[CorpusEntry]:
    return [
        CorpusEntry("a/b", path.name, "c" * 40, "MIT", hashlib.sha256(path.read_bytes()).hexdigest(), label)
        for path in sorted(folder.rglob("*.stl"))
    ]


def test_files_are_found_by_digest_and_twins_are_left_out(meshes: Path, tmp_path: Path) -> None:
    out = tmp_path / "corpus"
    report = add_corpus(entries_of(meshes), local_source(meshes), out)
    assert report.kept == 2
    assert report.left_out == {"near-duplicate": 1}
    rows = table(out / "index.csv")
    assert {row["label"] for row in rows} == {"benign"}
    assert all((out / row["file"]).is_file() and row["source"] == "a/b" for row in rows)
    licences = table(out / "licences.csv")
    assert [row["licence"] for row in licences] == ["MIT", "MIT"]


def test_training_reads_the_index(meshes: Path, tmp_path: Path) -> None:
    pytest.importorskip("torch")
    from c3po.networks.corpus import read_corpus

    add_corpus(entries_of(meshes, "gun"), local_source(meshes), tmp_path / "corpus")
    parts = read_corpus(tmp_path / "corpus" / "index.csv")
    assert {part.label for part in parts} == {"gun"}
    assert all(part.path.is_file() for part in parts)


def test_a_file_with_another_digest_is_not_used(meshes: Path, tmp_path: Path) -> None:
    entries = entries_of(meshes)
    report = add_corpus(entries, lambda entry: b"solid other\nendsolid\n", tmp_path / "corpus")
    assert (report.kept, report.left_out) == (0, {"another digest": 3})
    nothing = add_corpus(entries, lambda entry: None, tmp_path / "corpus")
    assert nothing.left_out == {"not found": 3}


def test_files_come_from_their_repository_at_their_commit(meshes: Path, tmp_path: Path) -> None:
    entries = entries_of(meshes)
    for entry in entries:
        place = tmp_path / "web" / entry.repository / entry.commit / entry.path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(next(meshes.rglob(entry.path)).read_bytes())
    report = add_corpus(entries, public_source((tmp_path / "web").as_uri()), tmp_path / "corpus")
    assert report.kept == 2
    gone = add_corpus(entries, public_source((tmp_path / "no").as_uri()), tmp_path / "corpus")
    assert gone.left_out == {"not found": 3}


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (ROW.format(commit="c", digest="f" * 63), "expected a SHA-256 of 64 hex digits"),
        (ROW.format(commit="c", digest="f" * 64).replace("MIT", "CC-BY-NC-4.0"), "expected a free licence"),
        (ROW.format(commit="c", digest="f" * 64).replace("MIT", "unknown"), "expected a free licence"),
        (ROW.format(commit="c", digest="f" * 64).replace("benign", "nice"), "expected a label of handgun, "),
        (ROW.format(commit="c", digest="f" * 64).replace("parts/", "../"), "expected owner/name and a path inside it"),
        ("a/b,c", "expected the columns repository,path,commit,licence,sha256,label"),
    ],
)
def test_a_row_that_does_not_fit_says_why(tmp_path: Path, row: str, words: str) -> None:
    path = tmp_path / "m.csv"
    path.write_text(HEAD + row + "\n")
    with pytest.raises(ManifestError) as problem:
        read_corpus_manifest(path)
    assert str(problem.value).startswith(f"{path}:2: {words}")


def test_the_shipped_manifests_can_be_read() -> None:
    paths = list(shipped_manifests())
    assert paths
    for path in paths:
        assert len(read_corpus_manifest(path)) > 100


def test_own_parts_are_added_as_shards(meshes: Path, tmp_path: Path) -> None:
    from c3po.dataset.shards import read_shard

    name = sorted(FAMILIES)[0]
    mesh = FAMILIES[name].generate(np.random.default_rng(5))
    small = Mesh(mesh.vertices_mm * (15 / np.ptp(mesh.bounds_mm, axis=0).max()), mesh.faces)
    (meshes / "job.gcode").write_bytes(slice_mesh(small, SlicerSettings()))
    (meshes / "notes.txt").write_text("not a part")
    plan = DatasetPlan(sizes_px=(28,), rotations=2)
    images, refused = add_folder(meshes, "bracket", tmp_path / "set", plan)
    shard = read_shard(tmp_path / "set" / "own" / "projections_28" / "bracket-meshes.parquet")
    assert images == shard.num_rows == 4 * 2 * 3
    assert len(refused) == 1
    assert set(shard.column("family").to_pylist()) == {"own-meshes"}


def test_adding_nothing_usable_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(ManifestError, match="expected meshes or G-code, found none that can be used"):
        add_folder(tmp_path / "empty", "tool", tmp_path / "set", DatasetPlan())
    with pytest.raises(ManifestError, match=r"--label: expected one of handgun, .*, got hat; choose one"):
        add_folder(tmp_path / "empty", "hat", tmp_path / "set", DatasetPlan())
