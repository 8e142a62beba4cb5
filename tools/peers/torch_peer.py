"""PyTorch: its own functions, optimizers and clipping are asked; nothing of them is written again here."""
import math

import torch
import torch.nn.functional as F
from protocol import Unsupported, serve
from torch_schedules import schedule

O, I = torch.optim, torch.nn.init
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
            named = str(e).split("Invalid ")[-1]
            e.argument = next((n for w, n in (("some parameters appear", "groups"), ("learning rate", "lr"), ("momentum", "momentum"), ("weight_decay", "weight_decay"), ("epsilon", "eps"),
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


def sparse_adam(dtype, params, rows, grads, lr, beta1=0.9, beta2=0.999, eps=1e-8, state=None):
    if eps == 0 or lr == 0 or len({len(row) for row in params}) > 1:
        raise Unsupported("a rate or an ε of 0, or a table whose rows differ in length")
    table = torch.nn.Parameter(tensor(params, dtype))
    table.grad = torch.sparse_coo_tensor([rows], tensor(grads, dtype), table.shape)
    made = O.SparseAdam([table], lr, (beta1, beta2), eps)
    if state is not None:
        made.state[table] = {"step": state["step"], "exp_avg": tensor(state["exp_avg"], dtype), "exp_avg_sq": tensor(state["exp_avg_sq"], dtype)}
    made.step()
    return {"params": table.detach(), "state": {k: v.tolist() if torch.is_tensor(v) else v for k, v in made.state[table].items()}}


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


def norm(dtype, tensors, p=2):
    return {"norm": torch.linalg.vector_norm(torch.cat([tensor(t, dtype) for t in tensors]), p)}


def clip(dtype, grads, max_norm, if_nonfinite="error", norm_type=2.0):
    if if_nonfinite == "skip":
        raise Unsupported("skip")
    tensors = parameters(dtype, grads)
    try:
        total = torch.nn.utils.clip_grad_norm_(tensors, max_norm, norm_type, error_if_nonfinite=if_nonfinite == "error")
    except RuntimeError as e:
        e.argument, e.kind = "grads", "non-finite"  # "The total norm … is non-finite"
        raise
    first = next((float(p.grad[i]) / g[i] for p, g in zip(tensors, grads) for i in range(len(g)) if g[i] != 0), 1.0)
    return {"grads": [p.grad for p in tensors], "total_norm": total, "scale": first}


def clip_each(dtype, grads, **options):
    """Each tensor by a call of its own."""
    each = [clip(dtype, [g], **options) for g in grads]
    return {"grads": [c["grads"][0] for c in each], "total_norm": [c["total_norm"].item() for c in each], "scale": [c["scale"] for c in each]}


def clip_value(dtype, grads, limit):
    tensors = parameters(dtype, grads)
    torch.nn.utils.clip_grad_value_(tensors, limit)
    return {"grads": [p.grad for p in tensors]}


def parameters(dtype, grads):
    tensors = [torch.nn.Parameter(torch.zeros(len(g), dtype=TYPES[dtype])) for g in grads]
    for p, g in zip(tensors, grads):
        p.grad = tensor(g, dtype)
    return tensors


def elementwise(function, values="predictions", member="grad_predictions", **defaults):
    """A loss of single numbers; what is no tensor keeps its name."""
    def run(dtype, targets, reduction="mean", **more):
        t = tensor(more.pop(values), dtype, True)
        for name in ("weight", "pos_weight"):
            if more.get(name) is not None:
                more[name] = tensor(more[name], dtype)
        loss = function(t, tensor(targets, dtype), reduction=reduction, **{**defaults, **more})
        loss.sum().backward()
        return {"loss": loss.detach(), member: t.grad}
    return run


def activation(dtype, kind, x, **more):
    functions = {"silu": F.silu, "softplus": F.softplus, "elu": lambda t: F.elu(t, **more), "leaky_relu": lambda t: F.leaky_relu(t, **more),
                 "selu": F.selu, "relu6": F.relu6, "hard_tanh": F.hardtanh, "softsign": F.softsign,
                 "relu": F.relu, "gelu": F.gelu, "gelu_tanh": lambda t: F.gelu(t, approximate="tanh"), "sigmoid": torch.sigmoid, "tanh": torch.tanh}
    if kind not in functions:
        raise Unsupported(kind)
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


def attention(dtype, q, k, v, heads=1, mask=None, grad_y=None):
    """The attention of many heads, with matrices of its projections that change nothing."""
    given = [tensor(t, dtype, True) for t in (q, k, v)]
    rows, width = given[0].shape
    seen = torch.ones(rows, rows, dtype=torch.bool).tril()
    if mask is not None:
        m = tensor(mask, dtype) if not isinstance(mask[0][0], bool) else torch.zeros(rows, rows, dtype=TYPES[dtype]).masked_fill(~torch.tensor(mask), -math.inf)
    else:
        m = torch.zeros(rows, rows, dtype=TYPES[dtype])
    eye = torch.eye(width, dtype=TYPES[dtype])
    y, _ = F.multi_head_attention_forward(*(t[:, None] for t in given), width, heads, eye.repeat(3, 1), None, None, None, False, 0.0, eye, None, attn_mask=m.masked_fill(~seen, -math.inf), need_weights=False)
    if grad_y is None:
        return {"y": y[:, 0].detach()}
    y[:, 0].backward(tensor(grad_y, dtype))
    return {"y": y[:, 0].detach(), **{f"grad_{n}": t.grad for n, t in zip("qkv", given)}}


def dropout(dtype, x, p, training=True, **seed):
    if training:
        raise Unsupported("a mask from a seed of the protocol")
    return {"y": F.dropout(tensor(x, dtype), p, False), "mask": [1] * len(x)}


def cast(dtype, x, to, rounding="nearest"):
    if rounding != "nearest":
        raise Unsupported(rounding)
    y = tensor(x, dtype).to(getattr(torch, to))
    bits = y.view(torch.int32 if to == "float32" else torch.int16).tolist()
    return {"x": y.double(), "bits": [b % 2 ** (32 if to == "float32" else 16) for b in bits]}


class Law(torch.Tensor):
    """A tensor without numbers that notes which law an initializer fills it by."""
    def normal_(self, mean=0.0, std=1.0):
        self.law = {"std": std, "variance": std * std, "limit": None}
        return self

    def uniform_(self, a=0.0, b=1.0):
        self.law = {"std": b / math.sqrt(3), "variance": b * b / 3, "limit": b}
        return self


INITIALIZERS = {
    "xavier_uniform": I.xavier_uniform_, "xavier_normal": I.xavier_normal_,
    "he_uniform": lambda w: I.kaiming_uniform_(w, nonlinearity="relu"), "he_normal": lambda w: I.kaiming_normal_(w, nonlinearity="relu"),
    "lecun_uniform": lambda w: I.kaiming_uniform_(w, nonlinearity="linear"), "lecun_normal": lambda w: I.kaiming_normal_(w, nonlinearity="linear"),
}


def moments(dtype, scheme, fan_in=None, fan_out=None, layers=None, **gain):
    if scheme not in INITIALIZERS or (gain and "xavier" not in scheme):
        raise Unsupported(f"{scheme} {gain}")
    return INITIALIZERS[scheme](torch.empty(fan_out, fan_in, device="meta").as_subclass(Law), **gain).law


def fans(dtype, shape, layout="outputs_first", groups=1):
    """PyTorch sees the weights alone, whose shape does not say how many groups there are."""
    if layout != "outputs_first":
        raise Unsupported(layout)
    fan_in, fan_out = I._calculate_fan_in_and_fan_out(torch.empty(shape, device="meta"))
    return {"fan_in": fan_in, "fan_out": fan_out}


def gain(dtype, nonlinearity, negative_slope=0.01):
    return {"gain": I.calculate_gain("conv2d" if nonlinearity == "conv" else nonlinearity, negative_slope)}


def split(dtype, count, val_fraction, seed):
    train, val = torch.utils.data.random_split(range(count), [1 - val_fraction, val_fraction], generator(seed))
    return {"train": train.indices, "val": val.indices}


def batches(dtype, count, batch_size, seed, epoch, drop_last=False):
    """The order of an epoch is what the loader's generator gives after those before it."""
    loader = torch.utils.data.DataLoader(range(count), batch_size, shuffle=True, drop_last=drop_last, generator=generator(seed))
    if epoch > 1000:
        raise Unsupported("epochs are gone through one by one")
    for _ in range(epoch + 1):
        order = [b.tolist() for b in loader]
    return {"batches": order}


def generator(seed):
    return torch.Generator().manual_seed(int(seed))


def softmax(function, member):
    def run(dtype, **args):
        (x,) = args.values()
        return {member: function(tensor(x, dtype))}
    return run


torch.set_num_threads(1)
serve("PyTorch", torch.__version__, "Python", ["float64", "float32"], {
    "softmax": softmax(lambda t: F.softmax(t, 0), "probs"), "log_softmax": softmax(lambda t: F.log_softmax(t, 0), "log_probs"), "logsumexp": softmax(lambda t: torch.logsumexp(t, 0), "value"),
    "cross_entropy": cross_entropy, "sgd.step": optimizer(sgd), "adam.step": adaptive(O.Adam, eps_inside_root=False, bias_correction=True), "adamw.step": adaptive(O.AdamW, eps_inside_root=False, bias_correction=True, decay_on="old"),
    "rmsprop.step": adaptive(O.RMSprop, False, eps_inside_root=False, lr_in_velocity=False, initial_accumulator_value=0), "adagrad.step": adaptive(O.Adagrad, False, eps_inside_root=False),
    "adadelta.step": adaptive(O.Adadelta, False), "adamax.step": adaptive(O.Adamax, eps_on="gradient"), "nadam.step": adaptive(O.NAdam, decoupled_weight_decay=False),
    "radam.step": adaptive(O.RAdam, eps_on="moment", threshold=5, decoupled_weight_decay=False),
    "amsgrad.step": adaptive(O.Adam, given={"amsgrad": True}, bias_correction=True, eps_inside_root=False, max_of="moment", decoupled_weight_decay=False),
    "sparse_adam.step": sparse_adam, "average.weights": average, "norm.l2": norm, "norm.p": norm, "clip.global_norm": clip, "clip.per_tensor_norm": clip_each, "clip.value": clip_value,
    "activation": activation, "layer_norm": layer_norm, "attention": attention, "dropout": dropout, "cast": cast, "schedule": schedule,
    "init.moments": moments, "init.fans": fans, "init.gain": gain, "split": split, "batches": batches,
    "mse": elementwise(F.mse_loss), "huber": elementwise(F.huber_loss), "smooth_l1": elementwise(F.smooth_l1_loss), "bce_with_logits": elementwise(F.binary_cross_entropy_with_logits, "logits", "grad_logits"),
})
