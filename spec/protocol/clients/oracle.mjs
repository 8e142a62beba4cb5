// A client of the oracle protocol. Usage: node oracle.mjs COMMAND…, such as: node oracle.mjs spec oracle
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

const [command, ...rest] = process.argv.slice(2);
const oracle = spawn(command, rest, { stdio: ["pipe", "pipe", "inherit"] });
const answers = createInterface({ input: oracle.stdout })[Symbol.asyncIterator]();
let asked = 0;

// One question, one answer. NaN and the infinities are the strings "NaN", "Infinity" and "-Infinity"; a seed above 2^53 is a string, too.
async function ask(op, args, dtype = "float64") {
  asked += 1;
  oracle.stdin.write(JSON.stringify({ id: asked, op, dtype, args }) + "\n");
  const answer = JSON.parse((await answers.next()).value);
  if (!answer.ok) throw new Error(answer.error.kind + ": " + answer.error.message);
  return answer.result;
}

const { probs } = await ask("softmax", { logits: [1, 2, 3] });
console.log("softmax", probs.map((p) => p.toFixed(4)).join(" "));
let params = [[1]];
let state = null;
for (let step = 0; step < 3; step += 1) {
  // f(θ) = θ²/2, so the gradient is θ
  ({ params, state } = await ask("sgd.step", { params, grads: params, state, lr: 0.5, momentum: 0.5 }));
  console.log("step", step, params[0][0]);
}
oracle.stdin.end();
