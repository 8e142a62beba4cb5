// brain.js: its own network trains; nothing of its formulas is written again here. Weights and biases go different ways in it, so that each is judged: `adapter.mjs weights`, `adapter.mjs biases`. It keeps its numbers in float32.
import { createRequire } from "node:module";
import { serve, Unsupported } from "../protocol.mjs";

const require = createRequire(import.meta.url);
const { NeuralNetwork } = require("brain.js");
const Matrix = require("brain.js/dist/recurrent/matrix").default;
const rowSoftmax = require("brain.js/dist/recurrent/matrix/softmax").default;
const { version } = require("brain.js/package.json");
const biases = process.argv[2] === "biases";

const only = (args, ...known) => {
  const other = Object.keys(args).find((k) => !known.includes(k));
  if (other !== undefined) throw new Unsupported(other);
};

// A state comes back as lists, of lists or of numbers.
const inFloat32 = (x) => !Array.isArray(x) ? x : typeof x[0] === "number" ? Float32Array.from(x) : x.map(inFloat32);

// It checks its options; a rate from 1 on and a momentum of 0, which it refuses and its formulas take, are set past the check.
function trained({ learningRate, momentum, ...options }) {
  const past = { ...(learningRate === 0 || learningRate >= 1 ? { learningRate } : {}), ...(momentum === 0 ? { momentum } : {}) };
  try {
    const net = new NeuralNetwork({ ...options, ...("learningRate" in past ? {} : { learningRate }), ...("momentum" in past || momentum === undefined ? {} : { momentum }) });
    Object.assign(net.trainOpts, past);
    return net;
  } catch (e) {
    e.argument = { learningRate: "lr", momentum: "momentum" }[/^\[(\w+),/.exec(e.message)?.[1]]; // "[learningRate, -0.1] is out of normal training range, …"
    throw e;
  }
}

// A network of one input, 1, and a node for each element of a tensor: the gradient of a node's weight and that of its bias are then both the node's delta, which brain.js adds where others subtract.
function network(values, grads, options, kept) {
  const net = trained(options);
  net.sizes = [1, values.length];
  net.initialize();
  net.outputs[0] = [1];
  net.deltas[1] = Float32Array.from(grads, (g) => -g);
  net.biases[1] = Float32Array.from(values);
  net.weights[1] = values.map((v) => Float32Array.of(v));
  for (const [name, value] of Object.entries(kept ?? {})) net[name] = inFloat32(value);
  net.adjustWeights();
  return net;
}

// One step of a network for each tensor; the named members of the networks are the state.
const optimizer = (known, members, named) => ({ params, grads, state = null, ...o }) => {
  only(o, "lr", ...known);
  const nets = params.map((p, i) => network(p, grads[i], { learningRate: o.lr, ...named(o) }, state?.[i]));
  return {
    params: nets.map((n) => biases ? n.biases[1] : n.weights[1].map((w) => w[0])),
    state: nets.map((n) => Object.fromEntries(members.map((m) => [m, n[m]]))),
  };
};

// A network of one node, whose weight is 1 and whose bias is 0. The error is a large power of two, so that the slope comes back with its own digits.
const error = 2 ** 100;
function activation({ kind, x }) {
  if (!["relu", "sigmoid", "tanh"].includes(kind)) throw new Unsupported(kind);
  const net = new NeuralNetwork({ activation: kind });
  net.sizes = [1, 1];
  net.initialize();
  net.weights[1] = [Float32Array.of(1)];
  net.biases[1] = Float32Array.of(0);
  const both = x.map((value) => {
    const [y] = net.runInput([value]);
    net.calculateDeltas([error]);
    return [y, net.deltas[1][0] / error];
  });
  return { y: both.map((b) => b[0]), slope: both.map((b) => b[1]) };
}

function softmax({ logits }) {
  const row = new Matrix(1, logits.length);
  row.weights.set(logits);
  return { probs: rowSoftmax(row).weights };
}

await serve(`brain.js, ${biases ? "biases" : "weights"}`, version, ["float32"], {
  ...(biases ? {} : { "softmax": softmax, "activation": activation }),
  "sgd.step": optimizer(["momentum"], ["changes"], (o) => ({ momentum: o.momentum ?? 0 })),
  "adam.step": optimizer(["beta1", "beta2", "eps"], ["iterations", "changesLow", "changesHigh", "biasChangesLow", "biasChangesHigh"],
    (o) => ({ praxis: "adam", beta1: o.beta1 ?? 0.9, beta2: o.beta2 ?? 0.999, epsilon: o.eps ?? 1e-8 })),
});
