"""Tuning: a tuner hands out proposals to evaluators, which are processes that keep the matrix in memory."""
