"""A reader of QR codes for the tests, from the standard (ISO/IEC 18004) alone: it shares no code with what made them.

It reads a clean black-and-white code of bytes: format, mask, codewords, blocks. It corrects no errors, it requires that
there are none: the check words of every block must be zero under the standard's generator.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

BLOCKS_Q = {
    1: ((1, 13, 26),),
    2: ((1, 22, 44),),
    3: ((2, 17, 35),),
    4: ((2, 24, 50),),
    5: ((2, 15, 33), (2, 16, 34)),
    6: ((4, 19, 43),),
    7: ((2, 14, 32), (4, 15, 33)),
    8: ((4, 18, 40), (2, 19, 41)),
}
"""Version to its blocks at error level Q: (how many, data words, all words). Table 9 of the standard."""
BLOCKS_H = {3: ((2, 13, 35),), 4: ((4, 9, 25),), 5: ((2, 11, 33), (2, 12, 34))}
ALIGNMENT = {
    1: (),
    2: (6, 18),
    3: (6, 22),
    4: (6, 26),
    5: (6, 30),
    6: (6, 34),
    7: (6, 22, 38),
    8: (6, 24, 42),
}
MASKS = (
    lambda r, c: (r + c) % 2 == 0,
    lambda r, c: r % 2 == 0,
    lambda r, c: c % 3 == 0,
    lambda r, c: (r + c) % 3 == 0,
    lambda r, c: (r // 2 + c // 3) % 2 == 0,
    lambda r, c: r * c % 2 + r * c % 3 == 0,
    lambda r, c: (r * c % 2 + r * c % 3) % 2 == 0,
    lambda r, c: ((r + c) % 2 + r * c % 3) % 2 == 0,
)
LEVELS = {1: "L", 0: "M", 3: "Q", 2: "H"}
Matrix = list[list[bool]]


def from_svg(svg: str) -> Matrix:
    """The dark modules of an SVG that draws them as horizontal strokes (`M x y h n m dx dy ...`), without the white
    around them, which must be at least four modules wide."""
    size = int(re.search(r'viewBox="0 0 (\d+) (\d+)"', svg)[1])  # type: ignore[index]
    path = re.search(r'<path stroke="#000" d="([^"]+)"', svg)
    assert path
    cells: Matrix = [[False] * size for _ in range(size)]
    x, y = 0.0, 0.0
    for letter, numbers in re.findall(r"([MmhH])([-\d. ]*)", path[1]):
        values = [float(value) for value in numbers.split()]
        if letter == "M":
            x, y = values
        elif letter == "m":
            x, y = x + values[0], y + values[1]
        else:
            for column in range(int(x), int(x + values[0])):
                cells[int(y)][column] = True
            x += values[0]
    border = next(index for index, row in enumerate(cells) if any(row))
    assert border >= 4
    inner = [row[border : size - border] for row in cells[border : size - border]]
    assert sum(map(sum, inner)) == sum(map(sum, cells))
    return inner


def read(matrix: Matrix) -> tuple[str, str]:
    """The text of a code and its error level. Fails on anything that a phone would have to mend."""
    size = len(matrix)
    version = (size - 17) // 4
    level, mask = _format(matrix)
    words = list(_words(matrix, version, mask))
    blocks = {"Q": BLOCKS_Q, "H": BLOCKS_H}[level][version]
    data = b"".join(_blocks(words, blocks))
    bits = "".join(f"{word:08b}" for word in data)
    assert bits[:4] == "0100", "not in byte mode"
    count = int(bits[4:12], 2)
    return bytes(int(bits[12 + 8 * i : 20 + 8 * i], 2) for i in range(count)).decode("utf-8"), level


def _format(matrix: Matrix) -> tuple[str, int]:
    cells = [(8, c) for c in (0, 1, 2, 3, 4, 5, 7, 8)] + [(r, 8) for r in (7, 5, 4, 3, 2, 1, 0)]
    value = int("".join("1" if matrix[r][c] else "0" for r, c in cells), 2) ^ 0b101010000010010
    rest = value
    for shift in range(4, -1, -1):
        if rest >> (shift + 10) & 1:
            rest ^= 0b10100110111 << shift
    assert rest == 0, "the format is damaged"
    return LEVELS[value >> 13], value >> 10 & 7


def _reserved(size: int, version: int) -> set[tuple[int, int]]:
    taken = {(6, i) for i in range(size)} | {(i, 6) for i in range(size)}
    for top, left in ((0, 0), (0, size - 8), (size - 8, 0)):
        taken |= {(top + r, left + c) for r in range(8) for c in range(8)}
    taken |= {(8, c) for c in (*range(9), *range(size - 8, size))}
    taken |= {(r, 8) for r in (*range(9), *range(size - 8, size))}
    centres = ALIGNMENT[version]
    for row in centres:
        for column in centres:
            if (row, column) not in ((6, 6), (6, size - 7), (size - 7, 6)):
                taken |= {(row + r, column + c) for r in range(-2, 3) for c in range(-2, 3)}
    if version >= 7:
        taken |= {(r, c) for r in range(6) for c in range(size - 11, size - 8)}
        taken |= {(r, c) for c in range(6) for r in range(size - 11, size - 8)}
    return taken


def _words(matrix: Matrix, version: int, mask: int) -> Iterator[int]:
    size, bits = len(matrix), ""
    taken = _reserved(size, version)
    upwards, column = True, size - 1
    while column > 0:
        if column == 6:
            column -= 1
        for row in range(size - 1, -1, -1) if upwards else range(size):
            for place in (column, column - 1):
                if (row, place) not in taken:
                    bits += "1" if matrix[row][place] != MASKS[mask](row, place) else "0"
                    if len(bits) == 8:
                        yield int(bits, 2)
                        bits = ""
        upwards, column = not upwards, column - 2


def _blocks(words: list[int], shape: tuple[tuple[int, int, int], ...]) -> Iterator[bytes]:
    """Takes the woven blocks apart, and holds each to its check words."""
    sizes = [(data, whole) for count, data, whole in shape for _ in range(count)]
    source = iter(words)
    data: list[list[int]] = [[] for _ in sizes]
    check: list[list[int]] = [[] for _ in sizes]
    for turn in range(max(size for size, _ in sizes)):
        for block, (size, _) in zip(data, sizes, strict=True):
            if turn < size:
                block.append(next(source))
    for _ in range(sizes[0][1] - sizes[0][0]):
        for block in check:
            block.append(next(source))
    for block, ends in zip(data, check, strict=True):
        assert not any(_syndromes([*block, *ends], len(ends))), "a block is damaged"
        yield bytes(block)


_EXP = [1]
for _ in range(254):
    _EXP.append(_EXP[-1] << 1 if _EXP[-1] < 128 else _EXP[-1] << 1 ^ 0x11D)
_LOG = {value: power for power, value in enumerate(_EXP)}


def _syndromes(block: list[int], count: int) -> Iterator[int]:
    for power in range(count):
        found = 0
        for word in block:
            found = (_EXP[(_LOG[found] + power) % 255] if found else 0) ^ word
        yield found
