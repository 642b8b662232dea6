"""Where the work runs does not change what comes out, and a worker that dies is told in words."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from c3po.dataset import engines
from c3po.dataset.building import build
from c3po.dataset.files import digest_of
from c3po.dataset.plan import DatasetPlan
from c3po.errors import ManifestError, MeshError, UnsupportedError


def digests(folder: Path) -> dict[str, str]:
    return {path.relative_to(folder).as_posix(): digest_of(path) for path in folder.rglob("*") if path.is_file()}


def _fail(task: int) -> int:
    if task == 2:
        raise MeshError("part 2: expected faces, got none; draw some")
    return task


def _die(task: int) -> int:
    if task == 3:
        os._exit(9)
    return task


def test_two_workers_make_the_same_bytes_as_one(built: Path, tiny: DatasetPlan, tmp_path: Path) -> None:
    build(tiny, tmp_path / "again", workers=2)
    assert digests(tmp_path / "again") == digests(built)


@pytest.mark.parametrize("workers", [1, 2])
def test_answers_come_in_the_order_of_the_tasks(workers: int) -> None:
    assert list(engines.run_tasks(abs, [-3, 1, -2], workers)) == [3, 1, 2]


@pytest.mark.parametrize("workers", [1, 2])
def test_an_error_of_a_task_arrives_as_it_was(workers: int) -> None:
    with pytest.raises(MeshError, match="part 2: expected faces"):
        list(engines.run_tasks(_fail, [1, 2, 3], workers))


def test_a_killed_worker_is_told_in_words() -> None:
    with pytest.raises(ManifestError, match="workers: expected all to finish, found one killed"):
        list(engines.run_tasks(_die, list(range(6)), workers=2))


def test_an_unknown_engine_names_the_known() -> None:
    with pytest.raises(UnsupportedError, match="--engine: expected one of processes, ray, got slurm"):
        list(engines.run_tasks(_die, [1], engine="slurm"))


def test_without_ray_its_name_and_its_extra_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "ray", None)
    with pytest.raises(UnsupportedError, match=r"--engine ray: expected Ray, found none; pip install 'c3po\[ray\]'"):
        list(engines.run_tasks(abs, [1], engine="ray"))


@pytest.fixture(scope="module")
def cluster() -> Iterator[None]:
    """A local Ray cluster of two workers, for all tests of this module."""
    pytest.importorskip("ray", reason="Ray is not installed; pip install 'c3po[ray]'")
    with engines.ready(2, "ray"):
        yield


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.filterwarnings("ignore")  # Ray's own
def test_a_ray_cluster_of_two_makes_the_same_bytes(
    cluster: None, built: Path, tiny: DatasetPlan, tmp_path: Path
) -> None:
    build(tiny, tmp_path / "again", workers=2, engine="ray")
    assert digests(tmp_path / "again") == digests(built)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # Ray's own
def test_on_ray_too_errors_arrive_as_they_were_and_killed_workers_are_told(cluster: None) -> None:
    with pytest.raises(MeshError, match="part 2: expected faces"):
        list(engines.run_tasks(_fail, [1, 2, 3], 2, "ray"))
    with pytest.raises(ManifestError, match="workers: expected all to finish, found one killed"):
        list(engines.run_tasks(_die, list(range(6)), 2, "ray"))


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # Ray's own
def test_a_ray_cluster_judges_files_as_this_machine_does(cluster: None, built: Path, tmp_path: Path) -> None:
    from c3po.cli.workers import judged_files

    paths = [*sorted((built / "toolpaths").glob("*.gcode.gz"))[:5], tmp_path / "none.gcode"]
    how: dict = {"early": False, "evidence": False, "jobs": 2}
    here, there = (list(judged_files(paths, None, None, engine=engine, **how)) for engine in ("processes", "ray"))

    def told(answers: list) -> list[dict]:
        return [answer.verdict.to_json() | {"elapsed_s": None} for answer in answers]

    assert told(there) == told(here)
    assert there[-1].verdict.error is not None
