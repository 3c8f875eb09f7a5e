"""The file of a backup: encrypted, and whole or refused.

One line of JSON that anybody may read (`Header`), then chunks of AES-256-GCM. The file's own key comes from the backup
key and a salt (HKDF-SHA256); a chunk's nonce is its number and whether it is the last, as in the STREAM construction
(Hoang, Reyhanitabar, Rogaway, Vizar 2015), so that chunks left out, turned round or cut off are noticed. The header is
bound to every chunk.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from hub.ciphers import fingerprint
from hub.errors import Invalid

MAGIC = b"KLARBESKED BACKUP 1\n"
CHUNK = 1024 * 1024
TAG = 16
LONGEST_HEADER = 4_096


@dataclass(frozen=True)
class Header:
    """What a backup says of itself. `database` is `sqlite` or `postgresql`; `number_key` tells which HUB_NUMBER_KEY its
    numbers are encrypted with, `key` which HUB_BACKUP_KEY the file is."""

    made_at: str
    database: str
    schema: str
    instance: int
    number_key: str
    key: str
    salt: str


def header_for(
    key: bytes, *, made_at: str, database: str, schema: str, instance: int, number_key: str
) -> Header:
    """A header with a fresh salt."""
    return Header(
        made_at, database, schema, instance, number_key, fingerprint(key), os.urandom(16).hex()
    )


def seal(chunks: Iterable[bytes], target: BinaryIO, key: bytes, header: Header) -> None:
    """Write header and content, in memory for two chunks. Pieces of any size are taken."""
    line = json.dumps(asdict(header)).encode() + b"\n"
    cipher = _cipher(key, header)
    target.write(MAGIC + line)
    for number, (piece, last) in enumerate(_even(chunks)):
        target.write(cipher.encrypt(_nonce(number, last), piece, line))


def read_header(source: BinaryIO) -> Header:
    """The header, with `source` left at the first chunk. Raises Invalid for what is no backup of this program."""
    if source.read(len(MAGIC)) != MAGIC:
        raise Invalid(
            "it is not a backup of Klarbesked, or of a version that this program cannot read"
        )
    line = source.readline(LONGEST_HEADER)
    try:
        header = Header(**json.loads(line))
        bytes.fromhex(header.salt)
        return header
    except (ValueError, TypeError):
        raise Invalid("it is not a backup of Klarbesked: its first line is damaged") from None


def unseal(source: BinaryIO, key: bytes) -> Iterator[bytes]:
    """The content, chunk by chunk, each only after it proved true. Raises Invalid for another key and for a file that
    was damaged, changed or cut off: then what was given before must not be used."""
    header = read_header(source)
    if header.key != fingerprint(key):
        raise Invalid(
            f"it was made with another HUB_BACKUP_KEY (number {header.key[:8]}; the one set is {fingerprint(key)[:8]})"
        )
    line = json.dumps(asdict(header)).encode() + b"\n"
    cipher = _cipher(key, header)
    number, piece = 0, source.read(CHUNK + TAG)
    while True:
        following = source.read(CHUNK + TAG)
        try:
            yield cipher.decrypt(_nonce(number, not following), piece, line)
        except (InvalidTag, ValueError):
            raise Invalid(
                f"it is damaged or cut off at {number * CHUNK:,} bytes; take another backup"
            ) from None
        if not following:
            return
        number, piece = number + 1, following


def _cipher(key: bytes, header: Header) -> AESGCM:
    derived = HKDF(
        algorithm=SHA256(),
        length=32,
        salt=bytes.fromhex(header.salt),
        info=b"klarbesked backup 1",
    )
    return AESGCM(derived.derive(key))


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


def _even(chunks: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """The same bytes in pieces of CHUNK, the last marked; one empty piece for nothing."""
    held = bytearray()
    for chunk in chunks:
        held += chunk
        while len(held) > CHUNK:
            yield bytes(held[:CHUNK]), False
            del held[:CHUNK]
    yield bytes(held), True
