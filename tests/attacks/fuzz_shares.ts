/**
 * Everything that is fuzzed, and how much of the time it gets.
 *
 * @module
 */

/** What a process needs for a target; prepared when it is first asked for. */
export type Group =
  | "text"
  | "hub"
  | "remote"
  | "serving"
  | "data"
  | "programs"
  | "models"
  | "files"
  | "folders"
  | "runs"
  | "planted";

/** How a target is treated. */
export interface Share {
  /** What it needs. */
  readonly group: Group;
  /** Share of the time, relative to the others. */
  readonly weight: number;
  /** Seconds after which an input hangs. */
  readonly limit: number;
}

const share = (group: Group, weight: number, limit = 2): Share => ({ group, weight, limit });

/** Shares by the name of the target. */
export const SHARES: Readonly<Record<string, Share>> = {
  "answers": share("text", 8),
  "gold answers": share("text", 4),
  "texts in prompts": share("text", 4),
  "settings files": share("text", 8),
  "settings": share("text", 6),
  "command lines": share("text", 6),
  "model configurations": share("hub", 6),
  "chat templates": share("hub", 6),
  "tokenizers": share("hub", 6),
  "replies of servers": share("remote", 6),
  "lists of the hub": share("remote", 4),
  "served requests": share("serving", 6),
  "data sets": share("data", 4),
  "rows of data sets": share("data", 6),
  "kept answers of programs": share("data", 2),
  // A process of programs, which others may slow down.
  "programs": share("programs", 4, 30),
  "safetensors": share("models", 4),
  "index of weights": share("models", 3),
  "GGUF": share("models", 4),
  "base model": share("models", 3),
  "verifier": share("models", 3),
  "PEFT adapter": share("models", 2),
  "checkpoints": share("models", 5),
  "GGUF metadata": share("files", 5),
  "GGUF blocks": share("files", 4),
  "llama2.c": share("files", 4),
  "families": share("folders", 5),
  "fetched model": share("folders", 5),
  "run.json": share("runs", 3),
  "config.yaml": share("runs", 3),
  "runs begun with": share("runs", 3),
  "parts of frames": share("runs", 3),
  "frames": share("runs", 2),
  "committed frames": share("runs", 2),
  // A whole run, which other processes may slow down.
  "resumed runs": share("runs", 8, 30),
};

/**
 * How a target is treated.
 *
 * @param target Its name; one that is no name of {@linkcode SHARES} is planted, to see that it is found.
 * @returns Its share.
 */
export function shareOf(target: string): Share {
  // The engine looks long for memory before it gives up.
  return SHARES[target] ?? share("planted", 0, target === "planted heap" ? 60 : 2);
}
