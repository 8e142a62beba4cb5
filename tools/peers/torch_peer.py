"""PyTorch: its own functions, optimizers and clipping are asked; nothing of them is written again here."""
import torch
import torch.nn.functional as F
from protocol import Unsupported, serve

O = torch.optim
TYPES = {"float64": torch.float64, "float32": torch.float32}


def tensor(x, dtype, grad=False):
    return torch.tensor(x, dtype=TYPES[dtype], requires_grad=grad)


def cross_entropy(dtype, logits, targets, label_smoothing=0.0, reduction="mean", ignore_index=None, weight=None):
    z = tensor(logits, dtype, True)
    options = {} if ignore_index is None else {"ignore_index": ignore_index}
    given = tensor(targets, dtype) if targets and isinstance(targets[0], list) else torch.tensor(targets)
    if weight is not None:
        options["weight"] = tensor(weight, dtype)
    try:
        loss = F.cross_entropy(z, given, label_smoothing=label_smoothing, reduction=reduction, **options)
    except IndexError as e:
        e.argument = "targets"  # "Target -1 is out of bounds."
        raise
    loss.sum().backward()
    return {"loss": loss.detach(), "grad_logits": z.grad}


def param_groups(tensors, groups, options):
    """The groups as PyTorch takes them, the tensors in none as the first."""
    grouped = [[tensors[i] for i in g["tensors"]] for g in groups]
    held = [id(p) for g in grouped for p in g]
    if len(set(held)) < len(held):
        e = ValueError("some parameters appear in more than one parameter group")
        e.argument = "groups"
        raise e
    made = [{"params": [p for p in tensors if id(p) not in held]}]
    for g, own in zip(groups, grouped):
        o = {k: v for k, v in g.items() if k not in ("tensors", "beta1", "beta2")}
        if "beta1" in g or "beta2" in g:
            o["betas"] = (g.get("beta1", options.get("beta1", 0.9)), g.get("beta2", options.get("beta2", 0.999)))
        made.append({"params": own, **o})
    return [g for g in made if g["params"]]


def average(dtype, params, state=None, kind="exponential", decay=0.999, start="params"):
    """torch.optim.swa_utils.AveragedModel, whose mean is its own and whose exponential average is the one that its documentation gives as a function."""
    if start != "params":
        raise Unsupported(start)
    model = torch.nn.ParameterList([torch.nn.Parameter(tensor(p, dtype)) for p in params])
    kept = None if kind == "equal" else lambda old, new, n: decay * old + (1 - decay) * new
    made = O.swa_utils.AveragedModel(model, avg_fn=kept)
    if state is not None:
        made.load_state_dict({k: tensor(v, dtype) if isinstance(v, list) else torch.tensor(v) for k, v in state.items()})
    made.update_parameters(model)
    return {"average": [p.detach() for p in made.module], "state": {k: v.tolist() for k, v in made.state_dict().items()}}


def optimizer(make):
    """One step of an optimizer; its state_dict is the state, written as text."""
    def step(dtype, params, grads, state=None, groups=None, **options):
        if "momentum_decay" in options and options["momentum_decay"] is None:
            raise Unsupported("momentum_decay null")
        tensors = [torch.nn.Parameter(tensor(p, dtype)) for p in params]
        for p, g in zip(tensors, grads):
            p.grad = tensor(g, dtype)
        try:
            made = make(tensors if groups is None else param_groups(tensors, groups, options), options)
        except ValueError as e:
            if hasattr(e, "argument"):
                raise
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
        e.argument, e.kind = "grads", "non-finite"  # "The total norm … is non-finite"
        raise
    first = next((float(p.grad[i]) / g[i] for p, g in zip(tensors, grads) for i in range(len(g)) if g[i] != 0), 1.0)
    return {"grads": [p.grad for p in tensors], "total_norm": total, "scale": first}


def clip_value(dtype, grads, limit):
    tensors = [torch.nn.Parameter(torch.zeros(len(g), dtype=TYPES[dtype])) for g in grads]
    for p, g in zip(tensors, grads):
        p.grad = tensor(g, dtype)
    torch.nn.utils.clip_grad_value_(tensors, limit)
    return {"grads": [p.grad for p in tensors]}


def elementwise(function, values="predictions", member="grad_predictions", **defaults):
    """A loss of single numbers; what is no tensor keeps its name."""
    def run(dtype, targets, reduction="mean", **more):
        t = tensor(more.pop(values), dtype, True)
        if more.get("pos_weight") is not None:
            more["pos_weight"] = tensor(more["pos_weight"], dtype)
        loss = function(t, tensor(targets, dtype), reduction=reduction, **{**defaults, **more})
        loss.sum().backward()
        return {"loss": loss.detach(), member: t.grad}
    return run


def activation(dtype, kind, x, **more):
    functions = {"silu": F.silu, "softplus": F.softplus, "elu": lambda t: F.elu(t, **more),
                 "relu": F.relu, "gelu": F.gelu, "gelu_tanh": lambda t: F.gelu(t, approximate="tanh"), "sigmoid": torch.sigmoid, "tanh": torch.tanh}
    t = tensor(x, dtype, True)
    y = functions[kind](t)
    y.sum().backward()
    return {"y": y.detach(), "slope": t.grad}


def layer_norm(dtype, x, gain=None, bias=None, eps=1e-5, grad_y=None):
    t, g, b = tensor(x, dtype, True), *(None if v is None else tensor(v, dtype, True) for v in (gain, bias))
    y = F.layer_norm(t, t.shape[-1:], g, b, eps)
    if grad_y is None:
        return {"y": y.detach()}
    y.backward(tensor(grad_y, dtype))
    return {"y": y.detach(), "grad_x": t.grad, **{name: p.grad for name, p in (("grad_gain", g), ("grad_bias", b)) if p is not None}}


def softmax(function, member):
    def run(dtype, **args):
        (x,) = args.values()
        return {member: function(tensor(x, dtype))}
    return run


# A scheduler of PyTorch of an optimizer and the arguments of a kind; an argument that is read is taken out.
L = O.lr_scheduler
KINDS = {
    "constant": lambda p, o: L.LambdaLR(p, lambda t: 1.0),
    "step_decay": lambda p, o: L.StepLR(p, o.pop("every"), o.pop("gamma")),
    "linear_decay": lambda p, o: L.LinearLR(p, 1.0, 0.0, o.pop("total")),
    "cosine": lambda p, o: L.CosineAnnealingLR(p, o.pop("total"), o.pop("lr_min", 0)),
    "exponential": lambda p, o: L.ExponentialLR(p, o.pop("gamma")),
    "multi_step": lambda p, o: L.MultiStepLR(p, [int(m) for m in o.pop("milestones")], o.pop("gamma", 0.1)),
    "polynomial": lambda p, o: L.PolynomialLR(p, o.pop("total"), o.pop("power", 1)),
    "cosine_restarts": lambda p, o: L.CosineAnnealingWarmRestarts(p, o.pop("t_0"), o.pop("t_mult", 1), o.pop("lr_min", 0)),
    "one_cycle": lambda p, o: L.OneCycleLR(p, o["lr_max"], o.pop("total"), **{k: o.pop(k) for k in ("pct_start", "div_factor", "final_div_factor", "anneal_strategy", "three_phase") if k in o}),
    "cyclic": lambda p, o: L.CyclicLR(p, o.pop("lr_min", 0), o["lr_max"], o.pop("step_size_up", 2000), o.pop("step_size_down", None), o.pop("mode", "triangular"), o.pop("gamma", 1), cycle_momentum=False),
    "constant_factor": lambda p, o: L.ConstantLR(p, o.pop("factor", 1 / 3), o.pop("total")),
    "linear_factor": lambda p, o: L.LinearLR(p, o.pop("start_factor", 1 / 3), o.pop("end_factor", 1.0), o.pop("total")),
    "plateau": lambda p, o: L.ReduceLROnPlateau(p, o.pop("mode", "min"), o.pop("factor", 0.1), o.pop("patience", 10), o.pop("threshold", 1e-4), o.pop("threshold_mode", "rel"), o.pop("cooldown", 0), o.pop("lr_min", 0), o.pop("eps", 1e-8)),
}


def schedule(dtype, kind, steps, **o):
    if kind not in KINDS:
        raise Unsupported(kind)
    metrics, last = o.pop("metrics", None), max(steps, default=0)
    if last > 100000:
        raise Unsupported("a scheduler is stepped one by one")
    p = O.SGD([torch.nn.Parameter(torch.zeros(1))], lr=o.get("lr", o.get("lr_max")))
    s = KINDS[kind](p, o)
    if set(o) - {"lr", "lr_max"}:
        raise Unsupported(f"{kind} with {sorted(set(o) - {'lr', 'lr_max'})}")
    rates = [p.param_groups[0]["lr"]]
    for t in range(last):
        p.step()
        # PyTorch raises where a cycle or a history is at its end; the protocol holds the last rate.
        if kind == "plateau" and t < len(metrics):
            s.step(metrics[t])
        elif kind != "plateau" and not (kind == "one_cycle" and t + 1 >= s.total_steps):
            s.step()
        rates.append(p.param_groups[0]["lr"])
    return {"lr": [float(torch.tensor(rates[t], dtype=TYPES[dtype])) for t in steps]}


torch.set_num_threads(1)
serve("PyTorch", torch.__version__, "Python", ["float64", "float32"], {
    "softmax": softmax(lambda t: F.softmax(t, 0), "probs"), "log_softmax": softmax(lambda t: F.log_softmax(t, 0), "log_probs"), "logsumexp": softmax(lambda t: torch.logsumexp(t, 0), "value"),
    "cross_entropy": cross_entropy, "sgd.step": optimizer(sgd), "adam.step": adaptive(O.Adam, eps_inside_root=False, bias_correction=True), "adamw.step": adaptive(O.AdamW, eps_inside_root=False, bias_correction=True, decay_on="old"),
    "rmsprop.step": adaptive(O.RMSprop, False, eps_inside_root=False, lr_in_velocity=False, initial_accumulator_value=0), "adagrad.step": adaptive(O.Adagrad, False, eps_inside_root=False),
    "adadelta.step": adaptive(O.Adadelta, False), "adamax.step": adaptive(O.Adamax, eps_on="gradient"), "nadam.step": adaptive(O.NAdam, decoupled_weight_decay=False),
    "radam.step": adaptive(O.RAdam, eps_on="moment", threshold=5, decoupled_weight_decay=False),
    "amsgrad.step": adaptive(O.Adam, given={"amsgrad": True}, bias_correction=True, eps_inside_root=False, max_of="moment", decoupled_weight_decay=False),
    "average.weights": average, "clip.global_norm": clip_global, "clip.value": clip_value, "activation": activation, "layer_norm": layer_norm, "schedule": schedule,
    "mse": elementwise(F.mse_loss), "huber": elementwise(F.huber_loss), "smooth_l1": elementwise(F.smooth_l1_loss), "bce_with_logits": elementwise(F.binary_cross_entropy_with_logits, "logits", "grad_logits"),
})
