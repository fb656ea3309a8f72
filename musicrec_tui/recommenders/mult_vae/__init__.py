"""Mult-VAE: a variational autoencoder of people's artists. Keras trains it, NumPy scores it."""
