"""What the sharing screens show and ask: who is asked, what leaves, what left, the live session. No Kivy."""
