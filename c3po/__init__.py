"""Is this 3D-print job a weapon? Answered locally and in the open."""
