"""A real OpenSSH server on loopback that lets in whoever runs the tests, with keys of its own."""

from __future__ import annotations

import getpass
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

SSHD = Path("/usr/sbin/sshd")


@dataclass(frozen=True)
class SftpServer:
    """`process` is the server's; `home` a folder for its sites."""

    port: int
    home: Path
    key: Path
    known_hosts: Path
    process: subprocess.Popen[bytes]

    @property
    def environment(self) -> dict[str, str]:
        return {"HUB_SFTP_KEY": str(self.key), "HUB_SFTP_KNOWN_HOSTS": str(self.known_hosts)}

    def url(self, name: str = "site", port: int | None = None) -> str:
        return f"sftp://{getpass.getuser()}@127.0.0.1:{port or self.port}{self.home}/{name}"


def make_key(path: Path) -> str:
    """A new private key, mode 0600; its public half."""
    key = Ed25519PrivateKey.generate()
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.OpenSSH,
            serialization.NoEncryption(),
        )
    )
    path.chmod(0o600)
    public = key.public_key().public_bytes(
        serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH
    )
    return public.decode()


@contextmanager
def sftp_server(folder: Path, *, refuse: str = "", port: int = 0) -> Iterator[SftpServer]:
    """Starts it; `refuse` are requests of the protocol that it denies, as `symlink,hardlink`. Skips the test where
    openssh-server is not installed."""
    if not SSHD.exists():
        pytest.skip("sshd is not installed: apt-get install openssh-server")
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    folder.mkdir(parents=True, exist_ok=True)
    home = folder / "home"
    home.mkdir(exist_ok=True)
    host = make_key(folder / "host_key")
    (folder / "authorized").write_text(make_key(folder / "key") + "\n")
    if not port:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
    (folder / "known_hosts").write_text(f"[127.0.0.1]:{port} {host}\n")
    denied = f" -P {refuse}" if refuse else ""
    (folder / "sshd_config").write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {folder}/host_key\n"
        f"AuthorizedKeysFile {folder}/authorized\nStrictModes no\nUsePAM no\nPidFile none\n"
        f"MaxStartups 100\nPasswordAuthentication no\nSubsystem sftp internal-sftp{denied}\n"
    )
    process = subprocess.Popen(
        [str(SSHD), "-D", "-e", "-f", str(folder / "sshd_config")],
        stdout=subprocess.DEVNULL,
        stderr=(folder / "sshd.log").open("wb"),
    )
    try:
        deadline = time.monotonic() + 20
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                if time.monotonic() > deadline or process.poll() is not None:
                    pytest.fail(f"sshd did not start: {(folder / 'sshd.log').read_text()}")
                time.sleep(0.05)
        yield SftpServer(port, home, folder / "key", folder / "known_hosts", process)
    finally:
        process.kill()
        process.wait()
