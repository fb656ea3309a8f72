"""What every screen has: the session, messages, opening a log, themes, dialogs, copy and export."""
