"""Where the work runs: in this process, in a pool of processes, or on a Ray cluster. The answers are the same."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import TypeVar

from c3po.errors import ManifestError, UnsupportedError

Task = TypeVar("Task")
Answer = TypeVar("Answer")
ENGINES = ("processes", "ray")


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
        raise ManifestError(
            "workers: expected all to finish, found one killed (out of memory?); run the same command again, "
            "finished files are kept"
        ) from None
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _on_ray(function: Callable[[Task], Answer], tasks: Sequence[Task], workers: int) -> Iterator[Answer]:
    try:
        import ray
    except ImportError:
        raise UnsupportedError("--engine ray: expected Ray, found none; pip install 'c3po[ray]'") from None
    started = not ray.is_initialized()
    if started:
        ray.init(num_cpus=max(1, workers), include_dashboard=False, log_to_driver=False)
    try:
        remote = ray.remote(function)
        waiting = [remote.remote(task) for task in tasks]
        for each in waiting:
            yield _got(ray, each)
    finally:
        if started:
            ray.shutdown()


def _got(ray: object, waiting: object) -> Answer:  # type: ignore[type-var]
    from ray.exceptions import RayTaskError

    try:
        answer: Answer = ray.get(waiting)  # type: ignore[attr-defined]
        return answer
    except RayTaskError as problem:
        raise (problem.cause if isinstance(problem.cause, Exception) else problem) from None
