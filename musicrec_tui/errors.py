"""The one kind of error whose text a user is meant to read."""


class UserError(Exception):
    """Something that the user can act on: what is wrong, where, and what to do, in one sentence.

    Front ends show the message and nothing else. Any other exception is a defect of ours: its traceback goes
    to the log, and the user is shown where that is.

    Attributes:
        exit_code: what the command line exits with (1 failed, 2 wrong usage or bad input).
    """

    def __init__(self, message: str, *, exit_code: int = 2) -> None:
        super().__init__(message)
        self.exit_code = exit_code


class Cancelled(Exception):  # noqa: N818  (an outcome that somebody asked for, not an error)
    """The work was stopped because the user cancelled it."""
