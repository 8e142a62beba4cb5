// The loop of an adapter in JavaScript: one request a line on standard input, one answer a line on standard output. An adapter gives a table of operations.
import { createInterface } from "node:readline";

export class Unsupported extends Error {}

// NaN and the infinities are strings in the protocol, in and out.
const WORDS = new Set(["kind", "scheme", "reduction", "if_nonfinite", "to", "grad_dtype", "decay_on", "eps_on", "max_of", "mode", "delta_mode", "state", "seed", "layout", "nonlinearity"]);
// JSON.stringify writes no sign of a zero: a text stands for -0 until the line is written.
const NEGATIVE_ZERO = "\u0001-0";
const numbers = (x) => Array.isArray(x) ? x.map(numbers) : typeof x === "string" ? Number(x) : x;
const plain = (x) => Array.isArray(x) || ArrayBuffer.isView(x) ? Array.from(x, plain)
  : typeof x === "number" && !Number.isFinite(x) ? String(x)
  : Object.is(x, -0) ? NEGATIVE_ZERO
  : x !== null && typeof x === "object" ? Object.fromEntries(Object.entries(x).map(([k, v]) => [k, plain(v)])) : x;

// Answers until the input ends. An operation is a function of its arguments and the dtype; it throws Unsupported for an option that the library has not.
export async function serve(name, version, dtypes, operations) {
  for await (const line of createInterface({ input: process.stdin })) {
    if (line.trim() === "") continue;
    const { id = null, op, dtype = "float64", args = {} } = JSON.parse(line);
    let answer;
    try {
      if (op === "describe") {
        answer = { ok: true, result: { name, version, language: "JavaScript", operations: Object.keys(operations).sort(), dtypes } };
      } else if (!(op in operations) || !dtypes.includes(dtype)) {
        throw new Unsupported(`${op} in ${dtype}`);
      } else {
        const given = Object.fromEntries(Object.entries(args).map(([k, v]) => [k, WORDS.has(k) ? v : numbers(v)]));
        answer = { ok: true, result: plain(await operations[op](given, dtype)) };
      }
    } catch (e) {
      answer = { ok: false, error: { kind: e instanceof Unsupported ? "unsupported" : "invalid-argument", argument: e.argument ?? null, message: String(e.message ?? e) } };
    }
    process.stdout.write(JSON.stringify({ id, ...answer }).replaceAll(JSON.stringify(NEGATIVE_ZERO), "-0.0") + "\n");
  }
}
