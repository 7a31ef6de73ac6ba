"""Immutable snapshots in a store: written aside, fsynced, renamed, then named by CURRENT.

store/CURRENT              id of the published snapshot
store/snapshots/<id>/      manifest.json, catalogue.sqlite, lexical/, dense/, dictionary.txt
store/.staging-*/          a build under way, or left by one that died: never read
store/originals/<sha256>   the files that documents of kept snapshots were read from
store/vectors.sqlite       embeddings by content
store/writer.lock          one writer at a time
"""

import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from index.durable import sha256_of, sync
from index.errors import NothingPublishedError, StaleSnapshotError, StoreBusyError, StoreError
from index.originals import Originals

FORMAT = 4
"""Layout of a snapshot folder; readers refuse any other."""
REBUILT_FROM = (2, 3)
"""Older layouts whose stored sources this version still reads: such a snapshot is rebuilt from them."""
DICTIONARY = "dictionary.txt"
"""In a snapshot: the user's words that its clauses were cut with, so that questions are cut alike, whatever the
configured file says since. Older snapshots have none."""
KEPT = 3
"""Snapshots kept, the published one included, so that readers and roll-backs find theirs."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a snapshot is and what made it; `id` is a hash of the content and of all fingerprints."""

    id: str
    format: int
    documents: int
    clauses: int
    splitter: str
    tokenizer: str
    recipe: str
    """BM25 formula, and what either side sees of a clause."""
    embedder: str
    dimension: int
    files: dict[str, str]
    """sha256 of every file of the folder but the manifest."""


class Store:
    """A folder of snapshots."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.originals = Originals(path / "originals")

    @property
    def vectors(self) -> Path:
        return self.path / "vectors.sqlite"

    def current(self) -> str:
        """Id of the published snapshot. Raises NothingPublishedError."""
        try:
            return (self.path / "CURRENT").read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise NothingPublishedError(
                f"nothing published yet in {self.path}; run `tiaowen index FILE...`"
            ) from error

    def snapshots(self) -> list[str]:
        """Ids of all complete snapshots, oldest first."""
        folders = (self.path / "snapshots").glob("*/manifest.json")
        return [f.parent.name for f in sorted(folders, key=lambda f: (f.stat().st_mtime_ns, f.parent.name))]

    def verified(self, snapshot: str) -> tuple[Manifest, Path]:
        """Manifest and folder of a snapshot, every file checked against its sha256.

        Raises StoreError if it is damaged, StaleSnapshotError if it is whole but of an older format.
        """
        stored, folder = self._whole(snapshot)
        if stored["format"] != FORMAT:
            raise StaleSnapshotError(
                f"snapshot {snapshot} has the format {stored['format']} of an older version, this one reads {FORMAT}; "
                "run `tiaowen index` to rebuild it from its own documents"
            )
        try:
            return Manifest(**stored), folder
        except TypeError as error:
            raise self._damaged(snapshot, f"manifest.json: {error}") from error

    def holding_sources(self, snapshot: str) -> Path:
        """Folder of a snapshot whose catalogue gives its sources, of this format or an older one, checked as above.

        Raises StoreError.
        """
        return self._whole(snapshot)[1]

    def _whole(self, snapshot: str) -> tuple[dict[str, Any], Path]:
        """What the manifest says, and the folder, once nothing in it was changed. Raises StoreError."""
        folder = self.path / "snapshots" / snapshot
        try:
            stored = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
            if stored["format"] not in (FORMAT, *REBUILT_FROM):
                raise self._damaged(
                    snapshot, f"its format is {stored['format']}, this version reads {FORMAT}"
                )
            owner, files = stored["id"], dict(stored["files"])
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise self._damaged(snapshot, f"manifest.json: {error}") from error
        if owner != snapshot:
            raise self._damaged(snapshot, f"its manifest is that of {owner}")
        for name, expected in files.items():
            try:
                actual = sha256_of(folder / name)
            except OSError as error:
                raise self._damaged(snapshot, f"{name}: {error.strerror}") from error
            if actual != expected:
                raise self._damaged(snapshot, f"{name} was changed after publishing")
        return stored, folder

    def _damaged(self, snapshot: str, fact: str) -> StoreError:
        others = [s for s in self.snapshots() if s != snapshot]
        back = f", or go back with `tiaowen snapshots --publish {others[-1]}`" if others else ""
        return StoreError(
            f"snapshot {snapshot} in {self.path} cannot be used ({fact}); it was not opened. "
            f"Rebuild it from the original files with `tiaowen index --replace FILE...`"
            f" (`tiaowen index --replace --plan` for the bundled plan){back}"
        )

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the store's only writer lock, clearing what dead writers left. Raises StoreError if it is taken."""
        try:
            (self.path / "snapshots").mkdir(parents=True, exist_ok=True)
            with FileLock(self.path / "writer.lock", timeout=0):
                self._clear()
                yield
        except Timeout as error:
            raise StoreBusyError(
                f"another process is writing to {self.path}; wait until it is done"
            ) from error
        except OSError as error:
            raise StoreError(f"cannot write to the store {self.path}: {error}; nothing was published. Free some space "
                             "or name another store with --store or TIAOWEN_STORE") from error  # fmt: skip

    def publish(self, manifest: Manifest, write: Callable[[Path], None]) -> Manifest:
        """Let `write` fill a folder, make it the snapshot `manifest.id` and point CURRENT at it.

        Call it inside `writing()`. A death at any moment leaves readers on the old snapshot.
        """
        staging = Path(tempfile.mkdtemp(prefix=".staging-", dir=self.path))
        write(staging)
        files = {str(p.relative_to(staging)): sha256_of(p) for p in sorted(staging.rglob("*")) if p.is_file()}
        complete = Manifest(**{**asdict(manifest), "files": files})
        (staging / "manifest.json").write_text(json.dumps(asdict(complete), ensure_ascii=False, indent=1))
        for path in [*staging.rglob("*"), staging]:
            sync(path)
        staging.chmod(0o755)  # mkdtemp makes it 0700
        folder = self.path / "snapshots" / complete.id
        self._discard(folder)  # same content: built before, or a damaged copy
        staging.rename(folder)
        sync(folder.parent)
        self.point_to(complete.id)
        for old in [s for s in self.snapshots() if s != complete.id][: -(KEPT - 1)]:
            self._discard(self.path / "snapshots" / old)
        return complete

    def _discard(self, folder: Path) -> None:
        """Remove a snapshot, if it is there, at once: a death leaves no half of it among the others."""
        aside = self.path / f".staging-removed-{folder.name}"
        with suppress(FileNotFoundError):
            folder.rename(aside)
            shutil.rmtree(aside, ignore_errors=True)

    def _clear(self) -> None:
        """Remove what dead writers left, in snapshots/ too, where earlier versions removed file by file."""
        halves = (f for f in (self.path / "snapshots").iterdir() if not (f / "manifest.json").exists())
        for leftover in [*self.path.glob(".staging-*"), *halves]:
            if leftover.is_dir():
                shutil.rmtree(leftover, ignore_errors=True)
            else:  # CURRENT, written but not in its place
                leftover.unlink(missing_ok=True)

    def point_to(self, snapshot: str) -> None:
        """Publish an existing snapshot. Call it inside `writing()`."""
        aside = self.path / ".staging-CURRENT"
        aside.write_text(snapshot + "\n", encoding="ascii")
        sync(aside)
        aside.replace(self.path / "CURRENT")
        sync(self.path)
