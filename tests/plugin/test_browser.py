"""The plugin's pages in a real browser: upload, block, override, settings."""

import os
import shutil
from pathlib import Path

import pytest
from octoprint_server import job

pytestmark = pytest.mark.integration
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
GIVE_UP_MS = 120_000  # a starved machine takes its time; nothing is measured here


@pytest.fixture(scope="module")
def browser():
    sync_api = pytest.importorskip("playwright.sync_api", reason="needs playwright (pip install playwright)")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("needs Chromium (apt install chromium)")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS, timeout=GIVE_UP_MS)
        yield browser
        browser.close()


class Page:
    """A page of OctoPrint, logged in by its address; ``shots`` keeps screenshots when asked for."""

    def __init__(self, browser, server, shots=None, address="/"):
        self.server, self.shots = server, shots
        self.errors = []
        self.page = browser.new_page(viewport={"width": 1280, "height": 1000})
        self.page.set_default_timeout(GIVE_UP_MS)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.goto(f"http://127.0.0.1:{server.port}{address}")
        self.page.wait_for_selector("#navbar_plugin_c3po a")
        self.page.wait_for_selector("#page-container-loading", state="hidden")

    def shot(self, name):
        if self.shots:
            self.page.screenshot(path=str(Path(self.shots) / f"{name}.png"))

    def tab(self):
        self.page.click("#navbar_plugin_c3po a")
        self.page.wait_for_selector("#c3po_tab", state="visible")


@pytest.fixture
def open_page(browser):
    """``open_page(server)``; with C3PO_SCREENSHOTS set, screenshots go to that folder."""
    opened = []

    def make(server, address="/"):
        opened.append(Page(browser, server, os.environ.get("C3PO_SCREENSHOTS"), address))
        return opened[-1]

    yield make
    for one in opened:
        one.page.close()


def test_upload_block_override_and_settings(make_server, open_page, tmp_path):
    server = make_server(login="tester", ask_timeout_s=120)
    server.connect()
    one = open_page(server)
    page = one.page

    # A weapon is uploaded as people do it: marked in the list, notified, refused when printed.
    path = tmp_path / "bracket.gcode"
    path.write_text(job(x=401, comment="WEAPON"))
    page.set_input_files("#gcode_upload", str(path))
    page.wait_for_selector("#files .c3po-finding.c3po-weapon")
    page.wait_for_selector(".ui-pnotify:has-text('bracket.gcode')")
    one.shot("1-marked")
    page.hover("#files .entry:has-text('bracket.gcode')")
    page.click("#files .entry:has-text('bracket.gcode') .btn-files-print")
    page.wait_for_selector(".ui-pnotify:has-text('C3PO stopped a print')")
    assert "judged to be a weapon (handgun, score 0.97)" in page.inner_text("body")
    one.tab()
    page.wait_for_selector("#c3po_verdicts .c3po-finding.c3po-weapon")
    one.shot("2-blocked")
    assert server.reached("Y401.25") == 0

    # A job for review waits; the override needs a reason and lets it print.
    server.upload("spacer.gcode", job(x=402, comment="REVIEW"))
    server.start("spacer.gcode")
    page.wait_for_selector("#c3po_refuse", state="visible")
    assert page.is_disabled("#c3po_override")
    one.shot("3-asks")
    page.fill("#c3po_reason", "a spacer for our laser")
    page.click("#c3po_override")
    server.wait(lambda: server.reached("Y402.25") == 60)
    page.wait_for_selector("#c3po_refuse", state="hidden")
    page.evaluate("PNotify.removeAll()")
    page.click("#c3po_verdicts tr:has-text('spacer.gcode') .c3po-show")
    page.wait_for_selector("#c3po_picture", state="visible")
    one.shot("4-allowed")

    # The blocked file is allowed by name of its content, with a reason.
    page.click("#c3po_verdicts tr:has-text('bracket.gcode') .c3po-allow")
    page.fill("#c3po_reason", "a prop for the school theatre")
    page.click("#c3po_override")
    page.wait_for_selector("#c3po_verdicts tr:has-text('bracket.gcode') :text-is('allowed')", state="visible")
    server.start("bracket.gcode")
    server.wait(lambda: server.reached("Y401.25") == 60)
    server.wait(lambda: server.status()["job"] is None)

    # Motion is stopped after a trip until the bed is said to be clear.
    server.commands("G28", "G1 Z0.2", *["G1 X66.6 E1"] * 3)
    page.wait_for_selector("#c3po_latched", state="visible")
    assert "layer" in page.inner_text("#c3po_latched")
    one.shot("5-latched")
    page.click("#c3po_clear_bed")
    page.wait_for_selector("#c3po_latched", state="hidden")

    # Settings are written and take effect.
    page.click("#navbar_show_settings")
    page.wait_for_selector("#settings_dialog", state="visible")
    page.click("#settings_plugin_c3po_link a")
    page.wait_for_selector("#c3po_on_review", state="visible")
    one.shot("6-settings")
    page.select_option("#c3po_on_review", "cancel")
    page.click("#settings_dialog .modal-footer .btn-primary:visible")
    page.wait_for_selector("#settings_dialog", state="hidden")
    server.wait(lambda: "settings" in server.events())
    server.upload("second.gcode", job(x=403, comment="REVIEW"))
    server.start("second.gcode")
    server.wait(lambda: server.events().count("cancelled") == 2)
    assert server.reached("Y403.25") == 0
    assert one.errors == []


def test_a_pupil_sees_but_cannot_override(make_server, open_page):
    server = make_server(login="pupil", ask_timeout_s=120)
    server.connect()
    one = open_page(server)
    server.upload("asks.gcode", job(x=411, comment="REVIEW"))
    server.start("asks.gcode")
    one.tab()
    one.page.wait_for_selector("#c3po_refuse", state="visible")
    assert not one.page.is_visible("#c3po_override")
    one.page.wait_for_selector("#c3po_tab :text('permission \"Override C3PO\"')", state="visible")
    assert one.errors == []


def test_a_held_job_shows_how_long_it_waits_and_lets_go(make_server, open_page):
    server = make_server(login="tester")
    server.connect()
    one = open_page(server)
    one.tab()
    server.upload("slow.gcode", job(x=441, comment="SLOW SLOWER"))
    server.start("slow.gcode")
    one.page.wait_for_selector("#c3po_job .progress", state="visible")
    assert "of at most 300 s" in one.page.inner_text("#c3po_job")
    one.page.click("#c3po_refuse")
    server.wait_state("Operational")
    server.wait(lambda: server.status()["job"] is None)
    assert server.reached("Y441.25") == 0
    assert one.errors == []


def test_what_a_file_says_cannot_inject_markup(make_server, open_page):
    """OctoPrint cleans names; a reason may quote a line of the file."""
    server = make_server(login="tester")
    server.connect()
    one = open_page(server)
    seen = []
    one.page.on("dialog", lambda dialog: (seen.append(dialog.message), dialog.dismiss()))
    server.upload("quoted.gcode", job(x=421, comment="REVIEW<img src=x onerror=alert(1)>"))
    server.start("quoted.gcode")
    one.page.wait_for_selector(".ui-pnotify:has-text('onerror=alert')")
    one.tab()
    one.page.wait_for_selector("#c3po_verdicts :text('onerror=alert')")
    assert seen == []
    assert not one.page.query_selector("#c3po_verdicts img, .ui-pnotify img")


def test_the_wizard_explains_and_asks(make_server, open_page):
    server = make_server(login="tester", wizard_seen=False)
    one = open_page(server)
    one.page.wait_for_selector("#wizard_dialog", state="visible")
    one.page.wait_for_selector("#wizard_plugin_c3po", state="visible")
    one.shot("7-wizard")
    assert "Nothing leaves this machine" in one.page.inner_text("#wizard_plugin_c3po")
    assert one.page.is_checked("#wizard_plugin_c3po input >> nth=0")
    one.page.uncheck("#wizard_plugin_c3po input >> nth=1")
    one.page.click("#wizard_dialog .button-finish")
    server.wait(lambda: server.get("/api/settings")["plugins"]["c3po"]["fail_closed"] is False)
    assert server.get("/api/settings")["plugins"]["c3po"]["enforce"] is True


def test_who_comes_later_reads_what_happened(make_server, open_page):
    server = make_server(login="tester")
    server.connect()
    server.upload("blocked.gcode", job(x=431, comment="WEAPON"))
    server.start("blocked.gcode")
    server.wait(lambda: "cancelled" in server.events())
    one = open_page(server)
    one.tab()
    one.page.wait_for_selector("#c3po_messages li:has-text('C3PO cancelled blocked.gcode')", state="visible")
    assert one.errors == []


def test_it_speaks_german_where_octoprint_does(make_server, open_page):
    server = make_server(login="tester")
    one = open_page(server, "/?l10n=de")
    one.tab()
    one.page.wait_for_selector("#c3po_tab :text('Letzte Urteile')", state="visible")
    one.page.wait_for_selector("#c3po_evaluation:text('Noch nichts geprüft.')", state="visible")
    assert "Ohne Prüfprogramm kein Druck" in one.page.inner_html("#c3po_settings")
    assert one.errors == []
