"""Real servers of language models, asked over HTTP: llama.cpp's own, and `transformers serve`.

`pip install xllamacpp gguf 'transformers[serving]'` where they are missing. The models are made here (`spoken.py`):
nothing is downloaded.
"""

import asyncio
import importlib.util
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from index.document import Clause, NumberOrigin
from retriever.answers.answer import Answer, Citation
from retriever.generate.checking import check
from retriever.generate.endpoint import Endpoint
from retriever.generate.generator import Done, Event, Fallback, Generator, Sentence
from retriever.question import Question

sys.path.insert(0, str(Path(__file__).parent))

from spoken import gguf_file, transformers_folder

pytestmark = pytest.mark.real_server

KEY = "sk-of-the-real-server"
TEXT = "第二条 单位应当在三十日内移交档案，逾期的，处一万元以上五万元以下罚款。"
SAID = (
    "单位应当在",
    "三十日内",
    "移交档案。",
    "[C1]",
    "逾期的，处一万元",
    "以上五万元",
    "以下罚款",
    " [C1]",
    "。",
    "逾期不罚。",
)
THOUGHT = ("<think>", "先看资料块。", "\n</think>\n\n", *SAID)
NONSENSE = ("春眠", "不觉晓", "，", "处处", "闻啼鸟。", "[C1]")
STARTS_WITHIN = 60
LLAMA = """
import os, sys, time, xllamacpp
file, context, key = sys.argv[1:]
given = xllamacpp.CommonParams()
given.model.path, given.n_ctx, given.n_parallel, given.warmup, given.port = file, int(context), 1, False, 0
given.model_alias, given.api_keys = {"said"}, [key]
server = xllamacpp.Server(given)
print("listens at", server.listening_address, flush=True)
os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # its log would fill the pipe, and then it would wait
time.sleep(600)
"""


@dataclass(frozen=True)
class Served:
    """A server under way."""

    url: str
    model: str
    key: str = ""

    def endpoint(self, **other: str) -> Endpoint:
        told = {"url": self.url, "model": self.model, "key": self.key} | other
        return Endpoint(**told, timeout_seconds=60.0)


def needs(*packages: str) -> None:
    missing = [name for name in packages if importlib.util.find_spec(name) is None]
    if missing:
        pytest.skip(f"no real server: {' and '.join(missing)} not installed")


def llama(folder: Path, pieces: tuple[str, ...], *, context: int, ends: bool = True) -> Iterator[Served]:
    needs("xllamacpp", "gguf")
    file = gguf_file(folder / "said.gguf", pieces, ends=ends)
    with subprocess.Popen(
        [sys.executable, "-c", LLAMA, str(file), str(context), KEY], stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        late = threading.Timer(STARTS_WITHIN, process.kill)
        late.start()
        told = next((line for line in process.stdout if line.startswith("listens at")), "")
        late.cancel()
        if not told:
            pytest.skip("no real server: llama.cpp does not run on this machine")
        yield Served(told.split()[-1] + "/v1", "said", KEY)
        process.kill()


@pytest.fixture(scope="module")
def llama_cpp(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    yield from llama(tmp_path_factory.mktemp("llama"), SAID, context=8192)


@pytest.fixture(scope="module")
def transformers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    needs("transformers", "openai", "accelerate")
    folder = tmp_path_factory.mktemp("transformers")
    model = transformers_folder(folder / "said", THOUGHT)
    (folder / "cache" / "hub").mkdir(parents=True)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    line = "import sys; from transformers.cli.transformers import main; sys.exit(main())"
    with subprocess.Popen(
        [sys.executable, "-c", line, "serve", str(model), "--host", "127.0.0.1", "--port", str(port),
         "--device", "cpu"],
        env=os.environ | {"HF_HUB_OFFLINE": "1", "HF_HOME": str(folder / "cache")},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    ) as process:  # fmt: skip
        until = time.monotonic() + STARTS_WITHIN
        while not answers(f"http://127.0.0.1:{port}/health"):
            if process.poll() is not None or time.monotonic() > until:
                process.kill()
                pytest.skip("no real server: transformers serve does not start on this machine")
            time.sleep(0.2)
        yield Served(f"http://127.0.0.1:{port}/v1", str(model))
        process.kill()


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2):
            return True
    except OSError:
        return False


def clause(number: str, text: str) -> Clause:
    return Clause(
        f"办法#{number}", "办法", "article", number, NumberOrigin.PRINTED, (), "", f"《档案办法》{number}", text, 0,
        len(text), 0,
    )  # fmt: skip


FIRST = clause("第二条", TEXT)
OTHERS = [clause(f"第{n}条", f"第{n}条 " + "档案馆应当每周开放。" * 60) for n in "三四五六七"]


def events(endpoint: Endpoint, others: list[Clause] = []) -> list[Event]:  # noqa: B006
    quoted = (Citation(FIRST, 4, 17, TEXT[4:17], FIRST.citation),)
    answer = Answer(Question("多久移交档案", (), ()), quoted, "deadline", "", "", 0.9, False, (), "s", {})

    async def collect() -> list[Event]:
        return [event async for event in Generator(endpoint).events(answer, [FIRST, *others])]

    return asyncio.run(collect())


def reasons(found: list[Event]) -> list[str]:
    return [event.reason for event in found if isinstance(event, Fallback)]


@pytest.mark.parametrize("server", ["llama_cpp", "transformers"])
def test_what_a_real_server_streams_is_shown_sentence_by_sentence_and_the_unsaid_dropped(
    server: str, request: pytest.FixtureRequest
) -> None:
    served: Served = request.getfixturevalue(server)
    found = events(served.endpoint())
    assert [event.text for event in found if isinstance(event, Sentence)] == [
        "单位应当在三十日内移交档案。", "逾期的，处一万元以上五万元以下罚款。",
    ]  # fmt: skip
    assert isinstance(found[-1], Done)
    assert (found[-1].by_model, found[-1].dropped) == (True, 1)


def test_a_real_server_is_checked_by_its_list_of_models_and_its_key(llama_cpp: Served) -> None:
    def fault(**other: str) -> str:
        found = asyncio.run(check(llama_cpp.endpoint(**other)))
        return found.reason if found else ""

    assert fault() == ""
    assert fault(model="another") == "model"


def test_a_wrong_key_at_a_real_server_is_a_fallback(llama_cpp: Served) -> None:
    assert reasons(events(llama_cpp.endpoint(key="sk-wrong"))) == ["http_error"]


def test_clauses_that_do_not_fit_into_the_context_of_a_real_server_are_left_out(llama_cpp: Served) -> None:
    found = events(llama_cpp.endpoint(), OTHERS)
    assert reasons(found) == []
    assert found[-1].by_model


def test_a_question_that_never_fits_is_a_fallback(tmp_path: Path) -> None:
    for served in llama(tmp_path, SAID, context=256):
        found = events(served.endpoint(), OTHERS)
        assert reasons(found) == ["context"]
        assert found[-1].text == TEXT[4:17]


def test_a_real_server_that_talks_nonsense_without_end_is_cut_off(tmp_path: Path) -> None:
    for served in llama(tmp_path, NONSENSE, context=4096, ends=False):
        started = time.monotonic()
        found = events(served.endpoint())
        assert reasons(found) and reasons(found)[0] in ("endless", "unsupported")
        assert found[-1].text == TEXT[4:17]
        assert time.monotonic() - started < 50


def test_a_model_that_a_real_server_does_not_have_is_a_fallback(transformers: Served) -> None:
    assert reasons(events(transformers.endpoint(model="another"))) == ["http_error"]
    assert asyncio.run(check(transformers.endpoint())) is None, (
        "it lists its cache, not the model it was given"
    )
