"""The virtual radio: a real Bluetooth host on each side and a link layer in software between them."""
