/**
 * One case of the soak: a run that is interrupted, gone on with, and compared with an undisturbed one.
 *
 * @module
 */
import { readRecord } from "../../lib/tracking/mod.ts";
import { type ChildResult, runChild, type RunningChild } from "./child_run.ts";
import type { Wish } from "./interfere.ts";
import {
  differences,
  frameRows,
  newestCheckpoint,
  type Outcome,
  runOutcome,
} from "./run_outcome.ts";
import type { Plan, Round } from "./soak_plan.ts";
import type { Setup } from "./soak_setups.ts";
import { type Fault, faultsOf } from "./soak_verdict.ts";

/** An undisturbed run, to compare with and to choose moments by. */
export interface Baseline {
  /** What it left. */
  readonly outcome: Outcome;
  /** Its lines that came alone, by their numbers; tables are printed at one moment. */
  readonly lines: readonly number[];
  /** Milliseconds until each of its lines. */
  readonly times: readonly number[];
  /** Milliseconds that it took. */
  readonly total: number;
  /** Operations that changed files. */
  readonly operations: number;
  /** Those of them that were no writing of bytes. */
  readonly steps: number;
}

/** What became of a case. */
export interface CaseResult {
  /** Kinds of the rounds that ended a process before its work was done. */
  readonly interrupted: readonly string[];
  /** Kinds of the rounds that did not. */
  readonly survived: readonly string[];
  /** How often the run was gone on with. */
  readonly resumed: number;
  /** What must not happen and did. */
  readonly faults: readonly Fault[];
}

/** Seconds after which a process hangs. */
const LIMIT = 120;
/** Milliseconds between lines that come one by one. */
const APART = 3;
/** How often a run may need to be started until it is finished, when nothing goes wrong any more. */
const MAX_FINISHES = 2;
const SIGNAL_NUMBERS: Partial<Record<Deno.Signal, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGKILL: 9,
  SIGTERM: 15,
};

/** Where a case takes place. */
export interface Place {
  /** Its folder, which must not exist. */
  readonly folder: string;
  /** Environment that chooses library and threads. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Runs a setup to its end without a disturbance.
 *
 * @param setup The setup.
 * @param place Where.
 * @returns What it left; a text that says why, if it failed.
 */
export async function undisturbed(setup: Setup, place: Place): Promise<Baseline | string> {
  const out = `${place.folder}/run`;
  const args = [...setup.start, "--out", out, ...setup.stages.at(-1)!.args];
  const result = await runChild(args, {
    env: place.env,
    wish: { at: 0, among: "operations" },
    limit: LIMIT,
  });
  if (result.code !== 0) return result.err || `exit code ${result.code}`;
  const counted = result.err.match(/^attack: (\d+) operations, (\d+) steps$/m);
  const [operations, steps] = [Number(counted?.[1] ?? 0), Number(counted?.[2] ?? 0)];
  const lines = [...result.times.keys()].filter((i) =>
    i === 0 || result.times[i]! > result.times[i - 1]! + APART
  );
  return { ...result, lines, outcome: await runOutcome(out), operations, steps };
}

/**
 * Carries a case out.
 *
 * @param plan The case.
 * @param baseline The undisturbed run of its setup, library and threads.
 * @param place Where.
 * @returns What became of it.
 */
export async function soakCase(
  plan: Plan,
  baseline: Baseline,
  place: Place,
): Promise<CaseResult> {
  const out = `${place.folder}/run`;
  const faults: Fault[] = [];
  const [interrupted, survived]: [string[], string[]] = [[], []];
  let resumed = 0;
  await Deno.mkdir(place.folder);

  /** Starts the run or goes on with it. */
  const goOn = async (stage: number, round?: Round): Promise<ChildResult> => {
    const { args } = plan.setup.stages[stage]!;
    const isRun = await exists(`${out}/run.json`);
    if (isRun) resumed++;
    const command = isRun ? ["--resume", out] : [...plan.setup.start, "--out", out];
    return await runChild([...command, ...args], {
      env: place.env,
      // What is gone on with is shorter than the whole: later moments would never come.
      ...disturbance(round, baseline, isRun ? 0.5 : 1),
      limit: LIMIT,
    });
  };
  const last = plan.setup.stages.length - 1;
  for (let stage = 0; stage < last; stage++) {
    const result = await goOn(stage);
    if (result.code !== 0) return failed(`stage ${stage} failed: ${result.err}`);
  }
  const finished = last > 0 ? await framesOf(out) : undefined;

  for (const round of plan.rounds) {
    const result = await goOn(last, round);
    const found = faultsOf(result, round, { saved: await newestCheckpoint(out) });
    const isLost = finished !== undefined && result.code !== 0 &&
      await lostRows(out, finished, baseline.outcome);
    if (isLost) {
      found.push({ kind: "rows lost", detail: "the run is called finished and its rows are gone" });
    }
    faults.push(...found.map((fault) => told(fault, round, result)));
    (result.code === 0 ? survived : interrupted).push(round.kind);
    if (result.code === 0) break;
  }

  let result: ChildResult | undefined;
  for (let attempt = 0; attempt < MAX_FINISHES; attempt++) {
    result = await goOn(last);
    if (result.code === 0) break;
  }
  if (result!.code !== 0) return failed(`it cannot be finished: ${tail(result!.err)}`);
  const different = differences(baseline.outcome, await runOutcome(out));
  if (different.length > 0) faults.push({ kind: "difference", detail: different.join("\n") });
  const leftovers = await temporaryFiles(out);
  if (leftovers.length > 0) faults.push({ kind: "leftovers", detail: leftovers.join(", ") });
  return { interrupted, survived, resumed, faults };

  function failed(detail: string): CaseResult {
    return { interrupted, survived, resumed, faults: [...faults, { kind: "refused", detail }] };
  }
}

const tail = (text: string) =>
  text.replaceAll(/^attack: \d+ operations, .*\n/gm, "").trimEnd().slice(-600);

function told(fault: Fault, round: Round, { code, signal, err }: ChildResult): Fault {
  const how = signal === null ? `exit code ${code}` : signal;
  return { ...fault, detail: `${round.kind} (${how}): ${fault.detail}\n${tail(err)}` };
}

/** What is done to the process of a round, within a share of an undisturbed run. */
function disturbance(round: Round | undefined, baseline: Baseline, share: number) {
  const { times, lines, total } = baseline;
  const { operation, output, signal } = round ?? {};
  const among = baseline[operation?.among ?? "operations"];
  const wish: Wish = {
    at: operation === undefined ? 0 : 1 + Math.floor(operation.at * among * share),
    among: operation?.among ?? "operations",
    ...(operation?.error !== undefined && { error: operation.error }),
    ...(operation?.lasting !== undefined && { lasting: operation.lasting }),
    ...(operation?.signal !== undefined && { signal: SIGNAL_NUMBERS[operation.signal]! }),
    ...(operation?.after !== undefined && { after: operation.after }),
    ...(output?.how === "full" && {
      full: output.streams.map((name) => name === "stdout" ? 1 : 2),
    }),
  };
  const strike = (child: RunningChild) => {
    if (signal!.closes) child.closeOutput();
    child.kill(signal!.name);
    if (signal!.twice) setTimeout(() => child.kill(signal!.name), 30);
  };
  const place = signal === undefined ? -1 : Math.floor(signal.when.line * lines.length * share);
  const chosen = lines[place] ?? -1;
  const from = times[chosen] ?? 0;
  let line = 0;
  const later = (child: RunningChild) =>
    void setTimeout(() => strike(child), signal!.when.delay * share * (total - from));
  return {
    wish,
    ...(output?.how === "closed" && { closed: output.streams }),
    onStart: (child: RunningChild) => {
      if (signal !== undefined && chosen < 0) later(child);
    },
    onLine: (_: string, child: RunningChild) => {
      if (signal !== undefined && line++ === chosen) later(child);
    },
  };
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

async function framesOf(folder: string): Promise<string> {
  const names = ["answers", "updates", "evaluations", "baselines"];
  const rows = await Promise.all(
    names.map((name) => frameRows(`${folder}/${name}.parquet`).catch(() => "")),
  );
  return rows.join("\n\n");
}

/**
 * Whether a run that says that it is finished lacks rows that it had when it was. A signal can also come
 * after the end of what was asked for anew: then it is finished with more of them.
 */
async function lostRows(folder: string, finished: string, whole: Outcome): Promise<boolean> {
  const status = await readRecord(folder).then(({ status }) => status, () => undefined);
  if (status !== "finished" || await framesOf(folder) === finished) return false;
  return differences(whole, await runOutcome(folder)).length > 0;
}

async function temporaryFiles(folder: string, prefix = ""): Promise<string[]> {
  const names: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(`${folder}/${prefix}`)) {
    if (name.endsWith(".tmp")) names.push(prefix + name);
    else if (isDirectory) names.push(...await temporaryFiles(folder, `${prefix}${name}/`));
  }
  return names;
}
