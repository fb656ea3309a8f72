"""The same data, splits, training and evaluation on an Apache Spark cluster (the extra `spark`)."""
