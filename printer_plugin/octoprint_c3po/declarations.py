"""What the plugin declares to OctoPrint: permissions, events, updates."""

from __future__ import annotations

from typing import Any

EVENTS = ("verdict", "held", "blocked", "tripped", "override", "engine")
REPOSITORY = ("c3po-print", "OctoPrint-C3PO")


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


def update_information(version: str) -> dict[str, Any]:
    user, repository = REPOSITORY
    return {
        "c3po": {
            "displayName": "C3PO",
            "displayVersion": version,
            "type": "github_release",
            "user": user,
            "repo": repository,
            "current": version,
            "pip": f"https://github.com/{user}/{repository}/archive/{{target_version}}.zip",
        }
    }
