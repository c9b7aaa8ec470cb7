"""`aura serve` behind certificates: its own, and those that clients have to show."""

from __future__ import annotations

import http.client
import ssl
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bindings/python/tests"))

from test_service import running  # noqa: E402


def openssl(folder: Path, *arguments: str) -> None:
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True, timeout=60)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An authority with a server's and a client's certificate, and another authority with a client's."""
    here = tmp_path_factory.mktemp("tls")
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    for authority, names in (("ca", ("server", "client")), ("rogue", ("stranger",))):
        openssl(here, "req", "-x509", *curve, "-keyout", f"{authority}.key", "-out", f"{authority}.pem", "-days", "2",
                "-subj", f"/CN={authority}")  # fmt: skip
        for name in names:
            (here / "ext").write_text("subjectAltName=IP:127.0.0.1,DNS:localhost\n")
            openssl(here, "req", *curve, "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", f"/CN={name}")
            openssl(here, "x509", "-req", "-in", f"{name}.csr", "-CA", f"{authority}.pem", "-CAkey", f"{authority}.key",
                    "-CAcreateserial", "-days", "2", "-extfile", "ext", "-out", f"{name}.pem")  # fmt: skip
    return here


def ask(port: int, folder: Path, method: str, path: str, client: str | None) -> int:
    """The status, or an ssl.SSLError or ConnectionError where the door stays shut."""
    context = ssl.create_default_context(cafile=folder / "ca.pem")
    if client is not None:
        context.load_cert_chain(folder / f"{client}.pem", folder / f"{client}.key")
    connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=10, context=context)
    try:
        connection.request(method, path, b"{}" if method != "GET" else None)
        return connection.getresponse().status
    finally:
        connection.close()


def test_only_clients_of_the_authority_come_in_and_with_their_role(folder: Path) -> None:
    with running(
        "--tls-cert", folder / "server.pem", "--tls-key", folder / "server.key", "--client-ca", folder / "ca.pem",
        "--certificate-role", "viewer",
    ) as service:  # fmt: skip
        assert ask(service.port, folder, "GET", "/topologies", "client") == 200
        assert ask(service.port, folder, "PUT", "/topologies/prod", "client") == 403
        for client in (None, "stranger"):
            with pytest.raises((ssl.SSLError, ConnectionError, http.client.RemoteDisconnected)):
                ask(service.port, folder, "GET", "/topologies", client)
        with pytest.raises((ssl.SSLError, ConnectionError, http.client.BadStatusLine)):
            connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=10)
            connection.request("GET", "/health")
            connection.getresponse()
        assert service.stop() == 0
