"""Projections and camera frames against a textbook and against laws."""

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image

from c3po._core import native
from c3po.dataset.images import camera_frames, layer_images, moments, projections, turns_of
from c3po.dataset.png import png
from c3po.gcode import read_toolpath
from c3po.slicing.placement import about_z
from c3po.solid import Solid


def solid_of(voxels: np.ndarray) -> Solid:
    return Solid(np.asarray(voxels, dtype=np.bool_), 0.5, np.zeros(3))


def block(x: int, y: int, z: int) -> Solid:
    return solid_of(np.ones((x, y, z)))


def turned(voxels: np.ndarray, turns: np.ndarray, size: int) -> np.ndarray:
    return native.turned_views(np.asfortranarray(voxels).view(np.uint8), turns, size)


@given(image=arrays(np.uint8, st.tuples(st.integers(1, 40), st.integers(1, 40))))
def test_png_bytes_decode_to_the_image(image: np.ndarray) -> None:
    for content in (image, image > 127):
        with Image.open(io.BytesIO(png(content))) as read:
            assert read.mode == ("1" if content.dtype == np.bool_ else "L")
            np.testing.assert_array_equal(np.asarray(read), content)


@settings(deadline=None, max_examples=20)
@given(
    sides=st.tuples(*[st.integers(4, 24)] * 3),
    seed=st.integers(0, 1000),
    size=st.sampled_from([28, 64]),
)
def test_every_plane_of_every_turn_sums_to_the_volume(sides: tuple[int, int, int], seed: int, size: int) -> None:
    """The sum of a view times its pixel's area is the volume in units of the longest extent, whatever the turn."""
    turns = turns_of(np.random.default_rng(seed), 4)
    views = turned(np.ones(sides, bool), turns, size)
    cell = 1 / min(16, -(-size // max(sides)))
    corners = np.array(np.meshgrid(*[[cell / 2, side - cell / 2] for side in sides])).reshape(3, -1)
    for turn, planes in zip(turns, views, strict=True):
        extent = np.ptp(turn @ corners, axis=1).max() + cell
        pixel = 1 / (size * (1 - 2 / 32))
        assert planes.sum(axis=(1, 2)) * pixel**2 == pytest.approx(np.full(3, np.prod(sides) / extent**3), rel=0.05)


def test_a_quarter_turn_swaps_the_side_views() -> None:
    voxels = np.zeros((20, 12, 8), bool)
    voxels[:, :4, :] = voxels[:5] = True
    plain, quarter = turned(voxels, np.stack([np.eye(3), about_z(90)]), 28)
    np.testing.assert_allclose(quarter[1], plain[2][:, ::-1], atol=0.02)
    np.testing.assert_allclose(quarter[2], plain[1], atol=0.02)
    np.testing.assert_allclose(quarter[0], np.rot90(plain[0]), atol=0.02)


def test_a_block_is_as_thick_as_it_is() -> None:
    thickness, outline = projections(block(28, 14, 7), np.eye(3)[None], 28)
    np.testing.assert_allclose(thickness[0, :, 14, 14], np.rint(255 * np.sqrt([7 / 28, 14 / 28, 1.0])), atol=8)
    np.testing.assert_array_equal(outline[0], thickness[0] > 255 * np.sqrt(0.004))


def test_moments_rise_to_the_whole_print() -> None:
    assert moments(block(2, 2, 100), 4).tolist() == [25, 50, 75, 100]
    assert moments(block(2, 2, 3), 8).tolist() == [1, 2, 3]


def frames_of(voxels: np.ndarray, heights: list[int], poses: list[list[float]], **scene: object) -> np.ndarray:
    given = {"albedo": 1.0, "light": np.float32([0, 0, 1]), "noise": 0.0, "nozzle": False, "seed": 1} | scene
    return native.camera_frames(
        np.asfortranarray(voxels).view(np.uint8), np.int32(heights), np.float32(poses), 64, *given.values()
    )


def test_a_print_grows_in_the_frames() -> None:
    frames = frames_of(np.ones((20, 20, 40), bool), [1, 10, 20, 40], [[0.3, 0.4, 2.0, 1.0]])
    bright = (frames[0] > 70).sum(axis=(1, 2))
    assert (np.diff(bright) > 20).all()


def test_a_frame_is_the_same_whether_the_print_was_seen_growing_or_not() -> None:
    rng = np.random.default_rng(0)
    voxels = rng.random((16, 16, 16)) < 0.6
    growing = frames_of(voxels, [3, 9, 16], [[1.0, 0.8, 2.0, 1.0]])[0, -1].astype(int)
    at_once = frames_of(voxels, [16], [[1.0, 0.8, 2.0, 1.0]])[0, 0].astype(int)
    assert (np.abs(growing - at_once) > 0).mean() < 0.03


def test_a_pinhole_puts_a_post_where_geometry_says() -> None:
    """A post beside the middle, seen from -y: its image lies right of the centre by focal * x / depth."""
    voxels = np.zeros((41, 41, 11), bool)
    voxels[38:41, 20, :] = True
    voxels[0, 0, 0] = True
    frame = frames_of(voxels, [11], [[-np.pi / 2, 0.05, 2.0, 1.0]])[0, 0]
    rows, columns = np.nonzero(frame > 120)
    focal, reach = 32 / 0.36, 2.0 * 41 * np.cos(0.05)
    expected = 32 + focal * (39.5 - 20.5) / reach
    assert np.median(columns) == pytest.approx(expected, abs=1.0)
    assert rows.size > 10


def test_exposure_noise_and_head_change_the_image_and_not_the_scene() -> None:
    voxels, pose = np.ones((20, 20, 20), bool), [[0.3, 0.5, 2.0, 1.0]]
    plain = frames_of(voxels, [20], pose).astype(float)
    np.testing.assert_allclose(frames_of(voxels, [20], [[0.3, 0.5, 2.0, 0.5]]), plain / 2, atol=1)
    noisy = frames_of(voxels, [20], pose, noise=4.0) - plain
    assert noisy.std() == pytest.approx(4.0, rel=0.1)
    covered = frames_of(voxels, [20], pose, nozzle=True) != plain
    assert 0.005 < covered.mean() < 0.4
    np.testing.assert_array_equal(frames_of(voxels, [20], pose, noise=4.0), frames_of(voxels, [20], pose, noise=4.0))


@pytest.mark.parametrize(
    ("heights", "poses", "words"),
    [([3, 2], [[0, 0, 2, 1]], "heights must not fall"), ([1], [[0, np.nan, 2, 1]], "poses must be finite")],
)
def test_frames_that_make_no_sense_are_refused(heights: list[int], poses: list[list[float]], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        frames_of(np.ones((4, 4, 4), bool), heights, poses)


def test_a_layer_image_shows_the_beads_of_its_layer() -> None:
    gcode = b"M83\nG1 X0 Y0 Z0.2\nG1 X10 Y0 E1\nG1 Z0.4\nG1 X10 Y10 E1\n"
    solid = Solid(np.ones((20, 20, 2), bool), 0.5, np.zeros(3))
    (first, below), (second, above) = layer_images(read_toolpath([gcode]), solid, np.array([1, 2], np.int32), 32)
    assert (first, second) == (1, 1)
    assert above.argmax(axis=1)[4:28].tolist() == [31] * 24 or above[:, 30:].any()
    assert below.any()


def test_camera_frames_depend_on_the_generator_alone() -> None:
    one, two = (camera_frames(block(30, 20, 10), np.int32([5, 10]), 3, 32, np.random.default_rng(4)) for _ in range(2))
    assert one.shape == (3, 2, 32, 32)
    np.testing.assert_array_equal(one, two)
