"""The catalogues of the app's words: found in the sources, merged with what is translated, compiled."""
