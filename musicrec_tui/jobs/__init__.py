"""Processes: training workers, the host that answers, and who starts and follows them."""
