"""How a log is cut into train, validation and test: the words, without the numbers (no SciPy here)."""

from typing import Annotated, Literal

import msgspec

Share = Annotated[float, msgspec.Meta(ge=0.0, le=0.9)]
SplitKind = Literal["random", "leave-last", "time"]


class SplitSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A split, written down so that runs can be checked for comparability.

    Attributes:
        kind: `random`: per user, artists ordered by md5(seed | user key | artist key), the first round(f·n) to
            test, the next to validation. `leave-last`: the same with the last-heard artists. `time`: listens are
            cut at two instants.
        test, validation: shares of each user's artists (of the listens for `time`).
        seed: of `random`.
        protocol: of `time`: `discovery` drops from later parts what the user had heard before, `repeat` leaves it in.
        min_artists: users with fewer stay in train as a whole (`random` and `leave-last`).
    """

    kind: SplitKind = "random"
    test: Share = 0.2
    validation: Share = 0.1
    seed: int = 42
    protocol: Literal["discovery", "repeat"] = "discovery"
    min_artists: Annotated[int, msgspec.Meta(ge=1)] = 5

    def label(self) -> str:
        """A short name for tables: everything that makes two splits different."""
        shares = f"{self.test:g}/{self.validation:g}"
        if self.kind == "random":
            return f"random {shares} seed {self.seed}"
        return f"{self.kind} {shares}" + (f" {self.protocol}" if self.kind == "time" else "")
