"""Ed25519 signatures of packed files (needs the extra [sign]).

A signed file has bit 7 of byte 3 set and ends with the public key (32 bytes) and the signature (64 bytes) of
everything before the signature. The engine reads signed files without checking them; `signer` does.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from c3po.errors import PackedFileError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

FLAG, KEY_BYTES, SIGNATURE_BYTES = 0x80, 32, 64


def signed(data: bytes, key: Ed25519PrivateKey) -> bytes:
    """The packed file ``data`` with a signature at its end; one that is there is replaced."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    bare = data[: -(KEY_BYTES + SIGNATURE_BYTES)] if is_signed(data) else data
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    message = bare[:3] + bytes([bare[3] | FLAG]) + bare[4:] + public
    return message + key.sign(message)


def is_signed(data: bytes) -> bool:
    """Whether a packed file says that it carries a signature."""
    return len(data) > 3 and bool(data[3] & FLAG)


def signer(data: bytes, where: str) -> str:
    """The public key (hexadecimal) whose signature the file carries.

    Raises
    ------
    PackedFileError
        There is no signature, or it does not belong to these bytes.
    """
    _needs_cryptography(where)
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    if not is_signed(data) or len(data) < 8 + KEY_BYTES + SIGNATURE_BYTES:
        raise PackedFileError(f"{where}: expected a signature, got a file without one; sign it with c3po pack --sign")
    message, signature = data[:-SIGNATURE_BYTES], data[-SIGNATURE_BYTES:]
    public = message[-KEY_BYTES:]
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        raise PackedFileError(
            f"{where}: expected a valid signature, got one of other bytes; fetch the file again"
        ) from None
    return public.hex()


def read_private_key(path: str | os.PathLike[str]) -> Ed25519PrivateKey:
    """An Ed25519 private key from an unencrypted PEM file (``openssl genpkey -algorithm ed25519``)."""
    _needs_cryptography(os.fspath(path))
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key: Any = load_pem_private_key(Path(path).read_bytes(), password=None)
    except OSError as problem:
        raise PackedFileError(f"{path}: expected a key file, got {problem.strerror}; check the path") from None
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise PackedFileError(f"{path}: expected an Ed25519 private key in PEM; make one with openssl genpkey")
    return key


def _needs_cryptography(where: str) -> None:
    try:
        import cryptography  # noqa: F401
    except ImportError:
        raise PackedFileError(
            f"{where}: expected the package cryptography, it is missing; pip install 'c3po[sign]'"
        ) from None
