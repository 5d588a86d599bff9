"""SQLite that loses nothing confirmed and tells a locked phone's reader nothing."""
