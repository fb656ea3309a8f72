"""Recommended artists as playlists of their recordings."""
