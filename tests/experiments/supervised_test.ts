import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { bestOf, candidatesOf } from "../../experiments/supervised/best.ts";
import { supervisedSchema } from "../../experiments/supervised/config.ts";
import { planSupervised } from "../../experiments/supervised/plan.ts";
import { experiment } from "../../experiments/supervised/run.ts";
import { planSteps } from "../../experiments/supervised/steps.ts";
import {
  ConfigError,
  InterruptedError,
  Random,
  resolveConfig,
  RunError,
} from "../../lib/core/mod.ts";
import type { Answer, Discussion } from "../../lib/discussion/mod.ts";
import { loadLanguageModel, loadSafetensors } from "../../lib/models/mod.ts";
import { readFrame, silentProgress } from "../../lib/tracking/mod.ts";
import { startTestDevice } from "../support/device.ts";
import { assertClose } from "../support/tensors.ts";
import { withTempFolder } from "../support/small_world.ts";
import { saveByteModel } from "../support/byte_model.ts";
import { runExperiment } from "./run_experiment.ts";
import { saveTinyBase } from "./tiny_quickstart.ts";

await startTestDevice();

const BASE = new URL("../../data/checkpoints/arithmetic/base", import.meta.url).pathname;

/** An answer by what decides whether it is imitated: right (r) or wrong (w), or of a broken form (x). */
function answer(kind: "r" | "w" | "x", score: number): Answer {
  const correct = kind === "r";
  const [boxed, finished] = [kind !== "x", true];
  return { answer: kind === "x" ? null : kind, correct, boxed, finished, score } as Answer;
}
/** A discussion of two turns; three answers each, with the scores of the last ones. */
const discussion = (first: string, last: string, scores: readonly number[]): Discussion => {
  const turnOf = (kinds: string, scoreOf: (agent: number) => number) =>
    [...kinds].map((kind, agent) => answer(kind as "r", scoreOf(agent)));
  const answersTA = [turnOf(first, () => 1), turnOf(last, (agent) => scores[agent]!)];
  return { answersTA, lastTurn: 1 } as unknown as Discussion;
};

Deno.test("candidatesOf() knows the form of all answers, the vote at the end, and the score of what won it", () => {
  const [good, broken, tied, lost] = candidatesOf([
    discussion("wwr", "rrw", [0.25, 0.75, 0]), // the wrong one's score does not count
    discussion("xrr", "rrr", [1, 1, 1]),
    discussion("rrr", "rww".replace("ww", "wx"), [1, 1, 1]), // one to one
    discussion("rrr", "wwr", [1, 1, 1]),
  ], "discussions");
  const seen = (
    one: typeof good,
  ) => [one!.answers.length, one!.isWellFormed, one!.isRight, one!.score];
  assertEquals(seen(good), [6, true, true, 0.5]);
  assertEquals(seen(broken), [6, false, true, 1]);
  assertEquals(seen(tied), [6, false, false, 1]);
  assertEquals(seen(lost), [6, true, false, 1]);
});

Deno.test("bestOf() keeps a tenth of all, by score among the well formed and right ones", () => {
  // Twenty discussions: those with even numbers are wrong, and the highest scores are theirs.
  const all = Array.from(
    { length: 20 },
    (_, i) =>
      discussion("rrr", i % 2 === 0 ? "www" : "rrr", Array(3).fill(i % 2 === 0 ? 1 : i / 32)),
  );
  const candidates = candidatesOf(all, "discussions");
  const kept = bestOf(candidates, 0.1);
  assertEquals(kept, [candidates[19]!, candidates[17]!]); // a tenth of 20
  assertEquals(bestOf(candidates, 0.9).length, 10); // no wrong one to fill up
  assertEquals(bestOf(candidates, 0.01).length, 1);
  assertEquals(bestOf(candidatesOf([all[0]!], "discussions"), 1), []);
  // Single answers: 6 of each discussion, each by itself.
  const single = candidatesOf(all.slice(0, 2), "single_answers");
  assertEquals(single.length, 12);
  // Right ones: the three first answers of both (score 1), and the last three of the second (1/32).
  assertEquals(bestOf(single, 1).map(({ score }) => score), [
    ...Array(6).fill(1),
    ...Array(3).fill(1 / 32),
  ]);
});

Deno.test("planSteps() ends with the answer that reaches the tokens, whatever the answers are", () => {
  const random = Random.fromSeed(0);
  const lengths = [3, 3, 3, 3, 3];
  const steps = planSteps(lengths, { batchSize: 2, trainedTokens: 22, random });
  // Eight answers reach 24: a pass of 2 + 2 + 1, and three of the next.
  assertEquals(steps.map(({ length }) => length), [2, 2, 1, 2, 1]);
  assertEquals(steps.slice(0, 3).flat().toSorted(), [0, 1, 2, 3, 4]);
  assertEquals(new Set(steps.slice(3).flat()).size, 3);
  assertEquals(planSteps([7], { batchSize: 2, trainedTokens: 1, random }), [[0]]);
});

const config = (changes: object = {}) => ({
  base: BASE,
  verifier: { kind: "oracle" },
  discussion: { numAgents: 2, numTurns: 2 },
  imitation: {
    questions: 12,
    keep: 0.5,
    trainedTokens: 300,
    updates: 3,
    batchSize: 4,
    warmupSteps: 0,
    loraR: 2,
    loraAlpha: 4,
    ...changes,
  },
  evaluation: { numQuestions: 4, resamples: 100, baselines: { maxAnswers: 4 } },
});

/** What a run of three updates has learnt, and what it answered. */
async function outcome(path: string) {
  const { tensors } = await loadSafetensors(`${path}/checkpoints/update-00003/weights.safetensors`);
  return {
    weights: new Map([...tensors].map(([name, { values }]) => [name, values])),
    evaluations: (await readFrame(`${path}/evaluations.parquet`)).toRecords(),
  };
}

Deno.test("supervised: an interrupted run goes on to the same weights and answers bit for bit, and frees all", () =>
  withTempFolder(async (folder) => {
    const [whole, halves] = [`${folder}/whole`, `${folder}/halves`];
    const lines = await runExperiment(experiment, { path: whole, config: config() });
    assert(
      lines.some((line) => /^12 discussions: .* kept [1-6] with \d+ answers$/.test(line)),
      lines.join("\n"),
    );
    const tokens = lines.flatMap((line) =>
      / on (\d+) tokens, loss/.exec(line)?.slice(1).map(Number) ?? []
    );
    assertEquals(tokens.length, 3);
    const total = tokens.reduce((sum, count) => sum + count, 0);
    assert(total >= 300 && total < 300 + 40, `${total}`); // less than an answer more
    const stop = new AbortController();
    const progress = {
      ...silentProgress,
      task(...of: Parameters<typeof silentProgress.task>) {
        const task = silentProgress.task(...of);
        if (of[0] !== "updates") return task;
        return { ...task, advance: () => stop.abort(new InterruptedError("SIGINT")) };
      },
    };
    const context = { signal: stop.signal, progress };
    await assertRejects(
      () => runExperiment(experiment, { path: halves, config: config(), context }),
      InterruptedError,
    );
    await runExperiment(experiment, { path: halves, config: config(), resume: true });
    const [once, twice] = [await outcome(whole), await outcome(halves)];
    assertEquals(twice, once);
    assert(
      [...once.weights].some(([name, values]) =>
        /lora_B/.test(name) && values.some((x) => x !== 0)
      ),
    );
    // A whole run leaves no tensor behind.
    const held = tf.memory().numTensors;
    await runExperiment(experiment, {
      path: `${folder}/single`,
      config: config({ what: "single_answers" }),
    });
    assertEquals(tf.memory().numTensors, held);
  }));

Deno.test("supervised warms a model up on demonstrations, keeps it for others, and gives the same again", () =>
  withTempFolder(async (folder) => {
    const warmUp = {
      ...config({
        what: "demonstrations",
        questions: 6,
        keep: 0.1,
        updates: 2,
        trainedTokens: 600,
        learningRate: 0.05,
      }),
      task: { name: "word_problems", maxSteps: 1 },
      base: await saveByteModel(`${folder}/base`),
      sampling: { maxNewTokens: 4 },
      evaluation: { numQuestions: 2, resamples: 100, baselines: { maxAnswers: 0 } },
      saveModel: true,
    };
    const run = (path: string, changes: object = {}) =>
      runExperiment(experiment, { path, config: warmUp, ...changes });
    const lines = await run(`${folder}/run`);
    const losses = lines.flatMap((line) =>
      /, loss ([\d.]+)$/.exec(line)?.slice(1).map(Number) ?? []
    );
    assertEquals(losses.length, 2);
    assert(losses[1]! < losses[0]!, lines.join("\n"));
    // What others begin with answers as base and adapter together do.
    const before = await loadLanguageModel(warmUp.base);
    const after = await loadLanguageModel(`${folder}/run/model`);
    const { tensors } = await loadSafetensors(
      `${folder}/run/checkpoints/update-00002/weights.safetensors`,
    );
    const name = "model.layers.0.self_attn.q_proj.weight";
    const factor = (letter: string) => {
      const [, { values, shape }] = [...tensors].find(([key]) =>
        key.includes("layers.0.self_attn.q_proj") && key.includes(`lora_${letter}`)
      )!;
      return tf.tensor2d(Float32Array.from(values), shape as [number, number]);
    };
    const [a, b] = [factor("A"), factor("B")];
    const update = tf.matMul(b, a).mul(4 / 2); // loraAlpha / loraR
    const moved = after.decoder.weights.get(name)!.sub(before.decoder.weights.get(name)!);
    assertClose(await moved.data(), await update.data(), 1e-5);
    assert((await moved.abs().max().data())[0]! > 1e-4);
    assertEquals(
      after.tokenizer.encode("Ana has 3 pens."),
      before.tokenizer.encode("Ana has 3 pens."),
    );
    tf.dispose([a, b, update, moved]);
    before.decoder.dispose();
    after.decoder.dispose();
    const held = tf.memory().numTensors;
    await run(`${folder}/again`);
    assertEquals(tf.memory().numTensors, held);
    assertEquals(
      await Deno.readFile(`${folder}/again/model/model.safetensors`),
      await Deno.readFile(`${folder}/run/model/model.safetensors`),
    );
  }));

Deno.test("supervised refuses demonstrations of what nobody demonstrates, and settings that say nothing", async () => {
  const plan = (changes: object) =>
    planSupervised(resolveConfig(supervisedSchema, [config({ keep: 0.1 }), changes], []), {
      seed: 0,
      resumed: false,
      device: "cpu",
    });
  const shown = (imitation: object = {}) => ({
    imitation: { what: "demonstrations", ...imitation },
  });
  await assertRejects(() => plan(shown()), ConfigError, "nobody does");
  const refused = (changes: object, words: string) =>
    assertRejects(async () => await plan(changes), ConfigError, words);
  await refused(shown({ keep: 0.5 }), "imitation.keep has no effect on demonstrations");
  await refused({ imitation: { discussionShare: 0.2 } }, "imitation.discussionShare has no effect");
  await refused(
    { ...shown(), discussion: { numTurns: 1 } },
    "must be 0 with one agent or one turn",
  );
});

Deno.test("supervised says it when nothing is good enough to imitate", () =>
  withTempFolder(async (folder) => {
    const base = await saveTinyBase(folder); // random: it never states an answer
    const { message, remedy } = await assertRejects(
      () => runExperiment(experiment, { path: `${folder}/run`, config: { ...config(), base } }),
      RunError,
    );
    assert(message.includes("as they must be well formed and right: none is"), message);
    assert(remedy?.includes("Raise it"), remedy);
  }));

Deno.test("supervised plans its answers, memory and time, and refuses discussions that are too long", async () => {
  const plan = (changes: object) =>
    planSupervised(resolveConfig(supervisedSchema, [config(), changes], []), {
      seed: 0,
      resumed: false,
      device: "cpu",
    });
  const [work, memory, time] = await plan({});
  // 12 questions of two agents and turns; 4 questions, twice.
  assert(
    work!.startsWith(
      "plan: 48 answers to choose from, 300 tokens trained on, 2 evaluations of 16 answers",
    ),
    work,
  );
  assert(memory!.startsWith("memory:") && time!.startsWith("time:"));
  await assertRejects(
    () => plan({ discussion: { numTurns: 90 } }),
    ConfigError,
    "discussion.numTurns",
  );
});
