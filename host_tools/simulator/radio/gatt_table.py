"""The services the firmware registered: buffers behind Bumble's attributes, and the permission flags Bumble ignores."""

# Bumble's attribute tables are generics without arguments.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false

from __future__ import annotations

import errno
from collections.abc import Callable

from bumble import att, core
from bumble.device import Connection
from bumble.gatt import Characteristic, Descriptor, Service
from bumble.gatt_server import Server

from host_tools.simulator.boardlink import BoardErrno
from host_tools.simulator.radio.attributes import AttributeBuffer
from host_tools.simulator.radio.stats import RadioStats
from host_tools.simulator.radio.uuids import uuid_text

# Flags of MicroPython's `bluetooth` module; the low byte is the GATT property byte.
_FLAG_READ = 0x02
_FLAG_ANY_WRITE = 0x04 | 0x08
_PROPERTY_FLAGS = 0xFF
_SECURITY_FLAGS = 0x7E00
_NO_SUBSCRIPTION = b"\0\0"

DescriptorSpec = tuple[bytes, int]
CharacteristicSpec = tuple[bytes, int, tuple[DescriptorSpec, ...]]
ServiceSpec = tuple[bytes, tuple[CharacteristicSpec, ...]]
OnWrite = Callable[[int, int], None]
_Attribute = Characteristic[bytes] | Descriptor


class GattTable:
    """`on_write(connection_handle, value_handle)` is called once a value written by a phone is stored."""

    def __init__(self, server: Server, stats: RadioStats, on_write: OnWrite) -> None:
        self._server = server
        self._stats = stats
        self._on_write = on_write
        self._built_in = list(server.attributes)
        self._buffers: dict[int, AttributeBuffer] = {}
        self._attributes: dict[int, _Attribute] = {}

    def replace(self, services: tuple[ServiceSpec, ...]) -> tuple[tuple[int, ...], ...]:
        """Register these services and no others; return the value handles of each, then of its descriptors."""
        self._server.attributes = list(self._built_in)
        self._server.attributes_by_handle.clear()
        self._buffers.clear()
        self._attributes.clear()
        return tuple(self._add(*service) for service in services)

    def buffer(self, handle: int) -> AttributeBuffer:
        """The value behind a handle; EINVAL for one that was not registered."""
        try:
            return self._buffers[handle]
        except KeyError:
            raise BoardErrno(errno.EINVAL) from None

    def attribute(self, handle: int) -> _Attribute:
        """Bumble's attribute behind a registered handle."""
        return self._attributes[handle]

    def subscription(self, connection: Connection, handle: int) -> int:
        """What this phone wrote to the descriptor: bit 0 notifications, bit 1 indications."""
        return self._server.subscribers.get(connection, {}).get(handle, _NO_SUBSCRIPTION)[0]

    def _add(self, uuid: bytes, specs: tuple[CharacteristicSpec, ...]) -> tuple[int, ...]:
        attributes: list[tuple[_Attribute, int]] = []
        characteristics: list[Characteristic[bytes]] = []
        no_permissions = att.Attribute.Permissions(0)
        for characteristic_uuid, flags, descriptor_specs in specs:
            if flags & _SECURITY_FLAGS:
                # Bonds are not modelled: refusing is better than pretending that the value is protected.
                raise BoardErrno(errno.EOPNOTSUPP)
            descriptors = [Descriptor(core.UUID.from_bytes(each), no_permissions) for each, _ in descriptor_specs]
            properties = Characteristic.Properties(flags & _PROPERTY_FLAGS)
            characteristic = Characteristic[bytes](
                core.UUID.from_bytes(characteristic_uuid), properties, no_permissions, b"", descriptors
            )
            characteristics.append(characteristic)
            attributes.append((characteristic, flags))
            attributes += zip(descriptors, (each_flags for _, each_flags in descriptor_specs), strict=True)
        self._server.add_service(Service(core.UUID.from_bytes(uuid), characteristics))
        for attribute, flags in attributes:
            self._serve(attribute, flags)
        return tuple(attribute.handle for attribute, _ in attributes)

    def _serve(self, attribute: _Attribute, flags: int) -> None:
        handle, name = attribute.handle, uuid_text(attribute.type)
        buffer = self._buffers[handle] = AttributeBuffer()
        self._attributes[handle] = attribute

        def read(_connection: Connection) -> bytes:
            if not flags & _FLAG_READ:
                raise att.ATT_Error(att.ATT_READ_NOT_PERMITTED_ERROR, handle)
            return buffer.value

        def write(connection: Connection, value: bytes) -> None:
            if not flags & _FLAG_ANY_WRITE:
                raise att.ATT_Error(att.ATT_WRITE_NOT_PERMITTED_ERROR, handle)
            loss = buffer.write_from_phone(value)
            self._stats.written_bytes[name] += len(value)
            if loss.total:
                self._stats.overruns[name] += 1
                self._stats.lost_bytes[name] += loss.total
            self._on_write(connection.handle, handle)

        attribute.value = att.AttributeValue(read, write)
