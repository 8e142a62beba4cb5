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

// Its RMSprop has ε under the root and the rate in the velocity, and its Adamax ε beside the norm.
function rmsprop(o) {
  only(o, "lr", "alpha", "eps", "momentum", "centered", "eps_inside_root", "lr_in_velocity");
  return tf.train.rmsprop(o.lr, o.alpha ?? 0.99, o.momentum ?? 0, o.eps ?? 1e-8, o.centered ?? false);
}

// Adagrad takes its ε from the backend.
function adagrad(o) {
  only(o, "lr", "eps", "initial_accumulator_value", "eps_inside_root");
  tf.backend().epsilon = () => o.eps ?? 1e-10;
  return tf.train.adagrad(o.lr, o.initial_accumulator_value ?? 0);
}

function adadelta(o) {
  only(o, "lr", "rho", "eps");
  return tf.train.adadelta(o.lr ?? 1, o.rho ?? 0.9, o.eps ?? 1e-6);
}

// Adamax has no getWeights and no setWeights: what it would keep is read and set beside them.
function adamax(o) {
  only(o, "lr", "beta1", "beta2", "eps", "eps_on");
  const made = tf.train.adamax(o.lr, o.beta1 ?? 0.9, o.beta2 ?? 0.999, o.eps ?? 1e-8);
  const lists = ["accumulatedFirstMoment", "accumulatedWeightedInfNorm"];
  made.getWeights = async () => [{ name: "accBeta1", tensor: made.accBeta1 }, { name: "iteration", tensor: made.iteration }, ...lists.flatMap((list) => made[list].map(({ variable }) => ({ name: list, tensor: variable })))];
  made.setWeights = async ([power, iteration, ...rest]) => {
    made.accBeta1.assign(power.tensor);
    made.iteration.assign(iteration.tensor);
    for (const list of lists) made[list] = rest.filter((w) => w.name === list).map((w) => ({ originalName: w.name, variable: tf.variable(w.tensor) }));
  };
  return made;
}

// An early stop watches the metric of each epoch.
async function earlyStopping(args) {
  only(args, "losses", "patience", "min_delta", "mode");
  const watch = tf.callbacks.earlyStopping({ monitor: "val_loss", patience: args.patience, minDelta: args.min_delta ?? 0, mode: args.mode ?? "min" });
  watch.model = {};
  await watch.onTrainBegin();
  let best_epoch = null, stop_at = null;
  for (let epoch = 0; epoch < args.losses.length && stop_at === null; epoch++) {
    const before = watch.best;
    await watch.onEpochEnd(epoch, { val_loss: args.losses[epoch] });
    if (watch.best !== before) best_epoch = epoch + 1;
    if (watch.model.stopTraining) stop_at = epoch + 1;
  }
  return { stop_at, best: best_epoch === null ? null : watch.best, best_epoch };
}

// An initializer's law is found from what it draws: from the same seed the standard law gives the same numbers but for a factor. A normal law cut at two deviations has 0.8796 of its deviation left.
const share = 0.8796256610342398;
const initializers = {
  xavier_uniform: tf.initializers.glorotUniform, he_uniform: tf.initializers.heUniform, lecun_uniform: tf.initializers.leCunUniform,
  xavier_truncated: tf.initializers.glorotNormal, he_truncated: tf.initializers.heNormal, lecun_truncated: tf.initializers.leCunNormal,
};
function moments(args) {
  only(args, "scheme", "fan_in", "fan_out");
  if (!(args.scheme in initializers) || args.fan_in * args.fan_out > 1e7) throw new Unsupported(args.scheme);
  const shape = [args.fan_in, args.fan_out], seed = 1;
  const drawn = initializers[args.scheme]({ seed }).apply(shape);
  const standard = args.scheme.endsWith("uniform") ? tf.randomUniform(shape, -1, 1, "float32", seed) : tf.truncatedNormal(shape, 0, 1, "float32", seed);
  const place = standard.abs().flatten().argMax();
  const factor = drawn.flatten().gather(place).div(standard.flatten().gather(place)).arraySync();
  const std = args.scheme.endsWith("uniform") ? factor / Math.sqrt(3) : factor * share;
  return { std, variance: std * std, limit: args.scheme.endsWith("uniform") ? factor : 2 * factor };
}

// Fans are found from the limit of a uniform law of the variance 1/3 over the fan, which is the root of 1 over the fan.
function fans(args) {
  only(args, "shape", "layout");
  if (args.layout !== "outputs_last" || args.shape.reduce((a, b) => a * b, 1) > 1e6) throw new Unsupported("the outputs first");
  const standard = tf.randomUniform(args.shape, -1, 1, "float32", 1).flatten(), place = standard.abs().argMax();
  const fan = (mode) => {
    const drawn = tf.initializers.varianceScaling({ scale: 1 / 3, mode, distribution: "uniform", seed: 1 }).apply(args.shape).flatten();
    return Math.round(1 / (drawn.gather(place).arraySync() / standard.gather(place).arraySync()) ** 2);
  };
  return { fan_in: fan("fanIn"), fan_out: fan("fanOut") };
}

// Of dropout what it does at prediction can be asked.
function dropout(args) {
  if (args.training ?? true) throw new Unsupported("a mask from a seed of the protocol");
  return { y: tf.layers.dropout({ rate: args.p }).apply(tf.tensor2d([args.x]), { training: false }).arraySync()[0], mask: args.x.map(() => 1) };
}

// A layer's normalization, over the last axis, without and with its gain and bias.
function layerNorm(args) {
  only(args, "x", "gain", "bias", "eps");
  const { x, gain, bias, eps = 1e-5 } = args;
  const layer = tf.layers.layerNormalization({ epsilon: eps, center: !!bias, scale: !!gain });
  layer.build([null, x[0].length]);
  layer.setWeights([...(gain ? [tf.tensor1d(gain)] : []), ...(bias ? [tf.tensor1d(bias)] : [])]);
  const y = layer.apply(tf.tensor2d(x)).arraySync();
  layer.weights.forEach((w) => w.dispose());
  return { y };
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
  "rmsprop.step": optimizer(rmsprop),
  "adagrad.step": optimizer(adagrad),
  "adadelta.step": optimizer(adadelta),
  "adamax.step": optimizer(adamax),
  "early_stopping": earlyStopping,
  "init.moments": moments,
  "init.fans": fans,
  "dropout": dropout,
  "layer_norm": layerNorm,
  "norm.p": ({ tensors, p }) => {
    if (![1, 2, Infinity].includes(p)) throw new Unsupported(`order ${p}`);
    return { norm: tf.norm(tf.concat(tensors.map((t) => tf.tensor1d(t))), p).arraySync() };
  },
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
