"""Tunings: many trials of one model on the validation part. A tuning is a folder, and so is each of its trials."""
