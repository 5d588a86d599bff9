"""espeak-ng: a program of its own (GPL-3.0), asked for sounds as a subprocess."""
