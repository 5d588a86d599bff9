"""Bleak's scanner on a virtual adapter."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from bleak.backends.scanner import AdvertisementData, AdvertisementDataCallback, BaseBleakScanner
from bumble.core import UUID, AdvertisingData
from bumble.device import Advertisement

from host_tools.simulator.radio.adapter import VirtualAdapter
from host_tools.simulator.radio.installed import current_adapter
from host_tools.simulator.radio.uuids import uuid_text

_UUID_LIST_WIDTHS = {
    AdvertisingData.INCOMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS: 2,
    AdvertisingData.COMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS: 2,
    AdvertisingData.INCOMPLETE_LIST_OF_128_BIT_SERVICE_CLASS_UUIDS: 16,
    AdvertisingData.COMPLETE_LIST_OF_128_BIT_SERVICE_CLASS_UUIDS: 16,
}
_SERVICE_DATA_WIDTHS = {AdvertisingData.SERVICE_DATA_16_BIT_UUID: 2, AdvertisingData.SERVICE_DATA_128_BIT_UUID: 16}


class VirtualScanner(BaseBleakScanner):
    """Scans on `adapter`, or on the installed one where none is bound."""

    adapter: ClassVar[VirtualAdapter | None] = None

    def __init__(
        self,
        detection_callback: AdvertisementDataCallback | None,
        service_uuids: list[str] | None,
        scanning_mode: Literal["active", "passive"],
        **_platform_arguments: Any,
    ) -> None:
        super().__init__(detection_callback, service_uuids)
        self._adapter = self.adapter or current_adapter()
        self._active = scanning_mode == "active"

    async def start(self) -> None:
        self.seen_devices = {}
        await self._adapter.start_scanning(self._on_advertisement, active=self._active)

    async def stop(self) -> None:
        await self._adapter.stop_scanning(self._on_advertisement)

    def _on_advertisement(self, advertisement: Advertisement) -> None:
        data = advertisement_data(advertisement)
        if not self.is_allowed_uuid(data.service_uuids):
            return
        address = advertisement.address.to_string(with_type_qualifier=False)
        details = (self._adapter, advertisement.address)
        device = self.create_or_update_device(address, address, data.local_name, details, data)
        self.call_detection_callbacks(device, data)


def advertisement_data(advertisement: Advertisement) -> AdvertisementData:
    """Return what was advertised in Bleak's terms; structures that are too short for their type are left out."""
    name: str | None = None
    manufacturer: dict[int, bytes] = {}
    service_data: dict[str, bytes] = {}
    uuids: list[str] = []
    tx_power: int | None = None
    for kind, value in advertisement.data.ad_structures:
        if kind == AdvertisingData.COMPLETE_LOCAL_NAME or (kind == AdvertisingData.SHORTENED_LOCAL_NAME and not name):
            name = value.decode("utf-8", "replace")
        elif kind in _UUID_LIST_WIDTHS:
            width = _UUID_LIST_WIDTHS[kind]
            whole = range(0, len(value) - width + 1, width)
            uuids += [uuid_text(UUID.from_bytes(value[at : at + width])) for at in whole]
        elif kind in _SERVICE_DATA_WIDTHS and len(value) >= _SERVICE_DATA_WIDTHS[kind]:
            width = _SERVICE_DATA_WIDTHS[kind]
            service_data[uuid_text(UUID.from_bytes(value[:width]))] = value[width:]
        elif kind == AdvertisingData.MANUFACTURER_SPECIFIC_DATA and len(value) >= 2:
            manufacturer[int.from_bytes(value[:2], "little")] = value[2:]
        elif kind == AdvertisingData.TX_POWER_LEVEL and value:
            tx_power = int.from_bytes(value[:1], "little", signed=True)
    return AdvertisementData(name, manufacturer, service_data, uuids, tx_power, advertisement.rssi, (advertisement,))
