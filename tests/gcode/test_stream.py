"""Line by line, as a printer is fed: what can be asked while the job runs."""

import gc
import time

from c3po._core import native

LAYER = [b"G1 Z%.1f F300\n", b"G1 X10 Y10\n", b"G1 X30 E1\n", b"G1 Y20 E1\n", b"G1 X10 E1\n", b"G1 Y10 E1\n"]


def lines_of(n_layers: int) -> list[bytes]:
    return [line % (0.2 * (i + 1)) if b"%" in line else line for i in range(n_layers) for line in LAYER]


def test_a_layer_begins_with_its_material_not_with_its_height() -> None:
    reader = native.GcodeReader(native.SegmentCounter())
    reader.feed(b"M83\n")
    seen = []
    for line in lines_of(3):
        reader.feed(line)
        seen.append((reader.layers, round(reader.z_mm, 3)))
    assert seen[:3] == [(0, 0.0), (0, 0.0), (1, 0.2)]
    assert seen[6:9] == [(1, 0.2), (1, 0.2), (2, 0.4)]
    assert seen[-1] == (3, 0.6)


def test_segments_arrive_line_by_line() -> None:
    counter = native.SegmentCounter()
    reader = native.GcodeReader(counter)
    reader.feed(b"M83\n")
    arrived = []
    for line in lines_of(1):
        reader.feed(line)
        arrived.append(len(counter))
    assert arrived == [0, 0, 1, 2, 3, 4]
    assert reader.kind == "fdm"


def test_a_lift_and_a_look_back_are_no_layers() -> None:
    reader = native.GcodeReader(native.SegmentCounter())
    reader.feed_lines([b"M83\n", *lines_of(2), b"G1 Z5\n", b"G1 X90\n", b"G1 Z.4\n", b"G1 X30 E1\n"])
    assert reader.layers == 2


def test_a_spiral_counts_usual_layers() -> None:
    reader = native.GcodeReader(native.SegmentCounter())
    reader.feed(b"M83\nG1 X0 Y0 Z.2\n")
    reader.feed_lines([b"G1 X%d Y%d Z%.4f E.1\n" % (i % 2 * 10, i // 2 % 2 * 10, 0.2 + i * 0.01) for i in range(1000)])
    assert 45 <= reader.layers <= 55


def test_a_line_costs_less_than_two_microseconds() -> None:
    lines = lines_of(5000)
    reader = native.GcodeReader(native.SegmentCounter())
    began = time.process_time()
    for line in lines:
        reader.feed(line)
    assert (time.process_time() - began) / len(lines) < 2e-6


def test_a_stream_keeps_no_objects() -> None:
    reader = native.GcodeReader(native.SegmentCounter())
    lines = lines_of(200)
    reader.feed_lines(lines)
    gc.collect()
    before = len(gc.get_objects())
    for _ in range(20):
        reader.feed_lines(lines)
    gc.collect()
    assert len(gc.get_objects()) - before < 50
