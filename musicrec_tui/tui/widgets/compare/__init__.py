"""What the Compare screen is made of: the table of runs, two of them side by side, and what metrics mean."""
