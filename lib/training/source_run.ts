/**
 * Finished runs whose agents others begin with.
 *
 * @module
 */
import { z } from "zod";
import {
  canonicalJson,
  CheckedFolder,
  CheckpointError,
  ConfigError,
  digestOf,
  named,
  RunError,
  shellQuote,
} from "../core/mod.ts";
import { untrainedParameters } from "../rl/mod.ts";
import { readRecord, runIdentity, type RunRecord } from "../tracking/mod.ts";
import { listRunStates, updateOf } from "./checkpoint_folders.ts";
import { baseInput } from "./load_seats.ts";
import { WEIGHTS_FILE } from "./run_state.ts";
import {
  type AlgorithmConfig,
  algorithmSchema,
  discussionSchema,
  samplingSchema,
} from "./schemas.ts";
import { seatChoices } from "./seat_choices.ts";
import { seatsSchema } from "./seat_schema.ts";

/** An agent of a finished run. */
export interface SourceAgent {
  /** Folder of its base model, as the run's settings name it. */
  readonly base: string;
  /** SHA-256 of that base model. */
  readonly baseFingerprint: string | undefined;
  /** Whether it ever answers otherwise than its base model. */
  readonly hasLearnt: boolean;
  /** Names under which its checkpoint keeps the agent's policies; agents that share them have the same. */
  readonly parameters: readonly string[];
}

/** A finished run whose agents another one begins with. */
export interface SourceRun extends Pick<AlgorithmConfig, SharedSetting | "trainGroups"> {
  /** Its folder. */
  readonly path: string;
  /** Updates that it was trained for. */
  readonly updates: number;
  /** Shape [A], the agents of training. */
  readonly agents: readonly SourceAgent[];
  /** Its last checkpoint. */
  readonly checkpoint: CheckedFolder;
  /** SHA-256 of what its agents have learnt, and of which is whose. */
  readonly fingerprint: string;
}

/** Settings that a run and those that begin with its agents have in common. */
export const SHARED_SETTINGS = ["turnGroups", "loraR", "loraAlpha"] as const;

/** One of {@linkcode SHARED_SETTINGS}. */
export type SharedSetting = (typeof SHARED_SETTINGS)[number];

const REMEDY = "Restore the run from a copy, or train it again";

/** The settings of a run of discussions that say whose parameters are whose. */
const settingsSchema = z.object({
  base: z.string(),
  verifier: z.object({ kind: z.enum(["trained", "oracle"]), path: z.string() }),
  seats: seatsSchema,
  sampling: z.object({ temperature: samplingSchema.shape.temperature }),
  discussion: z.object({ numAgents: discussionSchema.shape.numAgents }),
  algorithm: z.object({
    updates: algorithmSchema.shape.updates,
    shareAgents: algorithmSchema.shape.shareAgents,
    turnGroups: algorithmSchema.shape.turnGroups,
    trainGroups: algorithmSchema.shape.trainGroups,
    loraR: algorithmSchema.shape.loraR,
    loraAlpha: algorithmSchema.shape.loraAlpha,
  }),
});

/**
 * Looks at a run that others begin with; its weights are not read.
 *
 * @param path Its folder.
 * @returns What its agents have learnt, and where that lies.
 * @throws {RunError} If it is no run, or not finished.
 * @throws {ConfigError} If it is a run of something else than discussions.
 * @throws {CheckpointError} If its last checkpoint is missing, damaged, or of another run.
 */
export async function readSourceRun(path: string): Promise<SourceRun> {
  const record = await readRecord(path);
  if (record.status !== "finished") {
    throw new RunError(
      `Cannot begin with agents of ${named(path)} as it must be finished: it is ${record.status}`,
      { thing: path, remedy: `Finish it: deno task experiment --resume ${shellQuote(path)}` },
    );
  }
  const { success, data: config } = settingsSchema.safeParse(record.config);
  if (!success) {
    throw new ConfigError(
      `Cannot begin with agents of ${named(path)} as it must be a run of discussions: ` +
        `it is one of ${record.experiment}`,
      { thing: path, remedy: "Name a finished run of maporl, or of an experiment over it" },
    );
  }
  const { updates, trainGroups, turnGroups, loraR, loraAlpha } = config.algorithm;
  const seats = seatChoices(config);
  const agents = seats.map(({ base, frozen, parameters, initFrom }, agent): SourceAgent => ({
    base,
    baseFingerprint: record.inputs?.[baseInput(seats, agent)],
    hasLearnt: initFrom !== null || (!frozen && updates > 0 && trainGroups.length > 0),
    parameters: [...(frozen ? [] : [parameters]), untrainedParameters(agent)],
  }));
  const checkpoint = await openLast(path, record, updates);
  const { sha256 } = checkpoint.expected(WEIGHTS_FILE);
  const whose = agents.map(({ parameters }) => parameters);
  const learnt = { weights: sha256, whose, turnGroups, loraR, loraAlpha };
  return {
    path,
    updates,
    agents,
    turnGroups,
    trainGroups,
    loraR,
    loraAlpha,
    checkpoint,
    fingerprint: digestOf(canonicalJson(learnt)).sha256,
  };
}

async function openLast(path: string, record: RunRecord, updates: number): Promise<CheckedFolder> {
  const last = (await listRunStates(`${path}/checkpoints`)).at(-1);
  const folder = `${path}/checkpoints/${last}`;
  const checkpoint = last !== undefined && updateOf(folder) === updates
    ? await CheckedFolder.open(folder, { remedy: REMEDY })
    : undefined;
  if (checkpoint === undefined) {
    throw new CheckpointError(
      `Cannot begin with agents of ${
        named(path)
      } as it must have a checkpoint of update ${updates}, ` +
        `its last: ${last === undefined ? "it has none" : `it has ${last}`}`,
      { thing: path, remedy: REMEDY },
    );
  }
  checkpoint.checkOwner({ ...runIdentity(record), update: updates }, "run");
  return checkpoint;
}
