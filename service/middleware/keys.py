"""Access keys: made once and shown once, stored as digests in the store's keys.json, checked at every request."""

import hashlib
import hmac
import json
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from enum import IntEnum
from pathlib import Path

from filelock import FileLock

from index.durable import write_whole
from index.errors import StoreError, TiaowenError

PREFIX = "tw"
MAX_NAME_CHARS = 100


class Scope(IntEnum):
    """What a key may do; each includes those before it."""

    READ = 1
    """Search, ask, read documents."""
    WRITE = 2
    """Add, replace and delete documents."""
    ADMIN = 3
    """See how the service fares, slow questions included."""

    @classmethod
    def named(cls, name: str) -> "Scope":
        """Raises TiaowenError."""
        try:
            return cls[name.upper()]
        except KeyError:
            raise TiaowenError(f"the scope is {name!r}; it must be read, write or admin") from None


@dataclass(frozen=True, slots=True)
class Key:
    """A key without its secret."""

    id: str
    name: str
    scope: int
    digest: str
    """sha256 of the token: 256 random bits need no slow hash."""
    created: float
    """Seconds since 1970."""
    expires: float | None = None

    def expired(self, now: float) -> bool:
        return self.expires is not None and now >= self.expires


class KeyStore:
    """The keys of a store. What another process changes counts from the next request on."""

    def __init__(self, store: Path, clock: Callable[[], float] = time.time) -> None:
        self._path = store / "keys.json"
        self._clock = clock
        self._seen: object = object()
        self._keys: dict[str, Key] = {}
        self._loading = threading.Lock()

    def listed(self) -> list[Key]:
        """In the order they were made. Raises StoreError where the file is damaged: nobody is let in then."""
        return list(self._current().values())

    def create(self, name: str, scope: Scope, days: float | None = None) -> str:
        """Make a key and return its token, which is kept nowhere. Raises TiaowenError."""
        if not name.strip() or len(name) > MAX_NAME_CHARS or not name.isprintable():
            raise TiaowenError(f"the name of a key must be 1 to {MAX_NAME_CHARS} printable characters")
        if days is not None and not 0 < days <= 36_500:
            raise TiaowenError(f"a key cannot expire in {days:g} days; give 1 to 36500")
        key_id, now = secrets.token_hex(4), self._clock()
        token = f"{PREFIX}_{key_id}_{secrets.token_urlsafe(32)}"
        key = Key(key_id, name, int(scope), _digest(token), now, now + days * 86_400 if days else None)

        def add(keys: dict[str, Key]) -> None:
            if any(k.name == name for k in keys.values()):
                raise TiaowenError(
                    f"there is a key named {name!r} already; revoke it first or choose another name"
                )
            keys[key.id] = key

        self._change(add)
        return token

    def revoke(self, name: str) -> Key:
        """Take a key out by its name or id; from the next request on it opens nothing. Raises TiaowenError."""
        revoked: list[Key] = []

        def take(keys: dict[str, Key]) -> None:
            found = [k for k in keys.values() if name in (k.name, k.id)]
            if not found:
                raise TiaowenError(f"no key is named {name!r}; `tiaowen keys list` shows them")
            revoked.append(keys.pop(found[0].id))

        self._change(take)
        return revoked[0]

    def check(self, token: str) -> Key | None:
        """The key a token belongs to, None for one that is unknown, revoked or expired. Raises StoreError."""
        parts = token.split("_", 2)
        key = self._current().get(parts[1]) if len(parts) == 3 and len(token) < 200 else None
        # A digest is compared in any case, so that the time tells nothing about ids.
        right = hmac.compare_digest(_digest(token), key.digest if key else "0" * 64)
        return key if key and right and not key.expired(self._clock()) else None

    def _current(self) -> dict[str, Key]:
        try:
            stat = self._path.stat()
        except FileNotFoundError:
            return {}
        state = (stat.st_mtime_ns, stat.st_ino, stat.st_size)
        if state != self._seen:
            with self._loading:
                self._keys, self._seen = self._load(), state
        return self._keys

    def _load(self) -> dict[str, Key]:
        try:
            return {
                stored["id"]: Key(**stored) for stored in json.loads(self._path.read_text(encoding="utf-8"))
            }
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise StoreError(f"the keys in {self._path} cannot be read ({error}); restore the file, or remove it and "
                             "make the keys anew with `tiaowen keys create`") from error  # fmt: skip

    def _change(self, change: Callable[[dict[str, Key]], None]) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(self._path.with_suffix(".lock"), timeout=10):
            keys = self._load()
            change(keys)
            text = json.dumps([asdict(k) for k in keys.values()], ensure_ascii=False, indent=1)
            write_whole(self._path, text.encode("utf-8"), 0o600)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
