"""The `plainsight` command: one small file per sub-command."""
