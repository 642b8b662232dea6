"""How the numbers of one tensor are stored: as floats, through a book, or as multiples of one step.

Nothing here loses a bit: a choice is made among exact forms by an estimate of their size. Rounding is a separate,
explicit act (`rounded_to_book`, `rounded_to_levels`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from c3po.runtime.graph import Array

FLOATS, BOOK, LEVELS = 0, 1, 2
_MAX_BOOK, _MAX_LEVEL = 4096, 1 << 15


@dataclass(frozen=True)
class Coding:
    """Exact form of a tensor: ``values`` equal ``book[codes]`` or ``codes * book[0]`` where they are not zero."""

    kind: int
    mantissa_bits: int
    book: Array
    codes: npt.NDArray[np.int32]
    bits: float  # estimate, support not counted


def smallest_coding(values: Array) -> Coding:
    """The exact coding of ``values`` that an estimate finds smallest."""
    flat = np.ascontiguousarray(values, dtype=np.float32).ravel()
    nonzero = flat[flat != 0]
    no_codes = np.zeros(0, dtype=np.int32)
    width = mantissa_bits(nonzero)
    best = Coding(FLOATS, width, np.zeros(0, dtype=np.float32), no_codes, nonzero.size * (4 + width))
    distinct, counts = np.unique(nonzero, return_counts=True)
    if not 0 < distinct.size <= _MAX_BOOK:
        return best
    entropy = float(-(counts * np.log2(counts / nonzero.size)).sum())
    book_bits = distinct.size * (4 + width) + entropy
    if book_bits < best.bits:
        codes = np.searchsorted(distinct, flat).astype(np.int32)
        best = Coding(BOOK, width, distinct, np.minimum(codes, distinct.size - 1).astype(np.int32), book_bits)
    step = _common_step(distinct)
    if step is not None:
        step_width = mantissa_bits(np.array([step]))
        bits = 9 + step_width + entropy + 0.1 * nonzero.size
        if bits < best.bits:
            codes = np.rint(flat / step).astype(np.int32)
            best = Coding(LEVELS, step_width, np.array([step], dtype=np.float32), codes, bits)
    return best


def mantissa_bits(values: Array) -> int:
    """Fewest explicit mantissa bits (0 to 23) that hold every value exactly."""
    mantissas = np.ascontiguousarray(values, dtype=np.float32).view(np.uint32) & np.uint32(0x7FFFFF)
    together = int(np.bitwise_or.reduce(mantissas)) if mantissas.size else 0
    return 23 - ((together & -together).bit_length() - 1) if together else 0


def rounded_mantissa(values: Array, bits: int) -> Array:
    """``values`` rounded to the nearest float with ``bits`` explicit mantissa bits."""
    drop = 23 - bits
    if drop <= 0:
        return np.array(values, dtype=np.float32)
    raw = np.ascontiguousarray(values, dtype=np.float32).view(np.uint32).astype(np.uint64)
    kept = ((raw + (1 << (drop - 1))) >> drop) << drop
    return kept.astype(np.uint32).view(np.float32).reshape(np.shape(values))


def rounded_to_levels(values: Array, bits: int) -> Array:
    """Nearest multiples of one step, at most ``2**(bits - 1) - 1`` either way; zeros stay zeros."""
    top, most = float(np.abs(values).max(initial=0.0)), 2 ** (bits - 1) - 1
    if top == 0:
        return np.array(values, dtype=np.float32)
    step = rounded_mantissa(np.array([top / most], dtype=np.float32), 10)[0]
    return np.asarray(np.clip(np.rint(values / step), -most, most) * step, dtype=np.float32)


def rounded_to_book(values: Array, bits: int, mantissa: int = 6, rounds: int = 30) -> Array:
    """Nonzero values replaced by the nearest of ``2**bits`` means (one-dimensional k-means); zeros stay zeros."""
    nonzero = np.sort(values[values != 0].astype(np.float64))
    if nonzero.size == 0:
        return np.array(values, dtype=np.float32)
    quantiles = (np.arange(2**bits) + 0.5) / 2**bits
    book = np.unique(np.quantile(nonzero, quantiles))
    for _ in range(rounds):
        owner = np.searchsorted((book[1:] + book[:-1]) / 2, nonzero)
        sums, counts = np.bincount(owner, nonzero, book.size), np.bincount(owner, minlength=book.size)
        book = np.where(counts > 0, sums / np.maximum(counts, 1), book)
    book = rounded_mantissa(book.astype(np.float32), mantissa).astype(np.float64)
    book = np.unique(book[book != 0])
    nearest = book[np.searchsorted((book[1:] + book[:-1]) / 2, values)]
    return np.where(values != 0, nearest, 0).astype(np.float32)


def _common_step(distinct: Array) -> np.float32 | None:
    """The float32 of which every value is an exact multiple by at most 2^15, or None."""
    smallest = np.abs(distinct).min()
    for part in (1, 2, 3):
        step = np.float32(smallest / np.float32(part))
        if step == 0 or np.abs(distinct).max() / step > _MAX_LEVEL:
            continue
        levels = np.rint(distinct / step).astype(np.float32)
        if np.array_equal(levels * step, distinct) and np.all(levels != 0):
            return step
    return None
