"""Delete everything everywhere, with a receipt."""
