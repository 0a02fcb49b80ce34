import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { Random } from "../../lib/core/random.ts";
import {
  checkSampled,
  sample,
  sampleReference,
  sampleStreams,
  type SamplingOptions,
} from "../../lib/ops/mod.ts";
import { assertClose } from "../support/tensors.ts";
import { hasWebgpu, onPoisonedGpu } from "./gpu_twins.ts";
import { onEveryPlace } from "./twins.ts";

const PLAIN = { temperature: 1, topK: 0, topP: 1 };
// p = 1/8, 4/8, 2/8, 1/8: cumulated 0.125, 0.625, 0.875, 1.
const LOGITS = [1, 4, 2, 1].map(Math.log);

/** Runs on our CPU backend with and without a native library, on WebGPU, and on the host's reference. */
async function everywhere(run: (place: string) => Promise<void>): Promise<void> {
  await onEveryPlace((place) => run(place));
  if (hasWebgpu) await onPoisonedGpu(() => run("webgpu"));
  await tf.setBackend("cpu");
  await run("reference");
}

function streamsOf(count: number, seed = 3): Random[] {
  return Array.from({ length: count }, (_, row) => Random.fromSeed(seed).split(row));
}

/** Draws once from every row. */
async function draw(
  rows: readonly (readonly number[])[],
  options: Partial<SamplingOptions & { draw: number }> = {},
  randoms: readonly Random[] = streamsOf(rows.length),
): Promise<{ tokens: number[]; logProbs: number[] }> {
  const drawn = tf.tidy(() => {
    const logits = tf.tensor2d(rows.map((row) => [...row]));
    return {
      ...sample(logits, sampleStreams(randoms, { numDraws: 9 }), { ...PLAIN, draw: 0, ...options }),
    };
  });
  const [tokens, logProbs] = [await drawn.tokens.data(), await drawn.logProbs.data()];
  const result = { tokens: [...tokens], logProbs: [...logProbs] };
  assertEquals(drawn.tokens.dtype, "int32");
  tf.dispose([drawn.tokens, drawn.logProbs]);
  checkSampled(Int32Array.from(tokens), Float32Array.from(logProbs));
  return result;
}

/** The same row for each of some streams. */
const repeated = (count: number, row: readonly number[] = LOGITS) => Array(count).fill(row);

/** The tokens that some hundred draws from a row reach. */
async function reached(
  options: Partial<SamplingOptions>,
  row: readonly number[] = LOGITS,
): Promise<number[]> {
  const { tokens } = await draw(repeated(300, row), options);
  return [...new Set(tokens)].sort();
}

Deno.test("sample() has kernels on the processor and on WebGPU", () => {
  for (const backend of ["maporl-cpu", "webgpu"]) {
    assert(tf.getKernel("MaporlSample", backend) !== undefined, backend);
  }
});

Deno.test("sample() inverts the cumulative distribution at its stream's uniform number", async () => {
  const uniforms = streamsOf(100).map((random) => random.uniform());
  const expected = uniforms.map((u) => [0.125, 0.625, 0.875, 1].findIndex((edge) => u < edge));
  await everywhere(async (place) => {
    const { numTensors } = tf.memory();
    const { tokens, logProbs } = await draw(repeated(100));
    assertEquals(tokens, expected, place);
    assertClose(logProbs, tokens.map((token) => Math.log([1, 4, 2, 1][token]! / 8)), 1e-6);
    assertEquals(tf.memory().numTensors, numTensors);
  });
});

Deno.test("sample() takes the draw that is asked for, wherever the stream stands, and leaves it there", async () => {
  await everywhere(async (place) => {
    for (const drawn of [0, 1, 2, 3]) { // positions 0 to 3 of a block of four words, and across two
      const randoms = streamsOf(40).map((random, i) => {
        for (let word = 0; word < drawn; word++) random.uint32();
        for (let k = 0; k < i % 3; k++) random.uniform();
        return random;
      });
      const states = randoms.map((random) => random.state());
      const { tokens } = await draw(repeated(40), { draw: 2 }, randoms);
      assertEquals(randoms.map((random) => random.state()), states);
      const third = randoms.map((random) => {
        random.skip(4);
        return random.uniform();
      });
      assertEquals(
        tokens,
        third.map((u) => [0.125, 0.625, 0.875, 1].findIndex((edge) => u < edge)),
        `${place}, ${drawn} words`,
      );
    }
  });
});

Deno.test("sample() takes the largest logit at temperature 0, the first among equals", async () => {
  await everywhere(async () => {
    const { tokens, logProbs } = await draw([[0, 1, 1], [-1, -2, -3]], { temperature: 0 });
    assertEquals(tokens, [1, 0]);
    // Under temperature 1: 1 / (1/e + 2) and 1 / (1 + 1/e + 1/e²).
    assertClose(logProbs, [
      -Math.log(Math.exp(-1) + 2),
      -Math.log(1 + Math.exp(-1) + Math.exp(-2)),
    ], 1e-6);
  });
});

Deno.test("sample() applies temperature before all else", async () => {
  // At temperature ½ the odds are squared: 1, 16, 4, 1 of 22.
  const uniforms = streamsOf(100).map((random) => random.uniform());
  await everywhere(async () => {
    const { tokens, logProbs } = await draw(repeated(100), { temperature: 0.5 });
    assertEquals(tokens, uniforms.map((u) => [1, 17, 21, 22].findIndex((edge) => u * 22 < edge)));
    assertClose(logProbs, tokens.map((token) => Math.log([1, 16, 4, 1][token]! / 22)), 2e-6);
  });
});

Deno.test("sample() keeps the K largest logits and their equals", async () => {
  const uniforms = streamsOf(100).map((random) => random.uniform());
  await everywhere(async () => {
    // K = 2 keeps ids 1 and 2, odds 4 : 2.
    const { tokens, logProbs } = await draw(repeated(100), { topK: 2 });
    assertEquals(tokens, uniforms.map((u) => u < 4 / 6 ? 1 : 2));
    assertClose(logProbs, tokens.map((token) => Math.log([1, 4, 2, 1][token]! / 8)), 1e-6); // not renormalised
    // The third largest is shared by ids 0 and 3, so K = 3 keeps all four.
    assertEquals(await reached({ topK: 3 }), [0, 1, 2, 3]);
    assertEquals(await reached({ topK: 1 }), [1]);
    assertEquals(await reached({ topK: 99 }), [0, 1, 2, 3]);
    assertEquals(await reached({ topK: 2 }, [-1, 0, -0, -1, -2]), [1, 2]); // both zeros are one
  });
});

Deno.test("sample() keeps tokens until their mass reaches topP", async () => {
  await everywhere(async () => {
    assertEquals(await reached({ topP: 0.001 }), [1]); // the most probable always stays
    assertEquals(await reached({ topP: 0.49 }), [1]);
    assertEquals(await reached({ topP: 0.51 }), [1, 2]); // 1/2 is not enough
    assertEquals(await reached({ topP: 0.76 }), [0, 1, 2]); // of the equals 0 and 3 the lower id comes first
    assertEquals(await reached({ topP: 0.88 }), [0, 1, 2, 3]);
    // After K = 2 the masses are 2/3 and 1/3.
    assertEquals(await reached({ topP: 0.66, topK: 2 }), [1]);
    assertEquals(await reached({ topP: 0.67, topK: 2 }), [1, 2]);
  });
});

Deno.test("sample() draws the reference's tokens from logits of any size", async () => {
  const random = Random.fromSeed(14);
  for (const vocabSize of [1, 3, 50, 257, 5000]) {
    const rows = Array.from(
      { length: 24 },
      () => Array.from({ length: vocabSize }, () => Math.fround(2 * random.normal())),
    );
    for (
      const options of [
        PLAIN,
        { temperature: 0.7, topK: 0, topP: 1 },
        { temperature: 1, topK: 20, topP: 1 },
        { temperature: 1.3, topK: 0, topP: 0.8 },
        { temperature: 0.8, topK: 30, topP: 0.9 },
        { temperature: 0, topK: 0, topP: 1 },
      ]
    ) {
      await tf.setBackend("cpu");
      const expected = await draw(rows, options);
      await everywhere(async (place) => {
        const actual = await draw(rows, options);
        const what = `${place}: ${vocabSize} tokens, ${JSON.stringify(options)}`;
        assertEquals(actual.tokens, expected.tokens, what);
        assertClose(actual.logProbs, expected.logProbs, 1e-5);
      });
    }
  }
});

Deno.test("sample() draws with the probabilities of the softmax", async () => {
  await everywhere(async () => {
    const { tokens } = await draw(repeated(20000));
    const counts = [0, 0, 0, 0];
    for (const token of tokens) counts[token]!++;
    // Four standard errors of a share p of 20 000 are 4 √(p (1 − p) / 20 000) ≤ 0.0142.
    counts.forEach((count, token) =>
      assert(Math.abs(count / 20000 - [1, 4, 2, 1][token]! / 8) < 0.0142)
    );
  });
});

Deno.test("sample() gives the same tokens whatever else is in the batch", async () => {
  const random = Random.fromSeed(14);
  const logits = Array.from({ length: 5 }, () => Array.from({ length: 50 }, () => random.normal()));
  const randoms = streamsOf(5);
  const options = { temperature: 0.8, topK: 20, topP: 0.9 };
  await everywhere(async () => {
    const together = await draw(logits, options, randoms);
    for (const [row, values] of logits.entries()) {
      const alone = await draw([values], options, [randoms[row]!]);
      assertEquals(alone.tokens[0], together.tokens[row]);
    }
  });
});

Deno.test("sample() refuses options out of range and streams that do not fit", () => {
  tf.tidy(() => {
    const logits = tf.zeros([2, 3]) as tf.Tensor2D;
    const streams = sampleStreams(streamsOf(2), { numDraws: 1 });
    const run = (options: object) => sample(logits, streams, { ...PLAIN, draw: 0, ...options });
    for (const topP of [0, -0.1, 1.1, NaN]) {
      assertThrows(() => run({ topP }), RangeError, "topP must be in (0, 1]");
    }
    for (const topK of [-1, 0.5]) {
      assertThrows(() => run({ topK }), RangeError, "topK must be an integer");
    }
    for (const temperature of [-1, 1e-39, 1e-46, Infinity, NaN]) {
      assertThrows(
        () => run({ temperature }),
        RangeError,
        "temperature must be 0 or at least 0.001",
      );
    }
    assertThrows(
      () => sample(logits, sampleStreams(streamsOf(1), { numDraws: 1 }), { ...PLAIN, draw: 0 }),
      RangeError,
      "must agree in B",
    );
    const far = Random.fromState({ stream: [1, 2, 3, 4], position: 2 ** 32 - 2 });
    assertThrows(() => sampleStreams([far], { numDraws: 1 }), RangeError, "row 0 has 4294967294");
    assertEquals(sampleStreams([far], { numDraws: 0 }).shape, [1, 5]);
  });
});

Deno.test("checkSampled() names the row whose logits sample() found not finite", async () => {
  const cases: [number[], string][] = [
    [[0, NaN, 1], "NaN"],
    [[0, Infinity, 1], "Infinity"],
    [[-Infinity, -Infinity, -Infinity], "-Infinity"],
  ];
  await everywhere(async (place) => {
    for (const [row, name] of cases) {
      const drawn = await draw([[0, 0, 0], row]).then(() => "nothing", (error) => error);
      assert(drawn instanceof RangeError, `${place}: ${name} gave ${drawn}`);
      assert(drawn.message.includes("logits must be finite: row 1 has maximum"), drawn.message);
    }
    // A masked token is never drawn, and no reason to fail.
    assertEquals(await reached({}, [0, -Infinity, 1]), [0, 2]);
  });
});

Deno.test("sampleReference() and sample() differ in no token at the ends of the unit interval", async () => {
  // Ten thousand streams: the least and the largest of their numbers lie within 1e-4 of 0 and 1.
  const randoms = streamsOf(10000, 8);
  const row = [0, 3, 0, -2, 1];
  await onEveryPlace(async () => {
    const { tokens } = await draw(repeated(10000, row), {}, randoms);
    const expected = tf.tidy(() =>
      sampleReference(tf.tensor2d(repeated(10000, row)), sampleStreams(randoms, { numDraws: 1 }), {
        ...PLAIN,
        draw: 0,
      }).tokens
    );
    assertEquals(tokens, [...await expected.data()]);
    expected.dispose();
  });
});

Deno.test("sample() draws from a row what it draws from it alone, on however many threads", async () => {
  const random = Random.fromSeed(4);
  // 60 rows of 3000: more than one thread's share.
  const rows = Array.from(
    { length: 60 },
    () => Array.from({ length: 3000 }, () => 3 * random.normal()),
  );
  const randoms = streamsOf(rows.length);
  await onEveryPlace(async () => {
    for (const options of [{}, { topK: 20 }, { topP: 0.8, temperature: 0.7 }]) {
      const together = await draw(rows, options, randoms);
      for (const row of [0, 29, 30, 59]) {
        const alone = await draw([rows[row]!], options, [randoms[row]!]);
        assertEquals(alone.tokens[0], together.tokens[row]);
        assertEquals(alone.logProbs[0], together.logProbs[row]);
      }
    }
  });
});
