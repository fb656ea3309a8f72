"""Questions that a person asks while browsing; each is answered from the index alone."""
