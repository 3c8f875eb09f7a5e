"""What a person should look at: found in the database each minute, shown on the desk, told by mail and webhook.

Nothing here stands in the way of sending: it reads, writes its own table, and tells in threads of its own.
"""

from hub.alarms.keeping import OpenAlarm, open_alarms, update
from hub.alarms.telling import tell

__all__ = ["OpenAlarm", "open_alarms", "tell", "update"]
