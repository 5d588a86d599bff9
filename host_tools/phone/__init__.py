"""What a phone would carry: laid out as a folder for buildozer, and looked at without Android's tools."""
