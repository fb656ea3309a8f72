"""All commands with their keys: the catalogue, the user's keymap, the palette, the help, jump mode."""
