import * as tf from "@tensorflow/tfjs";
import {
  assert,
  assertEquals,
  assertMatch,
  assertNotEquals,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { inputPaths, type MaporlConfig, maporlSchema } from "../../experiments/maporl/config.ts";
import { planMaporl } from "../../experiments/maporl/plan.ts";
import { experiment } from "../../experiments/maporl/run.ts";
import { CheckpointError, ConfigError, resolveConfig } from "../../lib/core/mod.ts";
import {
  loadDecoder,
  loadLanguageModel,
  loadSafetensors,
  numLoraWeights,
} from "../../lib/models/mod.ts";
import { readFrame } from "../../lib/tracking/mod.ts";
import { saveVerifier, Verifier } from "../../lib/verifier/mod.ts";
import { startTestDevice } from "../support/device.ts";
import { numHeapBlocks, withTempFolder } from "../support/small_world.ts";
import { makeVerifier, scatterVerifier } from "../verifier/verifier_toys.ts";
import { saveOtherBase } from "./other_base.ts";
import { runExperiment } from "./run_experiment.ts";
import { saveTinyBase, tinyQuickstart } from "./tiny_quickstart.ts";

await startTestDevice();

const NEW = { seed: 0, resumed: false, device: "cpu" } as const;

interface Bases {
  readonly base: string;
  readonly other: string;
}

/** Runs a test with two base models that differ in all. */
const withBases = (test: (folder: string, bases: Bases) => Promise<void>) =>
  withTempFolder(async (folder) =>
    await test(folder, { base: await saveTinyBase(folder), other: await saveOtherBase(folder) })
  );

/** Saves a verifier of random weights for a base model, and gives its folder. */
async function saveVerifierOf(base: string): Promise<string> {
  const { decoder, tokenizer, template } = await loadLanguageModel(base);
  const { parts } = makeVerifier(decoder, null);
  scatterVerifier(parts);
  const verifier = new Verifier({ ...parts, text: { ...parts.text, tokenizer, template } });
  await saveVerifier(`${base}-verifier`, verifier);
  verifier.dispose();
  decoder.dispose();
  return `${base}-verifier`;
}

/** Seat 0 is frozen and cool, seat 1 is another model, seat 2 another temperature of the first. */
function differentSeats({ base, other }: Bases, changes: object = {}) {
  const tiny = tinyQuickstart(base, { updates: 2, shareAgents: false, ...changes });
  return {
    ...tiny,
    task: { name: "arithmetic", difficulty: 1 },
    discussion: { ...tiny.discussion, numAgents: 3 },
    seats: [{ frozen: true, temperature: 0.5 }, { base: other }, { temperature: 0.8 }],
  };
}

const configOf = (settings: object, ...sets: string[]) =>
  resolveConfig(maporlSchema, [settings], sets) as MaporlConfig;

async function rowsOf(path: string, frame: string): Promise<Record<string, unknown>[]> {
  return (await readFrame(`${path}/${frame}.parquet`)).toRecords();
}

async function outcome(path: string) {
  const { tensors } = await loadSafetensors(`${path}/checkpoints/update-00002/weights.safetensors`);
  const updates = await rowsOf(path, "updates");
  return {
    answers: await rowsOf(path, "answers"),
    evaluations: await rowsOf(path, "evaluations"),
    losses: updates.map(({ policyLoss, valueLoss, refKl }) => [policyLoss, valueLoss, refKl]),
    weights: new Map([...tensors].map(([name, { values }]) => [name, values])),
  };
}

Deno.test("two bases of another width and vocabulary sit at one table, one seat frozen: trained, and resumed bit for bit", () =>
  withBases(async (folder, bases) => {
    const config = differentSeats(bases);
    const [whole, halves] = [`${folder}/whole`, `${folder}/halves`];
    const lines = await runExperiment(experiment, { path: whole, config });
    const half = differentSeats(bases, { updates: 1 });
    await runExperiment(experiment, { path: halves, config: half });
    await runExperiment(experiment, { path: halves, config, resume: true });
    const [once, twice] = [await outcome(whole), await outcome(halves)];
    // A shorter run evaluates its own last model, too.
    const last = (rows: Record<string, unknown>[]) => rows.filter(({ update }) => update !== 1);
    assertEquals(last(twice.evaluations), last(once.evaluations));
    assertEquals({ ...twice, evaluations: [] }, { ...once, evaluations: [] });

    const names = once.answers.map(({ agent, baseModel }) => [agent, baseModel]);
    const { base, other } = bases;
    assertEquals(
      new Set(names.map(String)),
      new Set([[0, base], [1, other], [2, base]].map(String)),
    );
    assert(once.answers.filter(({ agent }) => agent === 0).every(({ trained }) => !trained));
    assert(
      once.answers.filter(({ agent, turn }) => agent !== 0 && turn === 1).some(({ trained }) =>
        trained
      ),
    );
    const updates = await rowsOf(whole, "updates");
    assertEquals(
      updates.slice(0, 4).map(({ parameters, turnGroup, agent }) =>
        `${parameters}/${turnGroup} ${agent}`
      ).sort(),
      ["agent_1/first 1", "agent_1/rest 1", "agent_2/first 2", "agent_2/rest 2"],
    );
    for (const { ratioError } of updates) assert(ratioError as number < 1e-4);
    // Each is forecast by its own model.
    const forecast = lines.filter((line) => line.includes("an update is predicted to take"));
    assertEquals(forecast.map((line) => line.split(":")[0]).sort(), [
      ...["agent_1/first", "agent_1/rest", "agent_2/first", "agent_2/rest"],
    ]);
    const summary = await Deno.readTextFile(`${whole}/summary.md`);
    const short = (path: string) => path.split("/").slice(-2).join("/");
    assertStringIncludes(
      summary,
      `| agent 1, ${short(base)}, temperature 0.5, frozen | agent 2, ${
        short(other)
      }, temperature 1 | ` +
        `agent 3, ${short(base)}, temperature 0.8 |`,
    );
  }));

Deno.test("words of others that a tokenizer cannot write are left out of its prompts, counted, and said once", () =>
  withBases(async (folder, bases) => {
    const path = `${folder}/run`;
    const lines = await runExperiment(experiment, { path, config: differentSeats(bases) });
    const said = lines.filter((line) => line.includes("has no tokens for some words"));
    assertEquals(said.length, 1, lines.join("\n"));
    assertStringIncludes(said[0]!, bases.other);
    assertMatch(said[0]!, /of the discussion, such as "\S+"(, "\S+"){0,2}, which are left out/);
    for (const frame of ["answers", "evaluations"]) {
      const rows = await rowsOf(path, frame);
      const leftOut = rows.filter(({ wordsLeftOut }) => wordsLeftOut as number > 0);
      assert(leftOut.length > 0);
      assert(leftOut.every(({ agent, turn }) => agent === 1 && turn === 1));
    }
  }));

Deno.test("every model of a table is bound into the run by name, and refused when it is another one", () =>
  withBases(async (folder, bases) => {
    const { base, other } = bases;
    const [first, second] = [await saveVerifierOf(base), await saveVerifierOf(other)];
    const verifier = { kind: "trained", path: first };
    const config = {
      ...differentSeats(bases),
      verifier,
      seats: [{}, { base: other, verifier: { kind: "trained", path: second } }, {}],
    };
    assertEquals(inputPaths(configOf(config)), [base, first, other, second]);
    const path = `${folder}/run`;
    const lines = await runExperiment(experiment, { path, config });
    assert(lines.some((line) => /^MAPoRL: mean accuracy .*; agent 2, .*other [.\d]+ →/.test(line)));
    const summary = await Deno.readTextFile(`${path}/summary.md`);
    // 4 questions: seats 0 and 2 share a verifier, seat 1 has another.
    assert(
      /^\| MAPoRL, turn 2, verifier of agent 1, .*; agent 3, \S* \| 8 \|/m.test(summary),
      summary,
    );
    assert(/^\| MAPoRL, turn 2, verifier of agent 2, \S*other \| 4 \|/m.test(summary), summary);
    const { inputs } = JSON.parse(await Deno.readTextFile(`${path}/run.json`));
    assertEquals(Object.keys(inputs).sort(), [
      ...["base", "base_1", "questions", "tokenizer", "tokenizer_1", "verifier", "verifier_1"],
    ]);
    assertNotEquals(inputs.base, inputs.base_1);
    assertNotEquals(inputs.tokenizer, inputs.tokenizer_1);
    const scores = (await rowsOf(path, "evaluations")).map(({ score }) => score as number);
    assert(scores.every((score) => score > 0 && score < 1)); // the oracle's are 0 and 1
    // The names of a run with one base stay what they were.
    const alike = `${folder}/alike`;
    await runExperiment(experiment, { path: alike, config: { ...config, seats: null } });
    const record = JSON.parse(await Deno.readTextFile(`${alike}/run.json`));
    assertEquals(Object.keys(record.inputs).sort(), ["base", "questions", "tokenizer", "verifier"]);

    const foreign = [{}, { base: other, verifier }, {}];
    await assertRejects(
      () =>
        runExperiment(experiment, { path: `${folder}/no`, config: { ...config, seats: foreign } }),
      CheckpointError,
      "must fit the base model",
    );
    await saveOtherBase(folder, { seed: 5 });
    await assertRejects(
      () => runExperiment(experiment, { path, config, resume: true }),
      CheckpointError,
      "as its base_1 must be that of its start",
    );
  }));

Deno.test("the plan counts every model of a table by its own sizes, tokens and seats", () =>
  withBases(async (_, bases) => {
    const { base, other } = bases;
    const alone = await planMaporl(configOf({ ...differentSeats(bases), seats: null }), NEW);
    assertEquals(alone.filter((line) => line.includes("prompts of at most")).length, 1);
    const config = configOf(differentSeats(bases));
    const lines = await planMaporl(config, NEW);
    const decoders = [await loadDecoder(base), await loadDecoder(other)];
    const plans = decoders.map((decoder, index) => {
      const line = lines.find((text) => text.startsWith(`plan: ${[base, other][index]} (`))!;
      const [, seats, longest, weights, trained] = line
        .match(
          /\(seats? ([\d, ]+)\): prompts of at most (\d+) of 512 .* (\d+) weights, (\d+) trained/,
        )!;
      assertEquals(
        Number(weights),
        [...decoder.weights.values()].reduce((sum, { size }) => sum + size, 0),
      );
      // Policies and critics of two turn groups, of one seat of each model.
      const own = 2 * (2 * numLoraWeights(decoder.config, 2) + decoder.config.hiddenSize);
      assertEquals(Number(trained), own);
      return { seats, longest: Number(longest) };
    });
    assertEquals(plans.map(({ seats }) => seats), ["0, 2", "1"]);
    for (const decoder of decoders) decoder.dispose();
    // Its template begins with one more token.
    assertEquals(plans[1]!.longest, plans[0]!.longest + 1);
    const flops = (text: string) => Number(text.match(/discussions ([\d.]+) GFLOP/)![1]);
    assert(flops(lines.at(-1)!) > flops(alone.at(-1)!), "the second model is wider");
  }));

Deno.test("the plan refuses a table that one of its models cannot hold, with a remedy that works", () =>
  withBases(async (folder, bases) => {
    const settings = differentSeats(bases);
    const sets = ["discussion.numTurns=12", "algorithm.trainGroups=[rest]"];
    await planMaporl(configOf(settings, ...sets), NEW);
    await saveOtherBase(folder, { maxPositionEmbeddings: 256 });
    const error = await assertRejects(
      () => planMaporl(configOf(settings, ...sets), NEW),
      ConfigError,
    );
    assertStringIncludes(error.message, `tokens, and ${bases.other} reads 256`);
    const [, setting, most] = error.remedy!.match(/^Set (\S+) to (\d+) or less$/)!;
    await planMaporl(configOf(settings, ...sets, `${setting}=${most}`), NEW);
    const rank = await assertRejects(
      () => planMaporl(configOf(settings, "algorithm.loraR=20"), NEW),
      ConfigError,
      "ranks of at most 16",
    );
    assertEquals(rank.remedy, "Set algorithm.loraR to 16 or less");
    // Only of models that are trained.
    const seats = [{ frozen: true }, { base: bases.other }, { frozen: true }];
    await planMaporl(configOf({ ...settings, seats }, "algorithm.loraR=20"), NEW);
  }));

Deno.test("the plan takes the seats that the README proposes", async () => {
  const url = new URL("../../experiments/maporl/README.md", import.meta.url);
  const [, sets] = (await Deno.readTextFile(url)).match(/^deno task .* --set '(seats=.*)'$/m)!;
  const config = configOf({}, sets!);
  assertEquals(config.seats?.length, 3);
  await planMaporl(config, NEW);
});

Deno.test("the plan asks the format how many agents it can name", async () => {
  const plan = (...sets: string[]) =>
    planMaporl(configOf({}, "verifier.kind=oracle", ...sets), NEW);
  for (const setting of ["discussion.numAgents", "evaluation.numAgents"]) {
    const error = await assertRejects(
      () => plan(`${setting}=10`, "discussion.numTurns=2"),
      ConfigError,
      `Cannot hold discussions of 10 agents (${setting}) as the task's format has names for 9`,
    );
    assertEquals(error.remedy, `Set ${setting} to 9 or less`);
    await plan(`${setting}=9`, "discussion.numTurns=2");
  }
});

Deno.test("a run with different models leaks no tensors and no native memory", () =>
  withBases(async (folder, bases) => {
    const run = (name: string) =>
      runExperiment(experiment, {
        path: `${folder}/${name}`,
        config: differentSeats(bases, { updates: 1 }),
      });
    await run("warm");
    const [tensors, blocks] = [tf.memory().numTensors, numHeapBlocks()];
    await run("again");
    assertEquals([tf.memory().numTensors, numHeapBlocks()], [tensors, blocks]);
  }));
