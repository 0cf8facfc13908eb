"""The door out opens to allowed hosts alone, whatever address, name or redirect is tried."""

import socket
import ssl
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from urbium.errors import ForbiddenError, InputError, UnavailableError, UrbiumError
from urbium.platform.outbound import AllowedHosts, fetch


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.hits.append((self.path, dict(self.headers)))
        if self.path == "/redirect":
            self.send_response(302)
            self.send_header("location", "http://169.254.169.254/latest")
            self.end_headers()
            return
        content = b"x" * 5000 if self.path == "/large" else b"hello"
        self.send_response(200)
        if self.path != "/endless":
            self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        self.send_response(201)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def server():
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as one:
        one.hits = []
        threading.Thread(target=one.serve_forever, daemon=True).start()
        yield one
        one.shutdown()


@pytest.fixture
def port(server):
    server.hits.clear()
    return server.server_address[1]


def _ask(url, *rows, limit=1000, timeout=5.0, **more):
    return fetch(url, allowed=AllowedHosts.read(rows), limit=limit, timeout=timeout, **more)


def test_an_allowed_host_answers(port):
    answer = _ask(f"http://127.0.0.1:{port}/a?b=1", f"127.0.0.1:{port} private")
    assert (answer.status, answer.body, answer.headers["content-length"]) == (200, b"hello", "5")


def test_a_body_is_sent(port):
    answer = _ask(f"http://127.0.0.1:{port}/", f"127.0.0.1:{port} private", method="POST", body=b"abc")
    assert (answer.status, answer.body) == (201, b"abc")


def test_a_host_that_is_not_allowed_is_never_asked(server, port):
    with pytest.raises(ForbiddenError):
        _ask(f"http://127.0.0.1:{port}/", "data.example.org")
    assert server.hits == []


def test_this_machine_is_refused_unless_its_row_says_private(server, port):
    with pytest.raises(ForbiddenError, match="the host's address is private"):
        _ask(f"http://127.0.0.1:{port}/", f"127.0.0.1:{port}")
    assert server.hits == []


@pytest.mark.parametrize(
    "host",
    [
        "2130706433",  # decimal
        "0177.0.0.1",  # octal
        "0x7f000001",  # hexadecimal
        "0x7f.1",
        "127.1",
        "0",
        "localhost",
        "localhost.",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[2002:7f00:1::]",  # 6to4 of 127.0.0.1
        "[64:ff9b::7f00:1]",  # NAT64 of 127.0.0.1
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "169.254.169.254",
        "168.63.129.16",
        "[fd00:ec2::254]",
        "[fe80::1]",
        "224.0.0.1",
        "255.255.255.255",
        "198.18.0.1",
    ],
)
def test_an_address_of_this_machine_or_a_private_network_is_refused_in_every_notation(server, port, host):
    with pytest.raises(UrbiumError) as refusal:
        _ask(f"http://{host}:{port}/", f"{host}:{port}", timeout=0.5)
    assert isinstance(refusal.value, ForbiddenError | UnavailableError)
    assert server.hits == []


@pytest.mark.parametrize(
    "host", ["169.254.169.254", "[fd00:ec2::254]", "[::ffff:169.254.169.254]", "100.100.100.200", "224.0.0.1"]
)
def test_secrets_of_a_cloud_are_refused_even_to_a_private_row(host):
    with pytest.raises(ForbiddenError):
        _ask(f"http://{host}/latest/meta-data", f"{host} private")


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "gopher://data.example.org/",
        "ftp://data.example.org/",
        "http://user:secret@data.example.org/",
        "http://data.example.org\\@127.0.0.1/",
        "http://data.example.org /",
        "http://data.example.org/\r\nx: y",
        "http://",
        "//data.example.org/",
        "http://data.example.org:99999/",
        "http://ｄata.example.org/",
        "",
    ],
)
def test_an_address_that_is_not_plain_is_refused(url):
    with pytest.raises(InputError):
        _ask(url, "data.example.org")


def test_a_redirect_is_an_answer_and_is_not_followed(server, port):
    answer = _ask(f"http://127.0.0.1:{port}/redirect", f"127.0.0.1:{port} private")
    assert (answer.status, len(server.hits)) == (302, 1)


def test_another_port_of_an_allowed_host_is_refused(port):
    with pytest.raises(ForbiddenError):
        _ask(f"http://127.0.0.1:{port}/", "127.0.0.1 private")


def _resolves_to(monkeypatch, *answers):
    """Let every look-up of a name give the next of some addresses."""
    asked, given = [], iter(answers)

    def resolve(host, port, *_, **__):
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in next(given)]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return asked


def test_a_name_that_points_at_this_machine_is_refused(monkeypatch, server, port):
    _resolves_to(monkeypatch, ["127.0.0.1"])
    with pytest.raises(ForbiddenError):
        _ask(f"http://data.example.org:{port}/", f"data.example.org:{port}")
    assert server.hits == []


def test_a_name_with_one_private_address_among_public_ones_is_refused(monkeypatch, server, port):
    _resolves_to(monkeypatch, ["93.184.215.14", "127.0.0.1"])
    with pytest.raises(ForbiddenError):
        _ask(f"http://data.example.org:{port}/", f"data.example.org:{port}")
    assert server.hits == []


def test_a_name_is_resolved_once_and_the_judged_address_is_the_one_that_is_asked(monkeypatch):
    connected = []

    def connect(address, *_, **__):
        connected.append(address[0])
        raise OSError

    monkeypatch.setattr(socket, "create_connection", connect)
    asked = _resolves_to(monkeypatch, ["93.184.215.14"], ["127.0.0.1"])
    with pytest.raises(UnavailableError):
        _ask("http://data.example.org/", "data.example.org")
    assert (asked, connected) == (["data.example.org"], ["93.184.215.14"])


def test_the_name_stays_what_the_other_machine_sees(server, port):
    _ask(f"http://localhost:{port}/", f"localhost:{port} private", headers={"Host": "evil.example.org"})
    assert server.hits[0][1]["host"] == f"localhost:{port}"


def test_an_answer_that_is_too_large_is_refused(port):
    with pytest.raises(InputError, match="exceeds the 1,000 bytes"):
        _ask(f"http://127.0.0.1:{port}/large", f"127.0.0.1:{port} private")


@contextmanager
def _trickle(*, of):
    """Serve one connection that sends a byte now and then, of the headers or of the body, for ever."""
    end = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve():
            connection, _ = listening.accept()
            with connection:
                if of == "body":
                    connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n")
                while not end.wait(0.02):
                    try:
                        connection.sendall(b"x")
                    except OSError:
                        return

        threading.Thread(target=serve, daemon=True).start()
        yield listening.getsockname()[1]
        end.set()


@pytest.mark.parametrize("of", ["headers", "body"])
def test_a_machine_that_sends_for_ever_is_left_at_the_deadline(of):
    with _trickle(of=of) as port, pytest.raises(UnavailableError):
        _ask(f"http://127.0.0.1:{port}/", f"127.0.0.1:{port} private", timeout=0.3, limit=10**6)


def test_a_header_with_a_line_break_is_refused(port):
    with pytest.raises(InputError):
        _ask(f"http://127.0.0.1:{port}/", f"127.0.0.1:{port} private", headers={"x": "a\r\nb: c"})


def test_a_refusal_names_neither_the_query_nor_a_header(port):
    with pytest.raises(UrbiumError) as refusal:
        _ask(
            f"http://127.0.0.1:{port}/?token=s3cret",
            f"127.0.0.1:{port} private",
            limit=1,
            headers={"authorization": "s3cret"},
        )
    assert "s3cret" not in str(refusal.value) + str(refusal.value.problem())


def test_what_is_logged_of_an_answer_holds_neither_headers_nor_body(port):
    assert repr(_ask(f"http://127.0.0.1:{port}/", f"127.0.0.1:{port} private")) == "Response(200, 5 bytes)"


def test_proxies_of_the_environment_are_not_asked(monkeypatch, port):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9/")
    assert _ask(f"http://127.0.0.1:{port}/", f"127.0.0.1:{port} private").status == 200


def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path):
    pem = _certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as one:
        one.hits, one.handle_error = [], lambda *_: None
        one.socket = context.wrap_socket(one.socket, server_side=True)
        threading.Thread(target=one.serve_forever, daemon=True).start()
        port = one.server_address[1]
        with pytest.raises(UnavailableError):
            _ask(f"https://127.0.0.1:{port}/", f"127.0.0.1:{port} private")
        one.shutdown()


def _certificate(folder):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = folder / "both.pem"
    pem.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + signed.public_bytes(serialization.Encoding.PEM)
    )
    return pem


@pytest.mark.parametrize(
    "row", ["", "http://data.example.org", "a b c", "host public", "user@host", "host/path"]
)
def test_a_row_that_is_no_host_is_refused(row):
    with pytest.raises(InputError):
        AllowedHosts.read([row])
