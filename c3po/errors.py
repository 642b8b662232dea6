"""Every error that input can cause, with one grammar: *where: what was expected, what was found; what to do.*

The command line turns a `C3poError` into that one line and exit code 2. A wrong argument from our own caller is a
`ValueError` instead, and repeats the value.
"""


class C3poError(Exception):
    """An input could not be used. ``str(error)`` is one line for a person; ``code`` names the kind for programs."""

    code = "error"


class ContainerError(C3poError):
    """A file or archive could not be opened, inflated or told apart."""

    code = "container"


class UnsupportedError(ContainerError):
    """A known format that C3PO does not judge."""

    code = "unsupported"


class GcodeError(C3poError):
    """A toolpath could not be read."""

    code = "gcode"


class MeshError(C3poError):
    """A mesh could not be read."""

    code = "mesh"


class PackedFileError(C3poError):
    """A packed network is corrupt, truncated, of another version or hostile."""

    code = "packed"


class PolicyError(C3poError):
    """A policy file has an unknown key or a value out of range."""

    code = "policy"


class ManifestError(C3poError):
    """A data set, manifest or parameter file does not fit."""

    code = "manifest"


class PlanError(C3poError):
    """A compression plan does not fit the network."""

    code = "plan"
