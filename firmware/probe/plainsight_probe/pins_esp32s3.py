"""The probe's wiring on an ESP32-S3 (a XIAO ESP32S3 or a DevKitC-1). Every output high = that fault; low = at rest.

Each output goes to a transistor's gate with a pull-down, so a probe that resets, or has no power, does nothing.
ADC1 reaches GPIO1 to GPIO10. Not used: 0, 45, 46 (straps), 19, 20 (USB), 26 to 37 (flash), 43 (chatters at boot).
"""

BOARD = "ESP32-S3"
LIGHT_LEVEL = 1  # D0, ADC1_0: photodiode amplifier behind 10 kOhm and 100 nF
LED_CURRENT = 2  # D1, ADC1_1: current amplifier, the same filter
LIGHT_PULSES = 4  # D3: comparator behind the photodiode amplifier
OPEN = 5  # D4: relay K1, breaks the LED's circuit
SHORT = 6  # D5: relay K2, bridges the LED
REPLACE = 7  # D8: relay K3, a resistor takes the LED's place (with K1)
COVER = 8  # D9: servo with the flap
POWER = 9  # D10: pulls the load switch's ON down: no power for the glasses
BUTTON = 3  # D2: transistor over the glasses' button (a strap that only a burnt fuse makes count)
FRAME_MARK = 44  # D7 (U0RXD: no UART console then): the camera's VSYNC where it is on a pad; else left open
