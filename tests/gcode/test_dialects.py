"""Every spelling of one shape is the same shape."""

import numpy as np
import pytest

from c3po.gcode import SHAPE_FLAGS, read_toolpath
from tests.gcode.pictures import bounds, length_mm, pictures
from tests.gcode.spellings import FLAGGED, SPELLINGS

ALSO_FLAGGED = (
    "parentheses",
    "nested parentheses",
    "unclosed parenthesis",
    "two commands in a line",
    "wrong checksums",
    "names",
    "relative alone",
    "relative, Klipper's E",
)
"""Spellings that firmwares read differently: read as the shape, and sent to review."""


def encoded(name: str) -> bytes:
    text = SPELLINGS[name]
    return text if isinstance(text, bytes) else text.encode()


@pytest.mark.parametrize("name", SPELLINGS)
def test_every_spelling_is_the_same_shape(name: str) -> None:
    toolpath = read_toolpath([encoded(name)])
    assert toolpath.kind == "fdm"
    assert bounds(toolpath) == [[10, 10, 0.2], [30, 20, 0.4]]
    assert length_mm(toolpath) == pytest.approx(120, abs=0.01)
    expected = pictures(read_toolpath([encoded("plain")]))
    assert np.abs(pictures(toolpath) - expected).max() <= 255 / 120 * 2


@pytest.mark.parametrize("name", FLAGGED)
def test_what_cannot_be_followed_is_named(name: str) -> None:
    flag, text = FLAGGED[name]
    assert flag in SHAPE_FLAGS
    toolpath = read_toolpath([text.encode("utf-32-le" if flag == "encoding" else "utf-8")])
    assert flag in toolpath.flags
    assert np.isfinite(toolpath.segments_mm).all()
    assert np.abs(toolpath.segments_mm).max() <= 10_000


def test_the_plain_spelling_has_no_flag() -> None:
    assert read_toolpath([encoded("plain")]).flags == ()


@pytest.mark.parametrize("name", [name for name in SPELLINGS if name not in ALSO_FLAGGED])
def test_ordinary_spellings_have_no_shape_flag(name: str) -> None:
    assert not SHAPE_FLAGS.intersection(read_toolpath([encoded(name)]).flags)
