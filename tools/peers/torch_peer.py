"""PyTorch: its own functions, optimizers and clipping are asked; nothing of them is written again here."""
import torch
import torch.nn.functional as F
from protocol import Unsupported, serve

O = torch.optim
TYPES = {"float64": torch.float64, "float32": torch.float32}


def tensor(x, dtype, grad=False):
    return torch.tensor(x, dtype=TYPES[dtype], requires_grad=grad)


def cross_entropy(dtype, logits, targets, label_smoothing=0.0, reduction="mean", ignore_index=None):
    z = tensor(logits, dtype, True)
    options = {} if ignore_index is None else {"ignore_index": ignore_index}
    loss = F.cross_entropy(z, torch.tensor(targets), label_smoothing=label_smoothing, reduction=reduction, **options)
    loss.sum().backward()
    return {"loss": loss.detach(), "grad_logits": z.grad}


def optimizer(make):
    """One step of an optimizer; its state_dict is the state, written as text."""
    def step(dtype, params, grads, state=None, **options):
        tensors = [torch.nn.Parameter(tensor(p, dtype)) for p in params]
        for p, g in zip(tensors, grads):
            p.grad = tensor(g, dtype)
        try:
            made = make(tensors, options)
        except ValueError as e:
            named = str(e).split("Invalid ")[-1]
            e.argument = next((n for w, n in (("learning rate", "lr"), ("momentum", "momentum"), ("weight_decay", "weight_decay"), ("epsilon", "eps"),
                                              ("beta parameter at index 0", "beta1"), ("beta parameter at index 1", "beta2")) if named.startswith(w)), "nesterov" if "esterov" in str(e) else None)
            raise
        if state is not None:
            held = made.state_dict()
            held["state"] = {int(i): {k: tensor(v, dtype) if isinstance(v, list) else torch.tensor(v) if k in ("step", "mu_product") else v for k, v in s.items()} for i, s in state.items()}
            made.load_state_dict(held)
        made.step()
        kept = {str(i): {k: v.tolist() if torch.is_tensor(v) else v for k, v in s.items() if v is not None} for i, s in made.state_dict()["state"].items()}
        return {"params": [p.detach() for p in tensors], "state": kept}
    return step


def sgd(params, o):
    return torch.optim.SGD(params, **o)


def adaptive(kind, betas=True, given=None, **only):
    """An optimizer of PyTorch: what is always given to it, and the only values of options of the protocol that it has not."""
    def make(params, o):
        for name, value in only.items():
            if o.pop(name, value) != value:
                raise Unsupported(f"{name}, which PyTorch has not")
        if betas:
            o["betas"] = (o.pop("beta1", 0.9), o.pop("beta2", 0.999))
        return kind(params, **o, **(given or {}))
    return optimizer(make)


def clip_global(dtype, grads, max_norm, if_nonfinite="error"):
    if if_nonfinite == "skip":
        raise Unsupported("skip")
    tensors = [torch.nn.Parameter(torch.zeros(len(g), dtype=TYPES[dtype])) for g in grads]
    for p, g in zip(tensors, grads):
        p.grad = tensor(g, dtype)
    try:
        total = torch.nn.utils.clip_grad_norm_(tensors, max_norm, error_if_nonfinite=if_nonfinite == "error")
    except RuntimeError as e:
        e.argument = "grads"
        raise
    first = next((float(p.grad[i]) / g[i] for p, g in zip(tensors, grads) for i in range(len(g)) if g[i] != 0), 1.0)
    return {"grads": [p.grad for p in tensors], "total_norm": total, "scale": first}


def clip_value(dtype, grads, limit):
    tensors = [torch.nn.Parameter(torch.zeros(len(g), dtype=TYPES[dtype])) for g in grads]
    for p, g in zip(tensors, grads):
        p.grad = tensor(g, dtype)
    torch.nn.utils.clip_grad_value_(tensors, limit)
    return {"grads": [p.grad for p in tensors]}


def activation(dtype, kind, x):
    functions = {"relu": F.relu, "gelu": F.gelu, "gelu_tanh": lambda t: F.gelu(t, approximate="tanh"), "sigmoid": torch.sigmoid, "tanh": torch.tanh}
    t = tensor(x, dtype, True)
    y = functions[kind](t)
    y.sum().backward()
    return {"y": y.detach(), "slope": t.grad}


def layer_norm(dtype, x, gain, bias, eps=1e-5, grad_y=None):
    t, g, b = tensor(x, dtype, True), tensor(gain, dtype, True), tensor(bias, dtype, True)
    y = F.layer_norm(t, (len(gain),), g, b, eps)
    if grad_y is None:
        return {"y": y.detach()}
    y.backward(tensor(grad_y, dtype))
    return {"y": y.detach(), "grad_x": t.grad, "grad_gain": g.grad, "grad_bias": b.grad}


def softmax(function, member):
    def run(dtype, **args):
        (x,) = args.values()
        return {member: function(tensor(x, dtype))}
    return run


def schedule(dtype, kind, steps, lr=None, lr_max=None, lr_min=0.0, total=None, gamma=None, every=None, warmup=None):
    p = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=lr if lr is not None else lr_max)
    L = torch.optim.lr_scheduler
    if kind == "step_decay":
        s = L.StepLR(p, every, gamma)
    elif kind == "cosine":
        s = L.CosineAnnealingLR(p, total, lr_min)
    elif kind == "linear_decay":
        s = L.LinearLR(p, 1.0, 0.0, total)
    elif kind == "constant":
        s = L.LambdaLR(p, lambda t: 1.0)
    else:
        raise Unsupported(kind)
    if max(steps, default=0) > 100000:
        raise Unsupported("a scheduler is stepped one by one")
    rates = [s.get_last_lr()[0]]
    for _ in range(max(steps, default=0)):
        p.step()
        s.step()
        rates.append(s.get_last_lr()[0])
    return {"lr": [float(torch.tensor(rates[t], dtype=TYPES[dtype])) for t in steps]}


torch.set_num_threads(1)
serve("PyTorch", torch.__version__, "Python", ["float64", "float32"], {
    "softmax": softmax(lambda t: F.softmax(t, 0), "probs"), "log_softmax": softmax(lambda t: F.log_softmax(t, 0), "log_probs"), "logsumexp": softmax(lambda t: torch.logsumexp(t, 0), "value"),
    "cross_entropy": cross_entropy, "sgd.step": optimizer(sgd), "adam.step": adaptive(O.Adam, eps_inside_root=False, bias_correction=True), "adamw.step": adaptive(O.AdamW, eps_inside_root=False, bias_correction=True, decay_on="old"),
    "rmsprop.step": adaptive(O.RMSprop, False, eps_inside_root=False, lr_in_velocity=False, initial_accumulator_value=0), "adagrad.step": adaptive(O.Adagrad, False, eps_inside_root=False),
    "adadelta.step": adaptive(O.Adadelta, False), "adamax.step": adaptive(O.Adamax, eps_on="gradient"), "nadam.step": adaptive(O.NAdam, decoupled_weight_decay=False),
    "radam.step": adaptive(O.RAdam, eps_on="moment", threshold=5, decoupled_weight_decay=False),
    "amsgrad.step": adaptive(O.Adam, given={"amsgrad": True}, bias_correction=True, eps_inside_root=False, max_of="moment", decoupled_weight_decay=False),
    "clip.global_norm": clip_global, "clip.value": clip_value, "activation": activation, "layer_norm": layer_norm, "schedule": schedule,
})
