"""What a cell of a spreadsheet is as text, and how text goes back into one without doing anything there."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def neutral(cell: str) -> str:
    """The cell as it may stand in a file that a spreadsheet opens: what would start a formula gets an apostrophe.

    Source: OWASP, "CSV Injection". A telephone number with a plus is text for a person here, so it gets one too.
    """
    return f"'{cell}" if cell.lstrip(" ").startswith(_FORMULA_STARTS) else cell


def column_letter(index: int) -> str:
    """The letter over a column: 0 is `A`, 25 `Z`, 26 `AA`. Raises ValueError for a negative index."""
    if index < 0:
        raise ValueError(f"there is no column {index}")
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def cell_text(value: object) -> str:
    """A cell's value as text: whole numbers without decimals, moments as ISO 8601 to the minute.

    A spreadsheet keeps numbers as binary fractions of which 15 digits count, so that is what is written; a number
    of more digits keeps its exponent (`1e+20`), because its last digits are already lost. Seconds are written only
    where there are any. None is an empty cell.
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, datetime):
        whole = _whole_second(value)
        return whole.isoformat(timespec="seconds" if whole.second else "minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat(timespec="seconds" if value.second else "minutes")
    if isinstance(value, timedelta):
        return _duration(value)
    return str(value)


def _number(value: float) -> str:
    if value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return f"{value:.15g}"


def _whole_second(moment: datetime) -> datetime:
    """A spreadsheet's 13:30 can come back as 13:29:59.999999."""
    rounded = moment + timedelta(microseconds=500_000)
    return rounded.replace(microsecond=0)


def _duration(span: timedelta) -> str:
    seconds = round(span.total_seconds())
    sign = "-" if seconds < 0 else ""
    hours, rest = divmod(abs(seconds), 3600)
    minutes, seconds = divmod(rest, 60)
    return f"{sign}{hours}:{minutes:02}" + (f":{seconds:02}" if seconds else "")
