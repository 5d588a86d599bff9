"""What can be wrong with a release."""


class BadRelease(Exception):
    """The release breaks its format; `reason` says where."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason
