"""Where a paired phone's requests are answered: a desk for each part of the glasses, from checked fields to an answer.

A desk has `answers` (operation: function that answers at once) and `slow` (operation: coroutine function that takes
its time). Both get the checked fields and the phone that asks; both raise Refused.
"""
