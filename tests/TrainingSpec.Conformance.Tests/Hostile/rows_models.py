"""Hostile requests to the operations on logits, activations and the parts of a model, to casts and to random numbers."""
from exact import N

WIDE, NARROW = ("float64", "float32"), ("float16", "bfloat16")
FOUR = WIDE + NARROW
ONCE = {"units": "0.500001"}
LARGEST = {"float64": 1.7e308, "float32": 3.4e38, "float16": 65504, "bfloat16": 3.3e38}
TINY = {"float64": N("5e-324"), "float32": N("1e-45"), "float16": N("6e-8"), "bfloat16": N("1e-40")}


def softmaxes():
    rows = {
        "confident rows": [[0, -30], [12, -5, 3], [0, 0, -40, -41]],
        "large common offset": [[1000.5, 1000.25, 999], [-30000, -30001, -30000.5], [4096, 4095, 4094, 4096]],
        "dominant entry": [[0, -200], [0, -85, -86], [50, -50, -52]],
        "infinities": [["-Infinity", 0, 1], [0, "-Infinity"], ["-Infinity", -3, "-Infinity", -3.5]],
        "equal entries": [[7.25] * 5, [-60000] * 3, [0] * 33],
    }
    for kind, lists in rows.items():
        for x in lists:
            for dtype in FOUR:
                more = ONCE if dtype in NARROW else {}
                yield kind, "softmax", dtype, {"logits": x}, more
                yield kind, "log_softmax", dtype, {"logits": x}, more
                yield kind, "logsumexp", dtype, {"x": x}, more
    for dtype in FOUR:
        top = LARGEST[dtype]
        yield "overflow on the way", "softmax", dtype, {"logits": [top, -top]}, {}
        yield "overflow on the way", "softmax", dtype, {"logits": [top, top, -top]}, {}
        yield "overflow on the way", "log_softmax", dtype, {"logits": [top / 4, -top / 4]}, {}
        yield "overflow on the way", "logsumexp", dtype, {"x": [top, top]}, {}
        yield "infinities", "logsumexp", dtype, {"x": [0, "Infinity", "-Infinity", "Infinity"]}, {}
        yield "infinities", "logsumexp", dtype, {"x": ["Infinity"]}, {}
    for x in ([67.5, 30.875, 1], [3.5, 0.0078125], [0.1, 0.2, 0.3, 0.4], [-7.3, 2.9, 2.9]):
        for dtype in NARROW:
            yield "narrow types", "log_softmax", dtype, {"logits": x}, ONCE
            yield "narrow types", "softmax", dtype, {"logits": x}, ONCE
            yield "narrow types", "logsumexp", dtype, {"x": x}, ONCE


def confident():
    for gap in (8, 16.5, 30, 36, 40, 88, 100, 300, 700):
        yield "confident rows", "cross_entropy", "float64", {"logits": [[gap, 0]], "targets": [0]}, {}
    for gap in (8, 16, 18, 30, 87):
        yield "confident rows", "cross_entropy", "float32", {"logits": [[gap, 0]], "targets": [0]}, {}
    for dtype in WIDE:
        yield "confident rows", "cross_entropy", dtype, {"logits": [[0, 25, 1, -3]], "targets": [1]}, {}
        yield "confident rows", "cross_entropy", dtype, {"logits": [[0, 25, 1, -3], [30, 0, 0, 0]], "targets": [1, 0], "reduction": "sum"}, {}
        yield "confident rows", "cross_entropy", dtype, {"logits": [[0, 25, 1, -3], [30, 0, 0, 0]], "targets": [1, 0], "reduction": "none"}, {}
        yield "confident rows", "cross_entropy", dtype, {"logits": [[0, 25, 1], [30, 0, 0], [1, 2, 3]], "targets": [1, 0, 9], "ignore_index": 9}, {}
        yield "confident rows", "cross_entropy", dtype, {"logits": [[0, "-Infinity", -40]], "targets": [0]}, {}
        yield "confident rows", "cross_entropy", dtype, {"logits": [[-1000, -1020, -1030]], "targets": [0]}, {}
        yield "confident rows", "cross_entropy", dtype, {"logits": [[30, 0, 0]], "targets": [0], "label_smoothing": 1e-9}, {}
        yield "confident rows", "cross_entropy", dtype, {"logits": [[1, 0, 0]], "targets": [0], "label_smoothing": 0.9999999}, {}
        yield "hyperparameter rounded to the tensor's type", "cross_entropy", dtype, {"logits": [[1, 2, 4]], "targets": [2], "label_smoothing": 0.99999999}, {}
        top = LARGEST[dtype]
        yield "overflow on the way", "cross_entropy", dtype, {"logits": [[top, -top]], "targets": [0]}, {}
        yield "overflow on the way", "cross_entropy", dtype, {"logits": [[top, -top], [0, 0]], "targets": [1, 0]}, {}
        yield "overflow on the way", "cross_entropy", dtype, {"logits": [[top, 0], [top, 0], [top, 0]], "targets": [1, 1, 1]}, {}
        yield "overflow on the way", "cross_entropy", dtype, {"logits": [[top, -top]], "targets": [1], "label_smoothing": 0.5}, {}
        for s in (0.1, 1e-9, 0.9999999, 1):
            yield "hyperparameter rounded to the tensor's type", "smooth_labels", dtype, {"targets": [1, 0], "num_classes": 3, "smoothing": s}, {}
        for loss in (-300, 88.7, 1e-9, -87.4, 50.5):
            yield "narrow margins", "perplexity", dtype, {"loss": loss}, {}
        yield "overflow on the way", "perplexity", dtype, {"loss": 709.7}, {}


def activations():
    points = {
        "sigmoid": [17, -17, 30, -88, 37.5, -300, 0.5, 1e-9],
        "tanh": [10, -9.5, 18, -20, 40, 1e-5, -300, 0.75],
        "gelu": [-5, -8.5, -12, -0.75, 30, -1e-9, -26, 5],
        "gelu_tanh": [-5, -6.5, 4, -0.75, 20, -1e-9, -10, 5],
        "relu": [-1e-30, 0, 3e38, -3e38],
        "silu": [-5, -12.5, -1.2784645, -80, 30, -1e-9, -88, 5],
        "softplus": [-5, -30, 17, -80, 30, -1e-9, 37, 88],
        "elu": [-5, -1e-9, -30, -0.5, 30, 0, -80, 5],
    }
    for kind, x in points.items():
        for dtype in WIDE:
            yield "slopes", "activation", dtype, {"kind": kind, "x": x}, {}
            yield "underflow on the way", "activation", dtype, {"kind": kind, "x": [TINY[dtype], N("-" + TINY[dtype])]}, {}
            yield "overflow on the way", "activation", dtype, {"kind": kind, "x": [LARGEST[dtype], -LARGEST[dtype]]}, {}


    for dtype, x in (("float64", [-744, -740.5, 710, 1e300]), ("float32", [-103, -100.5, 89, 1e30])):
        for kind in ("silu", "softplus", "sigmoid"):
            yield "underflow on the way", "activation", dtype, {"kind": kind, "x": x}, {}
        yield "underflow on the way", "activation", dtype, {"kind": "elu", "x": x, "alpha": 1e30}, {}
        yield "hyperparameter that the type can't hold", "activation", dtype, {"kind": "elu", "x": [-1, 2], "alpha": N("1e-50")}, {}
        yield "slopes", "activation", dtype, {"kind": "elu", "x": [-1e-9, 0, 1e-9, -3], "alpha": 0.1}, {}


def layer_norms():
    def row(x, dtype, kind, **more):
        return kind, "layer_norm", dtype, {"x": x if isinstance(x[0], list) else [x], "gain": [1] * len(x[0] if isinstance(x[0], list) else x), "bias": [0] * len(x[0] if isinstance(x[0], list) else x), **more}, {}
    for dtype in WIDE:
        top, tiny = LARGEST[dtype], TINY[dtype]
        yield row([top, -top], dtype, "overflow on the way")
        yield row([top, top, top, -top], dtype, "overflow on the way")
        yield row([top, 0, 0], dtype, "overflow on the way", grad_y=[[1, 2, 4]])
        yield row([tiny, 0], dtype, "underflow on the way")
        yield row([1e-30, -1e-30, 3e-30], dtype, "underflow on the way", eps=1e-40)
        yield row([1e-30, -1e-30, 3e-30], dtype, "underflow on the way", eps=1e-37, grad_y=[[1, 2, 4]])
        yield row([1e-30, -1e-30, 3e-30], dtype, "underflow on the way", eps=0, grad_y=[[1, 2, 4]])
        yield row([1e20, 2e20, 4e20, 7e20], dtype, "overflow on the way", grad_y=[[1, -2, 3, 1]])
        yield row([10000, 10000.001, 10000.002, 9999.9], dtype, "large mean, small spread", grad_y=[[1, -2, 3, 1]])
        yield row([16777216, 16777218, 16777220, 16777214], dtype, "large mean, small spread")
        yield row([N(f"{1000000 + i / 16}") for i in range(33)], dtype, "large mean, small spread")
        yield row([5] * 7, dtype, "equal entries", grad_y=[[1, 2, 3, 4, 5, 6, 7]])
        yield row([0.1] * 3, dtype, "equal entries")
        yield row([1, 2, 4], dtype, "hyperparameter rounded to the tensor's type", eps=1e30)
        yield row([[1e-20, 2e-20], [1e20, 3e20]], dtype, "overflow on the way", grad_y=[[1, 2], [3, 5]])
        yield row([1e10, 1, -1], dtype, "dominant entry", grad_y=[[1, 1, -2]])
        for big in (top, -top):
            yield "overflow on the way", "layer_norm", dtype, {"x": [[0, 0, 3]], "gain": [1, 1, big], "bias": [0, 0, -big]}, {}


def rms_norms():
    """RMS normalization, and layer normalization without gain or bias."""
    for dtype in WIDE:
        top, tiny, up = LARGEST[dtype], TINY[dtype], [[1, -2, 4]]
        for kind, x, more in (
                ("overflow on the way", [top, -top, top / 2], {}), ("overflow on the way", [top, 0, 1], {"grad_y": up}), ("overflow on the way", [1e20, 2e20, -4e20], {"grad_y": up, "gain": [1, 2, 3]}),
                ("underflow on the way", [tiny, 0, 0], {"eps": 0}), ("underflow on the way", [1e-30, -1e-30, 3e-30], {"eps": 1e-37, "grad_y": up}), ("underflow on the way", [1e-30, 2e-30, 0], {"eps": 0, "grad_y": up}),
                ("equal entries", [5, 5, 5], {"grad_y": up}), ("equal entries", [0, 0, 0], {"grad_y": up, "gain": [1, 2, 3]}), ("dominant entry", [1e10, 1, -1], {"grad_y": up}),
                ("hyperparameter rounded to the tensor's type", [0.1, 2, 4], {"eps": 0.1, "gain": [0.1, 2, 3]}), ("overflow on the way", [1, 2, 4], {"gain": [top, 1, 1], "grad_y": [[4, 1, 1]]}),
                ("hyperparameter rounded to the tensor's type", [1, 2, 4], {"eps": 1e30})):
            yield kind, "rms_norm", dtype, {"x": [x], **more}, {}
        yield "underflow on the way", "layer_norm", dtype, {"x": [[tiny, 0, 0]], "gain": [1, 2, 3], "bias": [0, 0, 0], "eps": 0}, {}
        yield "contract", "rms_norm", dtype, {"x": [[1, 2], [0.1, -3]], "gain": [0.3, 2], "grad_y": [[1, 0.1], [2, -7]]}, {}
        yield "contract", "layer_norm", dtype, {"x": [[1, 2], [0.1, -3]], "grad_y": [[1, 0.1], [2, -7]]}, {}
        yield "contract", "layer_norm", dtype, {"x": [[1, 2], [0.1, -3]], "gain": [0.3, 2], "grad_y": [[1, 0.1], [2, -7]]}, {}
        yield "overflow on the way", "layer_norm", dtype, {"x": [[top, -top, 1]], "bias": [1, 2, 3], "grad_y": up}, {}
    yield "hyperparameter that the type can't hold", "rms_norm", "float32", {"x": [[1, 1]], "eps": 1e-46}, {"refusal": "eps"}


def attentions():
    for dtype in WIDE:
        top = LARGEST[dtype]
        yield "overflow on the way", "attention", dtype, {"q": [[1e30], [1e30]], "k": [[1e30], [-1e30]], "v": [[1], [2]]}, {}
        yield "overflow on the way", "attention", dtype, {"q": [[top]], "k": [[top]], "v": [[3]]}, {}
        yield "overflow on the way", "attention", dtype, {"q": [[top, top], [top, -top]], "k": [[top, top], [-top, top]], "v": [[1, 2], [3, 4]]}, {}
        yield "overflow on the way", "attention", dtype, {"q": [[0], [0]], "k": [[1], [1]], "v": [[top], [top]]}, {}
        yield "dominant entry", "attention", dtype, {"q": [[8], [8], [8]], "k": [[8], [0], [-8]], "v": [[1], [1000], [-1000]]}, {}
        yield "equal entries", "attention", dtype, {"q": [[0], [0], [0]], "k": [[8], [0], [-8]], "v": [[1], [2], [4]]}, {}


def masks():
    """Masks of attention: what is taken out, what is left, and scores that a mask meets at their ends."""
    for dtype in WIDE:
        top, rows = LARGEST[dtype], {"q": [[1], [2], [3]], "k": [[1], [-1], [2]], "v": [[5], [7], [9]], "grad_y": [[1], [2], [4]]}
        never = "-Infinity"
        yield "contract", "attention", dtype, {**rows, "mask": [[False, True, True], [True, True, True], [True, False, True]]}, {}
        yield "contract", "attention", dtype, {**rows, "mask": [[0.5, 0, 0], [-0.1, 0.1, 0], [0.1, never, -0.3]]}, {}
        yield "infinities", "attention", dtype, {**rows, "mask": [[never] * 3, [never] * 3, [never, 0, never]]}, {}
        yield "infinities", "attention", dtype, {**rows, "mask": [[False] * 3] * 3}, {}
        yield "dominant entry", "attention", dtype, {**rows, "mask": [[0, 0, 0], [0, -300, 0], [0, 40, 0]]}, {}
        yield "overflow on the way", "attention", dtype, {"q": [[1], [1], [top]], "k": [[1], [2], [top]], "v": [[1], [2], [4]], "mask": [[0, 0, 0], [0, 0, 0], [never, 0, never]]}, {}
        yield "overflow on the way", "attention", dtype, {"q": [[0], [1e30]], "k": [[1e30], [0]], "v": [[1], [2]], "mask": [[0, 0], [-top, 0]]}, {}
        yield "overflow on the way", "attention", dtype, {"q": [[0], [0], [0]], "k": [[0], [0], [0]], "v": [[1], [2], [4]], "mask": [[0, 0, 0], [0, 0, 0], [top, top, -top]]}, {}


def others():
    for to in ("float32", "float16", "bfloat16"):
        for dtype in FOUR:
            yield "narrow types", "cast", dtype, {"x": [0.1, N("1.00048828125000000001"), N("2049.0000000000000000000001"), N("257.00000000000000000000001"), N("2.9802322387695312501e-8"), N("7.006492321624086e-46"), 3e38, 65519.99], "to": to}, {"units": "0"}
    for to, x in (("float32", ["1.000000059604644775390625000000001", "3.4028235677973366e38", "1.1754943157898258e-38"]), ("bfloat16", ["1.00390625000000000001", "3.3895e38", "4.6e-41"])):
        yield "narrow types", "cast", "float64", {"x": [N(t) for t in x], "to": to}, {"units": "0"}
    for dtype in FOUR:
        for p in (0.99, 0.999, 0.9999, 0.5000000001):
            yield "hyperparameter rounded to the tensor's type", "dropout", dtype, {"x": [1, 1.5, 3, 0.1, 7, -2, 1, 1] * 4, "p": p, "seed": 45}, ONCE if dtype in NARROW else {}
        yield "hyperparameter that the type can't hold", "dropout", dtype, {"x": [1e-3] * 4, "p": N("1e-50"), "seed": 1}, ONCE if dtype in NARROW else {}
    for dtype in WIDE:
        for p in (0.9, 0.99999999, N("0.9999999999999999"), 1e-17):
            yield "hyperparameter rounded to the tensor's type", "dropout.backward", dtype, {"grad": [1, -3, 0.1], "mask": [1, 1, 0], "p": p}, {}
        yield "overflow on the way", "dropout.backward", dtype, {"grad": [1e-300 if dtype == "float64" else 1e-38], "mask": [1], "p": N("0.9999999999999999")}, {}
        yield "counters", "random.normal", dtype, {"seed": 18446744073709551615, "stream": 9007199254740993, "offset": 9007199254740992, "count": 6}, {}
        yield "slopes", "random.normal", dtype, {"seed": 7, "count": 64}, {}
        yield "slopes", "random.normal", dtype, {"seed": 1234567, "offset": 100000, "count": 64}, {}
        for scheme in ("he_normal", "xavier_uniform", "gpt_residual", "xavier_normal", "he_uniform"):
            yield "counters", "init.moments", dtype, {"scheme": scheme, "fan_in": 9007199254740993, "fan_out": 9007199254740995, "layers": 4503599627370497}, {}
            yield "counters", "init.sample", dtype, {"scheme": scheme, "fan_in": 16777217, "fan_out": 16777219, "layers": 33554433, "seed": 5, "count": 8}, {}
        yield "counters", "init.moments", dtype, {"scheme": "he_normal", "fan_in": 9223372036854775807, "fan_out": 1}, {}
        for scheme in ("lecun_uniform", "lecun_normal", "xavier_truncated", "he_truncated", "lecun_truncated"):
            yield "counters", "init.moments", dtype, {"scheme": scheme, "fan_in": 9007199254740993, "fan_out": 9007199254740995, "gain": 1e-3}, {}
            yield "hyperparameter rounded to the tensor's type", "init.sample", dtype, {"scheme": scheme, "fan_in": 3, "fan_out": 7, "seed": 5, "count": 8, "gain": 0.3}, {}
        for a, b in ((-2, 2), (-0.25, 0.25), (-0.25, 8), (-8, 0.3), (-5.3, 5.2), (-1e300, 1e300), (-0.25, 1e9)):
            yield "narrow margins", "init.truncated", dtype, {"a": a, "b": b, "std": 0.02}, {}
        yield "underflow on the way", "init.truncated", dtype, {"a": -1, "b": 1.5, "std": 1e-30}, {}
        yield "hyperparameter rounded to the tensor's type", "init.truncated_sample", dtype, {"a": -0.3, "b": 0.7, "std": 0.1, "seed": 18446744073709551615, "count": 16}, {}
        yield "hyperparameter rounded to the tensor's type", "init.truncated_sample", dtype, {"a": -1e300, "b": 1e300, "std": 1e-30, "seed": 3, "count": 4}, {}
        for rows, columns in ((1, 1), (3, 3), (2, 5), (5, 2)):
            yield "hyperparameter rounded to the tensor's type", "init.orthogonal", dtype, {"rows": rows, "columns": columns, "seed": 9, "gain": 0.1}, {"units": "1"}
        yield "underflow on the way", "init.orthogonal", dtype, {"rows": 2, "columns": 2, "seed": 4, "gain": 1e-30}, {"units": "1"}
        for slope in (0, 1e-9, 0.01, 1):
            yield "hyperparameter rounded to the tensor's type", "init.gain", dtype, {"nonlinearity": "leaky_relu", "negative_slope": slope}, {}
        yield "hyperparameter rounded to the tensor's type", "init.gain", dtype, {"nonlinearity": "tanh"}, {}
    for layers in (9007199254740993, 9223372036854775807, 16777217, 4611686018427387904, 1, 2, 3):
        yield "counters", "checkpointing.plan", "float64", {"layers": layers}, {}
        yield "counters", "checkpointing.plan", "float32", {"layers": layers}, {}
    yield "counters", "gpt.count", "float32", {"vocab": 50257, "width": 1600, "layers": 48, "context": 1024}, {}
    yield "counters", "gpt.count", "float32", {"vocab": 16777217, "width": 33554433, "layers": 1, "context": 3, "mlp_ratio": 1, "bias": False, "tied": False}, {}


def weights():
    """Weights of classes and labels that are distributions."""
    for dtype in ("float64", "float32"):
        for gap in (17, 40, 700 if dtype == "float64" else 80):
            yield "confident rows", "cross_entropy", dtype, {"logits": [[gap, 0, -1]], "targets": [0], "weight": [0.3, 2, 5]}, {}
            yield "confident rows", "cross_entropy", dtype, {"logits": [[gap, 0, -1]], "targets": [[1, 0, 0]]}, {}
            yield "confident rows", "cross_entropy", dtype, {"logits": [[gap, 0, -1], [1, 2, 3]], "targets": [0, 2], "weight": [0.3, 2, 5], "label_smoothing": 0.1}, {}
        for reduction in ("sum", "none"):
            for more in ({}, {"weight": [0.3, 2, 5]}, {"label_smoothing": 0.1}):
                yield "contract", "cross_entropy", dtype, {"logits": [[1, 2, 3], [30, "Infinity", 0]], "targets": [7, 7], "ignore_index": 7, "reduction": reduction, **more}, {}
        yield "infinities", "cross_entropy", dtype, {"logits": [[1, "-Infinity", 0], [0, 0, 0]], "targets": [[0.5, 0, 0.5], [1, 0, 0]], "weight": [1, 3, 2]}, {}
        for reduction in ("mean", "sum", "none"):
            yield "contract", "cross_entropy", dtype, {"logits": [[1, 2, 0.5], [0.25, 0, -1], [3, 1, 2]], "targets": [0, 2, -1], "weight": [0.1, 0.2, 0.7], "reduction": reduction, "ignore_index": -1, "label_smoothing": 0.3}, {}
            yield "contract", "cross_entropy", dtype, {"logits": [[1, 2, 0.5], [0.25, 0, -1]], "targets": [[0.1, 0.2, 0.7], [0.6, 0.4, 0]], "weight": [0.1, 0.2, 0.7], "reduction": reduction, "label_smoothing": 0.3}, {}


def kinked():
    """Activations with kinks, and softsign."""
    for dtype in WIDE:
        tiny, top = TINY[dtype], LARGEST[dtype]
        for kind in ("leaky_relu", "selu", "relu6", "hard_tanh", "softsign"):
            yield "slopes", "activation", dtype, {"kind": kind, "x": [-5, -1, -1e-9, 0, 1e-9, 0.5, 1, 6, 30, -80]}, {}
            yield "underflow on the way", "activation", dtype, {"kind": kind, "x": [tiny, N("-" + tiny)]}, {}
            yield "overflow on the way", "activation", dtype, {"kind": kind, "x": [top / 2, -top]}, {}
        for slope in (0, 1, 0.3, N("1e-50")):
            yield "hyperparameter rounded to the tensor's type", "activation", dtype, {"kind": "leaky_relu", "x": [-3, 0, 2], "negative_slope": slope}, {}
        yield "slopes", "activation", dtype, {"kind": "softsign", "x": [1e10, -1e10, 1e18, -3e5]}, {}


def one_sided():
    """Truncated laws that are cut on one side or on none."""
    for dtype in WIDE:
        for a, b in ((-0.25, "Infinity"), ("-Infinity", 0.7), ("-Infinity", "Infinity"), (-3, "Infinity")):
            yield "narrow margins", "init.truncated", dtype, {"a": a, "b": b, "std": 0.02}, {}
        yield "hyperparameter rounded to the tensor's type", "init.truncated_sample", dtype, {"a": "-Infinity", "b": 0.7, "std": 0.1, "seed": 5, "count": 8}, {}
