/**
 * Everything that is fuzzed, and how much of the time it gets.
 *
 * @module
 */

/** What a process needs for a target; prepared when it is first asked for. */
export type Group = "text" | "data" | "models" | "runs";

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
  "data sets": share("data", 4),
  "safetensors": share("models", 4),
  "index of weights": share("models", 2),
  "GGUF": share("models", 4),
  "base model": share("models", 3),
  "verifier": share("models", 3),
  "PEFT adapter": share("models", 2),
  "checkpoints": share("models", 5),
  "run.json": share("runs", 3),
  "config.yaml": share("runs", 3),
  "runs begun with": share("runs", 3),
  "parts of frames": share("runs", 3),
  "frames": share("runs", 2),
  "committed frames": share("runs", 2),
  // A whole run, which other processes may slow down.
  "resumed runs": share("runs", 8, 30),
};
