"""SQLite that loses nothing confirmed and tells a locked phone's reader nothing."""

from companion_app.store.database import Database as Database
from companion_app.store.database import Migration as Migration
from companion_app.store.tables import Tables as Tables
