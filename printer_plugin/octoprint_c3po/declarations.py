"""What the plugin declares to OctoPrint: permissions, events, updates."""

from __future__ import annotations

import re
from typing import Any

EVENTS = ("verdict", "held", "blocked", "tripped", "override", "engine")
_REPOSITORY = re.compile(r"([\w.-]+)/([\w.-]+)")


def permissions(admin_group: str, user_group: str) -> list[dict[str, Any]]:
    return [
        {
            "key": "VIEW",
            "name": "View verdicts",
            "description": "See verdicts, live views and notifications of C3PO",
            "roles": ["view"],
            "default_groups": [user_group, admin_group],
        },
        {
            "key": "OVERRIDE",
            "name": "Override C3PO",
            "description": "Let stopped jobs print, declare the bed clear, export the audit log",
            "roles": ["override"],
            "dangerous": True,
            "default_groups": [admin_group],
        },
    ]


def update_information(version: str, repository: str) -> dict[str, Any]:
    """Where OctoPrint looks for new versions; nowhere until a repository (``owner/name`` on GitHub) is set.

    The plugin is a folder of the repository, next to the engine.
    """
    found = _REPOSITORY.fullmatch(repository.strip())
    if found is None:
        return {}
    user, name = found.groups()
    return {
        "c3po": {
            "displayName": "C3PO",
            "displayVersion": version,
            "type": "github_release",
            "user": user,
            "repo": name,
            "current": version,
            "pip": f"https://github.com/{user}/{name}/archive/{{target_version}}.zip#subdirectory=printer_plugin",
        }
    }
