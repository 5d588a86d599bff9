"""What may go when there is no room: only what a phone has confirmed that it holds, oldest first, never in vain."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from plainsight.storage.index import Entry


def to_drop(entries: "dict[int, Entry]", card: str, missing: int) -> "list[int]":
    """The fewest oldest imported items at one place that are `missing` bytes together; [] where all are not enough."""
    dropped: "list[int]" = []
    for number in sorted(entries):
        entry = entries[number]
        if missing <= 0:
            break
        if entry.imported and entry.card == card:
            dropped.append(number)
            missing -= entry.blob_bytes + entry.thumb_bytes
    return dropped if missing <= 0 else []
