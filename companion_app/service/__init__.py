"""What is live, shown by a process of its own for as long as it is true."""
