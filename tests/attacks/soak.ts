/**
 * `deno task soak`: interrupts real runs in every way, goes on with them, and compares what they leave
 * with runs that nothing interrupted.
 *
 * @module
 */
import { startDevice } from "../../lib/device/mod.ts";
import { attackOptions } from "./attack_options.ts";
import { endChildren } from "./child_run.ts";
import { type Baseline, type CaseResult, soakCase, undisturbed } from "./soak_case.ts";
import { LIBRARIES, type Library, makePlan, type Plan } from "./soak_plan.ts";
import { makeSetups, type Setup } from "./soak_setups.ts";
import { Tally } from "./tally.ts";

/** What a soak is asked for. */
export interface SoakOptions {
  /** How long new cases are started, in minutes. */
  readonly minutes: number;
  /** Seed of the first case. */
  readonly seed: number;
  /** Seeds of the only cases; default: counted up from `seed`. */
  readonly only?: readonly number[] | undefined;
  /** Threads that may compute at a time; default the number of processors. */
  readonly threads?: number;
  /** Libraries to interrupt; default those that are installed. */
  readonly libraries?: readonly Library[];
  /** Whether progress is left out. */
  readonly quiet?: boolean;
}

const COLUMNS = ["interrupted", "not interrupted", "faults"];

/**
 * Interrupts runs until the time is over.
 *
 * @param options Time, seed, libraries.
 * @returns The counts.
 */
export async function soak(options: SoakOptions): Promise<Tally> {
  const folder = await Deno.makeTempDir({ prefix: "maporl-soak-" });
  folders.add(folder);
  try {
    return await new Soak(options, folder, await makeSetups(folder)).run();
  } finally {
    cleanUp();
  }
}

/** Folders in which cases take place. */
const folders = new Set<string>();

/** Ends what runs and removes what it left. */
function cleanUp(): void {
  endChildren();
  for (const folder of folders) Deno.removeSync(folder, { recursive: true });
  folders.clear();
}

/** Cases side by side, and the undisturbed runs that they share. */
class Soak {
  readonly #tally = new Tally();
  readonly #baselines = new Map<string, Promise<Baseline | string>>();
  readonly #start = performance.now();
  readonly #only: number[] | undefined;
  #next: number;
  #cases = 0;
  #resumed = 0;

  constructor(
    readonly options: SoakOptions,
    readonly folder: string,
    readonly setups: readonly Setup[],
  ) {
    this.#next = options.seed;
    this.#only = options.only === undefined ? undefined : [...options.only];
  }

  async run(): Promise<Tally> {
    const libraries = await this.#installed();
    const capacity = this.options.threads ?? navigator.hardwareConcurrency;
    let free = capacity;
    const running = new Set<Promise<void>>();
    const draw = () => {
      const seed = this.#only === undefined ? this.#next++ : this.#only.shift();
      return seed === undefined ? undefined : makePlan(seed, { setups: this.setups, libraries });
    };
    for (let plan = this.#isOver() ? undefined : draw(); plan !== undefined;) {
      const { threads } = plan;
      while (free < Math.min(threads, capacity)) await Promise.race(running);
      free -= threads;
      const started = this.#case(plan).finally(() => {
        free += threads;
        running.delete(started);
      });
      running.add(started);
      plan = this.#isOver() ? undefined : draw();
    }
    await Promise.all(running);
    if (!this.options.quiet) {
      console.log(`\n${this.#tally.table(COLUMNS)}\n`);
      console.log(`${this.#cases} cases, gone on with ${this.#resumed} times`);
      console.log(this.#tally.summary());
    }
    return this.#tally;
  }

  #isOver(): boolean {
    if (this.#only !== undefined) return this.#only.length === 0;
    return performance.now() - this.#start > this.options.minutes * 60_000;
  }

  async #installed(): Promise<Library[]> {
    const found: Library[] = [];
    for (const library of this.options.libraries ?? LIBRARIES) {
      const baseline = await this.#baseline({ setup: this.setups[0]!, library, threads: 1 });
      if (typeof baseline !== "string") found.push(library);
      else console.log(`SKIPPED ${library}, left out: ${baseline.split("\n")[0]}`);
    }
    if (found.length === 0) throw new Error("Cannot attack as no library of products works");
    return found;
  }

  /** The undisturbed run of a setup, made when it is first asked for. */
  #baseline({ setup, library, threads }: Pick<Plan, "setup" | "library" | "threads">) {
    const name = `${setup.name} ${library} ${threads}`.replaceAll(" ", "-");
    const known = this.#baselines.get(name) ??
      undisturbed(setup, { folder: `${this.folder}/${name}`, env: environment(library, threads) });
    this.#baselines.set(name, known);
    return known;
  }

  async #case(plan: Plan): Promise<void> {
    const { seed, library, threads, setup } = plan;
    const baseline = await this.#baseline(plan);
    const place = { folder: `${this.folder}/${seed}`, env: environment(library, threads) };
    const result = typeof baseline === "string"
      ? broken(`the undisturbed run failed: ${baseline}`)
      : await soakCase(plan, baseline, place);
    await Deno.remove(place.folder, { recursive: true }).catch(() => {});
    this.#cases++;
    this.#resumed += result.resumed;
    for (const kind of result.interrupted) this.#tally.add(`${library}: ${kind}`, "interrupted");
    for (const kind of result.survived) this.#tally.add(`${library}: ${kind}`, "not interrupted");
    for (const { kind, detail } of result.faults) {
      const kinds = plan.rounds.map(({ kind }) => kind).join(", then ");
      this.#tally.add(`${library}: ${plan.rounds[0]!.kind}`, "faults");
      const what = `${setup.name}, ${library}, ${threads} threads, ${kinds}\n${detail}`;
      this.#tally.fail({ only: String(seed), kind, detail: what }, "soak");
    }
    if (!this.options.quiet && this.#cases % 10 === 0) this.#progress();
  }

  #progress(): void {
    const minutes = ((performance.now() - this.#start) / 60_000).toFixed(1);
    const interrupted = this.#tally.total("interrupted");
    console.log(
      `${minutes} min: ${this.#cases} cases, ${interrupted} interrupted runs, ` +
        `${this.#tally.failures.length} faults`,
    );
  }
}

function broken(detail: string): CaseResult {
  return { interrupted: [], survived: [], resumed: 0, faults: [{ kind: "refused", detail }] };
}

const environment = (library: Library, threads: number) => ({
  MAPORL_BLAS: library,
  MAPORL_THREADS: String(threads),
});

if (import.meta.main) {
  const { minutes, seed, only } = attackOptions(Deno.args, {
    task: "soak",
    does: "interrupts short runs at random, goes on with them and compares what they leave",
  });
  await startDevice("cpu", { products: "wasm" });
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    if (Deno.build.os === "windows" && name === "SIGTERM") continue;
    Deno.addSignalListener(name, () => {
      cleanUp();
      Deno.exit(130);
    });
  }
  const tally = await soak({ minutes, seed, only: only?.split(",").map(Number) });
  Deno.exit(tally.failures.length > 0 ? 1 : 0);
}
