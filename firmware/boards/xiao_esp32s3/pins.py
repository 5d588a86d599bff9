"""Every pin of the XIAO ESP32S3 Sense in one table, and what our wiring puts on the free ones.

Pads D8 to D10 and GPIO21 belong to the SD card (SCK 7, MISO 8, MOSI 9, CS 21, the last shared with the user LED),
so D0 to D7 carry the glasses. ADC1 reaches GPIO1 to GPIO10 only: analogue signals need D0 to D5.
"""

# The glasses' own signals: name = GPIO number.
LIGHT_SENSE = 1  # D0, ADC1_0: voltage over the capture light's sense resistor
CAPTURE_LIGHT = 2  # D1: capture light, high = lit, 10 kOhm pull-down so that it is dark through a reset
BUTTON = 3  # D2: to ground, internal pull-up; low = pressed
LIGHT_PULSES = 4  # D3: comparator behind the photodiode beside the capture light, one edge per flash
BATTERY = 5  # D4, ADC1_4: half the battery voltage, two 100 kOhm resistors
MUTE = 6  # D5: slide switch, low = microphone muted
STATUS_LIGHT = 43  # D6 (U0TXD, chatters while the chip boots): state light, high = lit
SPARE = 44  # D7 (U0RXD): free; the interlock of level `supply` will sense the camera's supply here
# A piezo buzzer can have that pin, and then displaces the interlock. None: no buzzer is wired.
BUZZER = SPARE
# An I2S microphone (24 bits, its channel select to ground: INMP441, ICS-43434) can stand in for the Sense's own:
# its (SCK, WS, SD). It displaces what three pads carry; which they are is the builder's choice. None: there is none.
I2S_MICROPHONE = None
I2S_MICROPHONE_HZ = 16_000  # x 2 words x 32 bits: a clock of 1.024 MHz

# What those parts are worth.
LIGHT_HZ = 4000  # modulation at 50 % duty; far above mains flicker, and 16 bits of pulses last 8 s
LIGHT_SENSE_NOMINAL_MV = 200  # 20 mA through 10 Ohm; a shorted light draws about 2.5 times as much
BATTERY_DIVIDER = 2

# The Sense's own wiring (Seeed schematic, and the camera module's XIAO ESP32S3 entry). No PWDN, no RESET.
CAMERA_DATA = (15, 17, 18, 16, 14, 12, 11, 48)  # D0 to D7 of the sensor
CAMERA_PCLK = 13
CAMERA_VSYNC = 38
CAMERA_HREF = 47
CAMERA_SDA = 40
CAMERA_SCL = 39
CAMERA_XCLK = 10
CAMERA_XCLK_HZ = 20_000_000
MICROPHONE_CLOCK = 42
MICROPHONE_DATA = 41
MICROPHONE_WORD = 46  # I2S insists on a word-select output; this GPIO leads nowhere (a strap, read at reset alone)
MICROPHONE_I2S_HZ = 32_000  # x 2 words x 32 bits: a PDM clock of 2.048 MHz
SD_SCK = 7
SD_MISO = 8
SD_MOSI = 9
SD_CS = 21
