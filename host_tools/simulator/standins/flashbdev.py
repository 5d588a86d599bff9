"""`flashbdev` of the ESP32 port: the block device that "/" is mounted from."""

bdev = None  # boot_board.py puts it here
