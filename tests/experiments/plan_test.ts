import { arms as arithmeticArms } from "../../experiments/arithmetic/arms.ts";
import { arms as quickstartArms } from "../../experiments/quickstart/arms.ts";
import type { Arms } from "../../lib/tracking/mod.ts";
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { type PretrainConfig, pretrainSchema } from "../../experiments/pretrain/config.ts";
import { planPretraining } from "../../experiments/pretrain/plan.ts";
import { type MaporlConfig, maporlSchema } from "../../experiments/maporl/config.ts";
import { planMaporl } from "../../experiments/maporl/plan.ts";
import { experiment } from "../../experiments/maporl/run.ts";
import { trainVerifierSchema } from "../../experiments/train_verifier/config.ts";
import { planVerifier } from "../../experiments/train_verifier/plan.ts";
import { CheckpointError, ConfigError, Random, resolveConfig } from "../../lib/core/mod.ts";
import { loadDecoder, saveDecoder } from "../../lib/models/mod.ts";
import { PolicySet } from "../../lib/rl/mod.ts";
import { readFrame } from "../../lib/tracking/mod.ts";
import { policySeats, policySetOptions, seatChoices } from "../../lib/training/mod.ts";
import { startTestDevice } from "../support/device.ts";
import { testModel } from "../support/policy_seats.ts";
import { SMALL_WORLD_TOKENIZER_FILES } from "../../lib/worlds/small_world/mod.ts";
import { smallWorldConfig, smallWorldDecoder, withTempFolder } from "../support/small_world.ts";
import { runExperiment } from "./run_experiment.ts";
import { saveTinyBase, tinyQuickstart } from "./tiny_quickstart.ts";

await startTestDevice();

const NEW = { seed: 0, resumed: false, device: "cpu" } as const;
const RESUMED = { ...NEW, resumed: true };

const quickstart = (...sets: string[]): MaporlConfig =>
  resolveConfig(maporlSchema, [{}], sets) as MaporlConfig;

Deno.test("quickstart's plan tells how much there is to do, and what it takes", async () => {
  const config = quickstart("evaluation.every=4");
  const [work, sizes, memory, time, ...more] = await planMaporl(config, NEW);
  assertEquals(more, []);
  // 64 questions, 3 agents, 3 turns; evaluations before, after 4 updates, and at the end. Without discussion,
  // to 300 questions: 63 answers of 64 (each agent as many), one greedy and one at temperature 0.7 of
  // each agent, three turns of each twice, as training changes the later turns, and one answer of each by the
  // parameters of these: 63 + 3 + 3 + 18 + 3 = 90.
  assertEquals(
    work,
    "plan: 8 updates of 576 answers, 4608 in all; at most 23040 tokens and 8 optimiser steps of a group " +
      "in each; 3 evaluations of 2700 answers; at most 27000 answers without discussion",
  );
  const decoder = await loadDecoder(config.base);
  const policies = PolicySet.initialize(
    policySeats(seatChoices(config), () => testModel(decoder)),
    policySetOptions(config.algorithm, config.discussion.numTurns),
    Random.fromSeed(0),
  );
  const count = (variables: Iterable<{ readonly size: number }>) =>
    [...variables].reduce((sum, { size }) => sum + size, 0);
  const trained = count(policies.variables().values());
  assertStringIncludes(
    sizes!,
    `of 1024 tokens, answers of 40; ${count(decoder.weights.values())} weights, ${trained} trained`,
  );
  policies.dispose();
  decoder.dispose();
  const without = ["algorithm.updates=0", "evaluation.baselines.maxAnswers=0"];
  const [none] = await planMaporl(quickstart(...without), NEW);
  assertEquals(none, "plan: no update; 2 evaluations of 2700 answers");
  assertStringIncludes(time!, "time: at most ");
  assertStringIncludes(memory!, "memory: at most ");
});

Deno.test("quickstart's plan refuses what ends in no lifetime, with a remedy that works", async () => {
  const sets = ["algorithm.updates=1000000", "algorithm.questionsPerUpdate=50000"];
  const memory = ["sampling.maxRows=16", "sampling.prefixMegabytes=0"];
  const error = await assertRejects(
    () => planMaporl(quickstart(...sets, ...memory), NEW),
    ConfigError,
    "within 10 years",
  );
  assertEquals(error.remedy, "Lower algorithm.updates");
  await planMaporl(quickstart(...sets, ...memory, "algorithm.updates=10"), NEW);
  await planMaporl(quickstart(...sets, ...memory), RESUMED);
});

Deno.test("quickstart's plan refuses discussions longer than the model reads, with a remedy that works", async () => {
  const cases: [string[], string][] = [
    [["discussion.numTurns=12"], "12 turns of 3 agents (discussion.numTurns)"],
    [["evaluation.numTurns=12"], "12 turns of 3 agents (evaluation.numTurns)"],
    [
      ["evaluation.numAgents=9", "evaluation.numTurns=6"],
      "6 turns of 9 agents (evaluation.numTurns)",
    ],
    [["sampling.maxNewTokens=300"], "sampling.maxNewTokens=300 take up to"],
    [["sampling.maxNewTokens=2000"], "and the base model reads 1024"],
  ];
  for (const [sets, message] of cases) {
    const error = await assertRejects(() => planMaporl(quickstart(...sets), NEW), ConfigError);
    assertStringIncludes(error.message, message);
    const [, setting, most] = error.remedy!.match(/^Set (\S+) to (\d+) or less$/)!;
    await planMaporl(quickstart(...sets, `${setting}=${most}`), NEW);
    await assertRejects(
      () => planMaporl(quickstart(...sets, `${setting}=${Number(most) + 1}`), NEW),
      ConfigError,
    );
    // A run that goes on cannot change: it is said what will happen.
    const lines = await planMaporl(quickstart(...sets), RESUMED);
    assertStringIncludes(lines.at(-1)!, "Answers that no longer fit will be empty");
  }
});

Deno.test("quickstart's plan refuses a budget that a long row would break in the middle of training", async () => {
  const error = await assertRejects(
    () => planMaporl(quickstart("algorithm.memoryBudget=3"), NEW),
    ConfigError,
    "Cannot update within algorithm.memoryBudget=3 MiB",
  );
  const least = error.remedy!.match(/\d+/)![0];
  await planMaporl(quickstart(`algorithm.memoryBudget=${least}`), NEW);
  await planMaporl(quickstart("algorithm.memoryBudget=3"), RESUMED);
});

Deno.test("plans refuse adapters of a higher rank than the base model has, with the rank that works", async () => {
  const plans = {
    "algorithm.loraR": (set: string) => planMaporl(quickstart(set), NEW),
    "lora.r": (set: string) => planVerifier(resolveConfig(trainVerifierSchema, [{}], [set]), NEW),
  };
  for (const [setting, plan] of Object.entries(plans)) {
    const error = await assertRejects(() => plan(`${setting}=129`), ConfigError, `${setting}=129`);
    assertEquals(error.remedy, `Set ${setting} to 128 or less`);
    await plan(`${setting}=128`);
  }
});

Deno.test("quickstart's plan reads the base model before anything is made, whatever its sizes say", () =>
  withTempFolder(async (folder) => {
    const planWith = (base: string) => planMaporl(quickstart(`base=${base}`), NEW);
    await assertRejects(() => planWith(`${folder}/none`), CheckpointError, "there is no such file");
    const base = await saveTinyBase(folder);
    const path = `${base}/config.json`;
    const text = await Deno.readTextFile(path);
    await planWith(base);
    await Deno.remove(`${base}/manifest.json`); // a base from elsewhere has none
    for (
      const [changed, message] of [
        [
          text.replace(/"num_hidden_layers": 1\b/, '"num_hidden_layers": 10000000'),
          "at most 10000",
        ],
        [text.replace(/"vocab_size": \d+/, '"vocab_size": 9007199254740991'), "of which weights"],
        ["{", "must be JSON"],
        ["[]", "Cannot load"],
      ] as const
    ) {
      await Deno.writeTextFile(path, changed);
      const error = await assertRejects(() => planWith(base));
      assert(error instanceof CheckpointError || error instanceof ConfigError, `${error}`);
      assertStringIncludes(error.message, message);
      assert(!error.message.includes("Lower base"), error.message);
    }
  }));

Deno.test("quickstart ends where discussions outgrow the model: answers that do not fit are empty", () =>
  withTempFolder(async (folder) => {
    const base = await saveTinyBase(folder);
    const { maxPositionEmbeddings } = smallWorldConfig();
    const tiny = tinyQuickstart(base, { updates: 1 });
    const discussion = { numAgents: 9, numTurns: 9 };
    const sampling = { maxNewTokens: 12 };
    const path = `${folder}/run`;
    await runExperiment(experiment, { path, config: { ...tiny, discussion, sampling } });
    for (const frame of ["answers", "evaluations"]) {
      const rows = (await readFrame(`${path}/${frame}.parquet`)).toRecords() as {
        turn: number;
        promptLength: number;
        responseLength: number;
        finished: boolean;
        reward?: number;
      }[];
      const cut = rows.filter(({ promptLength }) => promptLength + 12 > maxPositionEmbeddings);
      assert(cut.length > 0 && cut.length < rows.length, `${cut.length} of ${rows.length}`);
      for (const { responseLength, finished, reward = 0 } of cut) {
        assertEquals([responseLength, finished], [0, false]);
        assert(Number.isFinite(reward));
      }
      assert(rows.every((row) => cut.includes(row) || row.responseLength > 0));
    }
    assertStringIncludes(await Deno.readTextFile(`${path}/summary.md`), "MAPoRL");
  }));

Deno.test("quickstart's plan takes every setting that the documentation proposes", async () => {
  const documents: [string, Arms][] = [
    ["README.md", quickstartArms],
    ["experiments/quickstart/README.md", quickstartArms],
    ["experiments/arithmetic/README.md", arithmeticArms],
  ];
  for (const [path, { settings }] of documents) {
    const text = await Deno.readTextFile(new URL(`../../${path}`, import.meta.url));
    const proposed = [...text.matchAll(/`(--set [^`]+)`|^deno task experiment quickstart (.*)$/gm)]
      .map(([_, set, flags]) =>
        [...(set ?? flags)!.matchAll(/--set (\S+)/g)].map(([_, text]) => text!)
      );
    assert(proposed.length > 3, path);
    const distinct = new Map(proposed.map((sets) => [sets.join(" "), sets])).values();
    for (const sets of distinct) {
      await planMaporl(resolveConfig(maporlSchema, [settings], sets) as MaporlConfig, NEW);
    }
  }
});

Deno.test("pretraining's plan refuses positions that its corpus does not fit into, with the number that works", async () => {
  const plan = (...sets: string[]) =>
    planPretraining(resolveConfig(pretrainSchema, [{}], sets) as PretrainConfig, NEW);
  const error = await assertRejects(
    () => plan("model.maxPositionEmbeddings=32"),
    ConfigError,
    "Cannot pretrain with model.maxPositionEmbeddings=32",
  );
  const least = error.remedy!.match(/to (\d+) or more/)![1];
  await plan(`model.maxPositionEmbeddings=${least}`);
  await assertRejects(
    () => plan("model.hiddenSize=16384", "model.numHiddenLayers=200"),
    ConfigError,
    "of which weights and optimiser",
  );
});

Deno.test("pretraining's plan refuses to measure discussions that the finished model cannot read", async () => {
  const plan = (...sets: string[]) => {
    const measured = ["measure=data/checkpoints/arithmetic/base", ...sets];
    return planPretraining(resolveConfig(pretrainSchema, [{}], measured) as PretrainConfig, NEW);
  };
  const [line] = await plan("evaluationAgents=[2, 4]");
  assertStringIncludes(line!, "in discussions of 2, 4 agents, answered by");
  const error = await assertRejects(
    () => plan("corpus.numTurns=12"),
    ConfigError,
    "as discussions of corpus.numTurns=12 turns take up to",
  );
  assertStringIncludes(error.remedy!, "Lower corpus.numTurns");
});

Deno.test("the verifier's plan refuses answers longer than the model reads, with the number that works", async () => {
  const plan = (...sets: string[]) =>
    planVerifier(resolveConfig(trainVerifierSchema, [{}], sets), NEW);
  const error = await assertRejects(() => plan("sampling.maxNewTokens=1024"), ConfigError);
  const most = error.remedy!.match(/to (\d+) or less/)![1];
  const [line] = await plan(`sampling.maxNewTokens=${most}`);
  assertStringIncludes(
    line!,
    "plan: 6000 answers to train on, 2400 held out, of at most 1024 tokens",
  );
});

Deno.test("plans of verifiers and base models refuse more agents than a format has names for", async () => {
  const verifier = (...sets: string[]) =>
    planVerifier(resolveConfig(trainVerifierSchema, [{}], sets), NEW);
  const base = (...sets: string[]) =>
    planPretraining(resolveConfig(pretrainSchema, [{}], sets) as PretrainConfig, NEW);
  const split = "task.name=hidden_profile";
  const splitBase = [split, "base=data/checkpoints/hidden_profile/base"];
  const chances = "corpus.agentChances=[1, 1, 1, 1]"; // of 2 to 5 agents
  const cases = [
    [() => verifier("discussion.numAgents=12", "discussion.numTurns=2"), "discussion.numAgents", 9],
    [() => verifier(...splitBase, "discussion.numAgents=5"), "discussion.numAgents", 4],
    [() => base(split, chances), "corpus.agentChances", 4],
    [() => base(split, "evaluationAgents=[2, 5]"), "evaluationAgents", 4],
  ] as const;
  for (const [plan, setting, most] of cases) {
    const error = await assertRejects(plan, ConfigError, `(${setting}) as the task's format has`);
    assertStringIncludes(error.message, `names for ${most}`);
    assertStringIncludes(
      error.remedy!,
      setting === "corpus.agentChances" ? "than 4" : `to ${most}`,
    );
  }
  await verifier("discussion.numAgents=9", "discussion.numTurns=2");
  await base(split, "corpus.agentChances=[1, 1, 1, 0]", "evaluationAgents=[2, 4]");
  await base(chances);
});

Deno.test("plan counts a base's prompts by its own tokenizer and chat template", () =>
  withTempFolder(async (folder) => {
    const decoder = smallWorldDecoder();
    const { tokenizer, config } = SMALL_WORLD_TOKENIZER_FILES.words;
    const { chat_template: template, ...others } = config as { chat_template: string };
    const lengthWith = async (name: string, before: string) => {
      const base = `${folder}/${name}`;
      await saveDecoder(base, decoder, {
        tokenizer,
        config: { ...others, chat_template: before + template },
      });
      const lines = await planMaporl(
        maporlSchema.parse({
          ...tinyQuickstart(base),
          task: { name: "arithmetic" },
        }) as MaporlConfig,
        NEW,
      );
      return Number(lines.join("\n").match(/prompts of at most (\d+)/)![1]);
    };
    const [plain, longer] = [await lengthWith("a", ""), await lengthWith("b", ". ".repeat(100))];
    assertEquals(longer, plain + 100);
    decoder.dispose();
  }));
