"""What `musicrec_tui.api` is made of; its names are promised there, not here."""
