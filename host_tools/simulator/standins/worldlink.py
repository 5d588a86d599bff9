"""The board's end of the board link: blocking calls into the world, and events that arrive as interrupts would.

Every call carries this board's own microsecond clock, so that the world acts at the moment of the call and not at
the moment its process got round to it. On Linux both processes read the same monotonic clock.
"""

import asyncio
import select
import socket
import struct
import sys

import uos  # not `os` and `time`: those are stand-ins
import utime
from linkcodec import body_length, decode, frame

CALL = 1  # board to world: (CALL, number, ticks_us, service, method, (arguments…))
RESULT = 2  # world to board: (RESULT, number, value)
ERRNO = 3  # world to board: (ERRNO, number, errno)
EVENT = 4  # world to board: (EVENT, service, (values…))

_socket = None
_poller = None
_head = _body = b""  # of the message that is arriving
_number = 0
_handlers: dict = {}
_waiting: list = []
_dispatching = False
_pump = None


def connect(path: str) -> None:
    """Join the simulator at this unix socket; a second call is refused with OSError."""
    global _socket, _poller
    if _socket is not None:
        raise OSError(106)  # EISCONN
    link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    # The unix port takes a raw sockaddr_un.
    link.connect(struct.pack("H108s", socket.AF_UNIX, path.encode()))
    _socket = link
    _poller = select.poll()
    _poller.register(link, select.POLLIN)


def call(service: str, method: str, *args):
    """What the world's handler returns; raises OSError with the errno the handler names."""
    global _number
    _number += 1
    number = _number
    _write(frame((CALL, number, utime.ticks_us(), service, method, args)))
    while True:
        message = _read()
        if message[0] == EVENT:
            _waiting.append(message)
            continue
        if message[1] != number:  # an answer to a call that an exception left behind
            continue
        _dispatch()
        if message[0] == ERRNO:
            raise OSError(message[2])
        return message[2]


def subscribe(service: str, handler) -> None:
    """Run handler(*values) for each event of this service, at an await or during a call, never re-entrantly."""
    listen(service, handler)
    start()


def listen(service: str, handler) -> None:
    """As subscribe(), but an await alone does not deliver."""
    _handlers[service] = handler


def unsubscribe(service: str) -> None:
    """Events of this service are dropped from now on."""
    _handlers.pop(service, None)


def register(poller) -> None:
    """Let somebody else's poller wait for events as well; poll() then delivers them."""
    poller.register(_socket, select.POLLIN)


def poll() -> None:
    """Deliver what has arrived; for code that does not await."""
    while _poller.poll(0):
        _waiting.append(_read())
    _dispatch()


def start() -> None:
    """Deliver events while the event loop runs; harmless when it is started already."""
    global _pump
    if _pump is None or _pump.done():
        _pump = asyncio.create_task(_deliver_for_ever())


def restart() -> None:
    """As start(), after the firmware has thrown the old event loop away."""
    global _pump
    _pump = None
    if _handlers:
        start()


async def _deliver_for_ever():
    while True:
        # Waiting on the socket itself costs nothing while it is silent; a ThreadSafeFlag would poll each millisecond.
        yield asyncio.core._io_queue.queue_read(_socket)
        try:
            poll()
        except KeyboardInterrupt:  # it ends the loop and this task with it; the next loop needs another
            restart()
            raise


def _dispatch() -> None:
    global _dispatching
    if _dispatching:
        return
    _dispatching = True
    try:
        while _waiting:
            message = _waiting.pop(0)
            if message[0] == EVENT:
                _interrupt(message[1], message[2])
    finally:
        _dispatching = False


def _interrupt(service: str, values) -> None:
    handler = _handlers.get(service)
    if handler is None:
        return
    try:
        handler(*values)
    except Exception as error:  # noqa: BLE001 as the port does for an interrupt: report, and let the program go on
        print("Unhandled exception in interrupt handler of", service)
        sys.print_exception(error)


def _write(data: bytes) -> None:
    try:
        view = memoryview(data)
        while view:
            view = view[_socket.write(view) :]
    except OSError:
        power_lost()


def _read():
    """One message. What has come of it is kept outside of this function, so that Ctrl-C loses none of it."""
    global _head, _body
    try:
        while len(_head) < 4:
            before = len(_head)
            _head += _socket.recv(4 - before)  # no jump between receiving and storing: nothing can come between
            if len(_head) == before:
                power_lost()
        length = body_length(_head)
        while len(_body) < length:
            before = len(_body)
            _body += _socket.recv(length - before)
            if len(_body) == before:
                power_lost()
    except OSError:
        power_lost()
    message = decode(_body)
    _head = _body = b""
    return message


def power_lost() -> None:
    """End this process at once; nothing in it runs any more."""
    # No world, no board. The signal cannot be caught by the firmware's handlers, as SystemExit could be.
    uos.system("kill -9 $PPID")
    while True:
        pass
