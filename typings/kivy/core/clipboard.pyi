class _Clipboard:
    def paste(self) -> str | None: ...

Clipboard: _Clipboard
