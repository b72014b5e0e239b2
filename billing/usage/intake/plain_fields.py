"""Fields in plain form, read for many lines at once: what is not plain is left to `Normaliser`.

Every function returns the values and which of them are known; of these the normaliser says the
same, a property test holds them together.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from billing.usage.groups import distinct_of
from billing.usage.intake.batch import CALLED, Digits, Integers
from billing.usage.intake.normalising import CALLED_DIGITS_MAX, PRICE_MICRO_MAX, Normaliser
from billing.usage.intake.scanning import Bytes, Flags, Places, cut_out

_ZERO = ord("0")
_SECOND = 1_000_000
_QUARTER_SECONDS = 900
_QUARTER = timedelta(seconds=_QUARTER_SECONDS)
# Within these years all clocks are set at whole quarters of an hour.
_FIRST_YEAR, _LAST_YEAR = 1980, 2100
_QUANTITY_DIGITS_MAX, _EPOCH_DIGITS_MAX = 15, 10
_TIME_BYTES, _TIME_BYTES_MAX = 19, 32
_PRICE_DIGITS_MAX, _PRICE_DECIMALS_MAX = 9, 6
_DIGIT_PLACES = [0, 1, 2, 3, 5, 6, 8, 9, 11, 12, 14, 15, 17, 18]
_PRODUCT_MAX = 10**18
# Digits of a fraction of a second that are read here.
_FRACTIONS = (0, 3, 6)


def read_quantities(
    data: Bytes, starts: Places, lengths: Places, normaliser: Normaliser
) -> tuple[Integers, Flags]:
    """Whole numbers, times the source's `quantity_unit`, up to its `quantity_max`."""
    known = (lengths > 0) & (lengths <= _QUANTITY_DIGITS_MAX)
    values, digits = _numbers(data, starts, np.where(known, lengths, 0), _QUANTITY_DIGITS_MAX)
    known &= digits & (values <= normaliser.quantity_max // normaliser.quantity_unit)
    return np.where(known, values, 0) * normaliser.quantity_unit, known


def read_prices(
    data: Bytes, starts: Places, lengths: Places, normaliser: Normaliser
) -> tuple[Integers, Flags]:
    """Prices of digits, with or without decimals, as millionths; empty ones are no prices."""
    width = _PRICE_DIGITS_MAX + 1 + _PRICE_DECIMALS_MAX
    known = (lengths > 0) & (lengths <= width)
    lengths = np.where(known, lengths, 0)
    text = cut_out(data, starts, lengths, width)
    is_sign = text == ord(normaliser.decimal_sign)
    has_sign = is_sign.any(axis=1)
    wholes = np.where(has_sign, is_sign.argmax(axis=1), lengths)
    decimals = np.where(has_sign, lengths - wholes - 1, 0)
    known &= (wholes > 0) & (wholes <= _PRICE_DIGITS_MAX) & (decimals <= _PRICE_DECIMALS_MAX)
    known &= ~has_sign | (decimals > 0)
    # Without their signs, both parts are one number.
    at = np.arange(width)
    behind = has_sign[:, None] & (at >= wholes[:, None])
    digits = np.where(behind, np.roll(text, -1, axis=1), text)
    counts = wholes + decimals
    known &= ((digits - _ZERO <= 9) | (at >= counts[:, None])).all(axis=1)
    micro = _value(digits, np.where(known, counts, 0))
    micro *= 10 ** (_PRICE_DECIMALS_MAX - np.where(known, decimals, 0))
    factor, divisor = normaliser.price_unit.as_integer_ratio()
    known &= micro <= _PRODUCT_MAX // factor
    micro = np.where(known, micro, 0) * min(factor, _PRODUCT_MAX)
    known &= (micro % divisor == 0) & (micro // divisor <= PRICE_MICRO_MAX)
    return np.where(known, micro // divisor, 0), known


def read_epochs(data: Bytes, starts: Places, lengths: Places) -> tuple[Integers, Flags]:
    """Whole seconds since 1970, as microseconds."""
    known = (lengths > 0) & (lengths <= _EPOCH_DIGITS_MAX)
    values, digits = _numbers(data, starts, np.where(known, lengths, 0), _EPOCH_DIGITS_MAX)
    known &= digits
    return values * _SECOND, known


def read_times(
    data: Bytes, starts: Places, lengths: Places, normaliser: Normaliser
) -> tuple[Integers, Flags]:
    """Times such as 2026-10-03T12:00:00, with or without zone, as microseconds since 1970 UTC."""
    values, known = np.zeros(len(starts), np.int64), np.zeros(len(starts), np.bool_)
    for length in np.unique(lengths).tolist():
        for fraction in _FRACTIONS:
            zone_bytes = length - _TIME_BYTES - (fraction + 1 if fraction else 0)
            if zone_bytes in (0, 1, 6):
                rows = np.flatnonzero(lengths == length)
                text = cut_out(data, starts[rows], lengths[rows], length)
                values[rows], known[rows] = _times(text, fraction, zone_bytes, normaliser)
    return np.where(known, values, 0), known


def read_called(
    data: Bytes, starts: Places, lengths: Places, normaliser: Normaliser
) -> tuple[Digits, Flags]:
    """Called numbers of digits alone, or with a plus before them, as E.164 digits."""
    width = CALLED_DIGITS_MAX
    known = (lengths > 0) & (lengths <= width + 1)
    lengths = np.where(known, lengths, 0)
    text = cut_out(data, starts, lengths, width + 1)
    skip = (text[:, 0] == ord("+")).astype(np.int64)
    international = _begins(text, normaliser.international_prefix) & (skip == 0)
    skip[international] = len(normaliser.international_prefix)
    national = (skip == 0) & (lengths > normaliser.short_code_digits)
    code = normaliser.country_code.encode() if national.any() else b""
    if code:
        skip[national & _begins(text, normaliser.national_prefix)] = len(normaliser.national_prefix)
    added = np.where(national, len(code), 0)
    rest = lengths - skip
    known &= (rest > 0) & (rest + added <= width)
    called = cut_out(data, starts + skip, np.where(known, rest, 0), width)
    if code:
        rows = np.flatnonzero(national)
        called[rows, len(code) :] = called[rows, : width - len(code)]
        called[rows, : len(code)] = np.frombuffer(code, np.uint8)
    blank = np.arange(width) >= (rest + added)[:, None]
    known &= ((called - _ZERO <= 9) | blank).all(axis=1)
    called[~known] = 0
    return np.ascontiguousarray(called).view(CALLED).reshape(-1), known


def digits_as_integers(called: Digits) -> tuple[Integers, Integers]:
    """The digits of called numbers as integers, and how many they are."""
    text = np.ascontiguousarray(called).view(np.uint8).reshape(len(called), CALLED_DIGITS_MAX)
    lengths = (text > 0).sum(axis=1)
    return _value(text, lengths), lengths


def _numbers(data: Bytes, starts: Places, lengths: Places, width: int) -> tuple[Integers, Flags]:
    """Fields as whole numbers, and which have digits alone."""
    text = cut_out(data, starts, lengths, width)
    blank = np.arange(width) >= lengths[:, None]
    right: Flags = (text - _ZERO <= 9) | blank
    digits: Flags = np.all(right, axis=1)
    return np.where(digits, _value(text, lengths), 0), digits


def _value(text: Bytes, lengths: Integers) -> Integers:
    value = np.zeros(len(text), np.int64)
    for place in range(int(lengths.max(initial=0))):
        inside = place < lengths
        value = np.where(inside, value * 10 + (text[:, place] - _ZERO), value)
    return value


def _begins(text: Bytes, prefix: str) -> Flags:
    """Which texts begin with the prefix, if there is one."""
    begin = prefix.encode()
    if not begin or len(begin) > text.shape[1]:
        return np.zeros(len(text), np.bool_)
    found: Flags = (text[:, : len(begin)] == np.frombuffer(begin, np.uint8)).all(axis=1)
    return found


def _times(
    text: Bytes, fraction: int, zone_bytes: int, normaliser: Normaliser
) -> tuple[Integers, Flags]:
    """Times of one form: so many digits of a second's fraction, and bytes of a zone."""
    digits = text - _ZERO
    known = (digits[:, _DIGIT_PLACES] <= 9).all(axis=1)
    for places, mark in (((4, 7), "-"), ((13, 16), ":")):
        known &= (text[:, places] == ord(mark)).all(axis=1)
    known &= (text[:, 10] == ord("T")) | (text[:, 10] == ord(" "))
    seconds, right = _wall_seconds(digits)
    known &= right
    if fraction:
        part = digits[:, _TIME_BYTES + 1 : _TIME_BYTES + 1 + fraction]
        known &= (text[:, _TIME_BYTES] == ord(".")) & (part <= 9).all(axis=1)
        parts = part.astype(np.int64) @ 10 ** np.arange(5, 5 - fraction, -1)
    else:
        parts = np.zeros(len(text), np.int64)
    if zone_bytes == 0:
        offsets = np.zeros(len(text), np.int64)
        offsets[known] = _local_offsets(seconds[known], normaliser)
    elif zone_bytes == 1:
        known &= text[:, -1] == ord("Z")
        offsets = np.zeros(len(text), np.int64)
    else:
        sign = text[:, -6]
        hours, minutes = _two(digits, -5), _two(digits, -2)
        known &= ((sign == ord("+")) | (sign == ord("-"))) & (text[:, -3] == ord(":"))
        known &= (digits[:, [-5, -4, -2, -1]] <= 9).all(axis=1) & (hours < 24) & (minutes < 60)
        offsets = (hours * 3_600 + minutes * 60) * np.where(sign == ord("-"), -1, 1)
    return (seconds - offsets) * _SECOND + parts, known


def _wall_seconds(digits: Bytes) -> tuple[Integers, Flags]:
    """What clocks and calendars show, as seconds since 1970, and which of it exists."""
    years = _two(digits, 0) * 100 + _two(digits, 2)
    months, days = _two(digits, 5), _two(digits, 8)
    hours, minutes, seconds = _two(digits, 11), _two(digits, 14), _two(digits, 17)
    right = (years >= _FIRST_YEAR) & (years <= _LAST_YEAR) & (months >= 1) & (months <= 12)
    right &= (days >= 1) & (hours < 24) & (minutes < 60) & (seconds < 60)
    index = np.where(right, (years - 1970) * 12 + months - 1, 0)
    firsts = index.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    nexts = (index + 1).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    right &= days <= nexts - firsts
    return (firsts + days - 1) * 86_400 + hours * 3_600 + minutes * 60 + seconds, right


def _two(digits: Bytes, place: int) -> Integers:
    tens, ones = digits[:, place].astype(np.int64), digits[:, place + 1].astype(np.int64)
    return tens * 10 + ones


def _local_offsets(seconds: Integers, normaliser: Normaliser) -> Integers:
    """How many seconds the source's clocks are ahead of UTC when they show this."""
    quarters, place = distinct_of(seconds // _QUARTER_SECONDS)
    epoch = datetime(1970, 1, 1)  # noqa: DTZ001 – what a clock shows has no zone
    offsets: NDArray[np.int64] = np.zeros(len(quarters), np.int64)
    for index, quarter in enumerate(quarters.tolist()):
        shown = epoch + quarter * _QUARTER
        offset = shown.replace(tzinfo=normaliser.zone).utcoffset()
        assert offset is not None
        offsets[index] = offset.days * 86_400 + offset.seconds
    return offsets[place]
