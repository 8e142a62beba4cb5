// ConvNetJS: its own trainer and layers are asked; nothing of them is written again here. It computes in float64.
import { createRequire } from "node:module";
import { serve, Unsupported } from "../protocol.mjs";

const require = createRequire(import.meta.url);
const { Trainer, SoftmaxLayer, RegressionLayer, ReluLayer, SigmoidLayer, TanhLayer, DropoutLayer, Vol, randn } = require("convnetjs");
const { version } = require("convnetjs/package.json");

const only = (args, ...known) => {
  const other = Object.keys(args).find((k) => !known.includes(k));
  if (other !== undefined) throw new Unsupported(other);
};

// One step of the trainer on a net that has these parameters and gradients; its two lists of sums are the state.
const optimizer = (known, method, named) => ({ params, grads, state = null, ...o }) => {
  only(o, "lr", ...known);
  const lists = params.map((p, i) => ({ params: Float64Array.from(p), grads: Float64Array.from(grads[i]) }));
  const net = { forward() {}, backward: () => 0, getParamsAndGrads: () => lists };
  const trainer = new Trainer(net, { method, learning_rate: o.lr, l2_decay: o.weight_decay ?? 0, batch_size: 1, ...named(o) });
  if (state !== null) Object.assign(trainer, { gsum: state.gsum.map((s) => Float64Array.from(s)), xsum: state.xsum.map((s) => Float64Array.from(s)) });
  trainer.train(null, null);
  return { params: lists.map((l) => l.params), state: { gsum: trainer.gsum, xsum: trainer.xsum } };
};

// A layer on a row: what it gives, and what it hands back of a gradient of 1.
const layer = (Kind, x, options = {}) => {
  const made = new Kind({ in_sx: 1, in_sy: 1, in_depth: x.length, ...options });
  const input = new Vol(x);
  return { made, input, out: made.forward(input, false) };
};

const kinds = { relu: ReluLayer, sigmoid: SigmoidLayer, tanh: TanhLayer };
function activation({ kind, x }) {
  if (!(kind in kinds)) throw new Unsupported(kind);
  const { made, input, out } = layer(kinds[kind], x);
  out.dw.fill(1);
  made.backward();
  return { y: out.w, slope: input.dw };
}

// The loss layer takes one example at a time, and has no mean over several.
function crossEntropy(args) {
  only(args, "logits", "targets", "reduction");
  const { logits, targets, reduction = "mean" } = args;
  if (Array.isArray(targets[0]) || (reduction !== "none" && logits.length > 1)) throw new Unsupported("one class of one example");
  const rows = logits.map((row, i) => {
    const { made, input } = layer(SoftmaxLayer, row);
    return { loss: made.backward(targets[i]), grad: input.dw };
  });
  return { loss: reduction === "none" ? rows.map((r) => r.loss) : rows[0].loss, grad_logits: rows.map((r) => r.grad) };
}

// The loss of an example is that of all its numbers, so that each is an example here.
function mse(args) {
  only(args, "predictions", "targets", "reduction");
  if (args.reduction !== "none") throw new Unsupported("a mean over examples");
  const each = args.predictions.map((p, i) => {
    const { made, input } = layer(RegressionLayer, [p]);
    return { loss: made.backward([args.targets[i]]), grad: input.dw[0] };
  });
  return { loss: each.map((e) => e.loss), grad_predictions: each.map((e) => e.grad) };
}

// What a new filter is drawn from: where Math.random stands still, so does its normal number, of which the weight is a multiple.
function moments(args) {
  only(args, "scheme", "fan_in", "fan_out");
  const { scheme, fan_in } = args;
  if (scheme !== "lecun_normal" || fan_in > 1e6) throw new Unsupported(scheme);
  const random = Math.random;
  Math.random = () => 0.75;
  try {
    const std = new Vol(1, 1, fan_in).w.at(-1) / randn(0, 1);
    return { std, variance: std * std, limit: null };
  } finally {
    Math.random = random;
  }
}

// Masks are drawn by Math.random; what the layer does at prediction can be asked.
function dropout(args) {
  if (args.training ?? true) throw new Unsupported("a mask from a seed");
  return { y: layer(DropoutLayer, args.x, { drop_prob: args.p }).out.w, mask: args.x.map(() => 1) };
}

await serve("ConvNetJS", version, ["float64"], {
  "softmax": ({ logits }) => ({ probs: layer(SoftmaxLayer, logits).out.w }),
  "cross_entropy": crossEntropy,
  "activation": activation,
  "dropout": dropout,
  "mse": mse,
  "init.moments": moments,
  "sgd.step": optimizer(["momentum", "weight_decay"], "sgd", (o) => ({ momentum: o.momentum ?? 0 })),
  "adagrad.step": optimizer(["eps", "weight_decay"], "adagrad", (o) => ({ eps: o.eps ?? 1e-10 })),
  "adadelta.step": optimizer(["rho", "eps", "weight_decay"], "adadelta", (o) => {
    if ((o.lr ?? 1) !== 1) throw new Unsupported("lr, which its Adadelta has not");
    return { ro: o.rho ?? 0.9, eps: o.eps ?? 1e-6 };
  }),
  "rmsprop.step": optimizer(["alpha", "eps", "weight_decay"], "windowgrad", (o) => ({ ro: o.alpha ?? 0.99, eps: o.eps ?? 1e-8 })),
});
