"""Notifications that do not pile up: the latest of each group, and few of them at once."""

from textual.app import ReturnType
from textual.dom import DOMNode
from textual.notifications import Notification, Notify, SeverityLevel

from musicrec_tui.text import printable
from musicrec_tui.tui.common.textual_private import GuardedApp

MOST = 3
_LONGEST = 600
_SIGNS: dict[SeverityLevel, str] = {"information": "", "warning": "! ", "error": "✗ "}
"""Put before a sentence: colour alone would not distinguish a warning."""


def notify_latest(
    node: DOMNode, sentence: str, *, group: str, severity: SeverityLevel = "information", timeout: float | None = None
) -> None:
    """Show a notification; it replaces an older one of the same group.

    Args:
        node: any that is mounted.
        sentence: may be raw; control characters are replaced.
        group: its subject ("copy"): only the latest notification of a group is shown.
        severity: Textual's severity level.
        timeout: seconds; None: Textual's default.
    """
    app = node.app
    text = printable(sentence, _LONGEST)
    if isinstance(app, NotifyingApp):
        app.notify(text, severity=severity, timeout=timeout, markup=False, group=group)
    else:  # a bare app, in which a widget is tried
        app.notify(text, severity=severity, timeout=timeout, markup=False)


_HIGHEST = 9
"""Notifications may take so many lines."""
FOOT = "at-the-foot"
"""The class of a widget at the foot of the screen that notifications may not cover."""


class NotifyingApp(GuardedApp[ReturnType]):
    """An app that shows at most `MOST` notifications."""

    DEFAULT_CSS = """
    .-notify-above ToastRack { dock: top; align: right top; margin: 2 0 0 0; }
    """
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
        """Show a notification; older ones of its group go, and the oldest if there are too many (errors go last).

        Without a group the message is its own group, so a repeated message is shown once. Control
        characters are replaced.
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
        self._make_way()
        self.post_message(Notify(newest))

    def _make_way(self) -> None:
        """Show notifications at the top while the cursor's row or a text to read is where they would be."""
        if self.screen_stack:
            line = getattr(self.focused, "cursor_line", None)
            covered = line is not None and line >= self.size.height - _HIGHEST
            self.screen.set_class(covered or bool(self.screen.query(f".{FOOT}")), "-notify-above")
