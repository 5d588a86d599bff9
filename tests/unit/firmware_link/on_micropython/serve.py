"""Runs under MicroPython: the sessions of the glasses over a loopback socket in place of the radio.

argv: folder, port. Prints `PORT n`, then `END reason recognised heap-bytes` after each connection. The pairing window
stays open.
"""

import asyncio
import gc
import sys

from plainsight import compat, identity
from plainsight.parts import Parts
from plainsight.session import Session
from plainsight.stream import ByteStream
from plainsight.tls_port import TlsEndpoint

_PACKET_BYTES = 244


class _Clock:
    ms = staticmethod(compat.ticks_ms)
    diff = staticmethod(compat.ticks_diff)
    sleep_ms = staticmethod(compat.sleep_ms)

    def unix_s(self):
        return 1_800_000_000


class _Board:
    name = "test board"
    has_buzzer = False
    light_hz = 4000
    light_sense_nominal_mv = 200

    def temperature_c(self):
        return 25

    def muted(self):
        return False

    def button_pressed(self):
        return False

    def set_cpu(self, hz):
        pass

    def mount_card(self, path):
        raise OSError(19)

    def battery_mv(self):
        return 3900

    def heap_free(self):
        return gc.mem_free()

    def now_s(self):
        return 1_800_000_000

    def set_time(self, unix_s):
        pass


async def _incoming(reader, stream):
    while True:
        data = await reader.read(_PACKET_BYTES)
        if not data:
            stream.end()
            return
        while data and not stream.ended:
            data = data[stream.incoming.put(data) :]
            stream.readable.set()
            if data:
                await asyncio.sleep(0)


async def _outgoing(writer, stream):
    scratch = memoryview(bytearray(_PACKET_BYTES))
    while True:
        stream.work.clear()
        count = stream.due(_PACKET_BYTES)
        if count:
            writer.write(bytes(stream.outgoing.peek(count, scratch)))
            await writer.drain()
            stream.sent(count)
        elif stream.ended:
            await writer.wait_closed()
            return
        else:
            await stream.work.wait()


class _Server:
    def __init__(self, root):
        clock = _Clock()
        self._clock = clock
        self._identity = identity.load(root)
        parts = Parts(_Board(), clock, root, self._identity, _log)
        draft = parts.store.begin("photo", "button", 5)
        draft.frame(b"\xff\xd8" + bytes(30000), 0)
        parts.store.commit(draft.finish("done", {}))
        self._window, self._pairing = parts.window, parts.pairing
        self._service = parts.service(_log)
        self._endpoint = TlsEndpoint(self._identity.certificate, self._identity.key)

    async def serve(self, reader, writer):
        self._window.open()
        stream = ByteStream(8192, 12_800)
        pumps = asyncio.create_task(_incoming(reader, stream)), asyncio.create_task(_outgoing(writer, stream))
        session = Session(stream, self._endpoint, self._pairing, self._service, self._clock, _log)
        reason = await session.run()
        await compat.sleep_ms(20)
        pumps[0].cancel()
        stream.end()
        await pumps[1]
        recognised = session.recognised
        session = stream = pumps = None
        gc.collect()
        print("END", reason, recognised, gc.mem_alloc())


def _log(text):
    print("LOG", text)


async def _main(root, port):
    server = _Server(root)
    await asyncio.start_server(server.serve, "127.0.0.1", port)
    print("PORT", port)
    while True:
        await compat.sleep_ms(60_000)


asyncio.run(_main(sys.argv[1], int(sys.argv[2])))
