"""What the session is measured against, frozen: raw notifications at their best, and the loop of other glasses."""
