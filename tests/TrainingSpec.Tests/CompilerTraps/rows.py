"""Writes rows.jsonl: for each expression that an optimizing compiler would like to write otherwise, operands for which the other way has another value, and the right value.

Everything is computed with fractions and rounded once for each operation, by the definition of IEEE 754: nothing here knows the library.
"""
import itertools
import json
import math
import random
import struct
from fractions import Fraction

FORMATS = {"binary16": (11, 15), "bfloat16": (8, 127), "binary32": (24, 127), "binary64": (53, 1023)}
ROWS = 6
DRAWN = 1500


class Number:
    """A value of a format: a fraction, a signed zero, an infinity or NaN."""

    def __init__(self, form, kind, value=Fraction(0), negative=False):
        self.form, self.kind, self.value, self.negative = form, kind, value, negative

    @staticmethod
    def rounded(form, exact, negative_zero=False):
        if exact == 0:
            return Number(form, "finite", Fraction(0), negative_zero)
        digits, top = FORMATS[form]
        size = abs(exact)
        exponent = size.numerator.bit_length() - size.denominator.bit_length()
        while Fraction(2) ** exponent > size:
            exponent -= 1
        while Fraction(2) ** (exponent + 1) <= size:
            exponent += 1
        unit = Fraction(2) ** (max(exponent, 1 - top) - digits + 1)
        steps = size / unit
        whole = steps.numerator // steps.denominator
        rest = steps - whole
        if rest > Fraction(1, 2) or rest == Fraction(1, 2) and whole % 2 == 1:
            whole += 1
        if whole * unit >= Fraction(2) ** (top + 1):
            return Number(form, "infinite", negative=exact < 0)
        return Number(form, "finite", (1 if exact > 0 else -1) * whole * unit, exact < 0)

    def of(self, exact):
        return Number.rounded(self.form, Fraction(exact))

    def nan(self):
        return Number(self.form, "nan")

    def infinite(self, negative):
        return Number(self.form, "infinite", negative=negative)

    def __neg__(self):
        return Number(self.form, self.kind, -self.value, not self.negative)

    def __add__(self, other):
        if "nan" in (self.kind, other.kind):
            return self.nan()
        if "infinite" in (self.kind, other.kind):
            if self.kind == other.kind and self.negative != other.negative:
                return self.nan()
            return self if self.kind == "infinite" else other
        return Number.rounded(self.form, self.value + other.value, self.negative and other.negative)

    def __sub__(self, other):
        return self + -other

    def __mul__(self, other):
        return self.product(other, lambda exact, negative: Number.rounded(self.form, exact, negative))

    def product(self, other, finish):
        negative = self.negative != other.negative
        if "nan" in (self.kind, other.kind):
            return self.nan()
        if "infinite" in (self.kind, other.kind):
            zero = any(x.kind == "finite" and x.value == 0 for x in (self, other))
            return self.nan() if zero else self.infinite(negative)
        return finish(self.value * other.value, negative)

    def __truediv__(self, other):
        negative = self.negative != other.negative
        if "nan" in (self.kind, other.kind):
            return self.nan()
        if self.kind == "infinite":
            return self.nan() if other.kind == "infinite" else self.infinite(negative)
        if other.kind == "infinite":
            return Number(self.form, "finite", Fraction(0), negative)
        if other.value == 0:
            return self.nan() if self.value == 0 else self.infinite(negative)
        return Number.rounded(self.form, self.value / other.value, negative)

    def bits(self):
        if self.kind == "nan":
            return "nan"
        value = math.inf if self.kind == "infinite" else float(abs(self.value))
        return struct.pack(">d", -value if self.negative else value).hex()


def fma(a, b, c):
    special = "finite" if a.kind == b.kind == c.kind == "finite" else None
    if special is None:
        return a * b + c
    exact = a.value * b.value + c.value
    return Number.rounded(a.form, exact, (a.negative != b.negative) and c.negative)


def sqrt(a):
    if a.kind == "nan" or (a.negative and not (a.kind == "finite" and a.value == 0)):
        return a.nan()
    if a.kind == "infinite" or a.value == 0:
        return a
    # So many digits that a root that is no number of the format is rounded as the exact one: a sticky digit stands for the rest.
    shift = 4 * 1200
    scaled = a.value * Fraction(4) ** shift
    root = math.isqrt(scaled.numerator // scaled.denominator)
    exact = Fraction(root) / Fraction(2) ** shift
    return Number.rounded(a.form, exact if exact * exact == a.value else exact + Fraction(1, 2 ** (shift + 1)))


def size(a):
    return Number(a.form, a.kind, abs(a.value), False)


def less(a, b):
    if "nan" in (a.kind, b.kind):
        return False
    def key(x):
        return (-1 if x.negative else 1, 0) if x.kind == "infinite" else (0, x.value)
    return key(a) < key(b)


def equal(a, b):
    return a.kind == b.kind != "nan" and a.value == b.value and (a.kind == "finite" or a.negative == b.negative)


def two_sum(a, b):
    s = a + b
    t = s - a
    return (a - (s - t)) + (b - t)


def kahan(a, b, c):
    s = a + b
    lost = (s - a) - b
    return s + (c - lost)


def flushed(x):
    digits, top = FORMATS[x.form]
    return Number(x.form, "finite", Fraction(0), x.negative) if x.kind == "finite" and abs(x.value) < Fraction(2) ** (1 - top) else x


# The expression as it stands, and as it must not be written, over so many operands.
TRAPS = {
    "SumOfProduct": (3, lambda a, b, c: a * b + c, fma),
    "DifferenceOfProduct": (3, lambda a, b, c: a * b - c, lambda a, b, c: fma(a, b, -c)),
    "LessProduct": (3, lambda a, b, c: c - a * b, lambda a, b, c: fma(-a, b, c)),
    "SumFromTheLeft": (3, lambda a, b, c: (a + b) + c, lambda a, b, c: a + (b + c)),
    "SumFromTheRight": (3, lambda a, b, c: a + (b + c), lambda a, b, c: (a + b) + c),
    "ProductFromTheLeft": (3, lambda a, b, c: (a * b) * c, lambda a, b, c: a * (b * c)),
    "ProductFromTheRight": (3, lambda a, b, c: a * (b * c), lambda a, b, c: (a * b) * c),
    "SumOfProducts": (3, lambda a, b, c: a * b + a * c, lambda a, b, c: a * (b + c)),
    "ProductOfSum": (3, lambda a, b, c: a * (b + c), lambda a, b, c: a * b + a * c),
    "Quotient": (2, lambda a, b: a / b, lambda a, b: a * (a.of(1) / b)),
    "QuotientByThree": (1, lambda a: a / a.of(3), lambda a: a * (a.of(1) / a.of(3))),
    "QuotientOfQuotient": (3, lambda a, b, c: (a / b) / c, lambda a, b, c: a / (b * c)),
    "ProductOverFactor": (2, lambda a, b: a * b / b, lambda a, b: a),
    "SumLessTerm": (2, lambda a, b: (a + b) - b, lambda a, b: a),
    "DifferencePlusTerm": (2, lambda a, b: (a - b) + b, lambda a, b: a),
    "PlusZero": (1, lambda a: a + a.of(0), lambda a: a),
    "ZeroLess": (1, lambda a: a.of(0) - a, lambda a: -a),
    "TimesZero": (1, lambda a: a * a.of(0), lambda a: a.of(0)),
    "LessItself": (1, lambda a: a - a, lambda a: a.of(0)),
    "OverItself": (1, lambda a: a / a, lambda a: a.of(1)),
    "NegatedDifference": (2, lambda a, b: -(a - b), lambda a, b: b - a),
    "RootOfSquare": (1, lambda a: sqrt(a * a), size),
    "SquareOfRoot": (1, lambda a: sqrt(a) * sqrt(a), lambda a: a),
    "QuotientOfRoots": (2, lambda a, b: sqrt(a) / sqrt(b), lambda a, b: sqrt(a / b)),
    "OverRoot": (2, lambda a, b: a / sqrt(b), lambda a, b: a * (a.of(1) / sqrt(b))),
    "LostOfSum": (2, two_sum, lambda a, b: a.of(0)),
    "CompensatedSum": (3, kahan, lambda a, b, c: (a + b) + c),
    "SmallProduct": (2, lambda a, b: a * b, lambda a, b: flushed(a * b)),
    "SmallSum": (2, lambda a, b: a + b, lambda a, b: flushed(flushed(a) + flushed(b))),
    "NotLess": (2, lambda a, b: a.of(0 if less(a, b) else 1), lambda a, b: a.of(1 if less(b, a) or equal(a, b) else 0)),
    "EqualToItself": (1, lambda a: a.of(1 if equal(a, a) else 0), lambda a: a.of(1)),
    "SumOfTenths": (1, lambda a: (a.of(Fraction(0.1)) + a.of(Fraction(0.2))) * a, lambda a: a.of(Fraction(0.3)) * a),
}


def operands(form):
    digits, top = FORMATS[form]
    one, unit, least = Fraction(1), Fraction(2) ** (1 - digits), Fraction(2) ** (1 - top)
    finite = [
        one, one + unit, one - unit / 2, 1 + 3 * unit, unit / 2, 3 * unit / 4, unit / 4, Fraction(3), Fraction(10), Fraction(7, 8), Fraction(1, 2),
        (2 - unit) * Fraction(2) ** top, Fraction(2) ** top, least, least * (1 + unit), least / 2, least * unit, Fraction(5),
    ]
    made = [Number.rounded(form, s * x) for x in finite for s in (1, -1)]
    zero = Number.rounded(form, Fraction(0))
    return made + [zero, -zero, zero.infinite(False), zero.infinite(True), zero.nan()]


def main():
    with open("rows.jsonl", "w", encoding="utf-8", newline="\n") as out:
        for form in FORMATS:
            numbers = operands(form)
            random.seed(1)
            for name, (count, kept, other) in TRAPS.items():
                found = []
                given_all = list(itertools.product(numbers, repeat=count)) if count < 3 else [tuple(random.choices(numbers, k=3)) for _ in range(DRAWN)]
                for given in given_all:
                    right = kept(*given)
                    if right.bits() != other(*given).bits():
                        found.append((given, right))
                if not found and not (name == "SumOfTenths" and form != "binary64"):
                    raise SystemExit(f"{name} in {form}: no operands tell it from what it must not be")
                step = max(1, len(found) // ROWS)
                for given, right in found[::step][:ROWS]:
                    out.write(json.dumps({"trap": name, "format": form, "operands": [x.bits() for x in given], "value": right.bits()}) + "\n")


main()
