/**
 * The process that takes the inputs: it is told cases on standard input, one line each, and answers
 * with a line; whoever started it ends it when no answer comes.
 *
 * @module
 */
import { Random } from "../../lib/core/mod.ts";
import { startDevice } from "../../lib/device/mod.ts";
import { type Answer, MARK, type Order, READY } from "./fuzz_answer.ts";
import { dataTargets } from "./fuzz_data_targets.ts";
import { modelTargets } from "./fuzz_model_targets.ts";
import { runTargets } from "./fuzz_run_targets.ts";
import { judgeError, type Target, type Verdict } from "./fuzz_target.ts";
import { type Group, SHARES } from "./fuzz_shares.ts";
import { textTargets } from "./fuzz_text_targets.ts";
import { resourceUse } from "./resource_use.ts";

/** Bytes that one input may take. */
const MAX_MEMORY = 2 ** 30;

async function takeCase(
  target: Target,
  seed: number,
  tell: (input: string) => void,
): Promise<Answer> {
  const before = resourceUse();
  let input = "";
  let verdict: Verdict;
  try {
    const attempt = await target.attempt(Random.fromSeed(seed).split("fuzz", target.name));
    input = attempt.input;
    tell(input);
    verdict = await attempt.take();
  } catch (error) {
    verdict = judgeError(error, target);
  }
  const after = resourceUse();
  const grown = after.peakBytes - before.peakBytes;
  if (grown > MAX_MEMORY) verdict = { outcome: "blow-up", detail: `${grown} bytes` };
  const seconds = after.seconds - before.seconds;
  return { seed, input: input.slice(0, 400), seconds, ...verdict };
}

async function main(folder: string): Promise<void> {
  // At once, rather than by another thread that a busy machine lets wait: most cases take a millisecond.
  const write = (value: unknown) => {
    const bytes = new TextEncoder().encode(`\n${MARK}${JSON.stringify(value)}\n`);
    for (let done = 0; done < bytes.length;) done += Deno.stdout.writeSync(bytes.subarray(done));
  };
  await startDevice("cpu");
  const sub = async (name: string) => {
    await Deno.mkdir(`${folder}/${name}`);
    return `${folder}/${name}`;
  };
  const makers: Record<Group, () => Promise<readonly Target[]>> = {
    text: () => Promise.resolve(textTargets),
    data: async () => dataTargets(await sub("data")),
    models: async () => modelTargets(await sub("models")),
    runs: async () => runTargets(await sub("runs")),
  };
  const prepared = new Map<Group, readonly Target[]>();
  const targetOf = async (name: string) => {
    const { group } = SHARES[name]!;
    const targets = prepared.get(group) ?? await makers[group]();
    prepared.set(group, targets);
    return targets.find((target) => target.name === name)!;
  };
  let rest = "";
  for await (const text of Deno.stdin.readable.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    for (const line of lines) {
      const order: Order = JSON.parse(line);
      const target = await targetOf(order.target);
      write(READY);
      const tell = (input: string) => void (order.tells && write({ input }));
      for (let i = 0; i < order.count; i++) {
        write(await takeCase(target, order.from + i, tell));
      }
    }
  }
}

if (import.meta.main) {
  await main(Deno.args[0]!);
  Deno.exit(0);
}
