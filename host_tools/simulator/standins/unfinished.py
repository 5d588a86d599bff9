"""Does a statement typed at the REPL go on in the next line? As mp_repl_continue_with_input (py/repl.c) decides it."""

_COMPOUND = ("@", "if", "while", "for", "try", "with", "def", "class", "async")
_OPENING, _CLOSING = "([{", ")]}"


def is_unfinished(source: str) -> bool:
    depth, quote, at = 0, "", 0
    while at < len(source):
        char = source[at]
        if quote:
            if char == "\\":
                at += 1
            elif source[at : at + len(quote)] == quote:
                at += len(quote) - 1
                quote = ""
        elif char in "'\"":
            quote = char * 3 if source[at : at + 3] == char * 3 else char
            at += len(quote) - 1
        elif char in _OPENING:
            depth += 1
        elif char in _CLOSING:
            depth -= 1
        at += 1
    if depth > 0 or len(quote) == 3 or source.endswith("\\"):
        return True
    return _is_compound(source) and not source.endswith("\n")


def _is_compound(source: str) -> bool:
    if source[:1] == "@":
        return True
    for word in _COMPOUND:
        rest = source[len(word) : len(word) + 1]
        if source[: len(word)] == word and not (rest.isalpha() or rest.isdigit() or rest == "_"):
            return True
    return False
