"""Files to verdicts, with a small network whose opinion is known."""

import gzip
import zipfile
from pathlib import Path

import pytest

from c3po.verdict import DecidedAt, Finding, Policy, Verdict, judge_file
from c3po.verdict.policy import policy_from
from tests.screens import BOX, EL, fill_screen, gcode, stl


def judged(path: Path, policy: Policy | None = None, *, early: bool = False, **metadata: object) -> Verdict:
    return judge_file(path, fill_screen(policy, **metadata), early=early).verdict


@pytest.fixture
def jobs(tmp_path: Path) -> Path:
    (tmp_path / "box.gcode").write_text(gcode(BOX))
    (tmp_path / "el.gcode").write_text(gcode(EL))
    (tmp_path / "box.stl").write_bytes(stl(BOX))
    (tmp_path / "el.stl").write_bytes(stl(EL))
    return tmp_path


@pytest.mark.parametrize("suffix", ["gcode", "stl"])
def test_the_weapon_is_told_from_the_box(jobs: Path, suffix: str) -> None:
    box, el = judged(jobs / f"box.{suffix}"), judged(jobs / f"el.{suffix}")
    assert (box.finding, box.label, box.reasons, box.error) == (Finding.CLEAR, "bracket", (), None)
    assert (el.finding, el.label, el.reasons, el.error) == (Finding.WEAPON, "handgun", ("weapon-shape",), None)
    assert (box.format, len(box.parts)) == (suffix, 1)


def test_the_same_part_as_stl_and_as_gcode_scores_the_same(jobs: Path) -> None:
    for name in ("box", "el"):
        printed, meshed = judged(jobs / f"{name}.gcode"), judged(jobs / f"{name}.stl")
        assert printed.finding is meshed.finding
        assert printed.score == pytest.approx(meshed.score, abs=0.1)


def test_the_part_is_where_and_as_large_as_it_was_printed(jobs: Path) -> None:
    verdict = judged(jobs / "el.gcode")
    (low, high) = verdict.parts[0].bounds_mm
    assert low == pytest.approx((60, 60, 0), abs=1.0)
    assert high == pytest.approx((100, 90, 6), abs=1.0)
    assert verdict.layers == 20
    assert verdict.parts[0].layers == pytest.approx(20, abs=1)


def test_the_name_and_the_place_of_a_file_do_not_matter(jobs: Path) -> None:
    renamed = jobs / "sub" / "harmless.txt"
    renamed.parent.mkdir()
    renamed.write_bytes((jobs / "el.gcode").read_bytes())
    assert judged(renamed).same_answer(judged(jobs / "el.gcode"))


def test_a_compressed_job_has_the_same_parts(jobs: Path) -> None:
    packed = jobs / "el.gcode.gz"
    packed.write_bytes(gzip.compress((jobs / "el.gcode").read_bytes()))
    assert judged(packed).parts == judged(jobs / "el.gcode").parts


def test_the_worst_part_of_a_plate_counts(jobs: Path) -> None:
    plate = jobs / "plate.gcode"
    shifted = [(x0 + 60, y0, x1 + 60, y1) for x0, y0, x1, y1 in BOX]
    plate.write_text(gcode([*EL, *shifted]))
    verdict = judged(plate)
    findings = {part.name: part.finding for part in verdict.parts}
    assert verdict.finding is Finding.WEAPON
    assert set(findings) == {"part 1", "part 2", "plate put together"}  # their ends are as wide
    assert sorted([findings["part 1"], findings["part 2"]]) == [Finding.CLEAR, Finding.WEAPON]


def test_the_worst_member_of_an_archive_counts_and_a_broken_one_is_named(jobs: Path) -> None:
    archive = jobs / "jobs.zip"
    with zipfile.ZipFile(archive, "w") as bundle:
        bundle.write(jobs / "box.stl", "box.stl")
        bundle.write(jobs / "el.stl", "el.stl")
        bundle.writestr("cut.stl", (jobs / "box.stl").read_bytes()[:200])
    verdict = judged(archive)
    assert verdict.finding is Finding.WEAPON
    assert [part.name for part in verdict.parts] == ["box.stl: part 1", "el.stl: part 1"]
    assert "part-of-file" in verdict.reasons
    assert verdict.error is not None
    assert "cut.stl" in verdict.error.message


def test_hiding_the_weapon_in_support_comments_does_not_clear_it(jobs: Path) -> None:
    hidden = jobs / "hidden.gcode"
    shifted = [(x0 + 60, y0, x1 + 60, y1) for x0, y0, x1, y1 in BOX]
    hidden.write_text(";TYPE:Support material\n" + gcode(EL) + ";TYPE:External perimeter\n" + gcode(shifted))
    assert judged(hidden).finding is Finding.WEAPON


@pytest.mark.parametrize("script", ["M98 P/macros/part.g\n", "M23 part.gco\nM24\n"])
def test_commands_that_draw_elsewhere_are_never_clear(jobs: Path, script: str) -> None:
    job = jobs / "macro.gcode"
    job.write_text(gcode(BOX) + script + "G1 X70 Y70 E1\n")
    verdict = judged(job)
    assert verdict.finding is Finding.REVIEW
    assert "unreadable-shape" in verdict.reasons
    assert verdict.flags


def test_a_job_that_only_calls_other_files_is_reviewed_not_cleared(jobs: Path) -> None:
    job = jobs / "macro.gcode"
    job.write_text("G28\nM23 part.gco\nM24\n")
    verdict = judged(job)
    assert verdict.finding is Finding.REVIEW
    assert {"unreadable-shape", "nothing-printed"} <= set(verdict.reasons)


def test_a_job_for_a_mill_is_reviewed_and_the_policy_may_clear_it(jobs: Path) -> None:
    job = jobs / "mill.nc"
    moves = "\n".join(f"G1 X{x} Y{y} Z-1 F300" for x, y in ((0, 0), (40, 0), (40, 24), (0, 24), (0, 0)))
    job.write_text(f"G21 G90\nM3 S12000\nG0 Z5\n{moves}\nM5\nM30\n")
    verdict = judged(job)
    assert (verdict.finding, verdict.error) == (Finding.REVIEW, None)
    assert "not-additive" in verdict.reasons
    assert judged(job, policy_from({"not_additive": "clear", "not_judgeable": "clear"})).finding is Finding.CLEAR


def test_labels_follow_the_policy(jobs: Path) -> None:
    from c3po.verdict import Screen
    from tests.screens import FillNetwork

    network = FillNetwork(told=("bracket", "blade"))
    default = judge_file(jobs / "el.stl", Screen(network, Policy())).verdict
    strict = judge_file(jobs / "el.stl", Screen(network, policy_from({"actions": {"blade": "weapon"}}))).verdict
    assert (default.finding, default.label, default.reasons) == (Finding.REVIEW, "blade", ("review-label",))
    assert (strict.finding, strict.label, strict.reasons) == (Finding.WEAPON, "blade", ("weapon-shape",))


def test_a_score_between_the_thresholds_is_reviewed(jobs: Path) -> None:
    verdict = judged(jobs / "el.stl", thresholds={"weapon": 0.99, "review": 0.5})
    assert (verdict.finding, verdict.reasons) == (Finding.REVIEW, ("possible-weapon",))
    assert 0.5 <= verdict.score < 0.99


def test_a_speck_is_clear_by_rule_and_larger_dust_is_reviewed(jobs: Path) -> None:
    speck = jobs / "speck.gcode"
    speck.write_text("G28\nM83\nG1 Z0.2\nG1 X10 Y10\nG1 X10.6 Y10 E0.05\n")
    small = judged(speck)
    assert (small.finding, small.reasons) == (Finding.CLEAR, ("little-material",))
    strict = judged(speck, policy_from({"small_mm3": 0, "sheet_mm": 0}))
    assert (strict.finding, strict.reasons) == (Finding.REVIEW, ("cannot-judge",))


def test_a_replay_says_when_a_weapon_would_have_been_stopped(jobs: Path) -> None:
    verdict = judged(jobs / "el.gcode", early=True)
    assert verdict.finding is Finding.WEAPON
    assert isinstance(verdict.decided_at, DecidedAt)
    assert verdict.decided_at.fraction is not None
    assert 1 <= verdict.decided_at.layer <= 10
    assert verdict.decided_at.fraction == pytest.approx(verdict.decided_at.layer / 20)


def test_a_replay_of_a_harmless_job_or_of_a_mesh_decides_nothing(jobs: Path) -> None:
    assert judged(jobs / "box.gcode", early=True).decided_at is None
    assert judged(jobs / "el.stl", early=True).decided_at is None


def test_a_verdict_is_stamped_and_repeats(jobs: Path) -> None:
    first, second = judged(jobs / "el.gcode"), judged(jobs / "el.gcode")
    assert first.same_answer(second)
    assert (first.network_name, first.network_digest, first.policy_version) == ("fill", "f" * 64, "1")
    assert first.elapsed_s > 0
