"""The Explore screen: look up users and artists, and see recommendations."""
