class _Builder:
    def load_file(self, filename: str) -> object: ...

Builder: _Builder
