"""密封: what must not lie open in the database, encrypted with AES-GCM, and its fingerprint (HMAC)
by which it can be found again.

The key is derived from the secret file and never stored beside the records; each text is bound to
its owner, so that one person's sealed text cannot be put into another's record.
"""

from __future__ import annotations

import base64
import hmac
import secrets
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy.orm import Session

from expert_pool.facts.refusal import Refusal

_NONCE = 12
_INFO = "seal"
WRAPPED = "sealed:"


class Seal:
    """One key for closing and one for marking, both from the secret file.

    Without a secret nothing can be sealed, and nothing opened.
    """

    def __init__(self, secret: bytes = b"") -> None:
        self._gcm = AESGCM(_derived(secret, b"expert-pool seal")) if secret else None
        self._mark = _derived(secret, b"expert-pool mark") if secret else b""
        self._sign = _derived(secret, b"expert-pool log") if secret else b""

    @property
    def ready(self) -> bool:
        return self._gcm is not None

    def close(self, text: str, owner: str) -> str:
        """The text, encrypted. Raises Refusal `no-key`."""
        if self._gcm is None:
            raise no_key()
        nonce = secrets.token_bytes(_NONCE)
        return base64.b64encode(
            nonce + self._gcm.encrypt(nonce, text.encode("utf-8"), owner.encode("utf-8"))
        ).decode("ascii")

    def open(self, sealed: str, owner: str) -> str | None:
        """The text; None when it was sealed with another key or for another owner, or somebody has
        changed it.
        """
        if self._gcm is None:
            return None
        try:
            raw = base64.b64decode(sealed, validate=True)
            return self._gcm.decrypt(raw[:_NONCE], raw[_NONCE:], owner.encode("utf-8")).decode(
                "utf-8"
            )
        except (ValueError, InvalidTag):
            return None

    def wrap(self, text: str, owner: str) -> str:
        """The text sealed when there is a key, and known as such."""
        return WRAPPED + self.close(text, owner) if self.ready else text

    def unwrap(self, text: str, owner: str) -> str:
        """What `wrap` was given. Raises Refusal `no-key` for a text that this key does not open."""
        if not text.startswith(WRAPPED):
            return text
        opened = self.open(text.removeprefix(WRAPPED), owner)
        if opened is None:
            raise no_key()
        return opened

    def sign(self, text: str) -> str:
        """The log's seal on an entry; empty without a key."""
        if not self._sign:
            return ""
        return hmac.new(self._sign, text.encode("ascii"), sha256).hexdigest()

    def mark(self, text: str) -> str:
        """Equal texts have equal marks, and without the key nobody can try out which text it was.

        Raises Refusal `no-key`.
        """
        if not self._mark:
            raise no_key()
        return hmac.new(self._mark, text.encode("utf-8"), sha256).hexdigest()


def give(session: Session, seal: Seal) -> None:
    session.info[_INFO] = seal


def seal_of(session: Session) -> Seal:
    """The seal with which the ledger opened this session."""
    seal = session.info.get(_INFO)
    return seal if isinstance(seal, Seal) else Seal()


def no_key() -> Refusal:
    return Refusal(
        "no-key",
        "没有配置密钥文件，或者密钥已经更换，身份证号等加密内容不能保存或读取。请由系统管理员检查"
        " EXPERT_POOL_SECRET_FILE。",
    )


def _derived(secret: bytes, info: bytes) -> bytes:
    return HKDF(SHA256(), 32, None, info).derive(secret)
