"""Stands for the vendor's module: a deploy asks only whether it is there."""
