"""What the application takes of the heap once all of it is imported, and how long the imports take."""


def main():
    gc.collect()
    before = gc.mem_alloc()
    begun = time.ticks_us()
    import board  # noqa: F401 - to have it loaded
    from plainsight import start  # noqa: F401

    took_us = time.ticks_diff(time.ticks_us(), begun)
    gc.collect()
    answer(
        {
            "import_us": [took_us],
            "heap_bytes": [gc.mem_alloc() + gc.mem_free()],
            "modules_bytes": [gc.mem_alloc() - before],
            "free_bytes": [gc.mem_free()],
            "collection_us": samples_us(gc.collect, 5),
        }
    )
