"""The recommenders, one file each, behind one small protocol."""
