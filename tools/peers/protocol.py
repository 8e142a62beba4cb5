"""The loop of an adapter: one request a line on standard input, one answer a line on standard output. An adapter gives a table of operations."""
import json
import math
import sys


class Unsupported(Exception):
    """The library has not what is asked for."""


def whole(text):
    """A zero may have a sign, which no integer of Python keeps."""
    return -0.0 if text == "-0" else int(text)


def number(x):
    """NaN and the infinities are strings in the protocol, in and out."""
    return float(x) if isinstance(x, str) else x


def numbers(x):
    return [numbers(i) for i in x] if isinstance(x, list) else number(x)


def plain(x):
    if hasattr(x, "tolist"):
        x = x.tolist()
    if isinstance(x, dict):
        return {k: plain(v) for k, v in x.items()}
    if isinstance(x, (list, tuple)):
        return [plain(v) for v in x]
    if isinstance(x, float) and not math.isfinite(x):
        return "NaN" if math.isnan(x) else "Infinity" if x > 0 else "-Infinity"
    return x


def serve(name, version, language, dtypes, operations):
    """Answers until the input ends. An operation is a function of its arguments and the dtype; a missing argument, or one that it does not know, is refused."""
    for line in sys.stdin:
        request = json.loads(line, parse_int=whole)
        op, dtype, args = request["op"], request.get("dtype", "float64"), request.get("args", {})
        answer = {"id": request.get("id")}
        try:
            if op == "describe":
                result = {"name": name, "version": version, "language": language, "operations": sorted(operations), "dtypes": dtypes}
            elif op not in operations or dtype not in dtypes:
                raise Unsupported(f"{op} in {dtype}")
            else:
                result = operations[op](dtype, **{k: numbers(v) if isinstance(v, (list, str)) and k not in WORDS else v for k, v in args.items()})
            answer.update(ok=True, result=plain(result))
        except Unsupported as e:
            answer.update(ok=False, error={"kind": "unsupported", "argument": None, "message": str(e)})
        except TypeError as e:  # an option that the operation has not, or an argument of another type
            kind = "unsupported" if "unexpected keyword" in str(e) else "invalid-argument"
            answer.update(ok=False, error={"kind": kind, "argument": getattr(e, "argument", None), "message": str(e)})
        except (ValueError, IndexError, KeyError, OverflowError, ZeroDivisionError, RuntimeError) as e:
            answer.update(ok=False, error={"kind": getattr(e, "kind", "invalid-argument"), "argument": getattr(e, "argument", None), "message": f"{type(e).__name__}: {e}"})
        print(json.dumps(answer, allow_nan=False), flush=True)


WORDS = {"kind", "scheme", "reduction", "if_nonfinite", "to", "grad_dtype", "decay_on", "eps_on", "max_of", "mode", "delta_mode", "threshold_mode", "anneal_strategy", "schedules", "state", "seed", "groups", "start", "nonlinearity", "layout", "rounding"}
