"""What Train, Tune and Compare do alike with a run or a tuning."""
