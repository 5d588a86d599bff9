class ListPortInfo:
    device: str
    vid: int | None
    pid: int | None
    serial_number: str | None
    product: str | None
