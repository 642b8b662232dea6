"""What the settings page says: its sections, and a title and a sentence of help per setting.

The words are marked here for the translators; the template asks for the translation when the page is drawn.
"""

from __future__ import annotations


def _(text: str) -> str:
    return text


SECTIONS = (
    (_("What is stopped"), ("enforce", "on_weapon", "on_review", "on_stream_weapon", "on_changed_file", "fail_closed")),
    (_("Uploads and the printer's card"), ("sd_policy", "reject_known_uploads", "judge_while_printing")),
    (_("How long things may take"), ("hold_timeout_s", "ask_timeout_s", "judge_timeout_s", "engine_grace_s")),
    (_("Printer and engine"), ("homing_commands", "worker_command", "network_file", "policy_file")),
    (_("What is kept"), ("keep_verdicts", "audit_max_bytes", "audit_keep_files", "spool_max_bytes")),
    (_("Updates"), ("update_repository",)),
)

TITLES = {
    "enforce": _("Stop jobs"),
    "fail_closed": _("No engine, no print"),
    "on_weapon": _("A file is a weapon"),
    "on_review": _("A file cannot be cleared"),
    "on_stream_weapon": _("A weapon grows on the bed"),
    "on_changed_file": _("A file changed after its verdict"),
    "sd_policy": _("Prints from the printer's card"),
    "reject_known_uploads": _("Refuse known weapons at upload"),
    "judge_while_printing": _("Judge new files while printing"),
    "hold_timeout_s": _("Longest wait for a verdict (s)"),
    "ask_timeout_s": _("Longest wait for a person (s)"),
    "judge_timeout_s": _("Longest judging of a file (s)"),
    "engine_grace_s": _("Longest print without engine (s)"),
    "homing_commands": _("Homing commands"),
    "worker_command": _("Worker command"),
    "network_file": _("Network file"),
    "policy_file": _("Policy file"),
    "update_repository": _("Repository for updates"),
    "keep_verdicts": _("Verdicts remembered"),
    "audit_max_bytes": _("Size of an audit file (bytes)"),
    "audit_keep_files": _("Audit files kept"),
    "spool_max_bytes": _("Size of the record of sent lines (bytes)"),
}

HELP = {
    "enforce": _("Stop jobs. Off: everything is judged and shown, nothing is stopped."),
    "fail_closed": _(
        "Without a healthy engine, no printer connection and no job. Off: print unguarded, with a warning."
    ),
    "on_weapon": _("A job whose file was judged to be a weapon: cancel it, hold it and ask a person, or only warn."),
    "on_review": _("A job whose file cannot be cleared: hold it and ask a person, cancel it, or only warn."),
    "on_stream_weapon": _(
        "A print whose growing part is judged to be a weapon: cancel it, pause and ask a person, or only warn."
    ),
    "on_changed_file": _(
        "A print whose lines are not those of the judged file: cancel it, pause and ask a person, or only warn."
    ),
    "sd_policy": _(
        "Block: nothing prints from the card, whose content cannot be seen, and only cleared files are sent to it. "
        "Warn or allow: neither is held back."
    ),
    "reject_known_uploads": _("Refuse an upload whose content was already judged to be a weapon."),
    "judge_while_printing": _("Judge newly added files also while a job is printing (a job about to start always is)."),
    "hold_timeout_s": _('Longest time a job waits for its verdict, in seconds. Then "No engine, no print" decides.'),
    "ask_timeout_s": _("Longest time a job waits for a person's answer, in seconds. Then it is cancelled."),
    "judge_timeout_s": _("Longest time for judging one file, in seconds. Then the file is for review."),
    "engine_grace_s": _(
        'Longest time the engine may be gone during a print, in seconds. Then "No engine, no print" decides.'
    ),
    "homing_commands": _("Commands and macros that home Z at the start of a job, which says that the bed is clear."),
    "worker_command": _("Command that starts the worker. Empty: the c3po installed beside OctoPrint."),
    "network_file": _("Another packed network (*.c3po). Empty: the one that comes with c3po."),
    "policy_file": _("Another policy file. Empty: the one that comes with c3po."),
    "update_repository": _(
        "Where OctoPrint looks for new versions of this plugin: owner/name on GitHub. Empty: it does not look."
    ),
    "keep_verdicts": _("How many verdicts and overrides are remembered."),
    "audit_max_bytes": _("Size at which the audit log starts a new file."),
    "audit_keep_files": _("How many finished audit files are kept."),
    "spool_max_bytes": _("Largest record of sent lines that is kept to recover the monitor after a crash."),
}
