"""What was judged is what is sent, or it is noticed."""

import hashlib
import io
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from octoprint_c3po import commitment
from octoprint_c3po.commitment import LINES_PER_BLOCK, Commitment, Follower, commit, geometry_lines

LINES = st.lists(
    st.sampled_from(["G1 X1 E1", "G1 X2 E2", "G28", "M83", "M104 S200", ";text", "", "G92 E0 ;zero", "  g1 x3 "]),
    max_size=3 * LINES_PER_BLOCK,
)


def follow(committed, lines):
    follower = Follower(committed)
    for line in lines:
        follower.sent(line)
    follower.finish()
    return follower.diverged_at


def committed(lines):
    return commit(io.BytesIO("\n".join(lines).encode()))


@given(LINES)
def test_the_same_lines_agree_and_the_digest_is_the_file_s(lines):
    content = "\n".join(lines).encode()
    made = commit(io.BytesIO(content))
    assert made.sha256 == hashlib.sha256(content).hexdigest()
    assert made.size_bytes == len(content)
    assert follow(made, lines) is None


@given(LINES)
def test_comments_and_temperatures_do_not_matter_since_octoprint_changes_them(lines):
    sent = [line.split(";")[0].strip() for line in lines]
    assert follow(committed(lines), [line.replace("S200", "S210") for line in sent if line]) is None


@given(LINES.filter(lambda lines: any(map(geometry_lines, lines))), st.data())
def test_one_changed_motion_line_is_noticed_within_its_block(lines, data):
    places = [index for index, line in enumerate(lines) if geometry_lines(line)]
    place = data.draw(st.sampled_from(places))
    changed = [*lines[:place], "G1 X9.9 E9", *lines[place + 1 :]]
    diverged_at = follow(committed(lines), changed)
    assert diverged_at is not None
    assert diverged_at - places.index(place) <= LINES_PER_BLOCK


@pytest.mark.parametrize(
    "spelling",
    [
        "G 1 X{}",
        "N{} G1 X{}",
        "(c) G1 X{}",
        "/G1 X{}",
        "MOVE_TO X={}",
        "SET X={}",
        "M810 G1 X{}",
        "TURN X={}",
        "\x0cG1 X{}",
    ],
)
def test_however_the_lines_of_another_file_are_spelled_they_are_noticed_within_a_block(spelling):
    made = committed(["G28", *["G1 X1 E1"] * 500])
    follower = Follower(made)
    for number in range(LINES_PER_BLOCK + 1):
        follower.sent(spelling.format(number, number))
    assert follower.diverged_at is not None


def test_what_octoprint_keeps_for_itself_or_changes_is_no_difference():
    lines = [
        "\ufeffG28",
        "M104 S200",
        "@pause",
        "m 140 S60",
        "G1 X1 E1 ; there",
        "M117 Layer 2",
        "T3",
        "MESH_LEVEL",
        "M83",
        "%",
    ]
    assert follow(committed(lines), ["G28", "M104 S210", "G1 X1 E1", "MESH_LEVEL", "M83"]) is None


@given(LINES.filter(lambda lines: any(map(geometry_lines, lines))))
def test_a_job_cut_short_or_made_longer_is_noticed(lines):
    geometry = [line for line in lines if geometry_lines(line)]
    assert follow(committed(lines), geometry[:-1]) is not None
    assert follow(committed(lines), [*geometry, "G1 X5 E5"]) is not None


def test_the_program_prints_what_the_function_returns(tmp_path):
    path = tmp_path / "part.gcode"
    path.write_bytes(b"G28\nG1 X1 E1\n" * 100)
    done = subprocess.run([sys.executable, "-I", commitment.__file__, str(path)], capture_output=True, check=True)
    with open(path, "rb") as stream:
        assert Commitment.from_json(done.stdout.decode()) == commit(stream)


def test_a_missing_file_is_one_line(tmp_path):
    path = str(tmp_path / "none.gcode")
    done = subprocess.run([sys.executable, "-I", commitment.__file__, path], capture_output=True, check=False)
    assert done.returncode == 2
    assert done.stderr.decode() == f"{path}: No such file or directory\n"


def test_a_line_without_end_is_read_in_bounded_pieces():
    made = commit(io.BytesIO(b"G1 X" + b"1" * 1_000_000))
    assert made.size_bytes == 1_000_004


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", '{"sha256": 1}', '{"sha256":"","size_bytes":0,"lines":0,"blocks":"x"}']
)
def test_a_damaged_record_is_a_value_error(text):
    with pytest.raises(ValueError):
        Commitment.from_json(text)


def test_every_line_ending_is_one_file_to_octoprint():
    lines = ["G28", "G1 X1 E1", "G1 X2 E2"]
    blocks = {commit(io.BytesIO(end.join(lines).encode())).blocks for end in ("\n", "\r\n", "\r")}
    assert len(blocks) == 1
