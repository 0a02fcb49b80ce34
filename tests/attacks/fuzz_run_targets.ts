/**
 * Readers of run folders: record, settings, parts, frames, and the command line that resumes.
 *
 * @module
 */
import { registry } from "../../experiments/registry.ts";
import { CheckpointError, ConfigError, MaporlError, RunError } from "../../lib/core/mod.ts";
import {
  exitCodes,
  framesOfRuns,
  readArmRun,
  readResultFrames,
  readRun,
  runCommand,
  RunFolder,
  writeResultFrames,
} from "../../lib/tracking/mod.ts";
import { DEVICE } from "../experiments/run_experiment.ts";
import { saveTinyBase, tinyQuickstart } from "../experiments/tiny_quickstart.ts";
import { captureOutput } from "./captured_output.ts";
import { DamagedFolder } from "./damaged_folder.ts";
import { initTarget } from "./fuzz_init_target.ts";
import { HARMLESS, judgeMessage, silent, type Target, type Verdict } from "./fuzz_target.ts";
import { differences, frameRows, runOutcome } from "./run_outcome.ts";

/** What a command line did. */
interface CommandResult {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command line in this process and keeps what it prints. */
async function command(args: readonly string[]): Promise<CommandResult> {
  const { result, out, err } = await captureOutput(() =>
    runCommand(args, {
      registry,
      startDevice: () => Promise.resolve({ report: DEVICE, line: "a test" }),
    })
  );
  return { code: result, out, err: err.trimEnd() };
}

function recordTarget(name: string, files: DamagedFolder, expected: string): Target {
  return {
    name,
    errors: [RunError, ConfigError],
    attempt(random) {
      files.restore();
      return {
        input: files.damage(random, [name]),
        async take() {
          const { experiment, seed, config } = await readRun(files.path);
          const actual = JSON.stringify({ experiment, seed, config });
          return actual === expected ? HARMLESS : silent(`${expected} -> ${actual}`.slice(0, 400));
        },
      };
    },
  };
}

/** Parts that are damaged, missing, there twice, or of another frame. */
function partsTarget(files: DamagedFolder, expected: string): Target {
  const own = files.names.filter((name) => name.startsWith("parts/evaluations/"));
  const foreign = files.names.filter((name) => name.startsWith("parts/answers/"));
  return {
    name: "parts of frames",
    errors: [RunError, CheckpointError],
    attempt(random) {
      files.restoreAll(); // the record changes with every merge
      const part = random.choice(own);
      const kind = random.uniform();
      const input = kind < 0.7
        ? files.damage(random, own)
        : kind < 0.8
        ? (files.write(part, null), `${part} removed`)
        : kind < 0.9
        ? (files.write(part.replace(/\d+-/, "000001-"), files.original(part)), `${part} twice`)
        : (files.write(part, files.original(random.choice(foreign))), `${part} of another frame`);
      return {
        input,
        async take() {
          await mergeAgain(files.path);
          const actual = await frameRows(`${files.path}/evaluations.parquet`);
          return actual === expected ? HARMLESS : silent("the merged frame has other rows");
        },
      };
    },
  };
}

/** Takes up a run and writes its frames from their parts. */
async function mergeAgain(path: string): Promise<void> {
  const { experiment, seed, config } = await readRun(path);
  const description = { experiment, seed, config, device: DEVICE, commandLine: [] };
  const run = await RunFolder.resume(path, description);
  try {
    await run.mergeFrames();
  } catch (error) {
    await run.finish("failed", String(error)).catch(() => {}); // lets the folder go
    throw error;
  }
  await run.finish("finished");
}

function framesTarget(files: DamagedFolder, expected: string): Target {
  return {
    name: "frames",
    errors: [RunError, CheckpointError],
    attempt(random) {
      files.restore();
      return {
        input: files.damage(random, ["evaluations.parquet"]),
        async take() {
          const actual = await frameRows(`${files.path}/evaluations.parquet`);
          return actual === expected ? HARMLESS : silent("other rows are read");
        },
      };
    },
  };
}

/** Small frames as they are committed. */
async function committedTarget(folder: string, run: string): Promise<Target> {
  const runs = [await readArmRun({ arm: "MAPoRL", seed: 0, path: run })];
  await writeResultFrames(folder, { frames: framesOfRuns(runs), madeBy: { result: "tiny" } });
  const rows = async () => {
    const { frames } = await readResultFrames(folder, "Make them again");
    return JSON.stringify(frames.evaluations!.toRecords());
  };
  const expected = await rows();
  const files = new DamagedFolder(folder);
  return {
    name: "committed frames",
    errors: [RunError, CheckpointError],
    attempt(random) {
      files.restore();
      return {
        input: files.damage(random, files.names),
        take: async () => await rows() === expected ? HARMLESS : silent("other rows are read"),
      };
    },
  };
}

/** The whole way: a run folder or base with a damaged file, gone on with by the command line. */
async function resumeTarget(files: DamagedFolder, run: string): Promise<Target> {
  const resume = () =>
    command(["--resume", run, "--quiet", "--device", "cpu", "--set", "algorithm.updates=3"]);
  const { code, err } = await resume();
  if (code !== exitCodes.done) throw new Error(`The undamaged run cannot be gone on with: ${err}`);
  const expected = await runOutcome(run);
  const read = files.names.filter((name) => !/^run\/[^/]+\.(svg|png|md)$|\.lock$/.test(name));
  return {
    name: "resumed runs",
    errors: [MaporlError],
    attempt(random) {
      files.restoreAll();
      return {
        input: files.damage(random, read),
        async take(): Promise<Verdict> {
          const { code, err, out } = await command([
            ...["--resume", run, "--quiet", "--device", "cpu"],
            ...["--set", "algorithm.updates=3"],
          ]);
          // deno-lint-ignore no-control-regex
          if (/\x1b/.test(out)) return { outcome: "unclear error", detail: `escape codes: ${out}` };
          if (code !== exitCodes.done) return judgeRefusal(err);
          const changed = differences(expected, await runOutcome(run))
            .filter((line) => !line.includes(".tmp"));
          return changed.length === 0 ? HARMLESS : silent(changed.join("\n"));
        },
      };
    },
  };
}

function judgeRefusal(err: string): Verdict {
  const message = err.match(/^error: ([\s\S]*?)(\nGo on with it: .*)?$/)?.[1];
  return judgeMessage(message ?? err);
}

/**
 * Everything that reads run folders.
 *
 * @param folder An empty folder.
 * @returns The targets.
 */
export async function runTargets(folder: string): Promise<Target[]> {
  const base = await saveTinyBase(folder);
  const run = `${folder}/run`;
  const settings = tinyQuickstart(base, { updates: 2 });
  await Deno.writeTextFile(`${folder}/tiny.yaml`, JSON.stringify(settings));
  const { code, err } = await command([
    ...["quickstart", "--quiet", "--device", "cpu", "--out", run],
    ...["--config", `${folder}/tiny.yaml`],
  ]);
  if (code !== exitCodes.done) throw new Error(`The run to be damaged failed: ${err}`);
  const rows = await frameRows(`${run}/evaluations.parquet`);
  const { experiment, seed, config } = await readRun(run);
  const record = JSON.stringify({ experiment, seed, config });
  const files = new DamagedFolder(run);
  const copy = (name: string) => files.copyTo(`${folder}-${name}/run`);
  const whole = new DamagedFolder(folder);
  return [
    recordTarget("run.json", copy("record"), record),
    recordTarget("config.yaml", copy("config"), record),
    await initTarget(copy("init"), settings),
    partsTarget(copy("parts"), rows),
    framesTarget(copy("frames"), rows),
    await committedTarget(`${folder}-committed`, run),
    await resumeTarget(whole, run),
  ];
}
