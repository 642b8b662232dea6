"""Many files at once: worker processes, answers in order, and a file that kills its worker told apart."""

import os
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from c3po.errors import ManifestError
from c3po.verdict import Judged, Problem, Screen, judge_file
from c3po.verdict.judging import failed, unanswered
from c3po.verdict.verdict import one_line

if TYPE_CHECKING:  # the machinery of pools takes a twentieth of a second: one file is judged without
    from concurrent.futures import Future, ProcessPoolExecutor

FILES_PER_POOL = 8
"""Fewer files than this are judged in the process itself, unless --jobs asks otherwise."""

_screen: Screen | None = None


def judged_files(
    paths: Sequence[Path],
    network: Path | None,
    policy: Path | None,
    *,
    early: bool,
    evidence: bool,
    jobs: int,
    engine: str = "processes",
) -> Iterator[Judged]:
    """A judged file for every path, in order, as they become ready.

    Parameters
    ----------
    evidence : bool
        Keep the views of the parts.
    jobs : int
        Worker processes; 0 chooses: one per core for many files, none for few.
    engine : str
        ``processes`` of this machine, or ``ray`` for a Ray cluster whose machines see the files at the same paths.
    """
    screen = Screen.open(network, policy)
    n_workers = jobs or ((os.cpu_count() or 1) if len(paths) >= FILES_PER_POOL else 1)
    if engine != "processes":
        if Path("-") in paths:
            raise ManifestError("-: expected files with --engine, got standard input; leave --engine out for it")
        yield from _on_cluster(paths, screen, (network, policy), early, evidence, n_workers, engine)
        return
    if min(n_workers, len(paths)) <= 1:
        for path in paths:
            yield judge_safely(path, screen, early=early, evidence=evidence)
        return
    yield from _pooled(paths, screen, (network, policy), early, evidence, min(n_workers, len(paths)))


def _pooled(
    paths: Sequence[Path],
    screen: Screen,
    opened: tuple[Path | None, Path | None],
    early: bool,
    evidence: bool,
    n_workers: int,
) -> Iterator[Judged]:
    """Answers of a pool; when a worker dies, the next file is tried alone, then the rest goes on in a new pool."""
    from concurrent.futures.process import BrokenProcessPool

    done = 0
    while done < len(paths):
        with _pool(n_workers, opened) as pool:
            asked = [pool.submit(_judge_in_worker, path, early, evidence) for path in paths[done:]]
            try:
                for answer in asked:
                    yield answer.result()
                    done += 1
            except BrokenProcessPool:
                pass
            except BaseException:
                _cancel(asked)
                raise
        if done < len(paths):
            yield _judged_alone(paths[done], screen, opened, early, evidence)
            done += 1


def _on_cluster(
    paths: Sequence[Path],
    screen: Screen,
    opened: tuple[Path | None, Path | None],
    early: bool,
    evidence: bool,
    n_workers: int,
    engine: str,
) -> Iterator[Judged]:
    """Answers of a cluster; a file whose worker dies is tried alone on this machine."""
    from c3po.dataset.engines import ready, run_tasks

    done = 0
    with ready(n_workers, engine):
        while done < len(paths):
            tasks = [(path, opened, early, evidence) for path in paths[done:]]
            try:
                for judged in run_tasks(_judge_anywhere, tasks, n_workers, engine):
                    yield judged
                    done += 1
            except ManifestError:
                yield _judged_alone(paths[done], screen, opened, early, evidence)
                done += 1


def _judge_anywhere(task: tuple[Path, tuple[Path | None, Path | None], bool, bool]) -> Judged:
    path, opened, early, evidence = task
    return judge_safely(path, _opened(*opened), early=early, evidence=evidence)


@cache
def _opened(network: Path | None, policy: Path | None) -> Screen:
    return Screen.open(network, policy)


def _judged_alone(
    path: Path, screen: Screen, opened: tuple[Path | None, Path | None], early: bool, evidence: bool
) -> Judged:
    from concurrent.futures.process import BrokenProcessPool

    with _pool(1, opened) as pool:
        try:
            return pool.submit(_judge_in_worker, path, early, evidence).result()
        except BrokenProcessPool:
            message = f"{path}: expected a verdict, but its process ended; give it more memory or report the file"
            return Judged(failed(unanswered(str(path), screen), Problem("internal", message)), ())


def _cancel(asked: "list[Future[Judged]]") -> None:
    for answer in asked:
        answer.cancel()


def _pool(n_workers: int, opened: tuple[Path | None, Path | None]) -> "ProcessPoolExecutor":
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(n_workers, mp_context=context, initializer=_start, initargs=opened)


def _start(network: Path | None, policy: Path | None) -> None:
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    global _screen
    _screen = Screen.open(network, policy)


def _judge_in_worker(path: Path, early: bool, evidence: bool) -> Judged:
    assert _screen is not None
    return judge_safely(path, _screen, early=early, evidence=evidence)


def judge_safely(path: Path, screen: Screen, *, early: bool = False, evidence: bool = False) -> Judged:
    """`judge_file` of a path or of ``-``, with a fault of ours told as the error ``internal``."""
    from c3po.cli.app import internal
    from c3po.cli.files import standard_input
    from c3po.errors import C3poError

    try:
        if str(path) == "-":
            with standard_input() as spool:
                judged = judge_file(spool, screen, early=early, shown_as="-")
        else:
            judged = judge_file(path, screen, early=early)
    except C3poError as problem:
        judged = Judged(failed(unanswered(str(path), screen), Problem(problem.code, one_line(problem))), ())
    except Exception as problem:
        message = f"{path}: {internal(problem).removeprefix('c3po: ')}"
        judged = Judged(failed(unanswered(str(path), screen), Problem("internal", message)), ())
    return judged if evidence else Judged(judged.verdict, ())
