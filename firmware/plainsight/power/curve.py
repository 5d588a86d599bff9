"""How full a LiPo cell is, by its voltage at rest.

Source: the resting-voltage chart for single LiPo cells that Ampow publishes (blog.ampow.com, "LiPo voltage chart"), in
steps of 5 %. Cells differ by some 5 %, old and cold ones by more: docs/power.md.
"""

# (millivolts at rest, percent left), falling
LIPO = (
    (4200, 100),
    (4150, 95),
    (4110, 90),
    (4080, 85),
    (4020, 80),
    (3980, 75),
    (3950, 70),
    (3910, 65),
    (3870, 60),
    (3850, 55),
    (3840, 50),
    (3820, 45),
    (3800, 40),
    (3790, 35),
    (3770, 30),
    (3750, 25),
    (3730, 20),
    (3710, 15),
    (3690, 10),
    (3610, 5),
    (3270, 0),
)


def percent(rest_mv: int) -> int:
    """How much is left, 0 to 100, on straight lines between the points of the curve."""
    upper_mv, upper = LIPO[0]
    if rest_mv >= upper_mv:
        return 100
    for lower_mv, lower in LIPO:
        if rest_mv >= lower_mv:
            if rest_mv == lower_mv:
                return lower
            return lower + (rest_mv - lower_mv) * (upper - lower) // (upper_mv - lower_mv)
        upper_mv, upper = lower_mv, lower
    return 0
