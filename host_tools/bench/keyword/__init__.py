"""What listening for a word costs: on this computer, in the model of the board, in memory."""
