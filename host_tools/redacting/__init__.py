"""Redacting files and folders from the command line."""
