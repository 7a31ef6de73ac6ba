"""A bundle of a tiny project from a folder of wheels: it installs without a network, and only what is whole."""

import base64
import hashlib
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

import service.archive.bundle
from service.archive.bundle import BundleError, Wanted, bundle, plan, wanted
from service.commands.cli import app


def wheel(folder: Path, name: str, version: str, code: str = "", needs: str = "") -> None:
    """A wheel as pip wants it; `name` is also its command, where there is code."""
    info = f"{name}-{version}.dist-info"
    files = {
        f"{name}_code.py": code,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        + (f"Requires-Dist: {needs}\n" if needs else ""),
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/entry_points.txt": f"[console_scripts]\n{name} = {name}_code:main\n" if code else "",
    }
    rows = []
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as archive:
        for path, content in files.items():
            archive.writestr(path, content)
            digest = base64.urlsafe_b64encode(hashlib.sha256(content.encode()).digest()).rstrip(b"=").decode()
            rows.append(f"{path},sha256={digest},{len(content.encode())}")
        archive.writestr(f"{info}/RECORD", "\n".join([*rows, f"{info}/RECORD,,"]) + "\n")


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """All that pip can see."""
    folder = tmp_path / "index"
    folder.mkdir()
    wheel(
        folder,
        "tiaowen",
        "9.1",
        "def main():\n    import clauses_code\n    print('条', clauses_code)\n",
        "clauses>=1",
    )
    wheel(folder, "clauses", "1.5")
    wheel(folder, "clauses", "1.7")
    for name in [n for n in os.environ if n.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


TINY = Wanted("tiaowen==9.1", ("clauses==1.5",))


def test_a_bundle_installs_what_is_installed_here_without_a_network(
    index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = bundle(tmp_path / "out", TINY)
    names = sorted(p.name for p in (tmp_path / "out" / "wheels").iterdir())
    assert names == ["clauses-1.5-py3-none-any.whl", "tiaowen-9.1-py3-none-any.whl"]
    sizes = [p.stat().st_size for p in (tmp_path / "out").rglob("*") if p.is_file()]
    assert (made.version, made.wheels, made.size_bytes) == ("9.1", 2, sum(sizes))
    monkeypatch.delenv("PIP_FIND_LINKS")
    monkeypatch.delenv("PYTHONPATH", raising=False)
    monkeypatch.setenv("PYTHON", sys.executable)
    script = ["sh", str(tmp_path / "out" / "install.sh"), str(tmp_path / "there")]
    done = subprocess.run(script, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    said = subprocess.run(
        [tmp_path / "there" / "bin" / "tiaowen"], capture_output=True, text=True, check=True
    )
    assert said.stdout.startswith("条 ")
    assert str(tmp_path / "there" / "bin" / "tiaowen") in done.stdout


def test_a_damaged_bundle_installs_nothing(
    index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle(tmp_path / "out", TINY)
    broken = tmp_path / "out" / "wheels" / "clauses-1.5-py3-none-any.whl"
    broken.write_bytes(broken.read_bytes() + b"x")
    monkeypatch.setenv("PYTHON", sys.executable)
    script = ["sh", str(tmp_path / "out" / "install.sh"), str(tmp_path / "there")]
    done = subprocess.run(script, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "damaged" in done.stderr
    assert not (tmp_path / "there").exists()


def test_what_pip_cannot_find_leaves_nothing_behind(index: Path, tmp_path: Path) -> None:
    (index / "clauses-1.5-py3-none-any.whl").unlink()
    before = set(tmp_path.iterdir())
    with pytest.raises(BundleError, match="clauses"):
        bundle(tmp_path / "out", TINY)
    assert set(tmp_path.iterdir()) == before
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").touch()
    with pytest.raises(BundleError, match="not empty"):
        bundle(tmp_path / "full", TINY)


def test_a_dry_run_lists_the_packages_and_writes_nothing(
    index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert plan(TINY) == [("clauses", "1.5"), ("tiaowen", "9.1")]
    monkeypatch.setattr("service.commands.bundle.wanted", lambda extras, source: TINY)
    told = CliRunner().invoke(app, ["bundle", str(tmp_path / "out"), "--dry-run"])
    assert told.output.splitlines()[:2] == ["clauses 1.5", "tiaowen 9.1"]
    assert not (tmp_path / "out").exists()


def test_the_versions_installed_here_are_those_wanted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service.archive.bundle, "_extras", lambda: ["mcp", "otel"])
    (tmp_path / "pyproject.toml").touch()
    asked = wanted(["mcp", "otel"], tmp_path)
    assert asked.requirement == f"{tmp_path}[mcp,otel]"
    assert f"pytest=={pytest.__version__}" in asked.constraints
    assert not any(c.startswith("tiaowen==") for c in asked.constraints)
    monkeypatch.setattr(service.archive.bundle, "_origin", lambda: "tiaowen==0.1.0")
    assert wanted(["mcp"]).requirement == "tiaowen[mcp]==0.1.0"
    with pytest.raises(BundleError, match="no extra 'gpu'"):
        wanted(["gpu"])
    with pytest.raises(BundleError, match="pyproject"):
        wanted([], tmp_path / "none")
