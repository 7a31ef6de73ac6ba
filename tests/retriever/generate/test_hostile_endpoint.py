"""Endpoints that mean harm or are none: bytes told to a socket, redirects, certificates; always the quoted answer."""

import asyncio
import json
import logging
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest

from index.document import Clause, NumberOrigin
from retriever.answers.answer import Answer, Citation
from retriever.generate.checking import check
from retriever.generate.endpoint import MAX_STREAM_BYTES, Endpoint
from retriever.generate.generator import Done, Event, Fallback, Generator, Sentence
from retriever.question import Question

KEY = "sk-very-secret-key-1234567890"
TEXT = "第二条 单位应当在三十日内移交档案。"
QUOTED = TEXT[4:]
FIRST = Clause(
    "办法#第二条",
    "办法",
    "article",
    "第二条",
    NumberOrigin.PRINTED,
    (),
    "",
    "《办法》第二条",
    TEXT,
    0,
    len(TEXT),
    0,
)
Told = Callable[[socket.socket], None]


@dataclass
class Wire:
    """A server that sends whatever bytes a test wants."""

    listener: socket.socket
    told: Told = lambda connection: None
    context: ssl.SSLContext | None = None
    heard: list[bytes] = field(default_factory=list)
    sent: int = 0

    @property
    def port(self) -> int:
        return int(self.listener.getsockname()[1])

    def endpoint(self, seconds: float = 2.0, scheme: str = "http", ca: str = "") -> Endpoint:
        return Endpoint(f"{scheme}://127.0.0.1:{self.port}/v1", "m", KEY, seconds, ca)

    def run(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            with suppress(OSError), connection:
                if self.context is not None:
                    connection = self.context.wrap_socket(connection, server_side=True)
                self.heard.append(connection.recv(65_536))
                self.told(connection)
                connection.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def wire() -> Iterator[Wire]:
    wire = Wire(socket.create_server(("127.0.0.1", 0)))
    threading.Thread(target=wire.run, daemon=True).start()
    yield wire
    wire.listener.close()


def events(endpoint: Endpoint) -> list[Event]:
    quoted = (Citation(FIRST, 4, len(TEXT), QUOTED, FIRST.citation),)
    answer = Answer(Question("多久移交档案", (), ()), quoted, "deadline", "", "", 0.9, False, (), "s", {})

    async def collect() -> list[Event]:
        return [event async for event in Generator(endpoint).events(answer, [FIRST])]

    return asyncio.run(collect())


def reason(found: list[Event]) -> str:
    """Why the quoted answer was given, which it must have been."""
    at = next(i for i, event in enumerate(found) if isinstance(event, Fallback))
    assert [event.text for event in found[at:] if isinstance(event, Sentence)] == [QUOTED]
    assert isinstance(found[-1], Done) and (found[-1].text, found[-1].by_model) == (QUOTED, False)
    told = found[at]
    assert isinstance(told, Fallback)
    assert KEY not in repr(found)
    return told.reason


def head(kind: str = "text/event-stream", status: str = "200 OK", *more: str) -> bytes:
    return "\r\n".join(
        [f"HTTP/1.1 {status}", f"Content-Type: {kind}", *more, "Connection: close", "", ""]
    ).encode()


def chunk(content: str) -> bytes:
    return b"data: " + json.dumps({"choices": [{"delta": {"content": content}}]}).encode() + b"\n\n"


SAID = chunk(QUOTED + "[C1]")


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (head("text/html") + b"<title>log in</title>" + SAID + b"data: [DONE]\n\n", "wrong_type"),
        (head("application/json") + b"\xff\xfe\x00{", "invalid_json"),
        (head() + b'data: {"choices": [{"delta": {"content": "\xff\xfe\xfa"}}]}\n\n', "invalid_json"),
        (head() + chunk("档案\ud800。[C1]\udfff").replace(b"\\\\u", b"\\u") + b"data: [DONE]\n\n", "unsupported"),
        (head() + b"data: " + b"[" * 60_000 + b"\n\n", "invalid_json"),
        (head() + b'data: {"choices": [7]}\n\n', "invalid_json"),
        (head() + b'data: {"choices": [{"delta": {"content": [1]}}]}\n\ndata: [DONE]\n\n', "unsupported"),
        (head("text/plain") + b"ok", "truncated"),
        (head("text/event-stream", "200 OK", "Content-Encoding: gzip") + b"\x1f\x8b", "invalid_json"),
        (head("text/event-stream", "204 No Content"), "http_error"),
        (head("application/json", "400 Bad Request") + b'{"error": "context length"}' + b" " * 10**6, "context"),
        (b"\x00\x01\x02 nothing of HTTP\r\n\r\n", "unreachable"),
        (b"HTTP/1.1 200 OK\r\nX-Long: " + b"a" * 200_000, "unreachable"),
        (b"", "unreachable"),
    ],
    ids=["a page", "no UTF-8", "no UTF-8 in a stream", "surrogates", "deep", "no choice", "no text", "plain text",
         "compressed", "nothing", "a long refusal", "no HTTP", "a long header", "hung up"],
)  # fmt: skip
def test_whatever_is_sent_the_quoted_answer_comes(
    wire: Wire, sent: bytes, expected: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    wire.told = lambda connection: connection.sendall(sent)
    assert reason(events(wire.endpoint())) == expected
    assert KEY not in caplog.text


@pytest.mark.parametrize(
    "first", [b"", head(), head("application/json"), head("text/plain", "400 Bad Request")]
)
def test_a_byte_now_and_then_does_not_hold_the_answer_up(wire: Wire, first: bytes) -> None:
    def drip(connection: socket.socket) -> None:
        connection.sendall(first)
        for byte in b"HTTP/1.1 200 OK\r\n" * 100:
            connection.sendall(bytes([byte]))
            time.sleep(0.2)

    wire.told = drip
    started = time.monotonic()
    assert reason(events(wire.endpoint(1.0))) in ("timeout", "http_error")
    assert time.monotonic() - started < 8


def test_a_sentence_is_shown_while_the_next_one_is_still_being_made(wire: Wire) -> None:
    seen = threading.Event()

    def two(connection: socket.socket) -> None:
        connection.sendall(head() + chunk(f"{QUOTED}[C1]单位应当在十日内移交档案，"))
        wire.sent = int(seen.wait(10))
        connection.sendall(chunk("逾期不论。[C1]") + b"data: [DONE]\n\n")

    async def collect() -> Done:
        quoted = (Citation(FIRST, 4, len(TEXT), QUOTED, FIRST.citation),)
        answer = Answer(Question("多久移交档案", (), ()), quoted, "deadline", "", "", 0.9, False, (), "s", {})
        async for event in Generator(wire.endpoint(15.0)).events(answer, [FIRST]):
            if isinstance(event, Sentence):
                seen.set()
        assert isinstance(event, Done)
        return event

    wire.told = two
    assert asyncio.run(collect()) == Done(QUOTED, True, 1)
    assert wire.sent == 1, "the first sentence waited for the second"


@pytest.mark.parametrize("kind", ["text/event-stream", "application/json", "application/octet-stream"])
def test_a_hundred_megabytes_are_not_taken(wire: Wire, kind: str) -> None:
    line = b": " + b"x" * 8000 + b"\n"

    def pour(connection: socket.socket) -> None:
        connection.sendall(head(kind))
        for _ in range(100 * 2**20 // len(line)):
            connection.sendall(line)
            wire.sent += len(line)

    wire.told = pour
    assert reason(events(wire.endpoint(20.0))) == "endless"
    assert wire.sent < 3 * MAX_STREAM_BYTES


def test_a_redirect_to_another_host_gets_neither_the_question_nor_the_key(wire: Wire) -> None:
    other = Wire(socket.create_server(("127.0.0.1", 0)))
    threading.Thread(target=other.run, daemon=True).start()
    for status in ("301 Moved", "302 Found", "307 Temporary Redirect", "308 Permanent Redirect"):
        moved = head("text/plain", status, f"Location: http://localhost:{other.port}/v1/chat/completions")
        wire.told = lambda connection, moved=moved: connection.sendall(moved)
        assert reason(events(wire.endpoint())) == "http_error"
        fault = asyncio.run(check(wire.endpoint()))
        assert fault is not None and fault.reason == "redirect"
    other.listener.close()
    assert len(wire.heard) == 8 and all(KEY.encode() in heard for heard in wire.heard)
    assert other.heard == []


def certified(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """A server's certificate that nobody knows, and the file that vouches for it."""
    x509 = pytest.importorskip("cryptography.x509")
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "model")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    certificate, private = folder / "model.pem", folder / "key.pem"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                          serialization.NoEncryption()))  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, private)
    return context, certificate


def test_a_certificate_that_nobody_vouches_for_gets_no_key_and_a_private_one_is_taken(
    wire: Wire, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    wire.context, certificate = certified(tmp_path)
    wire.told = lambda connection: connection.sendall(head() + SAID + b"data: [DONE]\n\n")
    assert reason(events(wire.endpoint(scheme="https"))) == "unreachable"
    assert "CERTIFICATE_VERIFY_FAILED" in caplog.text
    assert wire.heard == []
    assert events(wire.endpoint(scheme="https", ca=str(certificate)))[-1] == Done(QUOTED, True, 0)
    assert KEY.encode() in wire.heard[0]
    assert reason(events(wire.endpoint(scheme="https", ca=str(tmp_path / "none.pem")))) == "certificates"


def test_plain_http_behind_https_is_a_fallback(wire: Wire) -> None:
    wire.told = lambda connection: connection.sendall(head())
    assert reason(events(wire.endpoint(scheme="https"))) == "unreachable"
    assert KEY.encode() not in b"".join(wire.heard)


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (head("application/json") + b'{"data": [{"id": "m"}]}', ""),
        (head("application/json") + b'{"data": [{"id": "n"}]}', "model"),
        (head("application/json") + b'{"data": []}', ""),
        (head("application/json") + b'{"data": [7]}', ""),
        (head("application/json") + b"\xff", ""),
        (head("application/json") + b" " * 2_000_000, ""),
        (head("application/json", "401 Unauthorized") + KEY.encode(), "key"),
        (head("application/json", "404 Not Found"), ""),
        (b"", "unreachable"),
    ],
)
def test_a_check_tells_what_is_wrong_and_no_secret(wire: Wire, sent: bytes, expected: str) -> None:
    wire.told = lambda connection: connection.sendall(sent)
    fault = asyncio.run(check(wire.endpoint()))
    assert (fault.reason if fault else "") == expected
    assert KEY not in str(fault)
    assert wire.heard[0].startswith(b"GET /v1/models ")
