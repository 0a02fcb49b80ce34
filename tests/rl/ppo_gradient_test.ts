import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals } from "@std/assert";
import { Random } from "../../lib/core/random.ts";
import { type Decoder, perSequence, rowBatches, sequenceLogProbs } from "../../lib/models/mod.ts";
import {
  criticValues,
  groupParams,
  type PolicyGroup,
  type PpoOptions,
  type PpoRow,
  ppoRows,
  ppoUpdate,
  turnsOfStates,
  VF_SCALE,
} from "../../lib/rl/mod.ts";
import { tinyDecoder } from "../support/decoders.ts";
import { startTestDevice } from "../support/device.ts";
import { assertClose } from "../support/tensors.ts";
import { plainPpoLoss } from "./ppo_loss_reference.ts";
import {
  GradRecorder,
  onlyGroup,
  ppoOptions,
  randomRows,
  recorded,
  scatter,
  tinyPolicies,
} from "./ppo_toys.ts";

await startTestDevice();

const ROWS = randomRows({ numQuestions: 3, numAgents: 2, turns: [1, 2] });
const MAX_TOKENS = 1000;

/** Adds noise, so that the ratios of the second pass are not 1 and some are clipped. */
function move(params: ReadonlyMap<string, tf.Variable>): void {
  const random = Random.fromSeed(51);
  for (const [name, variable] of params) {
    const stream = random.split(name);
    const noise = Float32Array.from({ length: variable.size }, () => 0.05 * stream.normal());
    tf.tidy(() => variable.assign(variable.add(tf.tensor(noise, variable.shape))));
  }
}

/** Gradient of the second pass of an update, in which old and new parameters differ. */
async function secondGradient(
  group: PolicyGroup,
  options: PpoOptions,
): Promise<Map<string, Float32Array>> {
  const recorder = new GradRecorder(() => move(groupParams(group)));
  await ppoUpdate(recorded(group, recorder), ROWS, {
    ...options,
    numPpoEpochs: 2,
    numCriticEpochs: 2,
  });
  return await recorder.take();
}

/** The loss of all rows in plain numbers: mean (or sum) over (turn, agent) of plainPpoLoss(). */
async function plainLoss(
  decoder: Decoder,
  group: PolicyGroup,
  { prepared, options }: { prepared: readonly PpoRow[]; options: PpoOptions },
): Promise<{ loss: number; clipFracs: number[] }> {
  const logProbs = await sequenceLogProbs(
    { decoder, adapter: group.policy },
    prepared.map(({ policySequence }) => policySequence),
    { temperature: group.temperature, maxTokens: MAX_TOKENS },
  );
  const values = await perSequence(
    rowBatches(prepared.map(({ valueSequence }) => valueSequence!), {
      padTokenId: decoder.config.padTokenId,
      maxTokens: MAX_TOKENS,
    }),
    (batch) =>
      criticValues(group.critic!, { decoder }, {
        batch: batch.batch,
        turns: turnsOfStates(batch, prepared.map(({ row }) => row)),
      }),
  );
  const pairs = [
    ...Map.groupBy(prepared.keys(), (i) => {
      const { row } = prepared[i]!;
      return `${row.turn}/${row.agent}`;
    }).values(),
  ];
  const flat = (members: number[], of: (row: PpoRow, i: number) => ArrayLike<number>) =>
    members.flatMap((i) => Array.from(of(prepared[i]!, i)));
  const losses = pairs.map((members) =>
    plainPpoLoss({
      newLogProbs: flat(members, (_, i) => logProbs[i]!),
      oldLogProbs: flat(members, (row) => row.oldLogProbs),
      advantages: flat(members, (row) => row.advantages),
      newValues: flat(members, (_, i) => values[i]!),
      oldValues: flat(members, (row) => row.values!.oldValues),
      returns: flat(members, (row) => row.values!.returns),
    }, {
      cliprange: options.cliprange,
      cliprangeValue: options.cliprangeValue,
      vfScale: VF_SCALE[options.compat],
      vfCoef: options.vfCoef,
    })
  );
  const sum = losses.reduce((a, { loss }) => a + loss, 0);
  return {
    loss: options.lossAggregation === "mean" ? sum / pairs.length : sum,
    clipFracs: losses.flatMap(({ clipFrac, vfClipFrac }) => [clipFrac, vfClipFrac]),
  };
}

const CASES: { name: string; temperature: number; options: PpoOptions }[] = [
  {
    name: "paper",
    temperature: 0.7,
    options: ppoOptions({ klCoef: 0.1, gaeLambda: 0.9, vfCoef: 0.5 }),
  },
  {
    name: "official",
    temperature: 1,
    options: ppoOptions({
      compat: "official",
      cliprange: 0.12, // no ratio lies so near to it that a difference quotient spans the kink
      cliprangeValue: 0.2,
      lossAggregation: "sum",
      klCoef: 0.02,
      gaeLambda: 0.95,
    }),
  },
];

for (const { name, temperature, options } of CASES) {
  Deno.test(`ppoUpdate() differentiates the plain loss through LoRA and value head (${name})`, async () => {
    const decoder = tinyDecoder();
    const policies = tinyPolicies(decoder, { temperature });
    const group = onlyGroup(policies);
    scatter(groupParams(group), 0.3);
    const prepared = await ppoRows(group, ROWS, options);
    // The second pass takes its gradient where move() has put the parameters; they stay there.
    const grads = await secondGradient(group, options);
    const plainNow = () => plainLoss(decoder, group, { prepared, options });
    const { clipFracs } = await plainNow();
    assert(clipFracs.some((share) => share > 0 && share < 1), `clipped: ${clipFracs}`);

    // Richardson's (4 D(h/2) − D(h)) / 3 of central differences along one random direction for each.
    const h = 4e-3;
    const random = Random.fromSeed(61);
    for (const [param, variable] of groupParams(group)) {
      const origin = Float32Array.from(await variable.data());
      const raw = Array.from(origin, () => random.normal());
      const direction = raw.map((component) => component / Math.hypot(...raw));
      const at = async (shift: number) => {
        const moved = origin.map((weight, i) => weight + shift * direction[i]!);
        tf.tidy(() => variable.assign(tf.tensor(moved, variable.shape)));
        return (await plainNow()).loss;
      };
      const wide = (await at(h) - await at(-h)) / (2 * h);
      const narrow = (await at(h / 2) - await at(-h / 2)) / h;
      const difference = (4 * narrow - wide) / 3;
      tf.tidy(() => variable.assign(tf.tensor(origin, variable.shape)));
      const grad = grads.get(param)!;
      const analytic = direction.reduce((sum, component, i) => sum + component * grad[i]!, 0);
      assert(
        Math.abs(analytic - difference) < 5e-4 + 2e-3 * Math.abs(difference),
        `${param}: gradient ${analytic}, difference quotient ${difference}`,
      );
    }
    for (const part of [policies, decoder]) part.dispose();
  });
}

Deno.test("ppoUpdate() has the same gradient however a mini-batch is cut into micro-batches", async () => {
  const gradients: Map<string, Float32Array>[] = [];
  for (const maxBatchTokens of [1000, 16, 1]) { // all rows at once, a few, one by one
    const decoder = tinyDecoder();
    const policies = tinyPolicies(decoder);
    scatter(onlyGroup(policies).params, 0.3);
    gradients.push(
      await secondGradient(onlyGroup(policies), ppoOptions({ maxBatchTokens })),
    );
    for (const part of [policies, decoder]) part.dispose();
  }
  const [whole, ...cut] = gradients;
  let largest = 0;
  for (const [name, grad] of whole!) {
    largest = Math.max(largest, ...grad.map(Math.abs));
    for (const other of cut) assertClose(other.get(name)!, grad, 2e-5);
  }
  assert(largest > 0.05, `gradients that are all small prove nothing: ${largest}`);
});

Deno.test("ppoUpdate() of a mini-batch averages its (turn, agent) pairs", async () => {
  // The gradient of four pairs is the mean of the gradients of each pair alone ("sum": their sum).
  const decoder = tinyDecoder();
  const policies = tinyPolicies(decoder);
  const group = onlyGroup(policies);
  scatter(groupParams(group), 0.3);
  const gradientOf = async (rows: typeof ROWS, lossAggregation: "mean" | "sum") => {
    const recorder = new GradRecorder();
    await ppoUpdate(
      recorded(group, recorder),
      rows,
      // Unwhitened, as so few answers are whitened over each other: alone they would differ.
      ppoOptions({ lossAggregation, whitenAdvantages: false }),
    );
    return await recorder.take();
  };
  const pairs = [...Map.groupBy(ROWS, ({ turn, agent }) => `${turn}/${agent}`).values()];
  const alone = await Promise.all(pairs.map((rows) => gradientOf(rows, "mean")));
  const [mean, sum] = [await gradientOf(ROWS, "mean"), await gradientOf(ROWS, "sum")];
  for (const name of groupParams(group).keys()) {
    for (let i = 0; i < mean.get(name)!.length; i++) {
      const total = alone.reduce((acc, grads) => acc + grads.get(name)![i]!, 0);
      assertAlmostEquals(sum.get(name)![i]!, total, 2e-5);
      assertAlmostEquals(mean.get(name)![i]!, total / pairs.length, 1e-5);
    }
  }
  for (const part of [policies, decoder]) part.dispose();
});
