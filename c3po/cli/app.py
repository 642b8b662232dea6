"""The ``c3po`` command: which module owns which command, and what becomes of errors.

A command's module is imported when it is called, so that `c3po classify` starts without the rest. Exit codes: 0 all
clear, 1 a weapon, 2 an error, 3 a review; 130 after Ctrl-C.
"""

import importlib
import importlib.util
import os
import sys
from collections.abc import Sequence
from typing import Any

import typer

from c3po.errors import C3poError

COMMANDS = {
    "classify": "c3po.cli.classify",
    "render": "c3po.cli.render",
    "watch": "c3po.cli.watch",
    "evaluate": "c3po.cli.evaluate",
    "train": "c3po.cli.train",
    "dataset": "c3po.cli.dataset",
    "compress": "c3po.cli.compress",
    "calibrate": "c3po.cli.calibrate",
    "pack": "c3po.cli.pack",
    "inspect": "c3po.cli.inspect",
    "bench": "c3po.cli.bench",
    "export": "c3po.cli.export",
}
"""Command -> module. The module has a `typer.Typer` called ``app``, or a function of the command's name, whose help is
its docstring or the module's ``HELP``."""

ERROR = 2
INTERRUPTED = 130


def build_app(only: str | None = None) -> typer.Typer:
    """The typer application, with one command or with all that are installed."""
    app = typer.Typer(
        name="c3po",
        help="Is this 3D-print job a weapon? Answered locally and in the open.",
        epilog="Example: c3po classify bracket.gcode",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    app.callback()(_root)
    for name, module_name in COMMANDS.items():
        if only in (None, name) and importlib.util.find_spec(module_name) is not None:
            _mount(app, name, importlib.import_module(module_name))
    return app


def _mount(app: typer.Typer, name: str, module: Any) -> None:
    if hasattr(module, "app"):
        app.add_typer(module.app, name=name)
    else:
        app.command(name, help=getattr(module, "HELP", None))(getattr(module, name))


def _print_version(asked: bool) -> None:
    if asked:
        from c3po import __version__

        typer.echo(f"c3po {__version__}")
        raise typer.Exit


def _root(
    version: bool = typer.Option(
        False, "--version", help="Print the version and exit.", is_eager=True, callback=_print_version
    ),
) -> None:
    """Options of ``c3po`` itself."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit; every end is an exit code and at most one line of error."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    sys.exit(run(given))


def run(arguments: Sequence[str]) -> int:
    """Exit code of a command line. No exception leaves it."""
    try:
        only = arguments[0] if arguments and arguments[0] in COMMANDS else None
        code = build_app(only)(list(arguments), standalone_mode=False, prog_name="c3po")
        sys.stdout.flush()
        if code == INTERRUPTED:
            raise KeyboardInterrupt
        return code if isinstance(code, int) else 0
    except BrokenPipeError:
        _close_stdout()
        return ERROR
    except (KeyboardInterrupt, typer.Abort):
        return _complained("interrupted", INTERRUPTED)
    except C3poError as problem:
        return _complained(str(problem))
    except OSError as problem:
        from c3po.cli.messages import unusable

        return _complained(unusable(problem))
    except MemoryError:
        return _complained("memory: expected room for the job, found none left; free some or give fewer files")
    except Exception as problem:
        if hasattr(problem, "format_message") and hasattr(problem, "exit_code"):  # a wrong call, told by typer
            return _complained(f"{problem.format_message()} Try: c3po {' '.join([*arguments[:1], '--help'])}")
        return _complained(internal(problem))


def internal(problem: BaseException) -> str:
    """The line for an exception that nobody expected."""
    what = " ".join(f"{type(problem).__name__}: {problem}".split())[:200]
    return f"c3po: expected to finish, got {what}; this is a fault in c3po, please report it with the command"


def _complained(message: str, code: int = ERROR) -> int:
    try:
        print("c3po: " + " ".join(message.removeprefix("c3po: ").split()), file=sys.stderr, flush=True)
    except BrokenPipeError:
        _close_stdout()
    return code


def _close_stdout() -> None:
    """Let the interpreter end quietly although the reader of the pipe is gone."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
