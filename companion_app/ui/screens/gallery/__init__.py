"""The gallery's page and the page of one picture."""
