"""Sound for training, all of it made here: noises, rooms, microphones, and scenes in which something is said."""
