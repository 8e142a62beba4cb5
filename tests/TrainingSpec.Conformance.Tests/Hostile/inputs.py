"""Writes inputs.jsonl: hostile requests to the oracle with the right values, one object a line.

    python3 inputs.py            writes the file
    python3 inputs.py --compare 8 3  computes every eighth line again, from the third on, and the first of each operation; fails where one differs, or another line's id, kind or request does
    python3 inputs.py --oracle "dotnet .../spec.dll oracle" [IDS]  asks that command, and prints what is off"""
import json
import shlex
import subprocess
import sys
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from definitions import OPERATIONS, Request, check_plan
from exact import FORMATS, N, of_fraction, rounded, ulp
from rows import rows

FILE = Path(__file__).with_name("inputs.jsonl")
DIGITS = 60


def json_of(x):
    """A request's value, numbers by their own text."""
    if isinstance(x, N):
        return str(x)
    if isinstance(x, dict):
        return "{" + ", ".join(f"{json.dumps(k)}: {json_of(v)}" for k, v in x.items()) + "}"
    return "[" + ", ".join(map(json_of, x)) + "]" if isinstance(x, list) else json.dumps(x)


def written(x, dtype, most=DIGITS):
    """A right value as text of 60 digits; infinite where it lies beyond the format's largest number by half a unit or more, 0 where it is less than any format holds."""
    if isinstance(x, dict):
        return {k: written(v, dtype, most) for k, v in x.items()}
    if isinstance(x, (list, tuple)):
        return [written(v, dtype, most) for v in x]
    if not isinstance(x, Decimal):
        return x
    if x == 0 or x.adjusted() < -400:
        return "0"
    if x.is_finite():
        digits, _, top = FORMATS[dtype]
        if abs(x) >= of_fraction((2 - Fraction(1, 2 ** digits)) * Fraction(2) ** top):
            return "Infinity" if x > 0 else "-Infinity"
        exact = x.normalize()
        return str(exact) if len(exact.as_tuple().digits) <= most else f"{x:.{DIGITS - 1}E}"
    return str(x)


def opening(number, kind, op, dtype, args):
    """A line up to its request, which costs nothing to compute."""
    request = f'{{"id": "{op}/{number}", "op": "{op}", "dtype": "{dtype}", "args": {json_of(args)}}}'
    return f'{{"id": {json.dumps(f"{op}/{number}")}, "kind": {json.dumps(kind)}, "request": {request}, '


def line(number, kind, op, dtype, args, more):
    definition, how = OPERATIONS[op]
    found = definition(Request(dtype, args))
    right, unit = found if isinstance(found, tuple) else (found, {})
    held = args["to"] if op == "cast" else dtype
    right = written({k: v for k, v in right.items() if k not in more.get("leave", {})}, held, 1000 if more.get("units") == "0" else DIGITS)
    entry = {"right": right}
    if unit:
        entry["unit"] = written(unit, dtype)
    entry |= more | {"how": how}
    return opening(number, kind, op, dtype, args) + ", ".join(f'"{k}": {json.dumps(v)}' for k, v in entry.items()) + "}"


def lines(every=1, first=0):
    """Every so many-th line and the first of each operation, whole; of the others what comes before the right values, and False."""
    counts = {}
    for i, (kind, op, dtype, args, more) in enumerate(rows()):
        counts[op] = counts.get(op, 0) + 1
        whole = i % every == first % every or counts[op] == 1
        yield line(counts[op], kind, op, dtype, args, more) if whole else opening(counts[op], kind, op, dtype, args), whole


def off(right, got, unit, dtype, most, where="", leave=()):
    """What of an answer is off, with the units in the last place."""
    if isinstance(right, dict):
        yield from (f"{where}.{k}: compared with nothing" for k in (got if isinstance(got, dict) else {}) if k not in right and k not in leave)
        for k, v in right.items():
            if isinstance(got, dict) and k in got:
                yield from off(v, got[k], (unit or {}).get(k), dtype, most, f"{where}.{k}")
            else:
                yield f"{where}.{k}: missing"
    elif isinstance(right, list):
        if not isinstance(got, list) or len(got) != len(right):
            yield f"{where}: {got}"
            return
        for i, v in enumerate(right):
            yield from off(v, got[i], unit[i] if isinstance(unit, list) else unit, dtype, most, f"{where}[{i}]")
    elif isinstance(right, str) and right not in ("Infinity", "-Infinity", "NaN") and not isinstance(got, (str, type(None), bool)):
        exact, size = Fraction(right), Fraction(right)
        if unit is not None:
            size = max(abs(size), min(abs(Fraction(unit)), Fraction(2) ** FORMATS[dtype][2])) if unit not in ("Infinity",) else Fraction(2) ** FORMATS[dtype][2]
        held = Fraction(got) if dtype == "float64" else rounded(Fraction(got), dtype)
        units = abs(held - exact) / ulp(size, dtype)
        if units > Fraction(most):
            yield f"{where}: {got!r}, right {float(exact):.17g}, {float(units):.4g} units"
    elif right != got:
        yield f"{where}: {got!r}, right {right!r}"


def ask(command, only):
    entries = [json.loads(l) for l in FILE.read_text().splitlines()]
    raw = [l[l.index('"request": ') + 11:l.index(', "right": ')] for l in FILE.read_text().splitlines()]
    run = subprocess.run(shlex.split(command), input="\n".join(raw) + "\n", capture_output=True, text=True, check=True)
    bad = 0
    for e, request, answer in zip(entries, raw, map(json.loads, run.stdout.splitlines())):
        if only and e["id"] not in only:
            continue
        if not answer["ok"]:
            found = [] if answer["error"]["argument"] == e.get("refusal") else [f"refused: {answer['error']['message']}"]
        else:
            dtype = "float32" if e["request"]["op"] == "loss_scale.unscale" else e["request"]["args"]["to"] if e["request"]["op"] == "cast" else e["request"]["dtype"]
            found = list(off(e["right"], answer["result"], e.get("unit"), dtype, Fraction(str(e.get("units", 16))), leave=e.get("leave", ())))
        bad += bool(found)
        for f in found[:3]:
            print(f"{e['id']}  [{e['kind']}]  {request}  {f}")
    print(f"{bad} of {len(entries)} are off", file=sys.stderr)


def main(args):
    if args[:1] == ["--oracle"]:
        return ask(args[1], args[2:])
    if args[:1] == ["--compare"]:
        held = FILE.read_text().splitlines()
        check_plan()
        computed = list(lines(*map(int, args[1:3])))
        wrong = [i + 1 for i, (l, whole) in enumerate(computed) if i >= len(held) or not (held[i] == l if whole else held[i].startswith(l))]
        print(f"{sum(whole for _, whole in computed)} of {len(held)} lines computed, {len(wrong)} differ: {wrong[:5]}")
        return bool(wrong) or len(computed) != len(held)
    check_plan()
    FILE.write_text("".join(l + "\n" for l, _ in lines()))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
