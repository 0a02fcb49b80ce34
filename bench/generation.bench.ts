/**
 * Tokens per second of sampling: by batch and context with the arithmetic experiment's base model, and of whole
 * discussions by agents and turns.
 *
 *     deno task bench bench/generation.bench.ts
 *
 * MAPORL_BLAS=wasm measures without a native library. Discussions are scored by the oracle, which
 * costs nothing.
 *
 * @module
 */
import { answerLengths } from "../lib/discussion/mod.ts";
import { Random } from "../lib/core/mod.ts";
import { formatDeviceReport, startDevice } from "../lib/device/mod.ts";
import { generate } from "../lib/generation/mod.ts";
import { randomTokens } from "./support/decoders.ts";
import { loadArithmetic, ORACLE } from "./support/update_run.ts";
import { rateBench } from "./support/rate_bench.ts";

const report = await startDevice("cpu");
console.log(formatDeviceReport(report));
const device = report.products.split(" ")[0]!;
const { decoder } = (await loadArithmetic(ORACLE)).parts.seats[0]!.model;
const NEW_TOKENS = 20;

/** As many rows as asked for, until each has ended or has NEW_TOKENS. */
async function benchGenerate(numRows: number, promptTokens: number): Promise<void> {
  const random = Random.fromSeed(0);
  const { vocabSize } = decoder.config;
  const prompts = Array.from(
    { length: numRows },
    (_, row) => randomTokens(promptTokens, { vocabSize, random: random.split("prompt", row) }),
  );
  const run = () =>
    generate(decoder, prompts, {
      maxNewTokens: NEW_TOKENS,
      temperature: 1,
      topK: 0,
      topP: 1,
      maxRows: numRows,
      randoms: prompts.map((_, row) => random.split("sampling", row)),
    });
  const tokens = (await run()).reduce((sum, { tokens }) => sum + tokens.length, 0);
  rateBench(
    {
      group: "generate()",
      name: `${numRows} rows after ${promptTokens} tokens`,
      device,
      work: tokens,
      unit: "tokens",
      n: 3,
    },
    async () => void await run(),
  );
}

/** All discussions of one update. */
async function benchDiscussions(numAgents: number, numTurns: number): Promise<void> {
  const { discuss } = await loadArithmetic([
    ...ORACLE,
    `discussion.numAgents=${numAgents}`,
    `discussion.numTurns=${numTurns}`,
    ...(numTurns === 1 ? ["algorithm.updates=0", "algorithm.trainGroups=[]"] : []),
  ]);
  const answers = (await discuss()).flatMap(({ answersTA }) => answersTA.flat());
  const tokens = answers.reduce((sum, answer) => sum + answerLengths(answer).responseLength, 0);
  rateBench(
    {
      group: "discussions",
      name: `64 questions, ${numAgents} agents, ${numTurns} turns`,
      device,
      work: tokens,
      unit: "tokens",
      n: 3,
    },
    async () => void await discuss(),
  );
}

for (const numRows of [1, 16, 64, 192]) await benchGenerate(numRows, 110);
for (const promptTokens of [27, 220, 440]) await benchGenerate(192, promptTokens);
for (const numAgents of [1, 3, 6]) await benchDiscussions(numAgents, 3);
for (const numTurns of [1, 2, 4]) await benchDiscussions(3, numTurns);
