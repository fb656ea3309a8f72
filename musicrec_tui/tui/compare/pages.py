"""Which views of the chosen runs are on the screen at once."""

ABOVE, BELOW = ("figures", "differences", "groups"), ("users", "scatter", "lists")
VIEWS = ABOVE + BELOW

Pages = tuple[tuple[str, ...], ...]

_ALONE: Pages = tuple((view,) for view in VIEWS)
_WIDE: Pages = (("figures",), ("differences", "groups"), ("users", "scatter"), ("lists",))
_HUGE: Pages = (ABOVE, BELOW)
_ALL: Pages = (VIEWS,)
_WIDE_WIDTH, _HUGE_WIDTH, _TALL_HEIGHT = 138, 178, 40


def pages(width: int, height: int) -> Pages:
    """The views that are seen together in so many cells, in the order in which pages follow.

    Those of `ABOVE` stand side by side, those of `BELOW` too, beneath them.
    """
    if width >= _HUGE_WIDTH:
        return _ALL if height >= _TALL_HEIGHT else _HUGE
    return _WIDE if width >= _WIDE_WIDTH else _ALONE


def page_of(view: str, width: int, height: int) -> tuple[str, ...]:
    """The page that has a view."""
    return next(page for page in pages(width, height) if view in page)


def next_view(view: str, width: int, height: int) -> str:
    """The first view of the page behind the one that has `view`; where all are on one page, the view behind it."""
    all_pages = pages(width, height)
    if len(all_pages) == 1:
        return VIEWS[(VIEWS.index(view) + 1) % len(VIEWS)]
    here = next(place for place, page in enumerate(all_pages) if view in page)
    return all_pages[(here + 1) % len(all_pages)][0]
