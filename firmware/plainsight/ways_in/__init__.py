"""What else lets a phone in, or lets it open pictures, and how all of it is read at boot."""
