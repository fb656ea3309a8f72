"""Notifications say by a sign what Textual says by their hue alone."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.app import App
    from textual.notifications import SeverityLevel

    _Base = App[int]
else:
    _Base = object

_SIGNS: "dict[SeverityLevel, str]" = {"information": "", "warning": "! ", "error": "✗ "}


class Telling(_Base):
    """An app whose notifications can be told apart without colours."""

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: "SeverityLevel" = "information",
        timeout: float | None = None,
        markup: bool = True,
    ) -> None:
        """Say it, with a sign before what is no mere information (`App.notify` has the arguments)."""
        super().notify(f"{_SIGNS[severity]}{message}", title=title, severity=severity, timeout=timeout, markup=markup)
