"""Runs on this computer the machine code that mpy-cross makes of viper functions for the ESP32-S3.

`mpy` reads the file, `decoding` and `semantics` know the instructions, `translating` turns a function into Python,
`memory` and `runtime` stand for what surrounds it on the board, `machine` puts them together; `cycles` is a model of
time that none of them knows. `python -m host_tools.xtensa --help` shows a function's code and where its time goes.
"""
