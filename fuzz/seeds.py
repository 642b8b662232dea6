"""Writes the committed seeds of the fuzzers from the tests' own spellings: ``python -m fuzz.seeds``."""

from pathlib import Path

from tests.containers.bgcode_writer import heatshrink, meatpack
from tests.gcode.spellings import FLAGGED, PLAIN, SPELLINGS

CORPUS = Path(__file__).parent / "corpus"
MOST_BYTES = 1500


def main() -> None:
    texts = [text if isinstance(text, bytes) else text.encode() for text in SPELLINGS.values()]
    texts += [text.encode() for _, text in FLAGGED.values()]
    for number, text in enumerate(text for text in texts if len(text) <= MOST_BYTES):
        (CORPUS / "gcode" / f"{number:03}").write_bytes(bytes([number % 37]) + text)
    text = PLAIN[:240]
    packed = [heatshrink(text.encode(), 11, 4), heatshrink(meatpack(text), 12, 4), meatpack(text), meatpack(text, True)]
    for number, data in enumerate(packed):
        (CORPUS / "bgcode" / f"{number:03}").write_bytes(bytes([7 + number % 2, 1, 15]) + data)


if __name__ == "__main__":
    main()
