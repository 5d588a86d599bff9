"""PCM to what a wake word model hears: 40 channels of the spectrum each 10 ms, in integers, equal on every port."""
