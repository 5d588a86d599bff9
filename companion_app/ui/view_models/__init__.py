"""What each screen shows and may ask, as plain objects. Nothing here imports Kivy."""
