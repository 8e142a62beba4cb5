"""The hostile requests themselves, by kind: those that were reported first, then others of the same kinds over every operation and dtype."""
from exact import N
from rows_elementwise import elementwise
from rows_wide import alike, gradients_of_attention, gradients_of_layer_norm, second_moments
from rows_losses import losses, weighted
from rows_models import layer_norms, rms_norms, attentions, masks, activations, confident, softmaxes, others, weights, kinked, one_sided
from rows_schedules import growth, shapes
from rows_training import optimizers, sparse, matrices, factored, schedules, norms, penalties, means, directions, digits

WIDE, FOUR = ("float64", "float32"), ("float64", "float32", "float16", "bfloat16")


def reported():
    """The table of public reports that this file began with."""
    yield "hyperparameter rounded to the tensor's type", "dropout", "bfloat16", {"x": [1], "p": 0.99, "seed": 45}, {}
    yield "hyperparameter rounded to the tensor's type", "dropout", "bfloat16", {"x": [1], "p": 0.9, "seed": 45}, {}
    yield "hyperparameter rounded to the tensor's type", "dropout", "bfloat16", {"x": [1] * 8, "p": 0.999, "seed": 45}, {}
    yield "hyperparameter rounded to the tensor's type", "dropout", "float32", {"x": [1] * 8, "p": 0.999, "seed": 45}, {}
    yield "slopes", "activation", "float64", {"kind": "sigmoid", "x": [37, -37]}, {}
    yield "slopes", "activation", "float32", {"kind": "tanh", "x": [9]}, {}
    for gap in (37, 20):
        yield "confident rows", "cross_entropy", "float64", {"logits": [[gap, 0]], "targets": [0]}, {}
    yield "confident rows", "cross_entropy", "float32", {"logits": [[17, 0]], "targets": [0]}, {}
    yield "end of a schedule", "schedule", "float32", {"kind": "cosine", "lr_max": 1, "total": 10000, "steps": [9999]}, {}
    yield "overflow on the way", "layer_norm", "float32", {"x": [[1e20, -1e20]], "gain": [1, 1], "bias": [0, 0]}, {}
    yield "overflow on the way", "layer_norm", "float64", {"x": [[1.7e308, 1.7e308]], "gain": [1, 1], "bias": [0, 0]}, {}
    near = [N(f"{10000 + i / 1000:.3f}") for i in range(16)]
    yield "large mean, small spread", "layer_norm", "float32", {"x": [near], "gain": [1] * 16, "bias": [0] * 16}, {}
    yield "overflow on the way", "accumulate", "float32", {"micro_grads": [[[3e38]], [[3e38]]]}, {}
    yield "overflow on the way", "l2_penalty", "float32", {"params": [[1e20]], "lambda": 1e-10}, {}
    yield "overflow on the way", "adam.step", "float32", {"params": [[1]], "grads": [[1e20]], "lr": 0.5}, {}
    yield "overflow on the way", "lr_finder.sweep", "float64", {"lr_min": 1e-300, "lr_max": 1e300, "count": 3}, {}
    yield "overflow on the way", "schedule", "float32", {"kind": "warmup", "lr_max": 1e38, "warmup": 10, "steps": [5]}, {}
    for dtype in FOUR:
        yield "infinities", "logsumexp", dtype, {"x": ["Infinity", 0]}, {}
    yield "counters", "schedule", "float64", {"kind": "linear_decay", "lr": 1, "total": 9007199254740993, "steps": [9007199254740992]}, {}
    yield "narrow types", "log_softmax", "bfloat16", {"logits": [67.5, 30.875]}, {"units": ONCE}
    yield "hyperparameter that the type can't hold", "adam.step", "float32", {"params": [[1]], "grads": [[0]], "lr": 0.5, "eps": 1e-46}, {"refusal": "eps"}
    yield "contract", "lr_finder.suggest", "float64", {"lr": [1e-4, 1e-3, 1e-2, 1e-1], "loss": [-1, -1, -1, -1]}, {}
    yield "contract", "loss_scale.update", "float64", {"scale": 3.4e38, "tracker": 1999, "found_inf": False}, {}


# One rounding to nearest.
ONCE = "0.500001"


def rows():
    for part in (reported, softmaxes, confident, activations, layer_norms, attentions, optimizers, schedules, sparse, matrices, factored, norms, penalties, means, others, directions, digits, elementwise, shapes, weights, alike, gradients_of_attention, gradients_of_layer_norm, second_moments, losses, rms_norms, masks, growth, weighted, kinked, one_sided):
        yield from part()
