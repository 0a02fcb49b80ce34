import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  adaptersOfTurn,
  type AdapterValues,
  groupParams,
  PolicySet,
  type PolicySetOptions,
  turnGroup,
} from "../../lib/rl/mod.ts";
import type { LoraAdapter } from "../../lib/models/mod.ts";
import { tinyDecoder } from "../support/decoders.ts";
import { startTestDevice } from "../support/device.ts";
import { Random } from "../../lib/core/mod.ts";
import { testModel, type TestPolicies } from "../support/policy_seats.ts";
import { scatter, tinyPolicies } from "./ppo_toys.ts";

await startTestDevice();

const decoder = tinyDecoder();

Deno.test("turnGroup() names the turns that share parameters", () => {
  const names = (grouping: "all" | "first_vs_rest" | "per_turn") =>
    [0, 1, 2].map((turn) => turnGroup(turn, grouping));
  assertEquals(names("all"), ["all", "all", "all"]);
  assertEquals(names("first_vs_rest"), ["first", "rest", "rest"]);
  assertEquals(names("per_turn"), ["turn_0", "turn_1", "turn_2"]);
});

/** Two agents, three turns: which key answers at [turn][agent]; "-" is the base model. */
const MODES: { options: Partial<TestPolicies>; keysTA: string[][] }[] = [
  {
    options: {},
    keysTA: [["shared/all", "shared/all"], ["shared/all", "shared/all"], [
      "shared/all",
      "shared/all",
    ]],
  },
  { // the paper's Experiment 1: turn 0 stays the base model (MAPoRL, Experiment 1)
    options: { turnGroups: "first_vs_rest", trainGroups: ["rest"] },
    keysTA: [["-", "-"], ["shared/rest", "shared/rest"], ["shared/rest", "shared/rest"]],
  },
  {
    options: { turnGroups: "first_vs_rest", trainGroups: ["first", "rest"], shareAgents: false },
    keysTA: [["agent_0/first", "agent_1/first"], ["agent_0/rest", "agent_1/rest"], [
      "agent_0/rest",
      "agent_1/rest",
    ]],
  },
  {
    options: { turnGroups: "per_turn", trainGroups: ["turn_0", "turn_2"] },
    keysTA: [["shared/turn_0", "shared/turn_0"], ["-", "-"], ["shared/turn_2", "shared/turn_2"]],
  },
  {
    options: { turnGroups: "per_turn", trainGroups: ["turn_1"], shareAgents: false },
    keysTA: [["-", "-"], ["agent_0/turn_1", "agent_1/turn_1"], ["-", "-"]],
  },
  {
    options: { shareAgents: false, frozenAgents: [0] },
    keysTA: [["-", "agent_1/all"], ["-", "agent_1/all"], ["-", "agent_1/all"]],
  },
  {
    options: { frozenAgents: [1], turnGroups: "first_vs_rest", trainGroups: ["rest"] },
    keysTA: [["-", "-"], ["shared/rest", "-"], ["shared/rest", "-"]],
  },
];

for (const { options, keysTA } of MODES) {
  Deno.test(`PolicySet.group() with ${JSON.stringify(options)}`, () => {
    const policies = tinyPolicies(decoder, options);
    const found = keysTA.map((keys, turn) =>
      keys.map((_, agent) => policies.group(agent, turn)?.key ?? "-")
    );
    assertEquals(found, keysTA);
    assertEquals(
      new Set(policies.groups.keys()),
      new Set(keysTA.flat().filter((key) => key !== "-")),
      "and no group is made that answers nowhere",
    );
    for (const [turn, keys] of keysTA.entries()) {
      assertEquals(policies.keysAt([turn]), new Set(keys.filter((key) => key !== "-")));
    }
    assertEquals(policies.keysAt([0, 1, 2]), new Set(policies.groups.keys()));
    policies.dispose();
  });
}

Deno.test("PolicySet.group() lets agents beyond those of training use the parameters of agent a mod A", () => {
  const policies = tinyPolicies(decoder, { shareAgents: false, frozenAgents: [1] });
  const keys = [0, 1, 2, 3, 4].map((agent) => policies.group(agent, 0)?.key ?? "-");
  assertEquals(keys, ["agent_0/all", "-", "agent_0/all", "-", "agent_0/all"]);
  policies.dispose();
});

Deno.test("adaptersOfTurn() lets a later turn's parameters answer at the first turn, agent by agent", () => {
  const policies = tinyPolicies(decoder, {
    turnGroups: "first_vs_rest",
    trainGroups: ["rest"],
    shareAgents: false,
  });
  const view = adaptersOfTurn(policies, 2);
  for (const agent of [0, 1]) {
    assertEquals(policies.adapter(agent, 0), undefined);
    assert(view.adapter(agent, 0) === policies.group(agent, 1)!.policy);
  }
  policies.dispose();
});

Deno.test("PolicySet.initialize() refuses turn groups that do not exist", () => {
  assertThrows(
    () => tinyPolicies(decoder, { turnGroups: "first_vs_rest", trainGroups: ["all"] }),
    RangeError,
    'Cannot train turn group "all" as turnGroups "first_vs_rest" with 3 turns has only: first, rest',
  );
});

Deno.test("PolicySet with nothing to train is empty: the base model answers everywhere", () => {
  for (const nothing of [{ frozenAgents: [0, 1] }, { trainGroups: [] }]) {
    const policies = tinyPolicies(decoder, nothing);
    assertEquals([policies.groups.size, policies.variables().size], [0, 0]);
    assertEquals(policies.group(0, 1), undefined);
    policies.dispose();
  }
});

Deno.test("PolicySet owns its tensors: each variable once, all freed", () => {
  const before = tf.memory().numTensors;
  const policies = tinyPolicies(decoder, {
    shareAgents: false,
    turnGroups: "per_turn",
    trainGroups: ["turn_1", "turn_2"],
  });
  const variables = policies.variables();
  const perGroup = groupParams(policies.groups.get("agent_0/turn_1")!).size;
  // A and B of three projections in two layers, for policy and value, and the value head.
  assertEquals(perGroup, 2 * (2 * 3 * 2) + 1);
  assertEquals(variables.size, 4 * perGroup);
  assertEquals(new Set(variables.values()).size, variables.size);
  assertEquals(
    [...policies.optimizers().keys()],
    [...policies.groups.keys()].flatMap((key) => [`${key}/policy`, `${key}/critic`]),
  );
  assertEquals(tf.memory().numTensors - before, 3 * variables.size); // with both moments
  policies.dispose();
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("PolicySet names every variable and moment by each of its parts once", () => {
  const policies = tinyPolicies(decoder, { turnGroups: "first_vs_rest", trainGroups: ["rest"] });
  const names = [...policies.variables().keys()];
  assertEquals(names.filter((name) => name.includes("head")), ["shared/rest/value_head.weight"]);
  for (const name of names) assertEquals(name.split("/").slice(0, -1), ["shared", "rest"], name);
  const { optimizer, critic } = policies.groups.get("shared/rest")!;
  const moments = [optimizer, critic!.optimizer].flatMap((own) => [...own.tensors().keys()]);
  assertEquals(moments.filter((name) => name.includes("/")), []);
  assertEquals(moments.filter((name) => name.includes("head")), [
    "value_head.weight.exp_avg",
    "value_head.weight.exp_avg_sq",
  ]);
  policies.dispose();
});

Deno.test("PolicySet.initialize() gives every group a stream of its own, and values of 0", async () => {
  const policies = tinyPolicies(decoder, { shareAgents: false });
  const again = tinyPolicies(decoder, { shareAgents: false });
  const first = "policy.base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight";
  const values = async (
    set: typeof policies,
    key: string,
  ) => [...await set.groups.get(key)!.params.get(first)!.data()];
  const [zero, one] = [
    await values(policies, "agent_0/all"),
    await values(policies, "agent_1/all"),
  ];
  assertEquals(zero.some((value, i) => value !== one[i]), true);
  assertEquals(await values(again, "agent_1/all"), one);
  const head = [...policies.groups.get("agent_0/all")!.critic!.heads.get(0)!.weights.values()][0]!;
  assertEquals(new Set(await head.data()), new Set([0]));
  policies.dispose();
  again.dispose();
});

/** Of three turns, the last two are trained. */
const REST: PolicySetOptions = {
  numTurns: 3,
  turnGroups: "first_vs_rest",
  trainGroups: ["rest"],
  critic: { perTurn: false, bias: false },
  lora: { r: 2, alpha: 4, targetModules: ["q_proj", "v_proj", "down_proj"] },
  adam: { betas: [0.9, 0.95], eps: 1e-8, weightDecay: 0 },
};

/** The numbers of an adapter, by PEFT name. */
async function numbersOf({ weights }: LoraAdapter): Promise<AdapterValues> {
  const entries = [...weights].map(async ([name, variable]) =>
    [name, { values: Float32Array.from(await variable.data()), shape: variable.shape }] as const
  );
  return new Map(await Promise.all(entries));
}

/** Parameters of both turn groups that are not zero anywhere. */
async function trainedElsewhere(): Promise<ReadonlyMap<string, AdapterValues>> {
  const source = tinyPolicies(decoder, { ...REST, trainGroups: ["first", "rest"] });
  const initial = new Map<string, AdapterValues>();
  for (const group of source.groups.values()) {
    scatter(group.params, 0.1);
    initial.set(group.turnGroup, await numbersOf(group.policy));
  }
  source.dispose();
  return initial;
}

const seatOf = (parameters: string) => ({
  model: testModel(decoder),
  temperature: 1,
  frozen: false,
  parameters,
});

Deno.test("PolicySet lets seats begin with other parameters: trained on where they are trained, else as they are", async () => {
  const before = tf.memory().numTensors;
  const initial = await trainedElsewhere();
  const seats = [
    { ...seatOf("x"), frozen: true, initial },
    { ...seatOf("a"), initial },
    { ...seatOf("b"), initial },
    seatOf("c"),
  ];
  const policies = PolicySet.initialize(seats, REST, Random.fromSeed(1));
  assertEquals([...policies.groups.keys()], ["a/rest", "b/rest", "c/rest"]);
  const adapters = (turn: number) => seats.map((_, agent) => policies.adapter(agent, turn));
  const [first, rest] = [adapters(0), adapters(1)];
  // Nobody trains the first turn: who answers alike shares one adapter, the last seat has none.
  assertEquals(first.map((adapter) => adapter === first[0]), [true, true, true, false]);
  assertEquals(first[3], undefined);
  assertEquals(await numbersOf(first[0]!), initial.get("first"));
  for (const adapter of rest.slice(0, 3)) {
    assertEquals(await numbersOf(adapter!), initial.get("rest"));
  }
  assertEquals(new Set(rest).size, 4, "who learns apart has an adapter of its own");
  assertEquals([0, 1, 2, 3].map((agent) => policies.group(agent, 1)?.policy), [
    undefined,
    ...rest.slice(1),
  ]);
  assertEquals(policies.group(1, 0), undefined);
  // Agents beyond training, and turns beyond, as everywhere.
  assertEquals([policies.adapter(4, 1), policies.adapter(5, 7)], [rest[0], rest[1]]);

  // Training moves nobody else, and not what it began with.
  scatter(policies.groups.get("a/rest")!.params, 9);
  for (const agent of [0, 2]) {
    assertEquals(await numbersOf(policies.adapter(agent, 1)!), initial.get("rest"));
  }
  policies.dispose();
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("PolicySet has in its variables what seats begin with and do not train, and no optimiser of it", async () => {
  const initial = await trainedElsewhere();
  const seats = [{ ...seatOf("x"), frozen: true, initial }, { ...seatOf("a"), initial }];
  const policies = PolicySet.initialize(seats, REST, Random.fromSeed(1));
  const places = [...policies.variables().keys()].map((name) =>
    name.split("/").slice(0, 2).join("/")
  );
  assertEquals([...new Set(places)], ["a/rest", "seat-0/first", "seat-0/rest", "seat-1/first"]);
  assertEquals([...policies.optimizers().keys()], ["a/rest/policy", "a/rest/critic"]);
  // Frozen all around there is nothing to train, and they answer all the same.
  const frozen = PolicySet.initialize([seats[0]!], REST, Random.fromSeed(1));
  assertEquals([frozen.groups.size, frozen.beginsTrained], [0, true]);
  assertEquals(await numbersOf(frozen.adapter(0, 0)!), initial.get("first"));
  policies.dispose();
  frozen.dispose();
});

Deno.test("PolicySet begins with critics and base models where nothing else is given", async () => {
  const plain = PolicySet.initialize([seatOf("a")], REST, Random.fromSeed(1));
  const initial = new Map([["first", (await trainedElsewhere()).get("first")!]]);
  const started = PolicySet.initialize([{ ...seatOf("a"), initial }], REST, Random.fromSeed(1));
  assertEquals([plain.beginsTrained, started.beginsTrained], [false, true]);
  const [one, other] = [plain, started].map((set) => set.groups.get("a/rest")!);
  assertEquals(await numbersOf(other!.policy), await numbersOf(one!.policy));
  assertEquals(await numbersOf(other!.critic!.adapter), await numbersOf(one!.critic!.adapter));
  plain.dispose();
  started.dispose();
});

Deno.test("PolicySet.initialize() refuses seats that share parameters and begin differently", async () => {
  const initial = await trainedElsewhere();
  assertThrows(
    () =>
      PolicySet.initialize([seatOf("a"), { ...seatOf("a"), initial }], REST, Random.fromSeed(1)),
    RangeError,
    "Cannot share the parameters a as seats that do must have one initial policy: got two",
  );
});
