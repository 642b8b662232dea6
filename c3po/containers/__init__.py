"""What a file is, and its bytes, bounded: every format is told by content, never by name."""

from c3po.containers.limits import MAX_INFLATED_BYTES, MAX_RATIO
from c3po.containers.member import Member
from c3po.containers.opening import members, sniff, stream_member

__all__ = ["MAX_INFLATED_BYTES", "MAX_RATIO", "Member", "members", "sniff", "stream_member"]
