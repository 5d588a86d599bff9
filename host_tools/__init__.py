"""What runs on the computer beside the glasses: the `plainsight` command, virtual board, provisioning, benches."""
