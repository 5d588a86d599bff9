"""The microphone: raw PDM bits in, 16 kHz PCM out, and never open against the voice policy or the mute switch."""
