"""Backing up while running, and restoring without telling anybody twice (DESIGN.md, rule 15).

A backup is one encrypted file with the whole database and none of the keys: without HUB_BACKUP_KEY it cannot be
opened, without HUB_NUMBER_KEY its numbers cannot be read.
"""

from hub.backup.restoring import HubRestored, Restored, restore
from hub.backup.writing import back_up, backup_key

__all__ = ["HubRestored", "Restored", "back_up", "backup_key", "restore"]
