"""OctoPrint-C3PO: weapon jobs stop, everything else prints untouched.

OctoPrint reads the names below and calls ``__plugin_load__``; only that imports OctoPrint, so that the audit check
and the tests of the pure parts run without it.
"""

__plugin_name__ = "C3PO"
__plugin_pythoncompat__ = ">=3.9,<4"
__plugin_author__ = "C3PO contributors"
__plugin_license__ = "AGPL-3.0-or-later"
__plugin_description__ = "Judges print jobs on this machine and stops those that make weapons."
__plugin_disabling_discouraged__ = (
    "Without this plugin no print job is judged, and jobs that make weapons print like any other."
)
__plugin_privacypolicy__ = "All files are judged on this machine. The plugin sends nothing anywhere."


def __plugin_load__():
    global __plugin_implementation__, __plugin_hooks__
    from .plugin import C3poPlugin, hooks_of

    __plugin_implementation__ = C3poPlugin()
    __plugin_hooks__ = hooks_of(__plugin_implementation__)
