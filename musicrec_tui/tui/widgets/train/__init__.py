"""What the Train screen is made of: the form, the list of jobs, and the panes that watch one job."""
