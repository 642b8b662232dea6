"""Stage corpus: real parts by manifest, where the profile names one; else an empty list, and training goes without.

``corpus: {manifest: c3po/dataset/manifests/development.csv, source: null}`` in ``params.yaml`` downloads the files of a
manifest from their public repositories; a folder as ``source`` takes them from there instead.
"""

import csv
import sys
from pathlib import Path

from c3po.dataset.corpus import add_corpus, local_source, public_source, read_corpus_manifest
from c3po.dataset.files import written_whole
from c3po.errors import ManifestError
from pipelines.params import CORPUS, section, show

INDEX = CORPUS / "index.csv"
EMPTY = b"file,label,source\n"


def has_parts(index: Path = INDEX) -> bool:
    """Whether the corpus lists a part."""
    with index.open(newline="", encoding="utf-8") as lines:
        return next(csv.DictReader(lines), None) is not None


def main() -> None:
    values = section("corpus")
    if not values["manifest"]:
        written_whole(INDEX, EMPTY)
        print("no manifest: the network will have seen generated parts alone", file=sys.stderr)
        return
    entries = read_corpus_manifest(Path(values["manifest"]))
    source = local_source(Path(values["source"])) if values["source"] else public_source()
    report = add_corpus(entries, source, CORPUS, show)
    print(f"{report.kept} parts kept of {len(entries)}; left out: {dict(report.left_out)}")
    if not report.kept:
        raise ManifestError(
            f"{values['manifest']}: expected files of it in {values['source'] or 'their public repositories'}, found "
            "none; name their folder as corpus.source or leave corpus.manifest empty"
        )


if __name__ == "__main__":
    main()
