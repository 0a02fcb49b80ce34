import { assert, assertEquals, assertThrows } from "@std/assert";
import { pretrainSchema } from "../../experiments/pretrain/config.ts";
import { maporlSchema } from "../../experiments/maporl/config.ts";
import { trainVerifierSchema } from "../../experiments/train_verifier/config.ts";
import { ConfigError, describeOptions, resolveConfig } from "../../lib/core/mod.ts";

const resolve = (...sets: string[]) => resolveConfig(maporlSchema, [{}], sets);

/** Settings that are refused, and what the message must say. */
const REFUSED: [string[], string[]][] = [
  // out of range or of a wrong type
  [["discussion.numAgents=0"], ["discussion.numAgents must be an integer in [1, 100]: 0"]],
  [["discussion.numTurns=0"], ["discussion.numTurns must be an integer in [1, 100]: 0"]],
  [["discussion.numAgents=2.5"], ["discussion.numAgents must be an integer in [1, 100]: 2.5"]],
  [["discussion.numAgents=three"], ["discussion.numAgents must be an integer", '"three"']],
  [["algorithm.learningRate=0"], ["algorithm.learningRate must be"]],
  [["algorithm.gaeLambda=1.1"], ["algorithm.gaeLambda must be a number in [0, 1]: 1.1"]],
  [["algorithm.updates=-1"], ["algorithm.updates must be an integer in [0, 1000000]: -1"]],
  [["verifier.kind=best"], ['verifier.kind must be "trained" | "oracle": "best"']],
  [["sampling.topP=0"], ["sampling.topP must be a number"]],
  [["algorithm.betas=[0.9,1]"], ["algorithm.betas.1 must be a number"]],
  [["discussion.numAgents=101"], ["discussion.numAgents must be an integer in [1, 100]: 101"]],
  [["evaluation.numAgents=101"], ["evaluation.numAgents must be"]],
  // unknown keys, with the nearest valid one
  [["discussion.numAgent=3"], ["discussion.numAgent is not an option. Did you mean", "numAgents"]],
  [["algoritm.updates=3"], ["algoritm is not an option. Did you mean algorithm?"]],
  // combinations
  [["algorithm.trainGroups=[later]"], [
    'algorithm.trainGroups: "later" must be a turn group of turnGroups "first_vs_rest" with 3 turns: first, rest',
  ]],
  [["algorithm.turnGroups=per_turn", "algorithm.trainGroups=[turn_3]"], ["turn_0, turn_1, turn_2"]],
  [["discussion.numTurns=1"], ['"rest" must be a turn group', "with 1 turns: first"]],
  [
    ["seats=[{frozen: true}, {frozen: true}, {frozen: true}]"],
    ["algorithm.updates: must be 0 when no turn group or no"],
  ],
  [["algorithm.trainGroups=[]"], ["algorithm.updates: must be 0 when no turn group or no"]],
  [
    ["algorithm.turnBased=true", "discussion.numTurns=1", "algorithm.trainGroups=[first]"],
    ["algorithm.turnBased: needs at least 2 turns"],
  ],
  [["reward.tieRule=right", "reward.compat=official"], ["reward.tieRule: must be"]],
  [["reward.tieRule=right", "reward.incentiveCompat=official"], ["reward.tieRule: must be"]],
  [["reward.tieRule=right", "compat=official"], ["reward.tieRule: must be"]],
  [["reward.incentiveMode=official"], ["Did you mean reward.incentiveCompat?"]],
  [["reward.minTokens=41"], ["reward.minTokens: must not exceed sampling.maxNewTokens, 40"]],
  [
    ["algorithm.samplingMismatch=truncate", "algorithm.samplingTolerance=0.1"],
    ["algorithm.samplingTolerance has no effect with", "truncate", "leave it at null"],
  ],
  [["seats=[{}, {}]"], [
    "seats: has 2 entries and must have one for each of the 3 agents of discussion.numAgents",
  ]],
  [["seats=[{}, {}, {}]", "evaluation.numAgents=5"], [
    "evaluation.numAgents: must not exceed the number of seats, 3",
  ]],
  [["seats=[{}, {}, {temperature: 0.7}]"], [
    'seats.2 must have the base and temperature of seats.0, whose parameters "shared" it shares: it is',
    "at temperature 0.7, the other",
    "; set algorithm.shareAgents=false",
  ]],
  [
    [
      "seats=[{parameters: a}, {}, {parameters: a, base: other, verifier: {kind: oracle}}]",
      "algorithm.shareAgents=false",
    ],
    [
      "seats.2 must have the base",
      '"other" at temperature 1',
      "give it parameters of its own: seats.2.parameters=own_2",
    ],
  ],
  [["seats=[{}, {base: other}, {}]"], [
    "seats.1.verifier: must name a verifier that was trained on its own base, or {kind: oracle}",
  ]],
  [["seats=[{}, {verifier: {kind: trained}}, {}]"], ["seats.1.verifier.path must be path"]],
  [["seats=[{}, {parameters: a/b}, {}]"], ["seats.1.parameters: must be a word of letters"]],
  ...["shared", "agent_1", "agent_12"].map((name): [string[], string[]] => [
    [`seats=[{}, {parameters: ${name}}, {}]`],
    ["seats.1.parameters: must be another name, as seats without one have shared and agent_N"],
  ]),
  [["seats=[{}, {parameters: a, frozen: true}, {}]"], [
    "seats.1.parameters has no effect in a frozen seat: leave it at null",
  ]],
  // A resumption may train them, and cannot take the name back.
  [["algorithm.updates=0", "seats=[{}, {parameters: a, frozen: true}, {}]"], [
    "seats.1.parameters has no effect in a frozen seat: leave it at null",
  ]],
  [["algorithm.shareAgents=false", "evaluation.numAgents=4"], [
    "evaluation.numAgents: must not exceed discussion.numAgents, 3, with algorithm.shareAgents false",
  ]],
  [["discussion.consensusFraction=1"], [
    "discussion.consensusFraction must be a number in [0, 1)",
  ]],
  [["discussion.consensusFraction=0.5", "discussion.consensusReward=1"], [
    "discussion.consensusReward must be a number in [0, 1)",
  ]],
  [["seats=[{verifier: {kind: oracle, path: v}}, {}, {}]"], [
    "seats.0.verifier.path is not an option. It goes with seats.0.verifier.kind=trained. Allowed in",
  ]],
  [["seats=[{}, {tmperature: 1}, {}]"], [
    "seats.1.tmperature is not an option. Did you mean seats.1.temperature?",
  ]],
  [["sampling.temperature=0"], ["sampling.temperature: must be above 0 while training"]],
  [["sampling.topK=1"], ["sampling.topK: must be off while training"]],
  [["sampling.topP=0.9"], ["sampling.topP: must be off while training"]],
  [
    ["algorithm.turnGroups=per_turn", "algorithm.trainGroups=[turn_1]", "evaluation.numTurns=4"],
    ["evaluation.numTurns: must not exceed discussion.numTurns"],
  ],
  [
    ["seats=[{}, {temperature: 0}, {}]", "algorithm.shareAgents=false"],
    ["seats.1.temperature: must be above 0 while training", "; or set frozen: true there"],
  ],
  [["algorithm.turnBased=true", "algorithm.trainGroups=[first]"], [
    "algorithm.trainGroups: must hold",
  ]],
  [
    ["algorithm.updates=1", "algorithm.questionsPerUpdate=1"],
    ["algorithm.warmupSteps: must not exceed", "algorithm.updates=1 make, 2"],
  ],
  [
    // Turn 1 in updates 1 to 20, turn 2 in the 4 that are left, of 4 steps each.
    [
      ...["algorithm.turnBased=true", "algorithm.turnGroups=per_turn", "algorithm.updates=24"],
      ...["algorithm.trainGroups=[turn_1, turn_2]", "algorithm.numPpoEpochs=2"],
      ...["algorithm.numMiniBatches=2", "algorithm.warmupSteps=17"],
    ],
    ['algorithm.warmupSteps: must not exceed the optimiser steps of "turn_2" that', "make, 16"],
  ],
  // numbers that float32 cannot compute with
  [["sampling.temperature=1e-39"], [
    "sampling.temperature must be 0 | number in [0.001, 100]: 1e-39",
  ]],
  [["sampling.temperature=1e-46"], ["sampling.temperature must be 0 | number in [0.001, 100]"]],
  [["sampling.temperature=1e39"], ["sampling.temperature must be"]],
  [["seats=[{}, {}, {temperature: 1e-39}]"], ["seats.2.temperature must be"]],
  [["sampling.topP=1e-39"], ["sampling.topP must be a number in [0.000001, 1]"]],
  [["algorithm.eps=1e-39"], ["algorithm.eps must be a number in"]],
  [["algorithm.learningRate=1e-46"], ["algorithm.learningRate must be a number in"]],
  [["algorithm.betas=[0.9, 0.999999999]"], ["algorithm.betas.1 must be a number in [0, 0.99999]"]],
  [["algorithm.cliprange=1e39"], ["algorithm.cliprange must be a number in"]],
  [["algorithm.klCoef=1e39"], ["algorithm.klCoef must be a number in"]],
  [["algorithm.maxGradNorm=.inf"], ["algorithm.maxGradNorm must be a number in"]],
  [["reward.penaltyValue=-1e39"], ["reward.penaltyValue must be a number in"]],
  // sizes without end
  [["evaluation.numQuestions=1e9"], ["evaluation.numQuestions must be an integer in [1, 100000]"]],
  [["evaluation.resamples=1e9"], ["evaluation.resamples must be an integer in [100, 100000]"]],
  [["evaluation.resamples=1"], ["evaluation.resamples must be an integer in [100, 100000]"]],
  [
    ["evaluation.resamples=1e5", "evaluation.numQuestions=1e5"],
    ["evaluation.resamples: times evaluation.numQuestions, 100000, must not exceed 50000000"],
  ],
  [["algorithm.loraR=1e6"], ["algorithm.loraR must be an integer in [1, 4096]"]],
  [["sampling.maxRows=9007199254740991"], ["sampling.maxRows must be an integer in"]],
  [["algorithm.updates=9007199254740991"], ["algorithm.updates must be an integer in"]],
  [["seats=[]"], ["seats must be a list (1 to 100 items)"]],
];

for (const [sets, messages] of REFUSED) {
  Deno.test(`quickstart refuses ${sets.join(" ")}`, () => {
    const error = assertThrows(() => resolve(...sets), ConfigError);
    for (const message of messages) assert(error.message.includes(message), error.message);
  });
}

/** Settings that look alike and are fine. */
const ALLOWED: string[][] = [
  [],
  ["algorithm.updates=0", "algorithm.trainGroups=[]", "sampling.temperature=0"],
  ["algorithm.updates=0", "seats=[{frozen: true}, {frozen: true}, {frozen: true}]"],
  [
    // 16 steps of turn 2; "rest" holds turns 1 and 2, and is trained in all updates.
    ...["algorithm.turnBased=true", "algorithm.turnGroups=per_turn", "algorithm.updates=24"],
    ...["algorithm.trainGroups=[turn_1, turn_2]", "algorithm.numPpoEpochs=2"],
    ...["algorithm.numMiniBatches=2", "algorithm.warmupSteps=16"],
  ],
  [
    ...["algorithm.turnBased=true", "algorithm.updates=24", "algorithm.numPpoEpochs=2"],
    ...["algorithm.numMiniBatches=2", "algorithm.warmupSteps=96"],
  ],
  ["discussion.numTurns=1", "algorithm.trainGroups=[first]"],
  ["discussion.numAgents=1"],
  ["algorithm.turnGroups=per_turn", "algorithm.trainGroups=[turn_0,turn_2]"],
  ["algorithm.turnGroups=all", "algorithm.trainGroups=[all]", "seats=[{frozen: true}, {}, {}]"],
  ["algorithm.shareAgents=false", "seats=[{}, {}, {temperature: 0.7}]"],
  ["seats=[{}, {temperature: 0, frozen: true}, {}]"],
  ["seats=[{temperature: 0, frozen: true}, {}, {}]"],
  ["algorithm.updates=0", "seats=[{temperature: 0}, {temperature: 0}, {temperature: 0}]"],
  ["algorithm.shareAgents=false", "evaluation.numAgents=3"],
  ["seats=[{parameters: agent_}, {parameters: agents_1}, {parameters: shared_}]"],
  ["seats=[{parameters: a}, {parameters: a}, {parameters: b, temperature: 0.7}]"],
  ["seats=[{}, {frozen: true, base: other, verifier: {kind: trained, path: its}}, {}]"],
  ["seats=[{}, {frozen: true, base: other}, {}]", "verifier.kind=oracle"],
  ["seats=[{}, {frozen: true, base: data/checkpoints/arithmetic/base/}, {}]"],
  ["seats=[{}, {}, {}]", "evaluation.numAgents=2"],
  ["evaluation.numAgents=5", "evaluation.numTurns=6"],
  ["reward.tieRule=right", "reward.followOthers=1"],
  ["reward.minTokens=40"],
  ["algorithm.turnBased=true"],
  ["algorithm.updates=1", "algorithm.questionsPerUpdate=2"],
  ["algorithm.updates=0", "algorithm.warmupSteps=100"],
  ["sampling.temperature=0.001"],
];

for (const sets of ALLOWED) {
  Deno.test(`quickstart allows ${sets.join(" ") || "its defaults"}`, () => {
    resolve(...sets);
  });
}

Deno.test("quickstart says nothing but that there must be agents and turns where there are none", () => {
  for (const set of ["discussion.numAgents=0", "discussion.numTurns=0"]) {
    const { message } = assertThrows(() => resolve(set), ConfigError);
    assert(message.startsWith("Cannot use the configuration: discussion.num"), message);
  }
});

Deno.test("quickstart reports every problem of a configuration at once", () => {
  const error = assertThrows(
    () => resolve("discussion.numAgents=0", "algorithm.updates=-1", "base=3"),
    ConfigError,
  );
  assert(error.message.includes("3 entries are wrong"), error.message);
});

Deno.test("every option of every experiment says what it is", () => {
  for (const schema of [maporlSchema, pretrainSchema, trainVerifierSchema]) {
    const options = describeOptions(schema);
    assert(options.length > 10);
    const silent = options.filter(({ description }) => !description).map(({ path }) => path);
    assertEquals(silent, []);
  }
});

Deno.test("pretrain refuses widths that do not divide into heads", () => {
  const pretrain = (...sets: string[]) => resolveConfig(pretrainSchema, [{}], sets);
  for (
    const [set, message] of [
      ["model.numAttentionHeads=3", "must divide model.hiddenSize"],
      ["model.numKeyValueHeads=3", "must divide model.numAttentionHeads"],
      ["model.numAttentionHeads=128", "even"], // heads of width 1 cannot be rotated
    ] as const
  ) {
    const error = assertThrows(() => pretrain(set), ConfigError);
    assert(error.message.includes(message), error.message);
  }
  pretrain("model.numAttentionHeads=2", "model.numKeyValueHeads=1");
});

Deno.test("every number of every experiment has bounds on both sides", () => {
  for (const schema of [maporlSchema, pretrainSchema, trainVerifierSchema]) {
    const open = describeOptions(schema)
      .filter(({ type }) => /\b(number|integer)\b(?! in [[(])/.test(type.replaceAll(/"\w+"/g, "")))
      .map(({ path }) => path);
    assertEquals(open, []);
  }
});

Deno.test("pretrain and train_verifier refuse settings that contradict one another", () => {
  const cases: [object, string[], string][] = [
    [pretrainSchema, ["legs=[4,2]", "warmupSteps=0"], "legs: must rise: 2 follows 4"],
    [pretrainSchema, ["legs=[4,4]", "warmupSteps=0"], "legs: must rise: 4 follows 4"],
    [pretrainSchema, ["legs=[99]"], "warmupSteps: must not exceed the first of legs, 99"],
    [pretrainSchema, ["corpus.agentChances=[0,0]"], "corpus.agentChances: must not all be 0"],
    [pretrainSchema, ["corpus.agentChances=[1,1,1,1,1,1,1,1,1]"], "must be a list (1 to 8 items)"],
    [pretrainSchema, ["model.numHiddenLayers=1e7"], "must be an integer in [1, 200]"],
    [trainVerifierSchema, ["sampling.temperature=0"], "sampling.temperature: must be above 0 with"],
    [trainVerifierSchema, ["questions=10"], "warmupSteps: must not exceed the steps"],
    [trainVerifierSchema, ["lora.r=1e6"], "lora.r must be an integer in [0, 4096]"],
    [trainVerifierSchema, ['saveTo=""'], "saveTo must be path, not empty"],
  ];
  for (const [schema, sets, message] of cases) {
    const error = assertThrows(
      () => resolveConfig(schema as typeof pretrainSchema, [{}], sets),
      ConfigError,
    );
    assert(error.message.includes(message), error.message);
  }
  resolveConfig(pretrainSchema, [{}], ["legs=[100, 101]", "corpus.agentChances=[0,1]"]);
  resolveConfig(trainVerifierSchema, [{}], ["sampling.temperature=0", "samplesPerQuestion=1"]);
});
