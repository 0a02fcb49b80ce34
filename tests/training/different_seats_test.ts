import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { Random, resolveCompat, resolveConfig } from "../../lib/core/mod.ts";
import type { Discussion } from "../../lib/discussion/mod.ts";
import type { LanguageModel } from "../../lib/models/mod.ts";
import { PolicySet } from "../../lib/rl/mod.ts";
import { takeQuestions } from "../../lib/tasks/mod.ts";
import type { ChatTemplate, Tokenizer } from "../../lib/text/mod.ts";
import {
  algorithmSchema,
  discussionSchema,
  holdDiscussions,
  loadRunState,
  makeSeats,
  policySetOptions,
  rewardDiscussions,
  rewardSchema,
  samplingSchema,
  saveRunState,
  updatePolicies,
} from "../../lib/training/mod.ts";
import { makeVerifierParameters, NO_CALIBRATION, Verifier } from "../../lib/verifier/mod.ts";
import { makeArithmetic, smallWorldText } from "../../lib/worlds/small_world/mod.ts";
import { startTestDevice } from "../support/device.ts";
import { smallWorldDecoder, withTempFolder } from "../support/small_world.ts";
import { scatter } from "../rl/ppo_toys.ts";

await startTestDevice();

const task = makeArithmetic({ seed: 0, difficulty: 1 });
const { format } = smallWorldText;
const NUM_TURNS = 2;

const { tokenizer: known } = smallWorldText;
const EXTRA = 6;
const end = known.vocabSize + EXTRA - 1;

/** The words of the small world from the last to the first, behind some ids that are no word. */
const backwards: Tokenizer = {
  vocabSize: known.vocabSize + EXTRA,
  padTokenId: end - known.padTokenId,
  eosTokenId: end - known.eosTokenId,
  encode: (text) => known.encode(text).map((id) => end - id),
  decode: (ids) => known.decode(Array.from(ids).filter((id) => id >= EXTRA).map((id) => end - id)),
};
/** Names who speaks by words instead of markers. */
const named: ChatTemplate = {
  render: (messages, { addGenerationPrompt }) =>
    messages.map(({ role, content }) => `${role === "user" ? "agent1" : "me"} : ${content}`)
      .concat(addGenerationPrompt ? ["me :"] : []).join(" "),
};

const narrow: LanguageModel = { ...smallWorldText, name: "forwards", decoder: smallWorldDecoder() };
const wide: LanguageModel = {
  name: "backwards",
  decoder: smallWorldDecoder(3, {
    vocabSize: backwards.vocabSize,
    hiddenSize: 24,
    intermediateSize: 32,
    padTokenId: backwards.padTokenId,
    eosTokenId: backwards.eosTokenId,
  }),
  tokenizer: backwards,
  template: named,
};

/** A verifier on a model of its own. */
function verifierOf(model: LanguageModel): Verifier {
  const parameters = makeVerifierParameters(model.decoder, null, Random.fromSeed(5));
  scatter(new Map(parameters.head.weights), 0.3);
  return new Verifier({
    ...parameters,
    decoder: model.decoder,
    text: { tokenizer: model.tokenizer, template: model.template, format },
    calibration: NO_CALIBRATION,
    tasks: ["arithmetic"],
  });
}

const SEATS = [
  {
    model: narrow,
    temperature: 1,
    scorer: verifierOf(narrow),
    frozen: true,
    parameters: "agent_0",
  },
  {
    model: wide,
    temperature: 0.7,
    scorer: verifierOf(wide),
    frozen: false,
    parameters: "agent_1",
  },
];
const sampling = resolveConfig(samplingSchema, [{ maxNewTokens: 6 }], []);
const reward = resolveCompat(resolveConfig(rewardSchema, [{}], []));

function algorithmOf(credit: object) {
  const tiny = { loraR: 2, loraAlpha: 4, numPpoEpochs: 1, numMiniBatches: 1, updates: 4 };
  const groups = { turnGroups: "all", trainGroups: ["all"], shareAgents: false };
  return resolveCompat(resolveConfig(algorithmSchema, [{ ...tiny, ...groups, credit }], []));
}

function policiesOf(credit: object): PolicySet {
  return PolicySet.initialize(
    SEATS,
    policySetOptions(algorithmOf(credit), NUM_TURNS),
    Random.fromSeed(6),
  );
}

function discuss(policies: PolicySet, update: number): Promise<Discussion[]> {
  const discussion = resolveConfig(discussionSchema, [{}], []);
  return holdDiscussions({ task, format, discussion, reward }, {
    questions: takeQuestions(task.questions("train"), { count: 3 }),
    seats: makeSeats(SEATS, { sampling, policies, version: update }),
    numTurns: NUM_TURNS,
    numSamples: 2,
    update,
    random: Random.fromSeed(8).split(update),
  });
}

async function train(
  policies: PolicySet,
  discussions: readonly Discussion[],
  { credit, update = 0 }: { readonly credit: object; readonly update?: number },
) {
  const algorithm = algorithmOf(credit);
  const rewarded = rewardDiscussions(discussions, {
    reward,
    numTurns: NUM_TURNS,
    tokenizerOf: (agent) => SEATS[agent]!.model.tokenizer,
    trainsFirstTurn: true,
  });
  // What random models say earns the same everywhere: each answer is given something else.
  const random = Random.fromSeed(10);
  const paid = rewarded.map(({ parts, ...rest }) => {
    const totalTA = parts.totalTA.map((row) => row.map(() => random.normal()));
    return { ...rest, parts: { ...parts, totalTA } };
  });
  return await updatePolicies(policies, paid, {
    algorithm,
    maxNewTokens: sampling.maxNewTokens,
    turns: [0, 1],
    updatesOf: () => ({ done: update, total: algorithm.updates }),
    random: Random.fromSeed(9).split(update),
  });
}

async function valuesOf(policies: PolicySet): Promise<Record<string, number[]>> {
  const values: Record<string, number[]> = {};
  for (const [name, variable] of policies.variables()) values[name] = [...await variable.data()];
  return values;
}

/** What stays the same from run to run. */
function answersOf(discussions: readonly Discussion[]) {
  return discussions.flatMap(({ answersTA }) =>
    answersTA.flat().map(({ cost: { seconds: _, ...cost }, ...answer }) => ({ ...answer, cost }))
  );
}

const GAE = { name: "gae" };

Deno.test("two seats with different models, temperatures and verifiers discuss; the same seed gives the same plain records", async () => {
  const policies = policiesOf(GAE);
  const [first, again] = [await discuss(policies, 0), await discuss(policies, 0)];
  assertEquals(answersOf(again), answersOf(first));
  assertEquals(structuredClone(first), first);
  for (const { question, answersTA } of first) {
    for (const [agent, { model, scorer }] of SEATS.entries()) {
      const { tokenizer, template } = model;
      const answer = answersTA[0]![agent]!;
      assertEquals([answer.model, answer.version], [model.name, 0]);
      const chat = [{ role: "user" as const, content: format.firstMessage(question) }];
      const prompt = tokenizer.encode(template.render(chat, { addGenerationPrompt: true }));
      assertEquals([...answer.promptTokens!], [...prompt]);
      const [score] = await scorer.score([{ question, solution: answer.solution }]);
      assert(Math.abs(answer.score - score!) < 1e-5);
    }
  }
  policies.dispose();
});

Deno.test("two different seats, one frozen: the other is trained, and goes on bit for bit from a checkpoint", () =>
  withTempFolder(async (folder) => {
    const [straight, resumed] = [policiesOf(GAE), policiesOf(GAE)];
    assertEquals([...straight.groups.keys()], ["agent_1/all"]);
    const start = await valuesOf(straight);
    const trainedOf = (set: PolicySet) => ({
      variables: set.variables(),
      optimizers: set.optimizers(),
    });
    await train(straight, await discuss(straight, 0), { credit: GAE });
    assertNotEquals(await valuesOf(straight), start);
    await saveRunState(folder, { update: 1 }, trainedOf(straight));
    assertEquals(await loadRunState(folder, trainedOf(resumed)), { update: 1 });
    for (const set of [straight, resumed]) {
      await train(set, await discuss(set, 1), { credit: GAE, update: 1 });
    }
    assertEquals(await valuesOf(resumed), await valuesOf(straight));
    for (const set of [straight, resumed]) set.dispose();
  }));

Deno.test("a stored rollout of two different seats is credited again in three ways, without sampling", async () => {
  const sampler = policiesOf(GAE);
  const stored = structuredClone(await discuss(sampler, 0));
  sampler.dispose();
  const ends: Record<string, number[]>[] = [];
  for (const credit of [GAE, { name: "rloo" }, { name: "grpo", groupBy: "question" }]) {
    const policies = policiesOf(credit);
    const groups = await train(policies, structuredClone(stored), { credit });
    const { stats, rows } = groups.get("agent_1/all")!;
    assert(rows.every(({ agent }) => agent === 1) && stats.numSteps === 1);
    const values = await valuesOf(policies);
    ends.push(
      Object.fromEntries(Object.entries(values).filter(([name]) => name.includes("/policy."))),
    );
    policies.dispose();
  }
  assert(Object.keys(ends[0]!).length > 0);
  for (const [one, other] of [[0, 1], [0, 2], [1, 2]] as const) {
    assertNotEquals(ends[one], ends[other]);
  }
});
