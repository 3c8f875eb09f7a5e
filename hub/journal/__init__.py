"""The record of every act that matters: append-only, each entry carrying the hash of the one before.

A room declares what it records as frozen dataclasses derived from `Entry`, and calls `append` inside the same
transaction as the act itself.
"""

from hub.journal.chain import (
    Actor,
    Entry,
    Head,
    Verdict,
    append,
    entry_hash,
    head,
    newest,
    verify,
    write_head_file,
)

__all__ = [
    "Actor",
    "Entry",
    "Head",
    "Verdict",
    "append",
    "entry_hash",
    "head",
    "newest",
    "verify",
    "write_head_file",
]
