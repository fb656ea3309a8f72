"""What `musicrec-tui doctor` shows: the machine, the places of files, and the damaged things among them."""
