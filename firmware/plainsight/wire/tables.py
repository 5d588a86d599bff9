"""Frames, operations, events and GATT identifiers with their bounds; docs/protocol.md is made from them."""

VERSION = 1
HEADER_BYTES = 5
MAX_FRAME = 4096
MAX_BODY = MAX_FRAME - HEADER_BYTES
MEDIA_CHUNK = 4080  # bytes of media in one MEDIA frame, after its u32 offset
MAX_ITEM_BYTES = 64 * 1024 * 1024  # five minutes of clip
MAX_TEST_BYTES = 4 * 1024 * 1024
MAX_UPDATE_BYTES = 1024 * 1024
MAX_LIVE_BYTES = 256 * 1024  # one frame of a live session: more than the camera's buffer holds at xga
MAX_LIVE_S = 600
MIN_WINDOW = 4096  # bytes in flight that have not been acknowledged
MAX_WINDOW = 65536
DEFAULT_WINDOW = 32768
MAX_JSON_DEPTH = 6

# The knock, before TLS: hello from the phone, nonce from the glasses, proof from the phone.
KNOCK_HELLO = b"PLS1"
KNOCK_NONCE_BYTES = 16
KNOCK_PROOF_BYTES = 16

# GATT: one service; notifications out on TX; write-without-response in on four RX characteristics used in turn;
# CREDIT notifies, as a cumulative u32, how many RX packets the glasses have taken.
SERVICE_UUID = "4f5a0001-9c1e-4b7d-8a53-6d1f0e2b7c90"
TX_UUID = "4f5a0002-9c1e-4b7d-8a53-6d1f0e2b7c90"
CREDIT_UUID = "4f5a0003-9c1e-4b7d-8a53-6d1f0e2b7c90"
RX_UUIDS = (
    "4f5a0010-9c1e-4b7d-8a53-6d1f0e2b7c90",
    "4f5a0011-9c1e-4b7d-8a53-6d1f0e2b7c90",
    "4f5a0012-9c1e-4b7d-8a53-6d1f0e2b7c90",
    "4f5a0013-9c1e-4b7d-8a53-6d1f0e2b7c90",
)

REQUEST = 1
RESPONSE = 2
EVENT = 3
MEDIA = 4
ACK = 5
CANCEL = 6
PING = 7
PONG = 8
AUDIO = 9

TO_GLASSES = "phone to glasses"
TO_PHONE = "glasses to phone"
BOTH_WAYS = "both ways"

# type: (name, direction, body, smallest body, largest body, meaning)
FRAMES = {
    REQUEST: ("REQUEST", TO_GLASSES, "JSON object", 2, MAX_BODY, 'asks for one operation: {"op": name, fields…}'),
    RESPONSE: (
        "RESPONSE",
        TO_PHONE,
        "JSON object",
        2,
        MAX_BODY,
        'answers one request: {fields…} or {"error": code, …}',
    ),
    EVENT: (
        "EVENT",
        TO_PHONE,
        "JSON object",
        2,
        MAX_BODY,
        'something happened: {"event": name, fields…}; request id 0',
    ),
    MEDIA: (
        "MEDIA",
        BOTH_WAYS,
        "u32 offset, bytes",
        5,
        4 + MEDIA_CHUNK,
        "a piece of the transfer that the request id names",
    ),
    ACK: ("ACK", BOTH_WAYS, "u32 offset", 4, 4, "everything before the offset has arrived"),
    CANCEL: ("CANCEL", TO_GLASSES, "empty", 0, 0, "stop the transfer that the request id names"),
    PING: ("PING", BOTH_WAYS, "u32", 4, 4, "are you there"),
    PONG: ("PONG", BOTH_WAYS, "u32", 4, 4, "the same number back"),
    AUDIO: (
        "AUDIO",
        TO_PHONE,
        "i16 predictor, u8 step index, u8 0, IMA ADPCM",
        5,
        1024,
        "part of a spoken question (16 kHz, mono, 4 bits a sample, low half first), only while the voice policy allows",
    ),
}

ITEM_FIELDS = (
    ("id", "int", 1, 0x7FFFFFFF),
    ("kind", "choice", "photo", "clip"),
    ("time_s", "int", 0, 0x7FFFFFFFFFFF),
    ("trigger", "str", 1, 16),
    ("frames", "int", 0, 0xFFFFFF),
    ("duration_ms", "int", 0, 0x7FFFFFFF),
    ("sealed_bytes", "int", 1, MAX_ITEM_BYTES),
    ("sealed_sha256", "hex", 32),
    ("thumb_bytes", "int", 0, MAX_ITEM_BYTES),  # 0: there is no thumbnail
    ("thumb_sha256?", "hex", 32),
    ("light", "obj"),
    ("whole", "bool"),  # False: the power went in mid-clip, what was sealed until then is here
    ("imported", "bool"),  # a phone said that it holds this item
    ("place", "choice", "flash", "card"),
)

# Whether the spoken words are listened for, or why not.
KEYWORD_STATES = ("listening", "off", "muted", "resting", "no_model", "bad_model", "microphone_failed")

# What the owner can decide, each with a value that is safe until then: name: (field row, safe value).
SETTINGS = {
    "voice": (("voice", "choice", "off", "keyword", "stream"), "off"),
    "clip_seconds": (("clip_seconds", "int", 1, 300), 30),
    "clip_audio": (("clip_audio", "bool"), False),
    "clip_size": (("clip_size", "choice", "qvga", "vga"), "qvga"),
    "photo_size": (("photo_size", "choice", "vga", "svga", "xga"), "xga"),
    "thumbnails": (("thumbnails", "bool"), True),
    "button": (("button", "bool"), True),
    "app": (("app", "bool"), True),
    "interval": (("interval", "bool"), True),
    "burst": (("burst", "bool"), True),
    "keyword": (("keyword", "bool"), False),
    "storage": (("storage", "choice", "flash", "card"), "flash"),
    "erase_after_import": (("erase_after_import", "bool"), False),
    "when_full": (("when_full", "choice", "refuse", "drop_imported"), "refuse"),
    "shelf_after_min": (("shelf_after_min", "int", 0, 1440), 0),
    "buzzer": (("buzzer", "bool"), False),
}

# What the camera can be doing, and what of it a stop can end.
DOING = ("nothing", "photo", "clip", "timelapse", "live")
STOPPED = ("nothing", "clip", "timelapse", "live")

# name: (who may ask, request fields, response fields, meaning). A name that ends in "?" is optional.
# Kinds: int low high | str low high (characters) | hex bytes | bool | choice a b … | list most | obj
OPERATIONS = {
    "hello": (
        "paired",
        (("version", "int", 1, 255), ("time_s", "int", 0, 0x7FFFFFFFFFFF)),
        (
            ("version", "int", 1, 255),
            ("board", "str", 1, 64),
            ("firmware", "str", 1, 32),
            ("mode", "choice", "locked", "development"),
            ("level", "choice", "software", "current", "optical", "supply"),
            ("phone", "int", 1, 255),
            ("battery_mv", "int", 0, 10000),
            ("settings", "obj"),
            ("journal_first", "int", 0, 0x7FFFFFFF),
            ("journal_first_head", "hex", 32),
            ("journal_count", "int", 0, 0x7FFFFFFF),
            ("journal_head", "hex", 32),
            ("crashes", "int", 0, 0xFFFF),
        ),
        "who is there; sets the clock of the glasses",
    ),
    "pair": (
        "pairing",
        (
            ("proof", "hex", 32),
            ("name", "str", 1, 40),
            ("owner_key?", "hex", 32),
            ("recovery?", "hex", 16),
            ("wrap_key?", "hex", 32),
        ),
        (("proof", "hex", 32), ("pair_key", "hex", 32), ("phone", "int", 1, 255), ("owner_key", "hex", 32)),
        "proves the one-time or the recovery code, pins this phone, and for the first phone the owner's public key",
    ),
    "phones": (
        "paired",
        (),
        (("phones", "list", 5),),
        "the paired phones: id, name, paired_s, current, wrap_key (where it gave one), wrapped (its copy waits)",
    ),
    "wrap": (
        "paired",
        (("phone", "int", 1, 255), ("wrapped", "str", 1, 400)),
        (("phone", "int", 1, 255),),
        "leaves the owner's key, wrapped for another phone's wrap_key, until that phone takes it",
    ),
    "unwrap": ("paired", (), (("wrapped?", "str", 1, 400),), "takes what another phone left for this one"),
    "revoke": ("paired", (("phone", "int", 1, 255),), (("phone", "int", 1, 255),), "forgets one phone at once"),
    "invite": ("paired", (), (("code", "str", 26, 26),), "a new one-time code for a further phone"),
    "capture": (
        "paired",
        (),
        (("item", "obj"), ("media_sha256", "hex", 32), ("media_bytes", "int", 1, MAX_ITEM_BYTES)),
        "takes one photograph",
    ),
    "burst": (
        "paired",
        (("frames", "int", 2, 8),),
        (("items", "list", 8), ("reason?", "str", 1, 40)),
        "takes photographs at the sensor's rate; `reason` says why there are fewer",
    ),
    "clip": (
        "paired",
        (("seconds?", "int", 1, 300), ("audio?", "bool")),
        (("item", "int", 1, 0x7FFFFFFF), ("seconds", "int", 1, 300), ("audio", "bool")),
        "begins a clip; the `item` event tells its end",
    ),
    "timelapse": (
        "paired",
        (("every_s", "int", 1, 3600), ("frames", "int", 1, 100000)),
        (("every_s", "int", 1, 3600), ("frames", "int", 1, 100000)),
        "begins to take photographs at an interval, whether a phone is there or not",
    ),
    "live": (
        "paired",
        (("seconds", "int", 1, MAX_LIVE_S), ("size", "choice", "qvga", "vga", "svga", "xga")),
        (
            ("record", "int", 0, 0x7FFFFFFF),
            ("level", "choice", "software", "current", "optical", "supply"),
            ("salt", "hex", 32),
        ),
        "begins a live session, on record under this number, once the light is proven and the camera has settled; "
        "nothing is stored; the `live` event tells its end",
    ),
    "live_frame": (
        "paired",
        (("window", "int", MIN_WINDOW, MAX_WINDOW),),
        (
            ("seq", "int", 1, 0x7FFFFFFF),
            ("time_ms", "int", 0, 0x7FFFFFFF),
            ("size", "int", 1, MAX_LIVE_BYTES),
            ("sha256", "hex", 32),
            ("light", "obj"),
        ),
        "exposes one frame of the live session, after this request and never before it, and sends it as MEDIA frames "
        "under this request id; `time_ms`: since the session's beginning",
    ),
    "stop": ("paired", (), (("stopped", "choice") + STOPPED,), "ends a clip, a time-lapse or a live session"),
    "mark": ("paired", (), (("record", "int", 0, 0x7FFFFFFF),), "puts a mark into the journal"),
    "items": (
        "paired",
        (("after", "int", 0, 0x7FFFFFFF),),
        (("items", "list", 8), ("more", "bool")),
        "stored items, oldest first",
    ),
    "fetch": (
        "paired",
        (
            ("item", "int", 1, 0x7FFFFFFF),
            ("part", "choice", "item", "thumb"),
            ("offset", "int", 0, MAX_ITEM_BYTES),
            ("window", "int", MIN_WINDOW, MAX_WINDOW),
        ),
        (("size", "int", 1, MAX_ITEM_BYTES), ("sha256", "hex", 32)),
        "sends one sealed item, or its thumbnail, from the offset as MEDIA frames under this request id",
    ),
    "imported": (
        "paired",
        (("item", "int", 1, 0x7FFFFFFF), ("sealed_sha256", "hex", 32)),
        (("item", "int", 1, 0x7FFFFFFF), ("erased", "bool")),
        "the phone holds and has opened this item; it is erased here where the owner's setting says so",
    ),
    "delete": (
        "paired",
        (("item", "int", 1, 0x7FFFFFFF),),
        (("item", "int", 1, 0x7FFFFFFF),),
        "erases one item and its salt",
    ),
    "settings": (
        "paired",
        tuple((name + "?",) + SETTINGS[name][0][1:] for name in SETTINGS) + (("consent?", "hex", 32),),
        (("settings", "obj"),),
        "changes settings; `voice` needs consent, the hash of the record on the phone that allows it",
    ),
    "adopt_card": ("paired", (), (("card", "str", 1, 20),), "takes a foreign SD card into use; what is on it stays"),
    "crashes": (
        "paired",
        (("forget", "bool"),),
        (("crashes", "list", 8),),
        "the last crashes: boot, time_s, cause, text; forgets them where asked to",
    ),
    "power": (
        "paired",
        (("state", "choice", "listening", "connectable", "shelf"),),
        (("state", "choice", "listening", "connectable", "shelf"),),
        "changes the power state; from `shelf` only the button wakes the glasses",
    ),
    "update": (
        "paired",
        (
            ("size", "int", 1, MAX_UPDATE_BYTES),
            ("window", "int", MIN_WINDOW, MAX_WINDOW),
        ),
        (("size", "int", 1, MAX_UPDATE_BYTES), ("sha256", "hex", 32)),
        "takes a release as MEDIA frames under this request id; nothing is installed yet",
    ),
    "install": (
        "paired",
        (("sha256", "hex", 32),),
        (("version", "str", 1, 32),),
        "verifies the release that was taken and installs it beside the running one; the glasses restart into it",
    ),
    "journal": (
        "paired",
        (("from", "int", 0, 0x7FFFFFFF),),
        (("records", "list", 16), ("more", "bool")),
        "records of the chain as text lines",
    ),
    "countersign": (
        "paired",
        (("count", "int", 0, 0x7FFFFFFF), ("head", "hex", 32), ("mac", "hex", 32)),
        (("count", "int", 0, 0x7FFFFFFF),),
        "the phone has seen the chain up to here",
    ),
    "status": (
        "paired",
        (),
        (
            ("battery_mv", "int", 0, 10000),
            ("battery_percent", "int", 0, 100),
            ("temperature_c", "int", -100, 200),
            ("state", "choice", "listening", "connectable", "shelf"),
            ("recording", "choice") + DOING,
            ("muted", "bool"),
            ("keyword?", "choice") + KEYWORD_STATES,
            ("words?", "list", 8),
            ("free_bytes", "int", 0, 0x7FFFFFFFFFFF),
            ("card", "choice", "none", "ready", "absent", "foreign", "full", "protected", "failed"),
            ("items", "int", 0, 0x7FFFFFFF),
            ("not_imported", "int", 0, 0x7FFFFFFF),
            ("unsigned", "int", 0, 0x7FFFFFFF),
            ("uptime_s", "int", 0, 0x7FFFFFFF),
            ("heap_free", "int", 0, 0x7FFFFFFF),
        ),
        "how the glasses are; `unsigned`: records that no phone has countersigned yet; `keyword`, `words`: whether "
        "they listen, and for which words (none before the model was needed)",
    ),
    "link_test": (
        "paired",
        (
            ("direction", "choice", "down", "up"),
            ("size", "int", 1, MAX_TEST_BYTES),
            ("window", "int", MIN_WINDOW, MAX_WINDOW),
        ),
        (("size", "int", 1, MAX_TEST_BYTES), ("sha256", "hex", 32)),
        "moves a test pattern, byte i being i*31+(i>>8) mod 256; nothing is stored",
    ),
}

# Each event has a name, its fields and a meaning.
EVENTS = {
    "item": (
        (
            ("item", "obj"),
            ("media_sha256", "hex", 32),
            ("media_bytes", "int", 1, MAX_ITEM_BYTES),
            ("reason", "str", 1, 40),
        ),
        "a photograph or a clip was taken and stored; `reason`: `done`, or why a clip ended early",
    ),
    "refusal": ((("reason", "str", 1, 40), ("trigger", "str", 1, 16), ("detail?", "obj")), "a trigger was refused"),
    "voice": ((("voice", "choice", "off", "keyword", "stream"),), "the voice policy changed"),
    "recording": (
        (
            ("what", "choice", "clip", "timelapse"),
            ("on", "bool"),
            ("trigger", "str", 1, 16),
            ("reason?", "str", 1, 40),
        ),
        "a clip or a time-lapse began or ended",
    ),
    "live": (
        (
            ("reason", "str", 1, 40),
            ("frames", "int", 0, 0x7FFFFFFF),
            ("digest", "hex", 32),
            ("record?", "int", 0, 0x7FFFFFFF),
        ),
        "the live session ended; `frames` and `digest`: what left, as it stands in the journal under this number",
    ),
    "mark": ((("record", "int", 0, 0x7FFFFFFF), ("trigger", "str", 1, 16)), "a mark was put into the journal"),
    "question": (
        (("item", "int", 1, 0x7FFFFFFF), ("on", "bool"), ("reason?", "str", 1, 40)),
        "AUDIO frames that follow are a spoken question about this item; or they were, and `reason` says why it ended",
    ),
    "keyword": (
        (("keyword", "choice") + KEYWORD_STATES,),
        "whether the glasses listen for the spoken words, or why not: no yes, the mute switch, not now, no model, …",
    ),
    "stop": (
        (("stopped", "choice") + STOPPED, ("trigger", "str", 1, 16)),
        "the wearer said stop: what ran here ends, and the phone ends live view and live answers at once",
    ),
    "power": (
        (("state", "choice", "listening", "connectable", "shelf"), ("reason", "str", 1, 40)),
        "the power state changed, or is about to",
    ),
    "card": (
        (("card", "choice", "none", "ready", "absent", "foreign", "full", "protected", "failed"),),
        "the SD card came, went or failed",
    ),
    "update": (
        (("version", "str", 1, 32), ("state", "choice", "installed", "running", "rolled_back")),
        "a release was installed, is running, or was given up",
    ),
}
