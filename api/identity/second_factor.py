"""第二重验证: time-based codes of RFC 6238 as every authenticator shows them, their secrets
encrypted at rest, and recovery codes.

Pure: secrets, time and the key are arguments. SHA-1, six digits and thirty seconds are what all
authenticators understand.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from urllib.parse import quote

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.twofactor.totp import TOTP

SECRET_BYTES = 20
DIGITS, STEP = 6, 30
# A clock half a minute off is common; more is a guess.
WINDOW = 1
RECOVERY_CODES = 8
_NONCE = 12
_ISSUER = "评审编组"


def code_at(secret: bytes, step: int) -> str:
    """The six digits of a step (seconds since 1970 divided by thirty)."""
    return TOTP(secret, DIGITS, SHA1(), STEP).generate(step * STEP).decode("ascii")  # noqa: S303


def step_of(at: datetime) -> int:
    return int(at.timestamp()) // STEP


def matching_step(secret: bytes, code: str, at: datetime, last: int | None) -> int | None:
    """The step whose code was typed; None when it is wrong, too old, or not newer than the `last`
    one used.
    """
    typed = "".join(code.split()).encode("utf-8", "surrogatepass")
    now, found = step_of(at), None
    for step in range(now - WINDOW, now + WINDOW + 1):
        if hmac.compare_digest(code_at(secret, step).encode("ascii"), typed) and (
            last is None or step > last
        ):
            found = step
    return found


def address(secret: bytes, login: str) -> str:
    """The otpauth address behind the QR code."""
    return f"otpauth://totp/{quote(_ISSUER)}:{quote(login)}?secret={spelled(secret)}&issuer={quote(_ISSUER)}"


def spelled(secret: bytes) -> str:
    """The secret in Base32, for typing it in."""
    return base64.b32encode(secret).decode("ascii").rstrip("=")


def seal(key: bytes, secret: bytes, owner: str, nonce: bytes) -> str:
    """Encrypted with AES-GCM under a key of its own, bound to the account, so that a stolen table
    opens nothing.
    """
    return base64.b64encode(
        nonce + AESGCM(_key(key)).encrypt(nonce, secret, owner.encode())
    ).decode("ascii")


def unseal(key: bytes, sealed: str, owner: str) -> bytes | None:
    """The secret; None when the text is not one that was sealed for this account with this key."""
    try:
        raw = base64.b64decode(sealed, validate=True)
        return AESGCM(_key(key)).decrypt(raw[:_NONCE], raw[_NONCE:], owner.encode())
    except (ValueError, InvalidTag):
        return None


def recovery_digest(code: str) -> str:
    return sha256(
        "".join(code.split()).replace("-", "").lower().encode("utf-8", "surrogatepass")
    ).hexdigest()


def recovery_codes(entropy: Iterable[bytes]) -> tuple[str, ...]:
    """As people write them down: four groups of four, 80 random bits each."""
    found = []
    for raw in entropy:
        text = base64.b32encode(raw).decode("ascii").lower()[:16]
        found.append("-".join(text[start : start + 4] for start in range(0, 16, 4)))
    return tuple(found)


def _key(secret_file: bytes) -> bytes:
    return HKDF(SHA256(), 32, None, b"expert-pool second factor").derive(secret_file)
