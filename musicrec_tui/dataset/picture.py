"""A block of the matrix drawn with characters: darkness carries what a hue could not."""

from musicrec_tui.dataset.portrait import Block

SHADES = " ░▒▓█"
DOTS_HIGH, DOTS_WIDE = 4, 2
_EMPTY = 0x2800
# The bit of each dot in a braille character, by row (0 is the top) and column.
_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))


def thresholds(block: Block) -> tuple[int, ...]:
    """The fewest plays of each shade but the empty one: equal ratios from 1 up to the most plays of a cell."""
    most = max((cell.plays for cell in block.cells), default=1)
    return 1, *(max(2, round(most ** (step / 4))) for step in (1, 2, 3))


def shades(block: Block) -> list[str]:
    """A character for each cell, darker for more plays; a cell with any is never left empty."""
    limits = thresholds(block)
    lines = [[SHADES[0]] * block.window.columns for _ in range(block.window.rows)]
    for cell in block.cells:
        lines[cell.row][cell.column] = _shade(max(1, cell.plays), limits)
    return ["".join(line) for line in lines]


def dots(block: Block) -> list[str]:
    """A dot for each cell that is not empty, `DOTS_HIGH` × `DOTS_WIDE` to a braille character."""
    bits = [[0] * (block.window.columns // DOTS_WIDE) for _ in range(block.window.rows // DOTS_HIGH)]
    for cell in block.cells:
        down, across = divmod(cell.row, DOTS_HIGH), divmod(cell.column, DOTS_WIDE)
        bits[down[0]][across[0]] |= _DOTS[down[1]][across[1]]
    return ["".join(chr(_EMPTY + value) for value in line) for line in bits]


def legend(block: Block) -> str:
    """What the shades mean, in plays: `░ 1–3  ▒ 4–20`."""
    limits = thresholds(block)
    most = max((cell.plays for cell in block.cells), default=0)
    lows = [low for low in sorted(set(limits)) if low <= most]
    highs = [*(low - 1 for low in lows[1:]), most]
    return "  ".join(
        f"{_shade(low, limits)} {low:,}" + (f"–{high:,}" if high > low else "")
        for low, high in zip(lows, highs, strict=bool(lows))
    )


def _shade(plays: int, limits: tuple[int, ...]) -> str:
    """The character for so many plays."""
    return SHADES[sum(plays >= limit for limit in limits)]
