"""From features to words: the model's file, its network, the decision, and the task that listens."""
