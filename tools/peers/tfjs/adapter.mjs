// TensorFlow.js on its processor backend, which has float32 alone: its own functions, losses, gradients and optimizers are asked; nothing of them is written again here.
import * as tf from "@tensorflow/tfjs";
import { serve, Unsupported } from "../protocol.mjs";

const only = (args, ...known) => {
  const other = Object.keys(args).find((k) => !known.includes(k));
  if (other !== undefined) throw new Unsupported(other);
};

const unary = (argument, member, f) => (args) => {
  only(args, argument);
  return { [member]: f(tf.tensor1d(args[argument])).arraySync() };
};

const kinds = { relu: tf.relu, sigmoid: tf.sigmoid, tanh: tf.tanh, elu: tf.elu, softplus: tf.softplus };
function activation({ kind, x, alpha = 1 }) {
  if (!(kind in kinds)) throw new Unsupported(kind);
  if (alpha !== 1) throw new Unsupported("alpha, which its elu has not");
  const t = tf.tensor1d(x);
  return { y: kinds[kind](t).arraySync(), slope: tf.grad((z) => kinds[kind](z))(t).arraySync() };
}

const reductions = { mean: tf.Reduction.MEAN, sum: tf.Reduction.SUM, none: tf.Reduction.NONE };
function crossEntropy(args) {
  only(args, "logits", "targets", "label_smoothing", "reduction");
  const z = tf.tensor2d(args.logits), classes = args.logits[0].length;
  const labels = Array.isArray(args.targets[0]) ? tf.tensor2d(args.targets) : tf.oneHot(tf.tensor1d(args.targets, "int32"), classes);
  const loss = (logits) => tf.losses.softmaxCrossEntropy(labels, logits, 1, args.label_smoothing ?? 0, reductions[args.reduction ?? "mean"]);
  return { loss: loss(z).arraySync(), grad_logits: tf.grad((logits) => loss(logits).sum())(z).arraySync() };
}

// A loss of single numbers, which its function has of targets and predictions.
const elementwise = (values, f, ...more) => (args) => {
  only(args, values, "targets", "reduction", ...more);
  const loss = (x) => f(tf.tensor(args.targets), x, reductions[args.reduction ?? "mean"], args);
  const x = tf.tensor(args[values]);
  return { loss: loss(x).arraySync(), [`grad_${values}`]: tf.grad((z) => loss(z).sum())(x).arraySync() };
};

// One step of an optimizer; its weights, which it gives and takes itself, are the state. What a request leaves out has the protocol's default.
const optimizer = (make) => async (args) => {
  const { params, grads, state = null, ...options } = args;
  const made = make(options);
  const variables = params.map((p, i) => tf.variable(tf.tensor1d(p), true, `p${i}`));
  try {
    if (state !== null) await made.setWeights(state.map(({ name, value, type }) => ({ name, tensor: tf.tensor(value, undefined, type) })));
    made.applyGradients(grads.map((g, i) => ({ name: `p${i}`, tensor: tf.tensor1d(g) })));
    const kept = (await made.getWeights()).map(({ name, tensor }) => ({ name, value: tensor.arraySync(), type: tensor.dtype }));
    return { params: variables.map((v) => v.arraySync()), state: kept };
  } finally {
    variables.forEach((v) => v.dispose());
    made.dispose();
  }
};

function sgd(o) {
  only(o, "lr", "momentum", "nesterov");
  return o.momentum > 0 ? tf.train.momentum(o.lr, o.momentum, o.nesterov ?? false) : tf.train.sgd(o.lr);
}

function adam(o) {
  only(o, "lr", "beta1", "beta2", "eps");
  return tf.train.adam(o.lr, o.beta1 ?? 0.9, o.beta2 ?? 0.999, o.eps ?? 1e-8);
}

await tf.setBackend("cpu");
const operations = {
  "softmax": unary("logits", "probs", tf.softmax),
  "log_softmax": unary("logits", "log_probs", tf.logSoftmax),
  "logsumexp": unary("x", "value", (x) => tf.logSumExp(x)),
  "cross_entropy": crossEntropy,
  "mse": elementwise("predictions", (t, x, r) => tf.losses.meanSquaredError(t, x, 1, r)),
  "huber": elementwise("predictions", (t, x, r, { delta = 1 }) => tf.losses.huberLoss(t, x, 1, delta, r), "delta"),
  "bce_with_logits": elementwise("logits", (t, x, r) => tf.losses.sigmoidCrossEntropy(t, x, 1, 0, r)),
  "activation": activation,
  "sgd.step": optimizer(sgd),
  "adam.step": optimizer(adam),
  "norm.l2": ({ tensors }) => ({ norm: tf.norm(tf.concat(tensors.map((t) => tf.tensor1d(t)))).arraySync() }),
  "clip.value": ({ grads, limit }) => ({ grads: grads.map((g) => tf.clipByValue(tf.tensor1d(g), -limit, limit).arraySync()) }),
};

// What a question makes is given back after it.
for (const [op, answer] of Object.entries(operations)) {
  operations[op] = async (...args) => {
    tf.engine().startScope();
    try {
      return await answer(...args);
    } finally {
      tf.engine().endScope();
    }
  };
}

await serve("TensorFlow.js", tf.version.tfjs, ["float32"], operations);
