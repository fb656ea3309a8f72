"""The form that Train and Tune share."""
