"""Which release this is: MAJOR.MINOR.PATCH. `plainsight release sign` reads it from this file."""

FIRMWARE_VERSION = "0.1.0"
