"""What goes onto the board: loader, `plainsight/`, this folder's modules. Frozen into an image, or copied as files."""

include("$(MPY_DIR)/ports/esp32/boards/manifest.py")  # noqa: F821 - the manifest language of MicroPython's build

package("loader", base_path="../..", opt=3)  # noqa: F821
package("plainsight", base_path="../..", opt=3)  # noqa: F821
module("pins.py", opt=3)  # noqa: F821
module("board.py", opt=3)  # noqa: F821
module("card.py", opt=3)  # noqa: F821
module("gatt_radio.py", opt=3)  # noqa: F821
module("boot.py", opt=3)  # noqa: F821
module("main.py", opt=3)  # noqa: F821
