"""What is in a picture: faces, text, codes, screens, found on this device. Nobody is identified."""
