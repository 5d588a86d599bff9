"""The app's window against a bare Kivy window, each in processes of its own: start, drawing, idling."""
