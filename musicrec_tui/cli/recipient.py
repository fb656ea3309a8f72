"""The user, profile or named artists that a list is made for."""

from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from musicrec_tui.cli.place import Place

if TYPE_CHECKING:
    from musicrec_tui.dataset.index.opened import Dataset
    from musicrec_tui.jobs.named_recipient import NamedRecipient

UserId = Annotated[str | None, typer.Option("--user", metavar="ID", help="The user's id.")]
Profile = Annotated[str | None, typer.Option("--profile", metavar="NAME", help="A profile, instead of a user.")]
Like = Annotated[
    list[str] | None,
    typer.Option("--like", metavar="ARTIST", help="An artist, instead of a user or with --profile (repeatable)."),
]
Dislike = Annotated[
    list[str] | None,
    typer.Option(
        "--dislike", metavar="ARTIST", help="With --like or --profile: an artist never to recommend (repeatable)."
    ),
]


class RecipientOptions(NamedTuple):
    """The values of the options; all are empty where none is given."""

    user: str | None
    profile: str | None
    like: list[str]

    def __bool__(self) -> bool:
        """Whether any is given."""
        return any(self)

    def find(self, place: Place, dataset: "Dataset") -> "NamedRecipient":
        """The recipient that they mean; raises as `named_recipient.find_recipient` does."""
        from musicrec_tui.jobs import named_recipient

        return named_recipient.find_recipient(place.home, dataset, self.user, self.profile, self.like)
