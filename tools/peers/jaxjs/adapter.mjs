// jax-js on its WebAssembly backend, which needs Node.js from version 24 on: its own functions and gradients are asked; nothing of them is written again here. Its optimizers are a package of their own, optax.
import { createRequire } from "node:module";
import { grad, init, defaultDevice, nn, numpy as np } from "@jax-js/jax";
import { serve, Unsupported } from "../protocol.mjs";

const { version } = createRequire(import.meta.url)("./package-lock.json").packages["node_modules/@jax-js/jax"];
await init("wasm");
defaultDevice("wasm");

const only = (args, ...known) => {
  const other = Object.keys(args).find((k) => !known.includes(k));
  if (other !== undefined) throw new Unsupported(other);
};

const array = (x, dtype) => np.array(x, { dtype: np[dtype] });

const kinds = {
  relu: nn.relu, sigmoid: nn.sigmoid, tanh: np.tanh, silu: nn.silu, softplus: nn.softplus, elu: nn.elu,
  gelu: (x) => nn.gelu(x, { approximate: false }), gelu_tanh: (x) => nn.gelu(x, { approximate: true }),
};
function activation({ kind, x, ...more }, dtype) {
  if (!(kind in kinds)) throw new Unsupported(kind);
  const f = (z) => kinds[kind](z, ...Object.values(more));
  return { y: f(array(x, dtype)).js(), slope: grad((z) => f(z).sum())(array(x, dtype)).js() };
}

function layerNorm(args, dtype) {
  only(args, "x", "gain", "bias", "eps");
  const { x, gain = 1, bias = 0, eps = 1e-5 } = args;
  return { y: nn.standardize(array(x, dtype), -1, { epsilon: eps }).mul(array(gain ?? 1, dtype)).add(array(bias ?? 0, dtype)).js() };
}

function attention(args, dtype) {
  only(args, "q", "k", "v", "heads", "mask", "grad_y");
  const { q, k, v, heads = 1, mask = null, grad_y = null } = args;
  const split = (t) => t.reshape([q.length, heads, q[0].length / heads]);
  const masked = () => mask === null ? {} : typeof mask[0][0] === "boolean" ? { mask: np.array(mask, { dtype: np.bool }) } : { bias: array(mask, dtype) };
  const f = (...t) => nn.dotProductAttention(...t.map(split), { isCausal: true, ...masked() }).reshape([q.length, q[0].length]);
  const given = () => [q, k, v].map((t) => array(t, dtype));
  const y = f(...given()).js();
  if (grad_y === null) return { y };
  const [grad_q, grad_k, grad_v] = grad((...t) => f(...t).mul(array(grad_y, dtype)).sum(), { argnums: [0, 1, 2] })(...given()).map((g) => g.js());
  return { y, grad_q, grad_k, grad_v };
}

await serve("jax-js", version, ["float64", "float32"], {
  "softmax": ({ logits }, dtype) => ({ probs: nn.softmax(array(logits, dtype)).js() }),
  "log_softmax": ({ logits }, dtype) => ({ log_probs: nn.logSoftmax(array(logits, dtype)).js() }),
  "logsumexp": ({ x }, dtype) => ({ value: nn.logsumexp(array(x, dtype)).js() }),
  "activation": activation,
  "layer_norm": layerNorm,
  "attention": attention,
  "norm.l2": ({ tensors }, dtype) => ({ norm: np.linalg.norm(array(tensors.flat(), dtype)).js() }),
  "norm.p": ({ tensors, p }, dtype) => ({ norm: np.linalg.vectorNorm(array(tensors.flat(), dtype), { ord: p }).js() }),
  "clip.value": ({ grads, limit }, dtype) => ({ grads: grads.map((g) => np.clip(array(g, dtype), -limit, limit).js()) }),
});
