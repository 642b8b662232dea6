import dataclasses
import errno
import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from c3po.dataset import jobs
from c3po.dataset.building import TOOLPATHS, build, write_index
from c3po.dataset.checking import counts, verify
from c3po.dataset.files import check_room, digest_of
from c3po.dataset.manifest import Entry, read_manifest
from c3po.dataset.plan import DatasetPlan
from c3po.dataset.shards import schema
from c3po.dataset.viewing import arrays, contact_sheet, export, films
from c3po.errors import ManifestError
from c3po.shapes import FAMILIES, LABELS


def digests(folder: Path) -> dict[str, str]:
    return {path.relative_to(folder).as_posix(): digest_of(path) for path in folder.rglob("*") if path.is_file()}


def copied(folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(folder, tmp_path / "copy"))


def test_an_interrupted_build_goes_on_to_the_same_bytes(built: Path, tiny: DatasetPlan, tmp_path: Path) -> None:
    folder = copied(built, tmp_path)
    lost = sorted(folder.rglob("*.parquet"))[::2] + sorted(folder.rglob("*.json"))[1::3]
    assert len(lost) > 4
    for path in lost:
        path.unlink()
    (folder / "sequences" / "train-00000-of-00009.parquet.123.partial").write_bytes(b"half")
    build(tiny, folder)
    assert digests(folder) == digests(built)


def test_what_was_built_passes_its_check(built: Path, tiny: DatasetPlan) -> None:
    images = verify(built)
    assert images["projections_28"] == tiny.n_projections
    assert tiny.parts * 2 <= images["sequences"] <= tiny.n_sequences


def test_a_table_reads_as_one_with_pandas(built: Path, tiny: DatasetPlan) -> None:
    import pandas as pd

    frame = pd.read_parquet(built / "projections_28")
    assert len(frame) == tiny.n_projections
    assert frame["image"][0]["bytes"][:4] == b"\x89PNG"
    assert set(frame["split"]) == {entry.split for entry in read_manifest(built / "manifest.csv")} >= {"train", "test"}
    features = json.loads(schema("projections_28").metadata[b"huggingface"])["info"]["features"]
    assert features["label"] == {"names": list(LABELS), "_type": "ClassLabel"}
    assert features["image"] == {"_type": "Image"}
    assert set(features) == set(frame.columns)


@pytest.mark.filterwarnings("ignore")  # of the reader
def test_the_folder_loads_with_hugging_face_datasets(
    built: Path, tiny: DatasetPlan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HOME", str(tmp_path))
    datasets = pytest.importorskip("datasets", reason="pip install datasets")
    read = datasets.load_dataset(str(built), "sequences", cache_dir=str(tmp_path))
    assert set(read) == {entry.split for entry in read_manifest(built / "manifest.csv")} >= {"train", "test"}
    row = read["test"][0]
    assert row["image"].size == (tiny.camera_px, tiny.camera_px)
    assert read["test"].features["label"].names == list(LABELS)
    assert sum(len(split) for split in read.values()) == verify(built)["sequences"]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of the validator's own parser
def test_the_description_validates_as_croissant(built: Path) -> None:
    croissant = pytest.importorskip("mlcroissant")
    import logging

    logging.disable(logging.WARNING)
    try:
        described = croissant.Dataset(jsonld=json.loads((built / "croissant.json").read_text()))
        assert not described.metadata.issues.errors
        assert {record.uuid for record in described.metadata.record_sets} == {"projections_28", "sequences"}
    finally:
        logging.disable(logging.NOTSET)


def test_contents_tell_images_apart_and_not_how_they_are_packed(built: Path, tiny: DatasetPlan, tmp_path: Path) -> None:
    folder = copied(built, tmp_path)
    shard = sorted((folder / "sequences").glob("*.parquet"))[0]
    table = pq.read_table(shard)
    pq.write_table(table, shard, compression="none")
    before, after = json.loads((built / "dataset.json").read_text()), write_index(tiny, folder)
    assert after["files"] != before["files"]
    assert after["contents"] == before["contents"]
    pq.write_table(table.slice(1), shard)
    assert write_index(tiny, folder)["contents"]["sequences"] != before["contents"]["sequences"]


def test_the_card_counts_what_is_there(built: Path, tiny: DatasetPlan) -> None:
    text = (built / "README.md").read_text()
    assert f"| projections_28 | {tiny.n_projections} |" in text
    assert "license: apache-2.0" in text
    found = counts(built)["projections_28"]
    for label, count in found["label"].items():
        assert f"| {label} | {count} |" in text


@pytest.mark.parametrize("damage", ["cut", "changed", "gone"])
def test_a_corrupt_shard_is_named(built: Path, tmp_path: Path, damage: str) -> None:
    folder = copied(built, tmp_path)
    shard = sorted((folder / "sequences").glob("*.parquet"))[0]
    content = bytearray(shard.read_bytes())
    content[len(content) // 2] ^= 0xFF
    if damage == "gone":
        shard.unlink()
    else:
        shard.write_bytes(content if damage == "changed" else content[:100])
    with pytest.raises(ManifestError) as problem:
        verify(folder)
    assert str(problem.value).startswith(f"{shard}: expected ")


def test_a_changed_toolpath_is_found_before_it_is_used(built: Path, tiny: DatasetPlan, tmp_path: Path) -> None:
    import gzip

    folder = copied(built, tmp_path)
    toolpath = sorted((folder / TOOLPATHS).glob("*.gcode.gz"))[0]
    toolpath.write_bytes(gzip.compress(b"G1 X1 E1\n", mtime=0))
    for shard in folder.rglob("*.parquet"):
        shard.unlink()
    with pytest.raises(ManifestError, match=r"gcode\.gz: expected SHA-256"):
        build(tiny, folder)
    assert not list(folder.rglob("*.partial"))


def test_another_plan_is_not_mixed_in(built: Path, tiny: DatasetPlan, tmp_path: Path) -> None:
    folder = copied(built, tmp_path)
    with pytest.raises(ManifestError, match="expected files of this plan, found those of another; delete the folder"):
        build(dataclasses.replace(tiny, seed=1), folder)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("dear")
    with pytest.raises(ManifestError, match="expected an empty folder or a data set, found other files"):
        build(tiny, tmp_path / "mine")
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "dear"


def test_a_disk_that_fills_up_leaves_no_half_file_and_the_build_goes_on_afterwards(
    built: Path, tiny: DatasetPlan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, room = Path.write_bytes, [40_000]

    def short_of_room(self: Path, content: bytes) -> int:
        room[0] -= len(content)
        if room[0] < 0:
            whole(self, content[: len(content) // 2])
            raise OSError(errno.ENOSPC, "No space left on device")
        return whole(self, content)

    folder = tmp_path / "set"
    monkeypatch.setattr(Path, "write_bytes", short_of_room)
    with pytest.raises(ManifestError, match="expected to write, got No space left on device; free some room"):
        build(tiny, folder)
    monkeypatch.undo()
    kept = digests(folder)
    assert kept
    assert kept.items() <= digests(built).items()
    build(tiny, folder)
    assert digests(folder) == digests(built)


def test_a_build_killed_in_the_middle_goes_on_to_the_same_bytes(built: Path, tiny: DatasetPlan, tmp_path: Path) -> None:
    folder = tmp_path / "set"
    program = (
        "import os, sys; from pathlib import Path; from c3po.dataset.building import build\n"
        "from c3po.dataset.plan import plan_from; import json\n"
        "def stop(step, done, total):\n"
        "    if (step, done) == ('projections', 6): os.kill(os.getpid(), 9)\n"
        "build(plan_from(json.loads(sys.argv[2]), 'x'), Path(sys.argv[1]), progress=stop)\n"
    )
    values = json.dumps(dataclasses.asdict(tiny))
    ended = subprocess.run([sys.executable, "-c", program, str(folder), values], check=False)
    assert ended.returncode == -9
    assert not (folder / "dataset.json").exists()
    assert list(folder.rglob("*.parquet"))
    build(tiny, folder)
    assert digests(folder) == digests(built)


def test_a_full_disk_is_told_before_anything_is_made(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match=r"expected 1000000000\.00 GB of room, found .* GB; free some"):
        check_room(tmp_path / "set", 10**18)
    assert list((tmp_path / "set").iterdir()) == []


def test_a_family_that_prints_nothing_is_named(monkeypatch: pytest.MonkeyPatch, tiny: DatasetPlan) -> None:
    monkeypatch.setattr(jobs, "solid_of", lambda gcode: None)
    name = sorted(FAMILIES)[0]
    entry = Entry(0, f"{name}-0", name, FAMILIES[name].label, "train")
    with pytest.raises(ManifestError) as problem:
        jobs.make_job(entry, tiny)
    assert str(problem.value) == (
        f"family {name}: expected a printable part in 12 draws, got none (no material); leave it out"
    )


def test_arrays_pictures_and_files_show_the_same_images(built: Path, tmp_path: Path) -> None:
    from PIL import Image

    columns = arrays(built, "projections_28", "test")
    assert columns["images"].shape[1:] == (28, 28)
    assert export(built, "projections_28", tmp_path / "png", "test") == len(columns["labels"])
    first = next(iter(sorted((tmp_path / "png" / "test").rglob("*.png"))))
    assert first.parent.name in LABELS
    assert export(built, "projections_28", tmp_path / "set.npz", "test") == len(columns["labels"])
    with np.load(tmp_path / "set.npz") as kept:
        np.testing.assert_array_equal(kept["images"], columns["images"])
    contact_sheet(built, "sequences", tmp_path / "sheet.png")
    with Image.open(tmp_path / "sheet.png") as sheet:
        assert np.asarray(sheet).max() > 100


def test_an_unknown_table_names_the_known(built: Path, tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match="expected a table of projections_28, sequences, got faces"):
        export(built, "faces", tmp_path / "x")


def test_a_film_is_the_growing_print_of_one_camera(built: Path, tiny: DatasetPlan) -> None:
    table = films(built, 3, 1)
    assert table["images"].shape == (tiny.parts, 3, tiny.camera_px, tiny.camera_px)
    assert set(table["view"]) == {"camera_00"}
    rows = arrays(built, "sequences")
    for film, part in zip(table["images"], table["part"], strict=True):
        own = rows["images"][(rows["part"] == part) & (rows["view"] == "camera_00")]
        np.testing.assert_array_equal(film[[0, -1]], own[[0, -1]])
