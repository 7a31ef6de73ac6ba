"""What deploy/ says of settings, port, paths and commands is what the program has."""

import json
import re
import shlex
import socket
import subprocess
import sys
import tomllib
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from fastapi.testclient import TestClient
from typer.main import get_command

from service.commands.cli import app
from service.settings import CONFIG_VARIABLE, DEFAULT_PORT, SETTINGS, Settings

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8")
UNIT = (ROOT / "deploy" / "tiaowen.service").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def instructions(name: str) -> list[str]:
    joined = re.sub(r"\\\n\s*", "", DOCKERFILE)
    return [line.split(maxsplit=1)[1] for line in joined.splitlines() if line.startswith(name + " ")]


def directives(name: str) -> list[str]:
    return [line.split("=", 1)[1] for line in UNIT.splitlines() if line.startswith(name + "=")]


@pytest.mark.parametrize("text", [DOCKERFILE, UNIT, (ROOT / "README.md").read_text(encoding="utf-8")])
def test_every_variable_named_is_a_setting(text: str) -> None:
    named = set(re.findall(r"TIAOWEN_[A-Z_]+", text))
    assert named, "else this shows nothing"
    assert named <= {s.variable for s in SETTINGS} | {CONFIG_VARIABLE}


def test_the_image_listens_where_it_says_and_keeps_its_store_in_the_volume(client: TestClient) -> None:
    given = dict(pair.split("=", 1) for pair in shlex.split(instructions("ENV")[0]))
    settings = Settings.from_environment(given)
    (volume,) = instructions("VOLUME")
    assert Path(volume) in settings.store.parents
    assert Path(volume) in settings.models.parents
    assert (settings.host, settings.port) == ("0.0.0.0", DEFAULT_PORT)
    assert instructions("EXPOSE") == [str(DEFAULT_PORT)]
    assert client.get("/healthz").status_code == 200
    assert instructions("USER")[-1] not in ("root", "0")


def test_the_health_check_of_the_image_asks_the_port_that_is_configured(site: str) -> None:
    given, command = instructions("HEALTHCHECK")[0].split("CMD ", 1)
    assert "--timeout=" in given
    program, *rest = json.loads(command)
    assert program == "python"

    def checked(port: int) -> int:
        return subprocess.run([sys.executable, *rest], env={"TIAOWEN_PORT": str(port)}, capture_output=True,
                              check=False).returncode  # fmt: skip

    port = urlsplit(site).port or 0
    assert checked(port) == 0
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        assert checked(unused.getsockname()[1]) != 0


def test_the_image_installs_what_the_project_asks_for() -> None:
    (torch,) = [d for d in PROJECT["dependencies"] if d.startswith("torch")]
    assert torch in instructions("RUN")[0]
    (extras,) = re.findall(r"/src\[([\w,]+)\]", DOCKERFILE)
    assert set(extras.split(",")) <= set(PROJECT["optional-dependencies"])
    least = tuple(map(int, PROJECT["requires-python"].removeprefix(">=").split(".")))
    for image in instructions("FROM"):
        assert tuple(map(int, re.findall(r"python:(\d+)\.(\d+)", image)[0])) >= least


def test_what_is_left_out_of_the_image_is_no_part_of_the_program() -> None:
    left_out = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    assert not {"index", "retriever", "service", "eval", "pyproject.toml", "README.md", "LICENSE"} & set(
        left_out
    )


def test_the_unit_writes_only_where_it_may() -> None:
    given = dict(pair.split("=", 1) for pair in directives("Environment"))
    settings = Settings.from_environment(given)
    assert Path("/var/lib", *directives("StateDirectory")) in settings.store.parents
    assert Path("/var/cache", *directives("CacheDirectory")) == settings.models
    assert directives("ProtectSystem") == ["strict"]
    assert directives("User") == ["tiaowen"]
    assert directives("NoNewPrivileges") == ["yes"]


def test_the_commands_of_unit_image_and_readme_exist() -> None:
    known = set(get_command(app).commands) | {"eval"}  # type: ignore[attr-defined]
    assert directives("ExecStart") == ["/opt/tiaowen/bin/tiaowen serve"]
    assert instructions("CMD") == ['["tiaowen", "serve"]']
    for name in ("README.md", "README.zh-CN.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        blocks = "\n".join(re.findall(r"```sh\n(.*?)```", text, re.DOTALL))
        used = set(re.findall(r"(?:^|/| )tiaowen (?:--config \S+ )?([a-z]+)\b", blocks, re.MULTILINE))
        assert {"backup", "restore", "bundle", "keys", "index"} <= used
        assert used - {"tiaowen"} <= known, name
