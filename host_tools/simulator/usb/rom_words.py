"""What the chip's ROM and ESP-IDF print on the console, each with the place where it is documented.

On a board with MicroPython's TinyUSB these lines leave by UART0, and the USB port shows what comes after them; that
they stand on the virtual port is a help for whoever reads its log.
"""

from __future__ import annotations

from host_tools.simulator.reset import Reset

# esp_rom/include/esp32s3/rom/rtc.h, RESET_REASON, and the names that the ROM gives them.
_CAUSES = {
    Reset.POWER_ON: "0x1 (POWERON)",
    Reset.HARD: "0x3 (RTC_SW_SYS_RST)",
    Reset.WATCHDOG: "0x7 (TG0WDT_SYS_RST)",
    Reset.DEEPSLEEP: "0x5 (DSLEEP)",
    Reset.BROWN_OUT: "0xf (BROWNOUT_RST)",
    Reset.PANIC: "0xc (RTC_SW_CPU_RST)",
    Reset.LOADER_WATCHDOG: "0x10 (RTCWDT_RTC_RST)",
}
_BANNER = ("ESP-ROM:esp32s3-20210327", "Build:Mar 27 2021")
# The strapping pins as the ROM prints them: GPIO 0 high boots from flash, low waits for a download.
_FROM_FLASH, _DOWNLOAD = "0x8 (SPI_FAST_FLASH_BOOT)", "0x0 (DOWNLOAD(USB/UART0))"
_RETRIES = 8  # how often the ROM tries a flash without a program before its watchdog resets it

_LAST_WORDS = {
    Reset.BROWN_OUT: ("", "Brownout detector was triggered", ""),  # esp_system/port/brownout.c
    Reset.PANIC: (  # esp_system/port/panic_handler.c
        "Guru Meditation Error: Core  1 panic'ed (LoadProhibited). Exception was unhandled.",
        "",
        "Rebooting...",
    ),
    Reset.WATCHDOG: (  # esp_system/task_wdt.c; MicroPython's WDT has it panic
        "E task_wdt: Task watchdog got triggered. The following tasks/users did not reset the watchdog in time:",
        "E task_wdt:  - mp_task (CPU 1)",
        "E task_wdt: Aborting.",
        "",
        "Rebooting...",
    ),
}


def last_words(cause: Reset) -> tuple[str, ...]:
    """What is printed before a reset, where its cause leaves time for words."""
    return _LAST_WORDS.get(cause, ())


def boots(cause: Reset) -> tuple[str, ...]:
    """A start from flash."""
    return (*_BANNER, f"rst:{_CAUSES[cause]},boot:{_FROM_FLASH}")


def waits(cause: Reset) -> tuple[str, ...]:
    """A start into the loader, with BOOT held or by force."""
    return (*_BANNER, f"rst:{_CAUSES[cause]},boot:{_DOWNLOAD}", "waiting for download")


def starts_nothing(cause: Reset, lines: tuple[str, ...]) -> tuple[str, ...]:
    """A start from a flash that holds no program: the ROM tries again and again."""
    return (*boots(cause), *(lines * _RETRIES if lines[0].startswith("invalid header") else lines))
