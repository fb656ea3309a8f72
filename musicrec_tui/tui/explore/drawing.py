"""How artists, users and listens look as one line."""

from collections.abc import Callable

from textual.content import Content

from musicrec_tui.dataset.profiles.names import profile_of_key
from musicrec_tui.dataset.records import Artist, Listen, Listener, Played, Title, User
from musicrec_tui.jobs.host_protocol import Recommendation
from musicrec_tui.tui.common.cells import DIM, fit, number, short
from musicrec_tui.tui.common.rows import Row

_COUNT = 4
_WHOLE_YEAR = 34


def name_and_count(
    name: str, count: str, value: object | None, *, width: int = _COUNT, record: object | None = None
) -> Row:
    """A name on the left (cut where need be), a figure on the right."""

    def draw(room: int) -> Content:
        return Content.assemble(fit(name, room - width - 1), " ", (fit(count, width, right=True), DIM))

    return Row(draw, value, record)


def artist_row(artist: Artist) -> Row:
    """An artist with its listeners."""
    return name_and_count(artist.name, short(artist.listeners), artist, record=artist)


def user_row(user: User) -> Row:
    """A user with their listens."""
    return name_and_count(called(user), short(user.listens), user, record=user)


def called(user: User) -> str:
    """What a user or a profile is called, raw."""
    return f"profile {user.user_id}" if profile_of_key(user.key) is not None else f"user {user.user_id}"


def played_row(played: Played) -> Row:
    """An artist with one user's plays; one that the log lacks cannot be opened."""
    artist = played.artist
    return name_and_count(artist.name, short(played.plays), artist if artist.code >= 0 else None, record=played)


def listener_row(listener: Listener) -> Row:
    """A user with their plays of one artist."""
    return name_and_count(listener.user.user_id, short(listener.plays), listener.user, record=listener)


def title_row(title: Title) -> Row:
    """A release or recording with its listens, and whose it is where there is room; choosing it means the artist."""

    def draw(room: int) -> Content:
        rest = room - _COUNT - 1
        artist = min(24, rest // 2) if title.artist_name and rest >= 30 else 0
        return Content.assemble(
            fit(title.name, rest - artist - 1 if artist else rest), " ", (fit(title.artist_name or "", artist), DIM),
            " " if artist else "", (fit(short(title.listens), _COUNT, right=True), DIM),
        )  # fmt: skip

    return Row(draw, title, title)


def similar_row(found: Recommendation) -> Row:
    """An artist with its likeness (cosine)."""
    return name_and_count(found.artist.name, f"{found.score:.2f}", found.artist, record=found)


def listen_row(listen: Listen, time_zone: str) -> Row:
    """A listen: its day in a time zone, the artist, and the recording where there is room. Chosen, it is the artist."""
    from musicrec_tui.dataset.period import in_zone  # zones are not imported before the first frame

    local = in_zone(listen.listened_at, time_zone)

    def draw(room: int) -> Content:
        day = f"{local:{'%Y-%m-%d' if room >= _WHOLE_YEAR else '%y-%m-%d'}}"
        rest = room - len(day) - 1
        if rest < 36 or not listen.recording_name:
            return Content.assemble((day, DIM), " ", fit(listen.artist_name, rest))
        artist = min(24, rest // 2)
        return Content.assemble(
            (day, DIM), " ", fit(listen.artist_name, artist), " ", (fit(listen.recording_name, rest - artist - 1), DIM)
        )

    return Row(draw, listen, listen)


def heading_row(title: Callable[[], str], value: object | None) -> Row:
    """A heading between rows, with the title that it has when it is drawn."""

    def draw(room: int) -> Content:
        return Content.styled(fit(title(), room), "bold $foreground 70%")

    return Row(draw, value)


def note_row(text: str) -> Row:
    """A remark between or below rows."""
    return Row(lambda room: Content.styled(fit(text, room), DIM))


def counts(*parts: tuple[int, str]) -> Content:
    """`812 listens · 143 listeners`, the units dimmed."""
    joined = [
        Content.assemble((number(value), "bold"), (f" {unit if value != 1 else unit.removesuffix('s')}", DIM))
        for value, unit in parts
    ]
    return Content.styled(" · ", DIM).join(joined)
