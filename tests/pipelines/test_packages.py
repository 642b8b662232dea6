"""Models out of packages: what is a model, what it is, and that the corpus takes what comes out."""

import csv
import io
import struct
import sys
import tarfile
import zipfile
from pathlib import Path

import numpy as np
import pytest
import trimesh

from c3po.dataset.corpus import add_corpus, local_source, read_corpus_manifest
from pipelines import packages


def md2(mesh: trimesh.Trimesh) -> bytes:
    """A Quake II model of one frame; points become bytes of the box around it."""
    low, size = mesh.bounds[0], mesh.extents
    points = np.round((mesh.vertices - low) / size * 255).astype(np.uint8)
    frame = struct.pack("<6f16s", *(size / 255), *low, b"idle")
    frame += np.c_[points, np.zeros(len(points), np.uint8)].tobytes()
    triangles = np.c_[mesh.faces, np.zeros_like(mesh.faces)].astype("<u2").tobytes()
    header = struct.pack("<4s16i", b"IDP2", 8, 0, 0, len(frame), 0, len(points), 0, len(mesh.faces), 0, 1, 0, 0, 68,
                         68 + len(triangles), 0, 0)  # fmt: skip
    return header + triangles + frame


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    folder = tmp_path / "packages"
    folder.mkdir()
    with zipfile.ZipFile(folder / "metaworld-1.2-py3-none-any.whl", "w") as archive:
        archive.writestr("metaworld/peg.md2", md2(trimesh.creation.box((1.0, 2.0, 4.0)).subdivide()))
        archive.writestr("metaworld/again.md2", md2(trimesh.creation.box((1.0, 2.0, 4.0)).subdivide()))
        archive.writestr("metaworld/paper.md2", md2(trimesh.creation.box((1.0, 2.0, 0.01)).subdivide()))
        archive.writestr("metaworld/broken.md2", b"IDP2 and no more")
        archive.writestr("metaworld/readme.txt", "no model")
    return folder


def run(folder: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["packages", str(folder), str(out)])
    assert packages.main() == 0


def test_a_model_comes_out_once_a_hand_long(wheel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(wheel, tmp_path / "out", monkeypatch)
    (row,) = csv.DictReader((tmp_path / "out" / "manifest.csv").read_text().splitlines())
    assert (row["repository"], row["commit"], row["label"]) == ("pypi/metaworld", "1.2-py3-none-any", "benign")
    mesh = trimesh.load(tmp_path / "out" / f"{row['sha256'][:16]}.stl")
    assert mesh.extents == pytest.approx((37.5, 75.0, 150.0), abs=0.5)


def test_the_corpus_takes_the_manifest(wheel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(wheel, tmp_path / "out", monkeypatch)
    entries = read_corpus_manifest(tmp_path / "out" / "manifest.csv")
    report = add_corpus(entries, local_source(tmp_path / "out"), tmp_path / "corpus")
    assert (report.kept, dict(report.left_out)) == (1, {})


def test_an_archive_in_a_package_is_looked_into(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inner, data = io.BytesIO(), md2(trimesh.creation.icosphere())
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("models/weapons/smg/smg.md2", data)
        archive.writestr("models/objects/barrel.md2", md2(trimesh.creation.cylinder(1.0, 3.0)))
        archive.writestr("models/players/soldier.md2", data)
    package = io.BytesIO()
    with tarfile.open(fileobj=package, mode="w") as tree:
        entry = tarfile.TarInfo("./usr/share/games/ufoai/base/0models.pk3")
        entry.size = len(inner.getvalue())
        tree.addfile(entry, io.BytesIO(inner.getvalue()))
    content = package.getvalue()
    members = {"debian-binary": b"2.0\n", "control.tar": _empty_tar(), "data.tar": content}
    folder = tmp_path / "packages"
    folder.mkdir()
    (folder / "ufoai-data_2.5-2_all.deb").write_bytes(_ar(members))
    run(folder, tmp_path / "out", monkeypatch)
    rows = list(csv.DictReader((tmp_path / "out" / "manifest.csv").read_text().splitlines()))
    assert {(Path(row["path"]).name, row["label"]) for row in rows} == {("smg.stl", "gun"), ("barrel.stl", "benign")}


def _empty_tar() -> bytes:
    held = io.BytesIO()
    tarfile.open(fileobj=held, mode="w").close()
    return held.getvalue()


def _ar(members: dict[str, bytes]) -> bytes:
    """A Unix archive, the outer shell of a Debian package."""
    told = b"!<arch>\n"
    for name, content in members.items():
        told += f"{name:<16}{0:<12}{0:<6}{0:<6}{'100644':<8}{len(content):<10}`\n".encode() + content
        told += b"\n" * (len(content) % 2)
    return told


def test_a_folder_without_packages_says_which_are_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["packages", str(tmp_path), str(tmp_path / "out")])
    with pytest.raises(SystemExit, match=r"expected packages \(cube2-data, .*apt-get download"):
        packages.main()
    assert not (tmp_path / "out").exists()


def test_every_pattern_is_of_a_known_package_and_truth() -> None:
    told = packages.truths()
    assert set(told) == set(packages.PACKAGES)
    assert all(told.values())
    known = {"gun", "blade", "benign", packages.LEFT_OUT}
    assert {truth for patterns in told.values() for _, truth in patterns} == known
