"""The layouts of listening logs, one file each."""
