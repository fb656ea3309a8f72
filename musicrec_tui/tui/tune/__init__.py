"""The Tune screen: search for good parameters."""
