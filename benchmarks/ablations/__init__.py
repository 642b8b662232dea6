"""What the screening network sees and learns from, one thing changed at a time, each row with several seeds.

A tenth of the released network's training, so that a row takes minutes: rows compare with each other, not with the
card.
"""
