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

SILHOUETTE_LABELS = ("handgun", "long_gun", "blade")

# The counterpart of the paper's 22 models: families over all ten labels, the smallest set worth training on.
C3PO_22 = (
    *("pistol", "revolver", "blaster_toy"),
    *("carbine", "shotgun", "sniper"),
    *("dagger", "axe"),
    *("cordless_drill", "glue_gun", "wrench"),
    *("car", "plane"),
    *("cup", "pipe_elbow"),
    *("l_bracket", "eared_plate"),
    *("spur_gear", "gear_with_arm"),
    *("humanoid", "long_neck"),
    "electronics_case",
)
