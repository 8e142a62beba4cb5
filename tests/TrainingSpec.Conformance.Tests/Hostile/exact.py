"""Numbers for the right values: decimals of 800 digits without a bound on the exponent, and roundings to binary formats by whole numbers. Nothing but Python's own library."""
import decimal
from decimal import Decimal
from fractions import Fraction

CONTEXT = decimal.Context(prec=800, Emax=decimal.MAX_EMAX, Emin=decimal.MIN_EMIN, traps=[])
decimal.setcontext(CONTEXT)

# Significant bits, exponent of the smallest subnormal number, exponent of the largest number.
FORMATS = {"float64": (53, -1074, 1023), "float32": (24, -149, 127), "float16": (11, -24, 15), "bfloat16": (8, -133, 127)}
INFINITY, NAN = Decimal("Infinity"), Decimal("NaN")


class N(str):
    """A number by the very text that a request holds."""


def of_fraction(x):
    return Decimal(x.numerator) / Decimal(x.denominator)


def text_of(x):
    return x if isinstance(x, str) else repr(x)


def exponent_of(x):
    """The whole part of log2 |x|."""
    n, d = abs(x.numerator), x.denominator
    e = n.bit_length() - d.bit_length()
    return e - 1 if n << max(0, -e) < d << max(0, e) else e


def rounded(x, dtype):
    """A fraction rounded once to nearest, ties to even; None past the largest number."""
    digits, least, largest = FORMATS[dtype]
    if x == 0:
        return Fraction(0)
    unit = Fraction(2) ** max(exponent_of(x) - digits + 1, least)
    nearest = round(x / unit) * unit
    return None if abs(nearest) >= Fraction(2) ** (largest + 1) else nearest


def ulp(x, dtype):
    digits, least, largest = FORMATS[dtype]
    return Fraction(2) ** (least if x == 0 else min(max(exponent_of(x) - digits + 1, least), largest - digits + 1))


def tensor_number(x, dtype):
    """What a tensor of the dtype holds of a number of a request: the text rounded once."""
    text = text_of(x)
    if text in ("Infinity", "-Infinity", "NaN"):
        return Decimal(text)
    nearest = rounded(Fraction(text), dtype)
    return (INFINITY if Fraction(text) > 0 else -INFINITY) if nearest is None else of_fraction(nearest)


def real(x):
    """A hyperparameter: the text rounded once to binary64."""
    return Decimal(text_of(x)) if text_of(x) in ("Infinity", "-Infinity") else of_fraction(rounded(Fraction(text_of(x)), "float64"))


def exp(x):
    return x.exp()


def log(x):
    return x.ln()


def expm1(x):
    return x.exp() - 1


def tanh(x):
    if abs(x) > 3000:
        return Decimal(1).copy_sign(x)
    e = (2 * x).exp()
    return (e - 1) / (e + 1)


def sigmoid(x):
    return 1 / (1 + (-x).exp()) if x < 4000 else Decimal(1)


def _arctan_of_inverse(n):
    term, total, k = Decimal(1) / n, Decimal(0), 0
    while term and term.adjusted() > -CONTEXT.prec - 5:
        total += term / (2 * k + 1) if k % 2 == 0 else -term / (2 * k + 1)
        term /= n * n
        k += 1
    return total


# Machin's formula.
PI = 4 * (4 * _arctan_of_inverse(5) - _arctan_of_inverse(239))


def _series(x, first, step):
    term, total, n = first, Decimal(0), 0
    while term and term.adjusted() > total.adjusted() - CONTEXT.prec - 5 or n < 3:
        total += term
        n += 1
        term = step(term, n)
    return total


def cos(x):
    return _series(x, Decimal(1), lambda t, n: -t * x * x / ((2 * n - 1) * (2 * n)))


def sin(x):
    return _series(x, x, lambda t, n: -t * x * x / ((2 * n) * (2 * n + 1)))


def erf(x):
    """By the series with positive terms alone: 2/sqrt(pi) e^(-x^2) sum of 2^n x^(2n+1) / (1*3*...*(2n+1))."""
    return 2 / PI.sqrt() * (-x * x).exp() * _series(x, x, lambda t, n: t * 2 * x * x / (2 * n + 1))


def erfc(x):
    # 1 - erf loses as many digits as erfc has zeros behind the point: 320 of 800 at x = 27, where binary64 ends.
    return Decimal(2) if x < -40 else Decimal(0) if x > 40 else 1 - erf(x)
