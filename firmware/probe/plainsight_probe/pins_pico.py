"""The probe's wiring on a Raspberry Pi Pico or Pico 2. Every output high = that fault; low = at rest.

Each output goes to a transistor's gate with a pull-down, so a probe that resets, or has no power, does nothing.
ADC channels are GPIO26 to GPIO28.
"""

BOARD = "Raspberry Pi Pico"
LIGHT_LEVEL = 26  # pin 31, ADC0: photodiode amplifier behind 10 kOhm and 100 nF
LED_CURRENT = 27  # pin 32, ADC1: current amplifier, the same filter
LIGHT_PULSES = 15  # pin 20: comparator behind the photodiode amplifier
OPEN = 10  # pin 14: relay K1, breaks the LED's circuit
SHORT = 11  # pin 15: relay K2, bridges the LED
REPLACE = 12  # pin 16: relay K3, a resistor takes the LED's place (with K1)
COVER = 13  # pin 17: servo with the flap
POWER = 14  # pin 19: pulls the load switch's ON down: no power for the glasses
BUTTON = 9  # pin 12: transistor over the glasses' button
FRAME_MARK = 16  # pin 21: the camera's VSYNC where the glasses have it on a pad; else left open
