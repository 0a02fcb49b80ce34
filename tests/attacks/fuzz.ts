/**
 * `deno task fuzz`: gives damaged and strange inputs to everything that reads files, settings, command
 * lines and answers, and counts what becomes of them.
 *
 * @module
 */
import { attackOptions } from "./attack_options.ts";
import type { Answer, Order } from "./fuzz_answer.ts";
import { endFuzzProcesses, FuzzProcess, type NoAnswer } from "./fuzz_process.ts";
import { type Group, shareOf, SHARES } from "./fuzz_shares.ts";
import { BAD, OUTCOMES } from "./fuzz_target.ts";
import { Tally } from "./tally.ts";

/** What a fuzzing is asked for. */
export interface FuzzOptions {
  /** How long new cases are started, in minutes. */
  readonly minutes: number;
  /** Seed of the first case of each target. */
  readonly seed: number;
  /** The only cases, each `target:seed`. */
  readonly only?: readonly string[] | undefined;
  /** Names of the only targets; default all. */
  readonly targets?: readonly string[] | undefined;
  /** Processes at a time; default the number of processors. */
  readonly processes?: number;
  /** How many times longer than on a free machine an answer may take on the wall; default 1. */
  readonly patience?: number;
  /** How many times its time on a processor, which is shared with whatever else runs there; default 1. */
  readonly processorPatience?: number;
  /** Whether progress is left out. */
  readonly quiet?: boolean;
}

/** Seconds that a process stays with a target, times the target's weight. */
const TURN = 0.5;
/** Cases that are ordered at a time, by what they need. */
const BATCH: Readonly<Record<Group, number>> = {
  ...{ text: 100, hub: 50, remote: 50, serving: 20, data: 20, programs: 1 },
  ...{ models: 20, files: 20, folders: 20, runs: 4, planted: 1 },
};
/** How many times the limit a case may take on the wall when it is repeated alone. */
const LONGER = 5;
/** Cases after which a process is started afresh. */
const MAX_CASES = 20_000;

/**
 * Fuzzes until the time is over.
 *
 * @param options Time, seed, cases.
 * @returns The counts.
 */
export async function fuzz(options: FuzzOptions): Promise<Tally> {
  const run = new Fuzz(options);
  const numLanes = options.only === undefined
    ? options.processes ?? navigator.hardwareConcurrency
    : 1;
  const show = () => options.quiet === true || console.log(run.progress());
  const progress = setInterval(show, 15_000);
  try {
    const lanes = Array.from({ length: numLanes }, (_, i) => run.lane(i, numLanes));
    await Promise.all(lanes);
  } finally {
    clearInterval(progress);
    endFuzzProcesses();
    // What was counted is told even where a process could not be prepared.
    if (!options.quiet) {
      console.log(`\n${run.tally.table(OUTCOMES)}\n`);
      console.log(run.tally.summary());
    }
  }
  return run.tally;
}

class Fuzz {
  readonly tally = new Tally();
  readonly #options: FuzzOptions;
  readonly #start = performance.now();
  /** The next seed of each target. */
  readonly #next = new Map<string, number>();

  constructor(options: FuzzOptions) {
    this.#options = options;
  }

  progress(): string {
    const minutes = ((performance.now() - this.#start) / 60_000).toFixed(1);
    return `${minutes} min: ${this.tally.total()} inputs, ${this.tally.failures.length} failures`;
  }

  /** Gives the targets to a process in turn, and to another one when it is gone. */
  async lane(index: number, numLanes: number): Promise<void> {
    let process = await FuzzProcess.start();
    let taken = 0;
    for (const order of this.#orders(index / numLanes)) {
      const { limit: most } = shareOf(order.target);
      const { patience = 1, processorPatience = 1 } = this.#options;
      const limit = most * patience, own = most * processorPatience;
      for (let left = order; left.count > 0;) {
        let isGone = taken >= MAX_CASES;
        for await (const answer of process.take(left, limit)) {
          const seed = left.from;
          left = { ...left, from: seed + 1, count: left.count - 1 };
          taken++;
          isGone ||= answer.outcome === "blow-up";
          if (isAnswer(answer)) this.#note(order.target, seed, inTime(answer, own));
          else {
            await process.end();
            process = await FuzzProcess.start();
            const alone = { ...order, from: seed, count: 1, tells: true };
            const again = await once(process, alone, LONGER * limit);
            this.#note(order.target, seed, confirmed(answer, again, own));
            isGone = true;
          }
          if (isGone || this.#isOver()) break;
        }
        if (this.#isOver()) break;
        if (!isGone) continue;
        await process.end();
        process = await FuzzProcess.start();
        taken = 0;
      }
    }
    await process.end();
  }

  /** Cases of the targets in turn, each for a while; or those that were asked for. */
  *#orders(begin: number): Generator<Order> {
    for (const only of this.#options.only ?? []) {
      const [target = "", seed] = only.split(":");
      yield { target, from: Number(seed), count: 1 };
    }
    if (this.#options.only !== undefined) return;
    const { targets: names = Object.keys(SHARES) } = this.#options;
    const targets = names.map((name) => [name, shareOf(name)] as const);
    // Processes begin with different targets.
    for (let i = Math.floor(begin * targets.length); !this.#isOver(); i++) {
      const [target, { weight, group }] = targets[i % targets.length]!;
      const end = performance.now() + TURN * 1000 * weight;
      while (performance.now() < end && !this.#isOver()) {
        const count = BATCH[group];
        const from = this.#next.get(target) ?? this.#options.seed;
        this.#next.set(target, from + count);
        yield { target, from, count };
      }
    }
  }

  #isOver(): boolean {
    return this.#options.only === undefined &&
      performance.now() - this.#start > this.#options.minutes * 60_000;
  }

  #note(target: string, seed: number, { outcome, detail, input }: Answer | NoAnswer): void {
    this.tally.add(target, outcome);
    if (!BAD.includes(outcome)) return;
    const only = `'${target}:${seed}'`;
    this.tally.fail({ only, kind: outcome, detail: `${input}\n${detail ?? ""}` }, "fuzz");
  }
}

const isAnswer = (answer: Answer | NoAnswer): answer is Answer => "seed" in answer;

async function once(process: FuzzProcess, order: Order, limit: number): Promise<Answer | NoAnswer> {
  for await (const answer of process.take(order, limit)) return answer;
  throw new Error(`Cannot take ${order.target}:${order.from} as it gives no answer`);
}

/** A case that ended the process or did not end, after it was repeated alone. */
function confirmed(first: NoAnswer, again: Answer | NoAnswer, limit: number): Answer | NoAnswer {
  if (!isAnswer(again)) return again;
  // Others may have used the processors the first time; what it takes itself is what counts.
  if (first.outcome !== "hang") {
    return { ...first, input: `${again.input}\nnot when repeated alone` };
  }
  return inTime(again, limit);
}

/** What takes too long hangs, however the answer is; what others do on the processors does not count. */
function inTime(answer: Answer, limit: number): Answer {
  if (answer.seconds <= limit || BAD.includes(answer.outcome)) return answer;
  return { ...answer, outcome: "hang", detail: `it takes ${answer.seconds} s` };
}

if (import.meta.main) {
  const { minutes, seed, only } = attackOptions(Deno.args, {
    task: "fuzz",
    does: "gives damaged and strange inputs to all readers and counts what becomes of them",
    also: ",\n               or fuzzes the targets of these names alone, between commas",
  });
  Deno.addSignalListener("SIGINT", () => {
    endFuzzProcesses();
    Deno.exit(130);
  });
  const named = only?.split(",");
  const areCases = named?.every((name) => /:\d+$/.test(name));
  const unknown = areCases ? undefined : named?.find((name) => !Object.hasOwn(SHARES, name));
  if (unknown !== undefined) {
    console.error(`Cannot fuzz ${unknown} as it must be one of ${Object.keys(SHARES).join(", ")}`);
    Deno.exit(2);
  }
  const tally = await fuzz({ minutes, seed, [areCases ? "only" : "targets"]: named });
  Deno.exit(tally.failures.length > 0 ? 1 : 0);
}
