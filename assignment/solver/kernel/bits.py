"""Sets of small whole numbers as 64-bit words."""

from __future__ import annotations

from numba import njit, types, uint64
from numba.extending import intrinsic

from assignment.solver.kernel import compiled

WORD = 64


def words_for(length: int) -> int:
    return max(1, (length + WORD - 1) // WORD)


@intrinsic
def lowest(context, word):  # type: ignore[no-untyped-def]
    """Position of the lowest set bit of a non-zero word: one machine instruction."""

    def emit(context, builder, signature, args):  # type: ignore[no-untyped-def]
        return builder.cttz(args[0], context.get_constant(types.boolean, True))

    return types.int64(types.uint64), emit


@njit(cache=True, nogil=True, inline="always")
def without_lowest(word):  # type: ignore[no-untyped-def]
    return word & (word - uint64(1))


@compiled
def first_from(words, start):  # type: ignore[no-untyped-def]
    """The lowest member not below `start`, or -1."""
    index = start >> 6
    if index >= words.shape[0]:
        return -1
    word = (words[index] >> uint64(start & 63)) << uint64(start & 63)
    while True:
        if word:
            return index * 64 + lowest(word)  # type: ignore[call-arg]
        index += 1
        if index >= words.shape[0]:
            return -1
        word = words[index]


@njit(cache=True, nogil=True, inline="always")
def has(words, position):  # type: ignore[no-untyped-def]
    return (words[position >> 6] >> uint64(position & 63)) & uint64(1) != 0


@njit(cache=True, nogil=True, inline="always")
def put(words, position):  # type: ignore[no-untyped-def]
    words[position >> 6] |= uint64(1) << uint64(position & 63)


@njit(cache=True, nogil=True, inline="always")
def drop(words, position):  # type: ignore[no-untyped-def]
    words[position >> 6] &= ~(uint64(1) << uint64(position & 63))
