"""Faults on purpose: kills, power cuts, full disks, damage, wrong clocks, hostile files; `make soak` runs them."""
