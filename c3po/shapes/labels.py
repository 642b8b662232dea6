"""The ten labels of the data set, in the order of every score vector."""

LABELS = (
    "handgun",
    "long_gun",
    "blade",
    "tool",
    "vehicle",
    "vessel",
    "bracket",
    "gear",
    "figure",
    "enclosure",
)

WEAPON_LABELS = ("handgun", "long_gun", "blade")
