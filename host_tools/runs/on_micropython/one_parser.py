"""What every parser under test has. Runs under both interpreters."""

from mutating import mutated
from plainsight import files


class Parser:
    """`folder`: where its files may lie."""

    def __init__(self, folder):
        self.folder = folder
        files.make_folder(folder)

    def spoilt(self):
        """One input."""
        return mutated(self.valid())

    def put(self, name, data):
        """Write one file without waiting for the disk."""
        with open(self.folder + "/" + name, "wb") as file:
            file.write(data)
