/**
 * Saving and resuming a run: weights, optimiser moments, random state, data cursor, update number.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs";
import { z } from "zod";
import { CheckpointError, Random, type RandomState } from "../core/mod.ts";
import { fileError, writeFileAtomic } from "../core/mod.ts";
import { assignVariables, loadSafetensors, saveSafetensors } from "../models/mod.ts";
import type { Optimizer } from "../optim/mod.ts";

/** What a run needs besides tensors to go on as if it had not stopped. */
export interface RunState {
  /** Updates done. */
  update: number;
  /** Index of the next training question. */
  dataCursor: number;
  /** State of the run's generator. */
  random: RandomState;
}

/** The tensors of a run. */
export interface TrainedState {
  /** Every trained variable by name. */
  readonly variables: ReadonlyMap<string, tf.Variable>;
  /** Every optimiser by name. */
  readonly optimizers: ReadonlyMap<string, Optimizer>;
}

/** What becomes of older checkpoints when one is saved. */
export interface SaveOptions {
  /** How many of the newest checkpoints stay, at least 1. Default 2. */
  readonly keep?: number;
  /** Told of each folder that should go and could not be removed, in a line. */
  readonly onLeft?: (line: string) => void;
}

const SCHEMA_VERSION = 1;
const FOLDER = /^update-(\d{5})$/;
const UNFINISHED = /^\.update-\d{5}\.[0-9a-f]+\.tmp$/;

/**
 * Writes a checkpoint folder `update-NNNNN` in one step: it is filled under another name and
 * renamed when complete, so that a crash never leaves half a checkpoint that looks whole.
 *
 * @param root Folder of all checkpoints of the run; made when missing.
 * @param state Counters and random state.
 * @param trained Variables and optimisers, and what becomes of older checkpoints.
 * @throws {RunError} If the disk is full or refuses; what was there before stays.
 */
export async function saveRunState(
  root: string,
  state: RunState,
  trained: TrainedState & SaveOptions,
): Promise<void> {
  const name = `update-${String(state.update).padStart(5, "0")}`;
  const temporary = `${root}/.${name}.${crypto.randomUUID().slice(0, 8)}.tmp`;
  try {
    await Deno.mkdir(temporary, { recursive: true });
    await saveSafetensors(`${temporary}/weights.safetensors`, trained.variables);
    const optimizerSteps: Record<string, number> = {};
    const moments = new Map<string, tf.Tensor>();
    for (const [key, optimizer] of trained.optimizers) {
      optimizerSteps[key] = optimizer.stepCount;
      for (const [name, tensor] of optimizer.tensors()) moments.set(`${key}/${name}`, tensor);
    }
    await saveSafetensors(`${temporary}/optimizer.safetensors`, moments);
    const manifest = { schemaVersion: SCHEMA_VERSION, ...state, optimizerSteps };
    await writeFileAtomic(`${temporary}/state.json`, JSON.stringify(manifest, null, 2) + "\n");
    await Deno.remove(`${root}/${name}`, { recursive: true }).catch(ignoreMissing);
    await Deno.rename(temporary, `${root}/${name}`);
  } catch (error) {
    await Deno.remove(temporary, { recursive: true }).catch(() => {});
    throw fileError(error, `${root}/${name}`, "write");
  }
  await pruneRunStates(root, trained);
}

/** Removes old checkpoints and what killed processes left; the new one is safe if one of them stays. */
async function pruneRunStates(root: string, { keep = 2, onLeft }: SaveOptions): Promise<void> {
  const names = (await listRunStates(root)).slice(0, -keep);
  for await (const { name } of Deno.readDir(root)) if (UNFINISHED.test(name)) names.push(name);
  for (const name of names) {
    await Deno.remove(`${root}/${name}`, { recursive: true })
      .catch(({ message }) => onLeft?.(`${root}/${name} could not be removed: ${message}`));
  }
}

/**
 * Names of the complete checkpoints, oldest first.
 *
 * @param root Folder of all checkpoints of the run.
 * @returns Folder names; empty when there is none.
 */
export async function listRunStates(root: string): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const entry of Deno.readDir(root)) {
      if (entry.isDirectory && FOLDER.test(entry.name)) names.push(entry.name);
    }
  } catch (error) {
    ignoreMissing(error);
  }
  return names.sort();
}

/**
 * Loads the newest checkpoint into freshly made variables and optimisers.
 *
 * @param root Folder of all checkpoints of the run.
 * @param trained Made with the same settings as when the checkpoint was written; changed in place.
 * @returns The state, or undefined when there is no checkpoint yet.
 * @throws {CheckpointError} If a file is missing, truncated or of other settings.
 */
export async function loadRunState(
  root: string,
  trained: TrainedState,
): Promise<RunState | undefined> {
  const newest = (await listRunStates(root)).at(-1);
  if (newest === undefined) return undefined;
  const folder = `${root}/${newest}`;
  const { manifest, weights, moments } = await readCheckpoint(folder);
  const { variables, optimizers } = trained;
  try {
    for (const [key, optimizer] of optimizers) {
      const step = manifest.optimizerSteps[key];
      if (step === undefined) throw new RangeError(`it knows no optimiser ${key}`);
      const own = [...moments.tensors].filter(([name]) => name.startsWith(`${key}/`))
        .map(([name, tensor]) => [name.slice(key.length + 1), tensor] as const);
      optimizer.loadState({ step, tensors: new Map(own) });
    }
    assignVariables(variables, weights.tensors);
  } catch (cause) {
    throw new CheckpointError(
      `Cannot resume from "${folder}" as it must fit this run: ${(cause as Error).message}`,
      { thing: folder, remedy: "Resume with the settings that the run was started with", cause },
    );
  }
  const { update, dataCursor, random } = manifest;
  return { update, dataCursor, random };
}

const naturalNumber = z.number().int().min(0);
const manifestSchema = z.object({
  schemaVersion: z.literal(SCHEMA_VERSION),
  update: naturalNumber,
  dataCursor: naturalNumber,
  random: z.object({ stream: z.array(naturalNumber), position: naturalNumber }),
  optimizerSteps: z.record(z.string(), naturalNumber),
});

async function readCheckpoint(folder: string) {
  try {
    const manifest = await readManifest(`${folder}/state.json`);
    const weights = await loadSafetensors(`${folder}/weights.safetensors`);
    const moments = await loadSafetensors(`${folder}/optimizer.safetensors`);
    return { manifest, weights, moments };
  } catch (cause) {
    const [reason] = (cause as Error).message.split("\n"); // without the remedy for other files
    throw new CheckpointError(
      `Cannot resume from "${folder}" as its files must be whole: ${reason}`,
      {
        thing: folder,
        remedy: "Remove this checkpoint folder to resume from the one before",
        cause,
      },
    );
  }
}

async function readManifest(path: string): Promise<z.output<typeof manifestSchema>> {
  const text = await Deno.readTextFile(path);
  try {
    const manifest = manifestSchema.parse(JSON.parse(text));
    Random.fromState(manifest.random); // refuses a damaged state here rather than in the middle of a run
    return manifest;
  } catch (cause) {
    throw new SyntaxError(
      `${path} is no run state of schema version ${SCHEMA_VERSION}: ${text.slice(0, 80)}`,
      { cause },
    );
  }
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}
