"""The gallery as it is looked at: days, what is searched for, what is chosen, and one picture with its history."""
