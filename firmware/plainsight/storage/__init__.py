"""Where items lie: the index on flash, sealed blobs on flash or on the SD card, and the drafts on their way there."""
