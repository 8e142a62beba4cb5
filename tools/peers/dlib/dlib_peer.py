"""dlib: its solvers, tensor operations and loss, which compute in float32, by the plain C functions of dlib_peer.cpp; that is compiled where it has not been."""
import ctypes
import os
import pathlib
import pickle
import subprocess
import sys

here = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(here.parent))
from protocol import Unsupported, serve

source, library = here / "dlib_peer.cpp", here / "bin" / "libdlib_peer.so"
if not library.exists() or library.stat().st_mtime < source.stat().st_mtime:
    library.parent.mkdir(exist_ok=True)
    subprocess.run(["g++", "-O1", "-std=c++14", "-shared", "-fPIC", str(source), "-o", str(library), "-ldlib"], check=True, stdout=sys.stderr)
lib = ctypes.CDLL(str(library))
F, D, L = ctypes.c_float, ctypes.c_double, ctypes.c_long


def floats(x, count=None):
    return (F * len(x))(*x) if count is None else (F * count)()


def call(function, *args):
    """A function of the library; what it refuses is an error with dlib's own words."""
    message = ctypes.create_string_buffer(1001)
    result = function(*args, message)
    if result < 0:
        said = message.value.decode(errors="replace")
        raise ValueError(said[said.find("Failing expression was"):] if "Failing expression was" in said else said)
    return result


def apart(operation):
    """dlib ends the process at the second error of a process, so that each request has one of its own."""
    def run(dtype, **args):
        reader, writer = os.pipe()
        pid = os.fork()
        if pid == 0:
            try:
                answer = operation(**args)
            except Exception as e:
                answer = e
            with os.fdopen(writer, "wb") as pipe:
                pickle.dump(answer, pipe)
            os._exit(0)
        os.close(writer)
        with os.fdopen(reader, "rb") as pipe:
            answer = pickle.load(pipe)
        os.waitpid(pid, 0)
        if isinstance(answer, Exception):
            raise answer
        return answer
    return run


def solver(function, *named):
    """One step for each tensor; a solver's serialized self is the state."""
    def step(params, grads, lr, state=None, **options):
        values = [F(options.pop(name, default)) for name, default in named]
        if options.pop("eps", 1e-8) != 1e-8 or options:
            raise Unsupported(f"eps other than 1e-8, or {sorted(options)}")
        answers, states = [], []
        for i, (p, g) in enumerate(zip(params, grads)):
            held = bytes.fromhex(state[i]) if state else b""
            buffer = ctypes.create_string_buffer(held, 4096 + 64 * len(p))
            theta = floats(p)
            length = call(function, theta, floats(g), L(len(p)), F(lr), *values, buffer, L(len(held)))
            answers.append(list(theta))
            states.append(buffer.raw[:length].hex())
        return {"params": answers, "state": states}
    return apart(step)


def softmax(logits):
    probs = floats(logits)
    call(lib.softmax_row, floats(logits), probs, L(len(logits)))
    return {"probs": list(probs)}


def cross_entropy(logits, targets, reduction="mean"):
    if reduction != "mean" or any(isinstance(t, list) for t in targets):
        raise Unsupported("the mean loss of classes alone")
    rows, classes = len(logits), len(logits[0])
    loss, grad = D(), floats([], rows * classes)
    call(lib.cross_entropy, floats([z for row in logits for z in row]), (L * rows)(*targets), L(rows), L(classes), ctypes.byref(loss), grad)
    return {"loss": loss.value, "grad_logits": [grad[i * classes:(i + 1) * classes] for i in range(rows)]}


def mean_loss(function, values, truth):
    """A loss that is a mean over examples of one number each; one without a mean is that of each example alone."""
    def one(x, labels):
        loss, grad = D(), floats(x)
        call(function, floats(x), floats(truth(labels)), L(len(x)), ctypes.byref(loss), grad)
        return loss.value, list(grad)

    def run(targets, reduction="mean", **args):
        if reduction == "sum" or set(args) != {values}:
            raise Unsupported("the mean loss alone")
        rows, labels = ([t] if not isinstance(t[0], list) else t for t in (args[values], targets))
        if reduction == "mean":
            loss, flat = one([v for row in rows for v in row], [v for row in labels for v in row])
            grads = [[flat.pop(0) for _ in row] for row in rows]
        else:
            each = [[one([v], [t]) for v, t in zip(*pair)] for pair in zip(rows, labels)]
            loss, grads = [[e[0] for e in row] for row in each], [[e[1][0] for e in row] for row in each]
        plain = not isinstance(targets[0], list)
        return {"loss": loss[0] if plain and reduction == "none" else loss, f"grad_{values}": grads[0] if plain else grads}
    return apart(run)


def signs(targets):
    """Labels are -1 and 1 here."""
    if set(targets) - {0, 1}:
        raise Unsupported("targets other than 0 and 1")
    return [2 * t - 1 for t in targets]


def moments(scheme, fan_in=None, fan_out=None):
    """A weight is a uniform number times the limit, which is 1 for six inputs and outputs."""
    if scheme != "xavier_uniform":
        raise Unsupported(scheme)
    lib.first_weight.restype = F
    limit = lib.first_weight(ctypes.c_ulong(fan_in + fan_out)) / lib.first_weight(ctypes.c_ulong(6))
    return {"std": limit / 3**0.5, "variance": limit**2 / 3, "limit": limit}


def activation(kind, x, alpha=1.0):
    if kind not in ("relu", "sigmoid", "tanh", "gelu", "elu") :
        raise Unsupported(kind)
    y, slope = floats(x), floats(x)
    call(lib.activation, kind.encode(), F(alpha), floats(x), y, slope, L(len(x)))
    return {"y": list(y), "slope": list(slope)}


def layer_norm(x, gain=None, bias=None, eps=1e-5, grad_y=None):
    if gain is None or bias is None:
        raise Unsupported("layer norm without a gain or a bias")
    rows, columns = len(x), len(gain)
    flat = lambda t: [v for row in t for v in row]
    y, dx, dg, db = (floats([], n) for n in (rows * columns, rows * columns, columns, columns))
    call(lib.layer_norm, floats(flat(x)), floats(gain), floats(bias), L(rows), L(columns), D(eps), y, floats(flat(grad_y)) if grad_y else None, dx, dg, db)
    nested = lambda t: [t[i * columns:(i + 1) * columns] for i in range(rows)]
    return {"y": nested(y)} if grad_y is None else {"y": nested(y), "grad_x": nested(dx), "grad_gain": list(dg), "grad_bias": list(db)}


if __name__ == "__main__":
    serve("dlib", f"{lib.version() // 100}.{lib.version() % 100}", "C++", ["float32"], {
        "sgd.step": solver(lib.sgd_step, ("momentum", 0.0), ("weight_decay", 0.0)),
        "adam.step": solver(lib.adam_step, ("beta1", 0.9), ("beta2", 0.999), ("weight_decay", 0.0)),
        "softmax": apart(softmax), "cross_entropy": apart(cross_entropy), "activation": apart(activation), "layer_norm": apart(layer_norm),
        "mse": mean_loss(lib.mean_squared, "predictions", lambda t: t), "bce_with_logits": mean_loss(lib.binary_log, "logits", signs), "init.moments": apart(moments),
    })
