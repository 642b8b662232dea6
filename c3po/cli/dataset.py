"""``c3po dataset``: build, count, check, look at and extend the data set."""

import os
from pathlib import Path
from typing import Annotated

import typer

from c3po.cli.progress import bars

app = typer.Typer(
    name="dataset",
    help="The C3PO data set: build, count, check, look at and extend it.\n\nExample: c3po dataset build out/set",
    no_args_is_help=True,
    add_completion=False,
)
corpus = typer.Typer(
    help="Real parts by manifest.\n\nExample: c3po dataset corpus add parts.csv --from meshes/", no_args_is_help=True
)
app.add_typer(corpus, name="corpus")

Folder = Annotated[Path, typer.Argument(metavar="FOLDER", help="Folder of the data set.")]
Table = Annotated[str, typer.Option(help="Which table: projections_28, projections_64 or sequences.")]


@app.command()
def build(
    folder: Folder,
    profile: Annotated[str, typer.Option(help="smoke (a minute) or full (hours).")] = "smoke",
    params: Annotated[Path | None, typer.Option(metavar="FILE", help="YAML file with the numbers instead.")] = None,
    workers: Annotated[
        int, typer.Option(min=0, help="Processes; 0 uses all cores. The bytes do not depend on it.")
    ] = 0,
    engine: Annotated[str, typer.Option(help="processes, or ray for a Ray cluster.")] = "processes",
) -> None:
    """Make the data set: parts, toolpaths, projections, sequences, card. An interrupted build goes on.

    Example: c3po dataset build out/set --profile smoke
    """
    from c3po.dataset import building
    from c3po.dataset.plan import PROFILES, read_plan
    from c3po.errors import ManifestError

    if params is None and profile not in PROFILES:
        raise ManifestError(f"--profile: expected one of {', '.join(PROFILES)}, got {profile}; choose one")
    plan = read_plan(params) if params else PROFILES[profile]
    with bars() as progress:
        index = building.build(plan, folder, workers=workers or os.cpu_count() or 1, engine=engine, progress=progress)
    images = sum(file["rows"] for file in index["files"])
    typer.echo(f"{folder}: {images} images of {plan.parts} parts in {len(index['files'])} shards")


@app.command()
def stats(folder: Folder) -> None:
    """Count images by label, family and split.

    Example: c3po dataset stats out/set
    """
    from rich.console import Console
    from rich.table import Table as Grid

    from c3po.dataset.checking import counts

    found = counts(folder)
    for kind in ("label", "split", "seen", "family"):
        grid = Grid(kind, *found)
        for name in sorted({name for own in found.values() for name in own[kind]}):
            grid.add_row(name, *(str(own[kind][name]) for own in found.values()))
        Console().print(grid)


@app.command()
def verify(folder: Folder) -> None:
    """Check digests, counts, columns and splits; the first thing that does not fit is an error.

    Example: c3po dataset verify out/set
    """
    from c3po.dataset.checking import verify as check

    images = check(folder)
    typer.echo(
        f"{folder}: " + ", ".join(f"{count} images in {table}" for table, count in images.items()) + ": all good"
    )


@app.command()
def show(
    folder: Folder,
    out: Annotated[Path, typer.Option(metavar="OUT.png", help="Picture to write.")] = Path("contact.png"),
    table: Table = "projections_64",
) -> None:
    """Write a contact sheet: a row of images for every label.

    Example: c3po dataset show out/set --table sequences --out sheet.png
    """
    from c3po.dataset.viewing import contact_sheet

    contact_sheet(folder, table, out)
    typer.echo(f"wrote {out}")


@app.command()
def export(
    folder: Folder,
    out: Annotated[Path, typer.Argument(metavar="OUT", help="Folder for PNG files, or a .npz file.")],
    table: Table = "projections_28",
    split: Annotated[str | None, typer.Option(help="train, validation or test; all when left out.")] = None,
) -> None:
    """Write images as PNG files by split and label, or as arrays in one .npz file.

    Example: c3po dataset export out/set test.npz --split test
    """
    from c3po.dataset.viewing import export as write

    typer.echo(f"{out}: {write(folder, table, out, split)} images")


@app.command()
def add(
    folder: Folder,
    source: Annotated[Path, typer.Argument(metavar="SOURCE", help="Folder of STL, 3MF or G-code.")],
    label: Annotated[str, typer.Option(help="What these parts are, one of the ten labels.")],
) -> None:
    """Add parts of your own. Nothing leaves this machine.

    Example: c3po dataset add out/set my-brackets/ --label bracket
    """
    from c3po.dataset.adding import add_folder
    from c3po.dataset.checking import read_index
    from c3po.dataset.plan import plan_from

    images, refused = add_folder(source, label, folder, plan_from(read_index(folder)["plan"], str(folder)))
    for problem in refused:
        typer.echo(f"left out: {problem}", err=True)
    typer.echo(f"{folder}: {images} images added, {len(refused)} files left out")


@corpus.command("add")
def corpus_add(
    manifest: Annotated[
        Path, typer.Argument(metavar="MANIFEST", help="CSV: repository,path,commit,licence,sha256,label.")
    ],
    out: Annotated[Path, typer.Option(metavar="FOLDER", help="Where the corpus is kept.")] = Path("data/corpus"),
    source: Annotated[
        Path | None, typer.Option("--from", metavar="FOLDER", help="Folder that holds the files.")
    ] = None,
    download: Annotated[
        bool, typer.Option("--download", help="Fetch the files from their public repositories.")
    ] = False,
) -> None:
    """Bring in the files of a manifest: digests and licences checked, millimetres, near-duplicates left out.

    Example: c3po dataset corpus add parts.csv --from meshes/ --out data/corpus
    """
    from c3po.dataset.corpus import add_corpus, local_source, public_source, read_corpus_manifest
    from c3po.errors import ManifestError

    if (source is None) == (not download):
        raise ManifestError("c3po dataset corpus add: expected either --from FOLDER or --download; give one")
    entries = read_corpus_manifest(manifest)
    files = local_source(source) if source is not None else public_source()
    with bars() as progress:
        report = add_corpus(entries, files, out, progress)
    reasons = ", ".join(f"{count} {reason}" for reason, count in sorted(report.left_out.items()))
    typer.echo(f"{out}: {report.kept} parts kept of {len(entries)}" + (f"; left out: {reasons}" if reasons else ""))
