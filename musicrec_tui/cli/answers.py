"""`recommend`, `similar`, `explain`: questions to a trained model."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from musicrec_tui.cli import interrupts, options, output, recipient
from musicrec_tui.cli.place import Place, model_run, opened
from musicrec_tui.dataset.filters import QUIET_DAYS
from musicrec_tui.dataset.playlists import target
from musicrec_tui.errors import UserError
from musicrec_tui.jobs import host_protocol, questions, shares
from musicrec_tui.text import counted

if TYPE_CHECKING:
    from musicrec_tui.dataset.playlists.writing import Written

PlaylistFile = Annotated[
    Path | None,
    typer.Option(
        "--playlist", metavar="FILE",
        help="Also write a playlist of their recordings: .jspf or .json (for ListenBrainz: see `playlists`), .xspf, "
        ".m3u8, or .txt (a plain list).",
    ),
]  # fmt: skip
PerArtist = Annotated[
    int,
    typer.Option(
        "--per-artist", min=1, max=target.MOST_PER_ARTIST, help="Maximum recordings of each artist in the playlist."
    ),
]


def recommend(
    run: options.Run = None,
    user: recipient.UserId = None,
    profile: recipient.Profile = None,
    like: recipient.Like = None,
    dislike: recipient.Dislike = None,
    k: options.K = None,
    heard: options.Heard = "new",
    max_plays: options.MaxPlays = None,
    max_listeners: options.MaxListeners = "",
    min_listeners: options.MinListeners = 0,
    quiet_days: options.QuietDays = QUIET_DAYS,
    block: options.Block = None,
    playlist: PlaylistFile = None,
    per_artist: PerArtist = 1,
    *,
    place: options.LogPlace,
    as_json: options.Json = False,
) -> None:
    """Recommend artists to a user, to a profile, or from artists that you name; best first.

    Each comes with the artists that are the reason for it, where the model gives reasons. Disliked and blocked artists
    (see `taste`) are left out.
    """
    if playlist is not None:
        target.check_playlist_target(playlist)
    from musicrec_tui.dataset import popularity
    from musicrec_tui.jobs import named_recipient
    from musicrec_tui.runs import outdated

    named_recipient.check_given(user, profile, like)
    found = model_run(place, run)
    with opened(place) as dataset:
        who = named_recipient.find_recipient(place.home, dataset, user, profile, like, dislike)
        which = popularity.filters_of(dataset, heard, max_plays, min_listeners, max_listeners, quiet_days, block or ())
        ask = host_protocol.Recommend(
            run=str(found.folder), index=str(dataset.path), user=who.user, k=place.k(k), filters=which
        )
        title = f"For {who.label} by {found.label} · {which.words(timed=dataset.info.has_times)}"
        change = outdated.change_since(found, dataset.info)
    answer = ranked_list(place, ask)
    called = f"For {who.label} by {found.label}"
    written = _write_playlist(place, playlist, called, answer.rows, per_artist) if playlist else None
    if as_json:
        told = {"run": found.id, **who.fields, "filters": which, **msgspec.structs.asdict(answer)}
        if change is not None:
            told["log_change"] = change.to_json()
        if playlist and written:
            told["playlist"] = {"to": str(playlist.absolute()), "tracks": written.tracks, "notes": written.notes}
        output.print_json(told)
        return
    _print_recommendations(answer, title, found.label)
    if change is not None:
        again = f"`musicrec-tui runs retrain {found.number}` trains it again."
        output.print_line(f"{found.label}: {change.sentence(place.settings.time_zone)} {again}")
    if written:
        output.print_line(f"Wrote {counted(written.tracks, 'track')} to {playlist}.")
        for note in written.notes:
            output.print_line(note)


def _print_recommendations(answer: host_protocol.Recommended, title: str, label: str) -> None:
    """The table, and below it what it leaves out, with the label of the run."""
    rows: list[tuple[output.Cell, ...]] = [
        (row.rank, row.artist.name, row.score, row.artist.listeners, _known(row), _names(row.reasons))
        for row in answer.rows
    ]
    columns = ("rank", "artist", "score", "listeners", "heard", "because of")
    output.print_table(columns, rows, title=title)
    output.note_cut(len(rows), answer.total, "artists")
    if not answer.total:
        output.print_line("No artist passes the filters. Artists that are not new pass with --heard all.")
    if answer.unknown:
        verb = "is" if answer.unknown == 1 else "are"
        output.print_line(f"{answer.unknown:,} of their artists {verb} not in the data that {label} was trained on.")
    _note_estimate(answer, label)


def _write_playlist(
    place: Place, file: Path, title: str, rows: Sequence[host_protocol.Recommendation], per_artist: int
) -> "Written":
    """Write the playlist.

    Raises:
        UserError: it cannot be written, or there is nothing to write.
        Cancelled: Ctrl-C meanwhile; the file is as it was.
    """
    from musicrec_tui.cli.progress import Meter
    from musicrec_tui.dataset.playlists import writing

    wish = target.PlaylistRequest(title, tuple(row.artist.key for row in rows), per_artist)
    with opened(place) as dataset, interrupts.noticed() as cancelled, Meter() as meter:

        def report(phase: str, fraction: float | None) -> None:
            meter.share(f"Playlist: {phase}", fraction)

        return writing.write_playlist(dataset, wish, file, report, cancelled)


def similar(
    words: Annotated[list[str], typer.Argument(metavar="[RUN] ARTIST", help=f"RUN: {options.RUN_HELP}")],
    k: options.K = None,
    min_listeners: Annotated[
        int, typer.Option("--min-listeners", min=1, help="Leave out artists with fewer listeners in train.")
    ] = host_protocol.KNOWN_LISTENERS,
    *,
    place: options.LogPlace,
    as_json: options.Json = False,
) -> None:
    """List the artists that are most similar to one, according to a model."""
    from musicrec_tui.dataset.lookups import artists

    if len(words) > 2:
        raise UserError("`similar` takes a RUN and one ARTIST; put a name of several words in quotes.")
    found = model_run(place, words[0] if len(words) == 2 else None)
    with opened(place) as dataset:
        artist = artists.find_artist(dataset, words[-1])
        ask = host_protocol.Similar(
            run=str(found.folder), index=str(dataset.path), artist=artist.key, k=place.k(k), min_listeners=min_listeners
        )
    answer = ranked_list(place, ask)
    if as_json:
        output.print_json({"run": found.id, "artist": artist, "rows": answer.rows, "total": answer.total})
        return
    rows = [(row.rank, row.artist.name, row.score, row.artist.listeners) for row in answer.rows]
    output.print_table(
        ("rank", "artist", "similarity", "listeners"),
        rows,
        title=f"Similar to {artist.name} by {found.label}, with {min_listeners}+ listeners in train",
    )
    output.note_cut(len(rows), answer.total, "artists")


def explain(
    artist: Annotated[str, typer.Option("--artist", metavar="NAME", help="The artist's name, or key.")],
    run: options.Run = None,
    user: recipient.UserId = None,
    profile: recipient.Profile = None,
    like: recipient.Like = None,
    limit: options.Limit = 20,
    *,
    place: options.LogPlace,
    as_json: options.Json = False,
) -> None:
    """Explain an artist's score for a user, for a profile, or from artists that you name.

    Each of their artists contributes an amount, and the amounts sum to the score. Estimates are marked as such.
    """
    from musicrec_tui.dataset.lookups import artists
    from musicrec_tui.jobs import named_recipient

    named_recipient.check_given(user, profile, like)
    found = model_run(place, run)
    with opened(place) as dataset:
        who, what = (
            named_recipient.find_recipient(place.home, dataset, user, profile, like),
            artists.find_artist(dataset, artist),
        )
        ask = host_protocol.Explain(run=str(found.folder), index=str(dataset.path), user=who.user, artist=what.key)
    answer = questions.answer_once(place.home.opinions, ask)
    if not isinstance(answer, host_protocol.Explained):
        raise TypeError(f"{type(answer).__name__} does not explain")
    if as_json:
        output.print_json({"run": found.id, **who.fields, "artist": what, **msgspec.structs.asdict(answer)})
        return
    rows = [
        (
            f"{part.artists:,} other{'s' if part.artists > 1 else ''}" if part.artist is None else part.artist.name,
            part.amount,
            _percent(part.share),
        )
        for part in shares.shares(answer, limit)
    ]
    title = f"{what.name} for {who.label} by {found.label}: {answer.score:.4f}"
    output.print_table(("because of", "amount", "of the score"), rows, title=title, right=(False, True, True))
    output.note_cut(min(limit, len(answer.reasons)), len(answer.reasons), "reasons")
    _note_estimate(answer, found.label)


def _percent(share: float | None) -> str | None:
    """A share of the score; None where it means nothing."""
    return None if share is None else f"{share:.1%}"


def cold_start(answer: host_protocol.Recommended | host_protocol.Explained, label: str) -> str:
    """A sentence on a user that the model does not serve from training data; empty for all others."""
    nothing = f"{label} has no usable training data of this user"
    if answer.served_by == "fold-in":
        return f"Cold start: {nothing}; the scores are folded in from the plays in the log."
    return f"Cold start: {nothing}; the scores are popularity." if answer.served_by == "popularity" else ""


def _note_estimate(answer: host_protocol.Recommended | host_protocol.Explained, label: str) -> None:
    """Mark scores that are not the model's own, and reasons that do not sum to them."""
    if sentence := cold_start(answer, label):
        output.print_line(sentence)
    if answer.estimate:
        output.print_line(
            "Scores are an estimate from similar users: this model covers only the users it was trained on."
        )
    if answer.reasons_estimate:
        output.print_line(
            "Reasons are an estimate: this model's scores have no exact shares, so they do not sum to them."
        )


def _names(reasons: tuple[host_protocol.Reason, ...]) -> str:
    """The artists that are the reason."""
    return ", ".join(output.shown(reason.artist.name) for reason in reasons)


def _known(row: host_protocol.Recommendation) -> str:
    """Whether the user has heard an artist, and loves it."""
    return ("♥ " if row.loved else "") + output.shown(row.heard)


def ranked_list(place: Place, ask: host_protocol.AnyAsk) -> host_protocol.Recommended:
    """The ranked list that a question is answered with."""
    answer = questions.answer_once(place.home.opinions, ask)
    if not isinstance(answer, host_protocol.Recommended):
        raise TypeError(f"{type(answer).__name__} is not a ranked list")
    return answer


def evaluated_list(place: Place, ask: host_protocol.Evaluate) -> host_protocol.Evaluated:
    """A user's list as it was evaluated."""
    answer = questions.answer_once(place.home.opinions, ask)
    if not isinstance(answer, host_protocol.Evaluated):
        raise TypeError(f"{type(answer).__name__} is no evaluated list")
    return answer
