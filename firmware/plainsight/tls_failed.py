"""What both TLS ports raise."""


class TlsFailed(Exception):
    """The peer broke the handshake or a record; `code` is the library's own number or text, for the log only."""

    def __init__(self, code: object):
        super().__init__(code)
        self.code = code
