/**
 * Whether a process that was interfered with ended as it may.
 *
 * @module
 */
import type { ChildResult } from "./child_run.ts";
import { POLITE, type Round } from "./soak_plan.ts";

/** Signals by which native code ends a process. */
const CRASHES = ["SIGABRT", "SIGSEGV", "SIGBUS", "SIGILL", "SIGFPE", "SIGTRAP", "SIGPIPE"];
const PANIC = /panicked at|RUST_BACKTRACE|Fatal error|corrupted|double free|malloc\(/;
const STACK = /^\s+at .*(file|ext|npm|node):/m;
/** Codes of runs that end by themselves: failed, refused, interrupted. */
const ORDERLY = [1, 2, 129, 130, 143];

/** Something that must not happen and did. */
export interface Fault {
  /** What kind. */
  readonly kind: string;
  /** What happened. */
  readonly detail: string;
}

/**
 * What is wrong with how a process ended.
 *
 * @param result How it ended.
 * @param round What was done to it.
 * @param state The newest checkpoint afterwards.
 * @returns The faults.
 */
export function faultsOf(
  result: ChildResult,
  round: Round,
  state: { readonly saved: number },
): Fault[] {
  const { code, signal, out, err } = result;
  const text = `${out}\n${err}`;
  const faults: Fault[] = [];
  const fault = (kind: string, detail: string) => void faults.push({ kind, detail });
  if (result.hangs) fault("hang", "it did not end");
  else if (signal !== null && CRASHES.includes(signal)) fault("crash", `ended by ${signal}`);
  else if (PANIC.test(text)) fault("crash", `${text.match(PANIC)![0]} in its output`);
  if (STACK.test(text)) fault("stack", `a stack trace${text.match(STACK)![0]}`);
  if (signal === null && code !== 0 && !ORDERLY.includes(code)) {
    fault("crash", "no exit code of ours");
  }
  if (round.output !== undefined && round.signal === undefined && code !== 0) {
    fault("ended by its output", "what cannot be shown may not end a run");
  }
  const hasStruck = err.includes("attack: at operation");
  if (round.operation !== undefined && !hasStruck && code !== 0) {
    fault("refused", "nothing was wrong with it");
  }
  const name = round.signal?.name ?? round.operation?.signal;
  const isPolite = (POLITE as readonly unknown[]).includes(name) && round.signal?.twice !== true;
  const updates = [...out.matchAll(/^update (\d+): /gm)].map(([, update]) => Number(update));
  const done = Math.max(-1, ...updates);
  if (isPolite && !result.hangs && done > state.saved) {
    fault("update lost", `update ${done} was done and ${state.saved} is saved`);
  }
  return faults;
}
