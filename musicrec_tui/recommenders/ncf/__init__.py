"""Neural collaborative filtering (He et al. 2017): trained with Keras and TensorFlow, scored in NumPy."""
