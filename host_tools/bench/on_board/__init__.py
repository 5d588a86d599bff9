"""What a board itself takes: each figure beside the modelled or documented one that it replaces."""
