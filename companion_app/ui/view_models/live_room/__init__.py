"""The parts of the Live room: looking through the glasses, taking, the microphone, and how the glasses are."""
