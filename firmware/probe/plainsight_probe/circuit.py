"""What the probe's circuit makes of light and current; the calculation is in hardware/probe/README.md."""

LIT_UV = 200_000  # a lit LED gives some 600 mV modulated, 1200 mV steady; a hooded photodiode in an office 15 mV
DARK_UV = 100_000
UV_PER_MA = 50_000  # 1 Ohm times 50

SERVO_HZ = 50
SERVO_OPEN_NS = 1_000_000
SERVO_COVERED_NS = 2_000_000
