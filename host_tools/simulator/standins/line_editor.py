"""One line typed at the friendly REPL, as shared/readline/readline.c reads it; without its history and its cursor."""

_ENTER, _NEW_LINE, _ESCAPE = 13, 10, 27
_BACKSPACES = (8, 127)


def read_line(prompt: str, read_char, write) -> tuple:
    """(text, 0), or (text, the control character that ended it): Ctrl-A, B and E only on an empty line, as there."""
    write(prompt)
    line = bytearray()
    while True:
        char = read_char()
        if char in (_ENTER, _NEW_LINE):
            write("\n")
            return _text(line), 0
        if char == 3 or (char in (1, 2, 4, 5) and not line):
            return _text(line), char
        if char in _BACKSPACES:
            if line:
                line = line[:-1]
                write("\b \b")
        elif char == _ESCAPE:
            _skip_sequence(read_char)
        elif char >= 32:
            line.append(char)
            if char < 127:
                write(chr(char))


def _skip_sequence(read_char) -> None:
    """Arrow keys and their like have no meaning here."""
    if read_char() == ord("["):
        while not 0x40 <= read_char() <= 0x7E:
            pass


def _text(line: bytearray) -> str:
    try:
        return line.decode()
    except UnicodeError:
        return ""
