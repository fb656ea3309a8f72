"""Notifications that do not pile up: the latest of each group, and few of them at once."""

from textual.app import ReturnType
from textual.dom import DOMNode
from textual.notifications import Notification, Notify, SeverityLevel

from musicrec_tui.text import printable
from musicrec_tui.tui.common.textual_private import GuardedApp

MOST = 3
_LONGEST = 600
_SIGNS: dict[SeverityLevel, str] = {"information": "", "warning": "! ", "error": "✗ "}
"""Said before a sentence: hue alone would not tell a warning."""


def tell(
    node: DOMNode, sentence: str, *, group: str, severity: SeverityLevel = "information", timeout: float | None = None
) -> None:
    """Show a sentence in the corner, in the place of an older one of the same group.

    Args:
        node: any that is mounted.
        sentence: raw.
        group: what it is about ("copy"): of that only the latest matters.
        severity: as Textual has it.
        timeout: seconds that it stays; None: as long as others.
    """
    app = node.app
    text = printable(sentence, _LONGEST)
    if isinstance(app, NotifyingApp):
        app.notify(text, severity=severity, timeout=timeout, markup=False, group=group)
    else:  # a bare app, in which a widget is tried
        app.notify(text, severity=severity, timeout=timeout, markup=False)


class NotifyingApp(GuardedApp[ReturnType]):
    """An app whose corner has room for `MOST` notifications."""

    _corner: tuple[tuple[str, Notification], ...] = ()
    """Groups with their notifications, the oldest first."""

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = True,
        group: str = "",
    ) -> None:
        """Show a notification; older ones of its group go, and the oldest where they are too many, errors last.

        Without a group, it is its own: said twice, it stands there once. Whatever is in the message, it is shown clean.
        """
        group = group or message
        message = f"{_SIGNS[severity]}{printable(message, None)}"
        seconds = self.NOTIFICATION_TIMEOUT if timeout is None else timeout
        newest = Notification(message, title, severity, seconds, markup=markup)
        kept = [one for one in self._corner if one[0] != group and not one[1].has_expired]
        while len(kept) >= MOST:
            kept.remove(min(kept, key=lambda one: (one[1].severity == "error", one[1].raised_at)))
        for one in self._corner:
            if one not in kept:
                one[1].timeout = 0.0  # it has expired: Textual takes it away when it shows the next
        self._corner = (*kept, (group, newest))
        self.post_message(Notify(newest))
