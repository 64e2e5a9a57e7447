"""Files of reasons: headings, and below them, indented, why. Several headings in a row share what stands below the last.
`#` begins a comment."""


def read(path):
    """Each heading with its reason, in one line. A heading without one is left out."""
    given, headings, explained = {}, [], False
    for line in path.read_text().splitlines():
        if line.startswith("    "):
            for name in headings:
                given[name] = f"{given[name]} {line.strip()}" if name in given else line.strip()
            explained = True
        elif line and not line.startswith("#"):
            headings = [line] if explained else [*headings, line]
            explained = False
    return given
