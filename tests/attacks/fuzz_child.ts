/**
 * The process that takes the inputs: it is told cases on standard input, one line each, and answers
 * with a line; whoever started it ends it when no answer comes.
 *
 * @module
 */
import { Random } from "../../lib/core/mod.ts";
import { startDevice } from "../../lib/device/mod.ts";
import { type Answer, MARK, type Order, READY } from "./fuzz_answer.ts";
import { judgeError, type Target, type Verdict } from "./fuzz_target.ts";
import { type Group, shareOf } from "./fuzz_shares.ts";
import { forgetPeak, resourceUse } from "./resource_use.ts";

/** Bytes that one input may take. */
const MAX_MEMORY = 2 ** 30;
/** What is left over of an input that took more would hide what the next one takes. */
const MUCH_MEMORY = 2 ** 28;

async function takeCase(
  target: Target,
  seed: number,
  tell: (input: string) => void,
): Promise<Answer> {
  forgetPeak();
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
  if (grown > MUCH_MEMORY) (globalThis as { gc?: () => void }).gc?.();
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
  // Loaded when they are asked for: some take seconds.
  const makers: Record<Group, () => Promise<readonly Target[]>> = {
    text: async () => (await import("./fuzz_text_targets.ts")).textTargets,
    hub: async () => (await import("./fuzz_hub_targets.ts")).hubTargets,
    remote: async () => (await import("./fuzz_remote_targets.ts")).remoteTargets,
    planted: async () => (await import("./fuzz_planted_targets.ts")).plantedTargets,
    programs: async () => (await import("./fuzz_program_target.ts")).programTargets,
    serving: async () =>
      (await import("./fuzz_serving_target.ts")).servingTargets(await sub("serving")),
    data: async () => (await import("./fuzz_data_targets.ts")).dataTargets(await sub("data")),
    models: async () => (await import("./fuzz_model_targets.ts")).modelTargets(await sub("models")),
    files: async () => (await import("./fuzz_file_targets.ts")).fileTargets(await sub("files")),
    folders: async () =>
      (await import("./fuzz_folder_targets.ts")).folderTargets(await sub("folders")),
    runs: async () => (await import("./fuzz_run_targets.ts")).runTargets(await sub("runs")),
  };
  const prepared = new Map<Group, readonly Target[]>();
  const targetOf = async (name: string) => {
    const { group } = shareOf(name);
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
