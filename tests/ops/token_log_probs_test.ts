import * as tf from "@tensorflow/tfjs";
import { assertEquals, assertThrows } from "@std/assert";
import { Random } from "../../lib/core/random.ts";
import { type LogitOptions, tokenLogProbs, tokenLogProbsReference } from "../../lib/ops/mod.ts";
import { tokenLogProbsByParts } from "../../lib/ops/token_log_probs_by_parts.ts";
import { assertClose } from "../support/tensors.ts";
import {
  assertGradient,
  assertTwins,
  evaluate,
  integers,
  normals,
  onEveryPlace,
  type Op,
} from "./twins.ts";

function chosen(op: typeof tokenLogProbs, ids: readonly number[], options?: LogitOptions): Op {
  return (hidden, head) =>
    op(hidden as tf.Tensor2D, head as tf.Tensor2D, integers(ids), options).logProbs;
}

Deno.test("tokenLogProbs() gives log-probabilities, entropies and gradients by hand", async () => {
  await onEveryPlace(() => {
    tf.tidy(() => {
      // One feature, h = 1: logits are the head's rows 0, ln 2, ln 5, so p = 1/8, 2/8, 5/8.
      const [hidden, head] = [tf.tensor2d([[1]]), tf.tensor2d([[0], [Math.log(2)], [Math.log(5)]])];
      const { logProbs, entropy } = tokenLogProbs(hidden, head, integers([1]));
      assertClose(logProbs.dataSync(), [Math.log(2 / 8)], 1e-6);
      const p = [1 / 8, 2 / 8, 5 / 8];
      assertClose(entropy.dataSync(), [-p.reduce((sum, x) => sum + x * Math.log(x), 0)], 1e-6);
      // d log p₁ / d head = onehot − p; d / d hidden = head₁ − Σ p head.
      const [dHidden, dHead] = tf.grads((x, w) => chosen(tokenLogProbs, [1])(x!, w!).sum())(
        [hidden, head],
      );
      assertClose(dHead!.dataSync(), [-1 / 8, 6 / 8, -5 / 8], 1e-6);
      const mean = p[1]! * Math.log(2) + p[2]! * Math.log(5);
      assertClose(dHidden!.dataSync(), [Math.log(2) - mean], 1e-6);
    });
  });
});

Deno.test("tokenLogProbs() bounds logits before the temperature, by hand", async () => {
  await onEveryPlace(() => {
    tf.tidy(() => {
      // One feature, h = 1, cap 2: logits 0 and 2 artanh(½) = ln 3 become 0 and 1, which are 0 and ½
      // at temperature 2: p₁ = e^½ / (1 + e^½) = σ(½).
      const [hidden, head] = [tf.tensor2d([[1]]), tf.tensor2d([[0], [Math.log(3)]])];
      const options = { temperature: 2, softCap: 2 };
      const run = chosen(tokenLogProbs, [1], options);
      const p = 1 / (1 + Math.exp(-1 / 2));
      assertClose(run(hidden, head).dataSync(), [Math.log(p)], 1e-6);
      // d log p₁ / d head₁ = (1 − p) / temperature times the slope of the cap, 1 − (1 / 2)² = ¾ there and 1 at 0.
      const [, dHead] = tf.grads((x, w) => run(x!, w!).sum())([hidden, head]);
      assertClose(dHead!.dataSync(), [-(1 - p) / 2, (1 - p) / 2 * 3 / 4], 1e-6);
    });
  });
});

Deno.test("tokenLogProbs() equals its reference over random shapes", async () => {
  const random = Random.fromSeed(12);
  // 1300 rows are two chunks.
  const cases = [[1, 1, 1], [1, 3, 2], [37, 13, 5], [20, 203, 16], [1300, 7, 6]] as const;
  for (const [index, [rows, vocabulary, width]] of [...cases, ...cases].entries()) {
    const ids = Array.from({ length: rows }, () => random.integer(0, vocabulary));
    const temperature = 0.5 + random.uniform();
    const options = { temperature, ...index < cases.length ? {} : { softCap: 1.5 } };
    const inputs = [normals(random, rows, width), normals(random, vocabulary, width)];
    const name = `tokenLogProbs ${rows} ${vocabulary} ${width} ${JSON.stringify(options)}`;
    const op = chosen(tokenLogProbs, ids, options);
    const reference = chosen(tokenLogProbsReference, ids, options);
    await assertTwins({ op, reference }, inputs, { name });
    if (rows === 37) await assertGradient(op, inputs, { random, name });
    const entropy = (run: typeof tokenLogProbs) =>
      tf.tidy(() => {
        const [x, w] = inputs.map(({ shape, values }) => tf.tensor(values, [...shape]));
        return run(x as tf.Tensor2D, w as tf.Tensor2D, integers(ids), options)
          .entropy.dataSync();
      });
    await onEveryPlace(() => assertClose(entropy(tokenLogProbs), entropy(tokenLogProbsReference)));
  }
});

Deno.test("tokenLogProbsByParts() equals the reference whatever the parts", async () => {
  const random = Random.fromSeed(21);
  await tf.setBackend("cpu");
  const ids = Array.from({ length: 11 }, () => random.integer(0, 9));
  const inputs = [normals(random, 11, 5), normals(random, 9, 5)];
  for (const logits of [{ temperature: 0.7 }, { temperature: 0.7, softCap: 1.2 }]) {
    const expected = await evaluate(chosen(tokenLogProbsReference, ids, logits), inputs);
    for (const partValues of [1, 9 * 4, 9 * 11]) { // parts of 1 row, of 4 and less, all rows at once
      const options = { ...logits, partValues };
      const byParts: Op = (x, w) =>
        tokenLogProbsByParts(x as tf.Tensor2D, w as tf.Tensor2D, { ids: integers(ids), ...options })
          .slice([0, 0], [1, 11]).reshape([11]);
      const actual = await evaluate(byParts, inputs);
      actual.forEach((values, i) => assertClose(values, expected[i]!, 2e-6));
    }
  }
});

Deno.test("tokenLogProbs() stays finite at extreme logits", async () => {
  await onEveryPlace(() => {
    tf.tidy(() => {
      const { logProbs, entropy } = tokenLogProbs(
        tf.tensor2d([[1], [-1]]),
        tf.tensor2d([[3e4], [-3e4]]),
        integers([0, 0]),
      );
      assertEquals([...logProbs.dataSync()], [0, -6e4]);
      assertEquals([...entropy.dataSync()], [0, 0]);
    });
  });
});

Deno.test("tokenLogProbs() lets no gradient through the entropy", async () => {
  await onEveryPlace(() => {
    tf.tidy(() => {
      const head = tf.tensor2d([[1], [2]]);
      const grad = tf.grad((x) => {
        const { logProbs, entropy } = tokenLogProbs(x as tf.Tensor2D, head, integers([0]));
        return logProbs.add(entropy.mul(100)).sum();
      })(tf.tensor2d([[1]]));
      // Of log p₀ alone: head₀ − Σ p head = 1 − (1 + σ(1)) = −σ(1).
      assertClose(grad.dataSync(), [-1 / (1 + Math.exp(-1))], 1e-6);
    });
  });
});

Deno.test("tokenLogProbs() refuses shapes and temperatures that do not fit", () => {
  tf.tidy(() => {
    const [hidden, head] = [tf.ones([2, 3]), tf.ones([5, 3])] as [tf.Tensor2D, tf.Tensor2D];
    assertThrows(() => tokenLogProbs(hidden, head, integers([0])), RangeError, "must agree");
    for (const temperature of [0, -1, 1e-39, NaN, Infinity]) {
      assertThrows(
        () => tokenLogProbs(hidden, head, integers([0, 1]), { temperature }),
        RangeError,
        "temperature must be at least 0.001",
      );
    }
    for (const softCap of [0, -1, NaN, Infinity]) {
      assertThrows(
        () => tokenLogProbs(hidden, head, integers([0, 1]), { softCap }),
        RangeError,
        "tokenLogProbs as softCap must be a positive number",
      );
    }
  });
});
