"""Delete everything everywhere: the glasses are asked, what was shared is asked back, and here the key goes first.

Until the key is destroyed everything can be left undone; from there on nothing can, and a start after a crash goes on
(`unfinished.finish`, which a start calls before anything else, so nothing large is imported here).
"""
