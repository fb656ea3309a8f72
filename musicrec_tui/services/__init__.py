"""ListenBrainz, Last.fm and servers like them: a history comes from there, and a playlist goes there, when asked."""
