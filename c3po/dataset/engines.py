"""Where the work runs: in this process, in a pool of processes, or on a Ray cluster. The answers are the same."""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import TypeVar

from c3po.errors import ManifestError, UnsupportedError

Task = TypeVar("Task")
Answer = TypeVar("Answer")
ENGINES = ("processes", "ray")
_KILLED = (
    "workers: expected all to finish, found one killed (out of memory?); run the same command again, "
    "finished files are kept"
)


def run_tasks(
    function: Callable[[Task], Answer], tasks: Sequence[Task], workers: int = 1, engine: str = "processes"
) -> Iterator[Answer]:
    """Answers in the order of the tasks.

    Raises
    ------
    ManifestError
        A worker was killed.
    UnsupportedError
        Ray is asked for and not installed, or the engine is unknown.
    """
    if engine not in ENGINES:
        raise UnsupportedError(f"--engine: expected one of {', '.join(ENGINES)}, got {engine}")
    if engine == "ray":
        yield from _on_ray(function, tasks, workers)
    elif workers <= 1 or len(tasks) <= 1:
        yield from map(function, tasks)
    else:
        yield from _in_processes(function, tasks, workers)


def _in_processes(function: Callable[[Task], Answer], tasks: Sequence[Task], workers: int) -> Iterator[Answer]:
    pool = ProcessPoolExecutor(workers)
    try:
        yield from pool.map(function, tasks)
    except BrokenProcessPool:
        raise ManifestError(_KILLED) from None
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def ready(workers: int, engine: str) -> Iterator[None]:
    """Ray started once for several `run_tasks`, and stopped at the end; a cluster that runs already is used and stays.

    A cluster of several machines needs the folders of the tasks at the same path on all of them.
    """
    if engine != "ray":
        yield
        return
    try:
        import ray
    except ImportError:
        raise UnsupportedError("--engine ray: expected Ray, found none; pip install 'c3po[ray]'") from None
    if ray.is_initialized():
        yield
        return
    if "RAY_ADDRESS" in os.environ:
        ray.init(log_to_driver=False)
    else:
        ray.init(num_cpus=max(1, workers), include_dashboard=False, log_to_driver=False)
    try:
        yield
    finally:
        ray.shutdown()


def _on_ray(function: Callable[[Task], Answer], tasks: Sequence[Task], workers: int) -> Iterator[Answer]:
    with ready(workers, "ray"):
        import ray
        from ray.exceptions import RayTaskError, WorkerCrashedError

        remote = ray.remote(max_retries=0)(function)
        waiting = [remote.remote(task) for task in tasks]
        for each in waiting:
            try:
                yield ray.get(each)
            except RayTaskError as problem:
                raise (problem.cause if isinstance(problem.cause, Exception) else problem) from None
            except WorkerCrashedError:
                raise ManifestError(_KILLED) from None
