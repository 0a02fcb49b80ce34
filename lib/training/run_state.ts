/**
 * Saving and resuming a run: weights, optimiser moments, update number. Random streams and the place in
 * the data follow from seed and update, so that nothing of them is stored.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs";
import { z } from "zod";
import {
  CheckedFolder,
  CheckpointError,
  createFolder,
  digestOf,
  fileError,
  type ManifestFile,
  type Mapping,
  named,
  writeFileAtomic,
  writeManifest,
} from "../core/mod.ts";
import {
  assignVariables,
  type LoadedSafetensors,
  loadSafetensors,
  saveSafetensors,
} from "../models/mod.ts";
import type { Optimizer } from "../optim/mod.ts";
import {
  checkpointName,
  listForeign,
  listRunStates,
  pruneRunStates,
  putRunState,
  recoverRunStates,
  type SaveOptions,
  updateOf,
} from "./checkpoint_folders.ts";

/** What a run needs besides tensors to go on as if it had not stopped. */
export interface RunState {
  /** Updates done. */
  readonly update: number;
}

/** The tensors of a run, and whose they are. */
export interface TrainedState {
  /** Every trained variable by name. */
  readonly variables: ReadonlyMap<string, tf.Variable>;
  /** Every optimiser by name. */
  readonly optimizers: ReadonlyMap<string, Optimizer>;
  /** What tells the run from others, plain JSON; checkpoints of another one are refused. Default: nothing. */
  readonly identity?: Mapping;
}

const SCHEMA_VERSION = 2;
const STATE = "state.json";
/** Name of the file with all variables of a checkpoint. */
export const WEIGHTS_FILE = "weights.safetensors";
const MOMENTS = "optimizer.safetensors";

/**
 * Writes a checkpoint folder `update-NNNNN` in one step: it is filled under another name and
 * renamed when complete, so that a crash never leaves half a checkpoint that looks whole. Its
 * `manifest.json` says what its files are and whose.
 *
 * @param root Folder of all checkpoints of the run; made when missing.
 * @param state The number of updates.
 * @param trained Variables and optimisers, whose they are, and what becomes of older checkpoints.
 * @throws {RunError} If the disk is full or refuses; what was there before stays.
 */
export async function saveRunState(
  root: string,
  state: RunState,
  trained: TrainedState & SaveOptions,
): Promise<void> {
  const name = checkpointName(state.update);
  const temporary = `${root}/.${name}.${crypto.randomUUID().slice(0, 8)}.tmp`;
  try {
    await createFolder(root);
    await Deno.mkdir(temporary);
    const files = await writeFiles(temporary, state, trained);
    await writeManifest(temporary, { identity: { ...trained.identity, ...state }, files });
    await putRunState(temporary, root, name);
  } catch (error) {
    await Deno.remove(temporary, { recursive: true }).catch(() => {});
    throw fileError(error, `${root}/${name}`, "write");
  }
  await pruneRunStates(root, trained);
}

async function writeFiles(
  folder: string,
  state: RunState,
  { variables, optimizers }: TrainedState,
): Promise<ManifestFile[]> {
  const weights = await saveSafetensors(`${folder}/${WEIGHTS_FILE}`, variables);
  const optimizerSteps: Record<string, number> = {};
  const tensors = new Map<string, tf.Tensor>();
  for (const [key, optimizer] of optimizers) {
    optimizerSteps[key] = optimizer.stepCount;
    for (const [name, tensor] of optimizer.tensors()) tensors.set(`${key}/${name}`, tensor);
  }
  const moments = await saveSafetensors(`${folder}/${MOMENTS}`, tensors);
  const text = JSON.stringify({ schemaVersion: SCHEMA_VERSION, ...state, optimizerSteps }, null, 2);
  await writeFileAtomic(`${folder}/${STATE}`, text + "\n");
  return [
    { name: WEIGHTS_FILE, ...weights },
    { name: MOMENTS, ...moments },
    { name: STATE, ...digestOf(text + "\n") },
  ];
}

/**
 * Loads the newest checkpoint into freshly made variables and optimisers.
 *
 * @param root Folder of all checkpoints of the run, or a link to it.
 * @param trained Made with the same settings as when the checkpoint was written; changed in place. Its
 * `onLeft` is told of what lies beside checkpoints and is none.
 * @returns The state, or undefined when there is no checkpoint yet.
 * @throws {CheckpointError} If a file is missing or was changed, or the checkpoint is of another run or
 * of other settings.
 */
export async function loadRunState(
  root: string,
  trained: TrainedState & Pick<SaveOptions, "onLeft">,
): Promise<RunState | undefined> {
  await recoverRunStates(root);
  const foreign = await listForeign(root);
  if (foreign.length > 0) {
    const more = foreign.length > 5 ? ` and ${foreign.length - 5} more` : "";
    trained.onLeft?.(
      `${root} holds what is no checkpoint and is left alone: ` +
        foreign.slice(0, 5).map(named).join(", ") + more,
    );
  }
  const names = await listRunStates(root);
  const newest = names.at(-1);
  if (newest === undefined) return undefined;
  const folder = `${root}/${newest}`;
  const remedy = names.length > 1
    ? "Remove this checkpoint folder to resume from the one before"
    : "Restore it from a copy, or start a new run";
  const { state, weights, moments } = await readCheckpoint(folder, { ...trained, remedy });
  const { variables, optimizers } = trained;
  try {
    for (const [key, optimizer] of optimizers) {
      const step = state.optimizerSteps[key];
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
  return { update: state.update };
}

const naturalNumber = z.number().int().min(0);
const stateSchema = z.strictObject({
  schemaVersion: z.literal(SCHEMA_VERSION),
  update: naturalNumber,
  optimizerSteps: z.record(z.string(), naturalNumber),
});

/** Whose a checkpoint must be, and what to do about one that is not. */
interface CheckpointOwner {
  readonly identity?: Mapping;
  readonly remedy: string;
}

async function readCheckpoint(folder: string, { identity = {}, remedy }: CheckpointOwner) {
  const refuse = (reason: string, cause?: unknown) =>
    new CheckpointError(`Cannot resume from "${folder}" as its files must be whole: ${reason}`, {
      thing: folder,
      remedy,
      cause,
    });
  try {
    const checked = await CheckedFolder.open(folder, { remedy });
    if (checked === undefined) throw refuse(`there is no ${folder}/manifest.json`);
    checked.checkOwner({ ...identity, update: updateOf(folder) }, "run");
    const state = stateSchema.parse(
      JSON.parse(new TextDecoder().decode(await checked.read(STATE))),
    );
    const weights = await loadChecked(checked, WEIGHTS_FILE);
    const moments = await loadChecked(checked, MOMENTS);
    return { state, weights, moments };
  } catch (cause) {
    if (cause instanceof CheckpointError && cause.remedy === remedy) throw cause;
    const [reason] = (cause as Error).message.split("\n"); // without the remedy for other files
    throw refuse(reason!, cause);
  }
}

/**
 * Loads tensors of a checkpoint, and refuses them when they are not those that were written.
 *
 * @param checked The checkpoint.
 * @param name The file.
 * @returns Its tensors.
 * @throws {CheckpointError} If the file is missing, damaged, or another one.
 */
export async function loadChecked(
  checked: CheckedFolder,
  name: string,
): Promise<LoadedSafetensors> {
  const loaded = await loadSafetensors(`${checked.path}/${name}`, { takesDigest: true });
  checked.check(name, loaded.digest!);
  return loaded;
}
