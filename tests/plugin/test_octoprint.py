"""A real OctoPrint server with its virtual printer: what reaches the printer is read from its serial log."""

import os
import signal
import sys
import time

import pytest
from octoprint_server import GUEST_KEY, KEEPER_KEY, OTHER_PLUGIN, STARTS, job

pytestmark = pytest.mark.integration


def ended(server, name):
    """Wait until the guard saw the end of a job with this file, and OctoPrint is at rest."""
    server.wait(lambda: any(r["event"] == "ended" and r["details"]["file"] == name for r in server.audit()))
    server.wait_state("Operational")


def test_of_fifty_alternating_jobs_no_line_of_a_bad_one_arrives(make_server):
    server = make_server(extra_plugin=OTHER_PLUGIN)
    server.connect()
    for number in range(50):
        bad = number % 2 == 1
        name, mark = f"job{number}.gcode", 1000 + number
        STARTS[number // 2 % len(STARTS)](server, name, job(x=mark, comment="WEAPON" if bad else "bracket"))
        ended(server, name)
        assert server.reached(f"Y{mark}.25") == (0 if bad else 60), name
    time.sleep(0.5)
    for number in range(50):
        success, failure = server.history(f"job{number}.gcode")
        assert (success, failure) == ((0, 1) if number % 2 else (1, 0))
    assert server.events().count("cancelled") == 25
    # Nobody where another plugin started it.
    assert {r["details"]["user"] for r in server.audit() if r["event"] == "cancelled"} == {"tester", ""}
    assert "Traceback" not in server.octoprint_log()
    seen = server.other("look")
    assert seen["heavy"] == []
    assert {"plugin_c3po_held", "plugin_c3po_verdict", "plugin_c3po_blocked"} <= set(seen["events"])
    assert server.status()["job"] is None


@pytest.fixture(scope="module")
def shared(octoprint_python, octoprint_site, tmp_path_factory, fake_worker):
    """One server for the tests that leave it as they found it."""
    import shlex

    from octoprint_server import Server

    settings = {"worker_command": shlex.join(fake_worker), "ask_timeout_s": 300}
    folder = tmp_path_factory.mktemp("shared")
    with Server(octoprint_python, octoprint_site, folder, settings, extra_plugin=OTHER_PLUGIN) as server:
        server.connect()
        yield server


@pytest.fixture
def server(shared):
    if shared.state() != "Operational":
        shared.connect()
    yield shared
    if shared.state() != "Operational":
        shared.post("/api/job", {"command": "cancel"}, expect=(204, 409))
        shared.wait_state("Operational")
    shared.wait(lambda: shared.status()["job"] is None)
    if shared.status()["latched"]:
        shared.command("clear_bed")


def test_a_file_put_on_disk_or_renamed_is_known_by_its_content(server):
    uploads = server.base / "uploads"
    (uploads / "scp.gcode").write_text(job(x=201, comment="WEAPON"))
    server.start("scp.gcode")
    ended(server, "scp.gcode")
    server.upload("clear.gcode", job(x=202))
    server.wait(lambda: server.verdict_of("clear.gcode") == "clear")
    (uploads / "clear.gcode").write_text(job(x=203, comment="WEAPON"))
    server.start("clear.gcode")
    ended(server, "clear.gcode")
    assert server.reached("Y201.25") + server.reached("Y203.25") == 0


def test_a_weapon_swapped_in_after_clearance_is_halted(server):
    content = job(x=211, lines=300, layers=40)
    name = "swapped.gcode"
    server.upload(name, content)
    server.wait(lambda: server.verdict_of(name) == "clear")
    path = server.base / "uploads" / name
    server.start(name)
    server.wait(lambda: server.reached("Y211.25") > 20)
    with open(path, "r+b") as stream:
        stream.seek(len(content) // 10)
        stream.write(
            content.encode()[len(content) // 10 :].replace(b"E", b"D").replace(b"D", b"E").replace(b".25", b".75")
        )
    ended(server, name)
    cancelled = [record for record in server.audit() if record["event"] == "cancelled"][-1]
    assert cancelled["details"]["reason"] == "changed_file"
    assert server.history(name) == (0, 1)
    assert server.reached("Y211.75") < 0.4 * 300 * 40


def test_a_growing_weapon_is_halted_within_four_lines(server):
    lines = job(x=221, lines=300, layers=10).splitlines()
    for place in (600, 640, 680):
        lines[place] = "G1 X66.6 Y221.25 E1"
    server.upload("grows.gcode", "\n".join(lines))
    server.start("grows.gcode")
    ended(server, "grows.gcode")
    tripped = [record for record in server.audit() if record["event"] == "tripped"][-1]
    assert server.reached_after("Y221.25", tripped["details"]["at"]) <= 4
    assert server.reached("Y221.25") < 0.4 * 3000
    assert server.reached("M104 T0 S0") >= 1
    assert server.history("grows.gcode") == (0, 1)
    assert "layer" in server.status()["latched"]


def test_lines_that_the_printer_asks_for_again_count_once(server):
    server.upload("noisy.gcode", "G1 X66.6 Y226.5 E1\n" + job(x=226))
    server.wait(lambda: server.verdict_of("noisy.gcode") == "clear")
    server.commands(*["!!DEBUG:trigger_resend_checksum"] * 3)
    server.start("noisy.gcode")
    ended(server, "noisy.gcode")
    assert server.reached("X66.6 Y226.5") == 4
    assert server.history("noisy.gcode") == (1, 0)
    assert server.status()["latched"] is None


def test_moves_of_the_terminal_are_watched_and_stopped(server):
    server.commands("G28", *["G1 X66.6 E1"] * 3)
    server.wait(lambda: server.status()["latched"])
    before = server.reached("Y231.5")
    server.commands(*[f"G1 X{number} Y231.5 E{number}" for number in range(500)])
    server.commands("g01 x1 y231.5 e1", "N7 G1 X1 Y231.5 E1", "M117 done")
    server.wait(lambda: server.reached("M117 done"))
    assert server.reached("Y231.5") + server.reached("y231.5") == before == 0
    server.command("override", reason="a calibration pattern")
    server.commands("G1 X1 Y231.5 E1")
    server.wait(lambda: server.reached("Y231.5") == 1)


def test_the_card_is_closed(server):
    server.post("/api/printer/sd", {"command": "init"})
    server.commands("M23 weapon~1.gco", "m24", "M32 weapon~1.gco", "N3 M23 weapon~1.gco*99", "M28 new.gco", "M117 card")
    server.wait(lambda: server.reached("M117 card"))
    assert not [line for line in server.serial() if any(name in line for name in ("M23", "M24", "m24", "M32", "M28"))]


def called_off(server):
    """Wait until every refused upload that was already begun is over."""
    held = server.events().count("card_upload_held")
    server.wait(lambda: server.events().count("card_upload_called_off") == held)
    server.wait_state("Operational")


def test_uploads_to_the_card_are_judged_first(server):
    server.post("/api/printer/sd", {"command": "init"})
    server.wait(lambda: server.get("/api/printer/sd")["ready"])
    server.upload("card_bad.gcode", job(x=241, comment="WEAPON"), target="sdcard")
    server.wait(lambda: "card_upload_refused" in server.events())
    called_off(server)
    server.upload("stored_bad.gcode", job(x=242, comment="WEAPON"))
    server.wait(lambda: server.verdict_of("stored_bad.gcode") == "weapon")
    count = server.events().count("card_upload_refused")
    server.post("/api/files/local/stored_bad.gcode", {"command": "uploadSd"}, expect=(200, 201, 204, 409))
    server.wait(lambda: server.events().count("card_upload_refused") > count)
    called_off(server)
    assert server.reached("Y241.25") + server.reached("Y242.25") == 0
    server.upload("card_good.gcode", job(x=243), target="sdcard")
    server.wait(lambda: server.reached("Y243.25") == 60)
    server.wait_state("Operational")
    assert "card_upload_released" in server.events()
    server.upload("card_slow.gcode", job(x=247, comment="SLOW SLOWER"), target="sdcard")
    server.wait(lambda: server.reached("Y247.25") == 60)
    server.wait_state("Operational")


def test_an_upload_to_the_card_can_be_called_off_while_it_is_held(server):
    if not server.two:
        pytest.skip("the virtual printer of OctoPrint 1.11 dies of M30, which ends every transfer that is called off")
    server.post("/api/printer/sd", {"command": "init"})
    server.wait(lambda: server.get("/api/printer/sd")["ready"])
    for number in (244, 245):
        count = server.events().count("card_upload_held")
        server.upload("card_slow.gcode", job(x=number, comment=f"SLOW {time.time()}"), target="sdcard")
        server.wait(lambda count=count: server.events().count("card_upload_held") > count)
        if number == 244:
            server.wait(lambda: server.reached("M28") > 0)
            server.wait(lambda: server.state() != "Operational")
            server.post("/api/job", {"command": "cancel"})
            server.wait_state("Operational")
    server.wait(lambda: server.reached("Y245.25") == 60)
    server.wait_state("Operational")
    assert server.reached("Y244.25") == 0


def test_another_plugin_s_way_to_the_card_is_asked_first(make_server):
    sender = """
def sends(printer, filename, path, started, succeeded, failed, *args, **kwargs):
    open(path + ".sent", "w").close()
    return filename

__plugin_name__ = "Sender"
__plugin_pythoncompat__ = ">=3.7,<4"
__plugin_hooks__ = {"octoprint.printer.sdcardupload": sends}
"""
    server = make_server(extra_plugin=sender)
    if server.two:
        pytest.skip("OctoPrint 2.0 lets no plugin send files to the card; its own way is held at the first command")
    server.connect()
    server.post("/api/printer/sd", {"command": "init"})
    server.wait(lambda: server.get("/api/printer/sd")["ready"])
    for name, comment in (("good.gcode", "bracket"), ("bad.gcode", "WEAPON")):
        server.upload(name, job(x=246, comment=comment))
        server.post(f"/api/files/local/{name}", {"command": "uploadSd"}, expect=(200, 201, 204))
    server.wait(lambda: "card_upload_refused" in server.events())
    assert [path.name for path in (server.base / "uploads").glob("*.sent")] == ["good.gcode.sent"]


def test_a_print_started_on_the_panel_is_cancelled(server):
    card = server.base / "virtualSd"
    card.mkdir(exist_ok=True)
    (card / "weapon_long_name.gcode").write_text(job(x=251, lines=3000, layers=3))
    server.post("/api/printer/sd", {"command": "init"})
    server.wait(lambda: server.get("/api/printer/sd")["ready"])
    server.post("/api/printer/sd", {"command": "refresh"})
    server.commands("!!DEBUG:start_sd weapon~1.gco")
    server.wait(lambda: "card_print" in server.events())
    server.wait_state("Operational")
    assert server.reached("M25") >= 1


def test_only_the_permitted_override_and_they_give_a_reason(server):
    server.upload("asks.gcode", job(x=261, comment="REVIEW"))
    server.start("asks.gcode")
    server.wait(lambda: (server.status()["job"] or {}).get("phase") == "asking")
    server.command("override", expect=(403,), key=GUEST_KEY, reason="let me")
    server.command("override", expect=(400, 401, 403), key="", reason="let me")
    assert server.command("override", expect=(409,), reason="")["error"].startswith("override: expected a reason")
    assert server.reached("Y261.25") == 0
    server.command("override", reason="a spacer of ours")
    ended(server, "asks.gcode")
    assert server.reached("Y261.25") == 60
    assert server.request("GET", "/api/plugin/c3po?audit=1", key=GUEST_KEY)[0] == 403
    assert server.request("GET", "/api/plugin/c3po", key="")[0] in (401, 403)
    status, exported = server.request("GET", "/api/plugin/c3po?audit=1")
    assert status == 200
    assert b"a spacer of ours" in exported
    assert server.request("GET", "/api/plugin/c3po?picture=../../users.yaml")[0] == 404


def test_a_user_can_cancel_while_the_job_is_held(server):
    for kind in ("SLOW", "REVIEW", "SLOW"):
        server.upload("slow.gcode", job(x=271, comment=f"{kind} {time.time()}"))
        server.start("slow.gcode")
        server.wait(lambda: server.state() == "Starting")
        if kind == "REVIEW":
            server.wait(lambda: (server.status()["job"] or {}).get("phase") == "asking")
        server.post("/api/job", {"command": "cancel"})
        server.wait_state("Operational")
    server.wait(lambda: server.status()["job"] is None)
    assert server.reached("Y271.25") == 0
    server.upload("after.gcode", job(x=272))
    server.start("after.gcode")
    ended(server, "after.gcode")
    assert server.reached("Y272.25") == 60


def test_a_worker_killed_while_it_judges_leaves_no_stuck_hold(server):
    server.upload("killed.gcode", job(x=281, comment="SLOW"))
    server.start("killed.gcode")
    server.wait(lambda: server.status()["job"])
    os.kill(server.other("look")["pid"], signal.SIGKILL)
    ended(server, "killed.gcode")
    assert server.reached("Y281.25") == 60
    assert "engine_failed" in server.events()


def test_a_known_weapon_is_refused_at_upload(server):
    content = job(x=291, comment="WEAPON")
    server.upload("known.gcode", content)
    server.wait(lambda: server.verdict_of("known.gcode") == "weapon")
    answer = server.upload("another_name.gcode", content, expect=(500,))
    assert "judged to be a weapon" in str(answer)
    assert not (server.base / "uploads" / "another_name.gcode").exists()


def test_a_finding_that_octoprint_wrote_over_comes_back_to_the_list(server):
    server.upload("marked.gcode", job(x=295, comment="marked"))
    server.wait(lambda: server.verdict_of("marked.gcode") == "clear")
    server.other("unmark", path="marked.gcode")
    assert server.wait(lambda: server.verdict_of("marked.gcode")) == "clear"


@pytest.mark.parametrize("what", ["gate", "stream", "guard"])
def test_a_failing_hook_fails_closed(server, what):
    server.upload(f"sabotage_{what}.gcode", job(x=300, lines=2000, layers=10, comment=what))
    server.wait(lambda: server.verdict_of(f"sabotage_{what}.gcode") == "clear")
    server.other("break", what=what)
    server.start(f"sabotage_{what}.gcode")
    server.wait(lambda: "hook_failed" in server.events())
    server.wait_state("Operational")
    server.other("mend")
    assert server.history(f"sabotage_{what}.gcode")[0] == 0


def test_without_an_engine_there_is_no_connection(make_server):
    server = make_server(worker=[sys.executable, "-c", "raise SystemExit('screen.c3po: expected a packed network')"])
    server.connect(wait=False)
    time.sleep(1.0)
    assert server.state() in ("Closed", "Offline")
    assert "expected a packed network" in server.status()["engine"]["failure"]
    assert server.status()["engine"]["healthy"] is False


def test_a_connection_asked_for_too_early_is_made_when_the_engine_is_ready(make_server, fake_worker, tmp_path):
    flag = tmp_path / "flag"
    late = "import os, runpy, sys, time\nwhile not os.path.exists(sys.argv[2]): time.sleep(0.05)\n"
    late += "runpy.run_path(sys.argv[1], run_name='__main__')"
    server = make_server(worker=[sys.executable, "-c", late, fake_worker[-1], str(flag)])
    server.connect(wait=False)
    server.wait(lambda: server.status()["messages"])
    assert server.state() in ("Closed", "Offline")
    flag.write_text("")
    server.wait_state("Operational")


def test_settings_of_version_1_are_understood(make_server):
    server = make_server(_config_version=1, mode="observe", sd_prints=True)
    found = server.get("/api/settings")["plugins"]["c3po"]
    assert (found["enforce"], found["sd_policy"]) == (False, "allow")
    assert not {"mode", "sd_prints"} & set(found)


def test_only_administrators_choose_the_program_that_runs(make_server):
    """The permission for settings is not one to run programs."""
    server = make_server()
    before = server.get("/api/settings")["plugins"]["c3po"]["worker_command"]
    change = {"plugins": {"c3po": {"worker_command": "/bin/false", "network_file": "/tmp/x", "on_review": "cancel"}}}
    server.post("/api/settings", change, key=GUEST_KEY, expect=(403,))
    server.post("/api/settings", change, key=KEEPER_KEY)
    found = server.get("/api/settings")["plugins"]["c3po"]
    assert (found["worker_command"], found["network_file"], found["on_review"]) == (before, "", "cancel")
    server.wait(lambda: server.status()["engine"]["healthy"])


def test_a_file_put_in_the_place_of_the_one_that_is_open_is_noticed(make_server):
    """OctoPrint has opened the file when it asks the hooks; what then stands under its name is not what it prints."""
    swapper = """
import os

def swap(comm, script_type, script_name, *args, **kwargs):
    folder = os.path.dirname(comm._currentFile.getFilename())
    if script_name == "beforePrintStarted" and os.path.exists(folder + "/harmless.gcode"):
        os.replace(folder + "/harmless.gcode", folder + "/swapped.gcode")

__plugin_name__ = "Swapper"
__plugin_pythoncompat__ = ">=3.7,<4"
__plugin_hooks__ = {"octoprint.comm.protocol.scripts": (swap, 0)}
"""
    server = make_server(extra_plugin=swapper)
    server.connect()
    server.upload("swapped.gcode", job(x=340, comment="WEAPON"))
    server.upload("harmless.gcode", job(x=341))
    server.wait(lambda: server.verdict_of("harmless.gcode") == "clear")
    server.start("swapped.gcode")
    ended(server, "swapped.gcode")
    assert server.reached("Y340.25") == 0
    cancelled = [record["details"] for record in server.audit() if record["event"] == "cancelled"]
    assert [details["reason"] for details in cancelled] == ["replaced"]


def test_what_another_plugin_makes_of_the_lines_is_watched(make_server):
    rewriter = """
def rewrite(comm, phase, cmd, *args, **kwargs):
    return cmd.replace("X12", "X66.6") if cmd.startswith("G1 ") else None

__plugin_name__ = "Rewriter"
__plugin_pythoncompat__ = ">=3.7,<4"
__plugin_hooks__ = {"octoprint.comm.protocol.gcode.sending": rewrite}
"""
    server = make_server(extra_plugin=rewriter)
    server.connect()
    server.upload("innocent.gcode", job(x=330, lines=300, layers=10))
    server.start("innocent.gcode")
    ended(server, "innocent.gcode")
    assert "tripped" in server.events()
    assert server.history("innocent.gcode") == (0, 1)


def test_open_by_choice_prints_unguarded_with_a_warning(make_server):
    server = make_server(worker=["/nowhere/c3po"], fail_closed=False, engine_grace_s=5, hold_timeout_s=5)
    server.connect()
    server.upload("unguarded.gcode", job(x=310))
    server.start("unguarded.gcode")
    ended(server, "unguarded.gcode")
    assert server.reached("Y310.25") == 60


def test_moves_in_octoprint_s_own_scripts_are_watched(make_server):
    server = make_server()
    scripts = server.base / "scripts" / "gcode"
    scripts.mkdir(parents=True, exist_ok=True)
    (scripts / "afterPrintDone").write_text("G1 X66.6 Y1 E1\nG1 X66.6 Y2 E2\nG1 X66.6 Y3 E3\nG1 Z9\n")
    server.connect()
    server.upload("innocent.gcode", job(x=320))
    server.start("innocent.gcode")
    server.wait(lambda: server.status()["latched"])
    assert "tripped" in server.events()
