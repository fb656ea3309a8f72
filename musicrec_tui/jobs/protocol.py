"""What the host is asked and what it answers: JSON Lines over its stdin and stdout.

A request is `{"id": 7, "ask": {"call": "recommend", …}}`, an answer `{"id": 7, "answer": {"kind": "recommended", …}}`.
Answers may come out of order. Names in answers are raw; sinks clean them.
"""

import msgspec

from musicrec_tui.dataset.records import Artist

KNOWN_LISTENERS = 3
"""How many listeners make an artist known enough to be called similar to another."""


class Ask(msgspec.Struct, frozen=True, tag_field="call", tag=str.lower, kw_only=True):
    """Any request. `run` is a run's folder, absolute; `index` the index file whose names and plays are meant."""

    run: str
    index: str


class Newcomer(msgspec.Struct, frozen=True):
    """Somebody who is not in the data, and is folded in.

    Attributes:
        profile: the folder of a profile, absolute; empty: none.
        plays: artist keys with plays, beside those of the profile.
        disliked: the keys of artists that are never recommended, beside those of the profile.
    """

    profile: str = ""
    plays: dict[str, float] = {}
    disliked: tuple[str, ...] = ()


class Recommend(Ask, frozen=True):
    """The k best artists for a user (by key) or a newcomer, never one that they dislike.

    With each come `reasons` of their own artists, where the model can tell.
    """

    user: str | Newcomer
    k: int = 10
    include_heard: bool = False
    reasons: int = 3


class Similar(Ask, frozen=True):
    """The k artists most like one (by key), among those that enough users of the training part listen to.

    An artist with one listener has that listener's vector: it is "like" all that they play, by no merit of its own.
    `min_listeners` keeps such artists out; front ends use `KNOWN_LISTENERS` and say so.
    """

    artist: str
    k: int = 10
    min_listeners: int = 1


class Explain(Ask, frozen=True):
    """Why a user (by key) or a newcomer gets this score for an artist (by key)."""

    user: str | Newcomer
    artist: str


AnyAsk = Recommend | Similar | Explain


class Reason(msgspec.Struct, frozen=True):
    """The part of a score that one of the user's own artists gives."""

    artist: Artist
    amount: float


class Recommendation(msgspec.Struct, frozen=True):
    """One row of a ranked list."""

    rank: int
    artist: Artist
    score: float
    heard: bool = False
    reasons: tuple[Reason, ...] = ()


class Recommended(msgspec.Struct, frozen=True, tag_field="kind", tag="recommended"):
    """A ranked list.

    Attributes:
        total: the candidates that it was cut from.
        estimate: whether the scores are an estimate from similar users, not the model's own.
        unknown: how many artists of a newcomer the model does not know.
    """

    rows: tuple[Recommendation, ...]
    total: int
    estimate: bool = False
    unknown: int = 0


class Explained(msgspec.Struct, frozen=True, tag_field="kind", tag="explained"):
    """A score and its contributions, largest first; they sum to the score. `estimate` as in `Recommended`."""

    score: float
    reasons: tuple[Reason, ...]
    estimate: bool = False


class Refused(msgspec.Struct, frozen=True, tag_field="kind", tag="refused"):
    """The sentence to show; `defect` tells a bug of ours (it is in the log) from something the user can act on."""

    sentence: str
    defect: bool = False


AnyAnswer = Recommended | Explained | Refused


class Request(msgspec.Struct, frozen=True):
    """A line to the host."""

    id: int
    ask: AnyAsk


class Response(msgspec.Struct, frozen=True):
    """A line from the host."""

    id: int
    answer: AnyAnswer
