"""The machine, the code and the command that a figure comes from."""

import os
import platform
import shlex
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGES = ("tiaowen", "bm25s", "faiss-cpu", "ir_measures", "jieba", "numpy", "onnxruntime", "rank-bm25",
            "sentence-transformers", "torch")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Environment:
    """Where and when a report was made; "" or 0 where the machine does not say."""

    date: str
    """ISO, UTC."""
    commit: str
    """Git commit of the source, with `+` where files differed from it."""
    command: str
    cpu: str
    cores: int
    """Cores that this process may use."""
    memory_gib: float
    system: str
    python: str
    packages: dict[str, str]


def environment() -> Environment:
    """Describe this process; nothing here fails."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 0
    return Environment(
        datetime.now(UTC).isoformat(timespec="seconds"),
        _commit(),
        shlex.join([Path(sys.argv[0]).name, *sys.argv[1:]]),
        _cpu(),
        usable,
        _memory_gib(),
        platform.platform(),
        platform.python_version(),
        {name: found for name in PACKAGES if (found := _version(name))},
    )


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _commit() -> str:
    folder = Path(__file__).resolve().parent
    head = _git(folder, "rev-parse", "--short=12", "HEAD")
    changed = _git(folder.parent, "status", "--porcelain", "--", "index", "retriever", "eval") if head else ""
    return head + ("+" if changed else "")


def _git(folder: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(["git", "-C", folder, *arguments], capture_output=True, text=True, timeout=10)
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _memory_gib() -> float:
    try:
        return round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30, 1)
    except (OSError, ValueError, AttributeError):
        return 0.0
