"""The Train screen: train a model and watch it learn."""
