"""Addresses, messages and mail servers: nothing typed reaches a header, and no letter goes in clear."""

import email
import email.policy
import smtplib
import socketserver
import ssl
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from urbium.errors import InputError, UnavailableError
from urbium.programme.base.mail import (
    FolderPost,
    MailServer,
    Refused,
    SmtpPost,
    check_page_address,
    is_email,
    mail_server,
    message,
)

AT = 1_800_000_000_000_000


def letter(**changes):
    given = {
        "to": "ann@example.org",
        "sender": "office@example.org",
        "subject": "Hello",
        "body": "Good day.\n",
    }
    return message("l1", **given | changes, at=AT)


@pytest.mark.parametrize(
    "wrong",
    [
        "", "ann", "ann@", "@example.org", "ann@localhost", "ann@example.org, bea@example.org",
        "ann@example.org\r\nBcc: everybody@example.org", "Ann <ann@example.org>", "ann@example.org\x00",
        "änn@example.org", "ann@exämple.org", "ann @example.org", "a@b@example.org", "(x)ann@example.org",
        "ann@example..org", "ann@-example.org", "x" * 250 + "@example.org",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused(wrong):
    assert not is_email(wrong)
    with pytest.raises(InputError, match="not an e-mail address"):
        letter(to=wrong)
    with pytest.raises(InputError, match="not an e-mail address"):
        letter(sender=wrong)


@pytest.mark.parametrize("right", ["ann@example.org", "a.b+c@sub.example.org", "x@xn--exmple-cua.org"])
def test_an_address_is_taken_as_it_is(right):
    assert letter(to=right)["To"] == right


@given(st.text(max_size=400), st.text(max_size=400))
def test_whatever_is_typed_makes_no_header(subject, body):
    read = email.message_from_bytes(
        letter(subject=subject, body=body).as_bytes(), policy=email.policy.default
    )
    assert sorted(read.keys()) == sorted(
        ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Content-Type",
         "Content-Transfer-Encoding", "MIME-Version"]
    )  # fmt: skip
    assert (read["To"], read["From"]) == ("ann@example.org", "office@example.org")
    assert len(read.get_all("Subject")) == 1


def test_a_subject_is_one_line_that_names_no_other_header():
    read = email.message_from_bytes(
        letter(subject="Delft\r\nBcc: all@example.org\r\n\r\nbody").as_bytes(), policy=email.policy.default
    )
    assert read["Bcc"] is None
    assert read["Subject"] == "Delft Bcc: all@example.org body"


def test_a_letter_sent_twice_is_known_by_its_name():
    assert letter()["Message-ID"] == letter()["Message-ID"] == "<l1@example.org>"


def test_a_folder_keeps_letters_for_its_owner_alone(tmp_path):
    FolderPost(tmp_path / "out").carry(letter(body="Größe\n"))
    (file,) = (tmp_path / "out").iterdir()
    read = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    assert read.get_content().strip() == "Größe"
    assert (file.name, file.stat().st_mode & 0o077) == ("l1.eml", 0)


@pytest.mark.parametrize(
    "wrong",
    [
        "", "mail.example.org", "http://mail.example.org", "smtp://", "smtps://user:secret@mail.example.org",
        "smtp+plain://mail.example.org", "smtp://mail.example.org:99999",
    ],
)  # fmt: skip
def test_a_server_with_a_password_or_in_clear_elsewhere_is_refused(wrong):
    with pytest.raises(InputError) as refused:
        mail_server(wrong)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("smtps://robot@mail.example.org", "smtps://robot@mail.example.org:465"),
        ("smtp://mail.example.org", "smtp://mail.example.org:587"),
        ("smtp+plain://127.0.0.1:1025", "smtp+plain://127.0.0.1:1025"),
    ],
)
def test_a_server_is_read_with_its_usual_port(written, read):
    assert str(mail_server(written)) == read


@pytest.mark.parametrize(
    "wrong", ["urbium.example.org", "ftp://example.org", "https://a@example.org", "https://"]
)
def test_an_address_of_pages_is_one_of_pages(wrong):
    with pytest.raises(InputError, match="not the address of a site"):
        check_page_address(wrong)


# --- a mail server ------------------------------------------------------------------------------------------


class Conversation(socketserver.StreamRequestHandler):
    """As much of SMTP (RFC 5321, 3207, 4954) as a letter needs."""

    def handle(self):
        self.server.heard = getattr(self.server, "heard", [])
        if self.server.is_secure:
            self._turn()
        self._say(b"220 here")
        while line := self.rfile.readline():
            verb = line.strip().upper()
            self.server.heard.append(line)
            if verb.startswith(b"EHLO"):
                more = b"" if self.server.is_secure or self.is_turned else b"250-STARTTLS\r\n"
                self._say(b"250-here\r\n" + more + b"250 AUTH PLAIN")
            elif verb == b"STARTTLS":
                self._say(b"220 go on")
                self._turn()
            elif verb.startswith(b"AUTH"):
                self._say(self.server.answers.get("AUTH", b"235 welcome"))
            elif verb.startswith(b"RCPT"):
                self._say(self.server.answers.get("RCPT", b"250 fine"))
            elif verb == b"DATA":
                self._say(b"354 go on")
                text = b""
                while (part := self.rfile.readline()) != b".\r\n":
                    text += part
                self.server.letters.append(text)
                self._say(b"250 taken")
            elif verb == b"QUIT":
                self._say(b"221 bye")
                return
            else:
                self._say(b"250 fine")

    is_turned = False

    def _turn(self):
        self.connection = self.server.context.wrap_socket(self.connection, server_side=True)
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb")
        self.is_turned = True

    def _say(self, line):
        self.wfile.write(line + b"\r\n")
        self.wfile.flush()

    def finish(self):
        for end in (self.rfile, self.wfile, self.connection):
            end.close()


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True

    def handle_error(self, request, client_address):
        """A client that trusts no certificate hangs up; that is the client's right."""


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate of 127.0.0.1, with its key, that nobody has signed but itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    file = tmp_path_factory.mktemp("certificate") / "pem"
    file.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return file


@contextmanager
def serving(certificate, *, is_secure, **answers):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with Server(("127.0.0.1", 0), Conversation) as server:
        server.daemon_threads = True
        server.context, server.is_secure, server.answers, server.letters = context, is_secure, answers, []
        threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
        yield server
        server.shutdown()


def at(server, user=""):
    scheme = "smtps" if server.is_secure else "smtp"
    return MailServer(scheme, "127.0.0.1", server.server_address[1], user)


@pytest.mark.parametrize("is_secure", [True, False], ids=["tls", "starttls"])
def test_a_letter_is_handed_in_by_tls(certificate, is_secure):
    trusted = ssl.create_default_context(cafile=certificate)
    with serving(certificate, is_secure=is_secure) as server:
        with SmtpPost.connected(at(server, "robot"), "a secret", trusted=trusted) as post:
            post.carry(letter(body="Größe\n"))
        (text,) = server.letters
    read = email.message_from_bytes(text, policy=email.policy.default)
    assert (read["To"], read.get_content().strip()) == ("ann@example.org", "Größe")
    verbs = [line.split()[0].upper() for line in server.heard]
    assert verbs.index(b"AUTH") > (-1 if is_secure else verbs.index(b"STARTTLS"))


@pytest.mark.parametrize("is_secure", [True, False], ids=["tls", "starttls"])
def test_a_certificate_that_nobody_trusts_gets_neither_letter_nor_password(certificate, is_secure):
    with serving(certificate, is_secure=is_secure) as server:
        with (
            pytest.raises(UnavailableError, match="is currently not accepting letters"),
            SmtpPost.connected(at(server, "robot"), "a secret"),
        ):
            pass
        assert server.letters == []
    assert not [line for line in getattr(server, "heard", []) if line.upper().startswith(b"AUTH")]


def test_a_wrong_password_is_said_without_it(certificate):
    trusted = ssl.create_default_context(cafile=certificate)
    with (
        serving(certificate, is_secure=True, AUTH=b"535 no: a secret") as server,
        pytest.raises(UnavailableError) as refused,
        SmtpPost.connected(at(server, "robot"), "a secret", trusted=trusted),
    ):
        pass
    assert "a secret" not in str(refused.value)
    assert "URBIUM_MAIL_PASSWORD" in str(refused.value)


@pytest.mark.parametrize(("answer", "is_final"), [(b"550 no such user", True), (b"451 later", False)])
def test_a_receiver_that_is_refused_is_so_for_good_or_for_now(certificate, answer, is_final):
    trusted = ssl.create_default_context(cafile=certificate)
    with (
        serving(certificate, is_secure=True, RCPT=answer) as server,
        SmtpPost.connected(at(server), "", trusted=trusted) as post,
    ):
        with pytest.raises(Refused) as refused:
            post.carry(letter())
        assert (refused.value.is_final, refused.value.is_over) == (is_final, False)
        assert str(refused.value) == answer.decode()


def test_a_server_that_hangs_up_takes_no_other_letter_either():
    class Gone:
        def send_message(self, _):
            raise smtplib.SMTPServerDisconnected

    with pytest.raises(Refused) as refused:
        SmtpPost(Gone()).carry(letter())
    assert refused.value.is_over


def test_a_chinese_subject_is_folded_as_mail_programs_read_it_and_the_address_that_ends_letters_is_whole():
    address, subject = f"https://urbium.example.org/unfollow/{'x' * 90}", "智慧城市" * 30
    sent = letter(subject=subject, leaving=address).as_bytes()
    lines = sent.split(b"\r\n\r\n")[0].split(b"\r\n")
    assert f"List-Unsubscribe: <{address}>".encode() in lines
    assert all(len(line) <= 78 for line in lines if b"unfollow" not in line)
    assert email.message_from_bytes(sent, policy=email.policy.default)["Subject"] == subject
