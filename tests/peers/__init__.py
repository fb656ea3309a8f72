"""Other libraries on the same files; they live in an environment of their own (`make peers`)."""
