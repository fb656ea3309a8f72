"""A year of a person's listening: calculated, as sections of a page, as Markdown, as a card."""
