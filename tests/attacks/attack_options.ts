/**
 * The command line of the attack tasks.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";

/** What an attack is asked for. */
export interface AttackOptions {
  /** How long new cases are started, in minutes. */
  readonly minutes: number;
  /** Seed of the first case; the others count up from it. */
  readonly seed: number;
  /** The one case to repeat, or what else the task takes; undefined for as many as there is time for. */
  readonly only: string | undefined;
}

/**
 * Reads the flags of an attack, or explains them and ends the process.
 *
 * @param args The arguments.
 * @param about Name of the task, what it does, and what `--only` takes besides.
 * @returns The options.
 */
export function attackOptions(
  args: readonly string[],
  about: { readonly task: string; readonly does: string; readonly also?: string },
): AttackOptions {
  const unknown: string[] = [];
  const given = parseArgs(args, {
    string: ["minutes", "seed", "only"],
    boolean: ["help"],
    unknown: (arg) => void unknown.push(arg),
  });
  if (given.help) {
    console.log(
      `deno task ${about.task}: ${about.does}\n\n` +
        "  --minutes N  how long new cases are started; default 30\n" +
        "  --seed N     seed of the first case; default 1\n" +
        `  --only CASE  repeats one case as a failure names it${about.also ?? ""}\n\n` +
        "The exit code is 1 if anything happened that must not.",
    );
    Deno.exit(0);
  }
  const [minutes, seed] = [Number(given.minutes ?? 30), Number(given.seed ?? 1)];
  if (unknown.length > 0 || !(minutes > 0) || !Number.isSafeInteger(seed)) {
    console.error(
      `Cannot start ${about.task} with ${args.join(" ")}\n  deno task ${about.task} --help`,
    );
    Deno.exit(2);
  }
  return { minutes, seed, only: given.only as string | undefined };
}
