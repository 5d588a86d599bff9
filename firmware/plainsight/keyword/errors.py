"""What can be wrong with a keyword model."""


class BadModel(Exception):
    """The file is no model that this firmware can run; `reason` is one word for the journal, the text a sentence."""

    def __init__(self, reason: str, text: str):
        super().__init__("the keyword model can't be used: " + text)
        self.reason = reason
