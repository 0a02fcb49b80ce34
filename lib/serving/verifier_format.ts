import { ConfigError, named, resolveCompat } from "../core/mod.ts";
import type { DiscussionFormat } from "../discussion/mod.ts";
import { formatOf, taskSchema, type TaskSettings } from "../worlds/mod.ts";

/** Tasks whose questions stand in files, and are asked for one of several kinds of answers. */
const FROM_FILES = "jsonl";

/** What the questions of a verifier ask for, where its task does not say. */
export type VerifierAnswers = "number" | "label";

/**
 * How a verifier's questions are asked: as in its training.
 *
 * @param tasks Names of the tasks that it was trained on.
 * @param answers What is asked for where questions stand in files; undefined = not said.
 * @returns The format.
 * @throws {ConfigError} If it is not said and needed, or no such task is known.
 */
export function verifierFormat(
  tasks: readonly string[],
  answers: VerifierAnswers | undefined,
): DiscussionFormat {
  const [name] = tasks;
  if (name === FROM_FILES && answers === undefined) {
    throw new ConfigError(
      "Cannot serve the verifier as it must be said what its questions, which stood in files, ask for",
      { thing: "--answers", remedy: "Write --answers number, or --answers label" },
    );
  }
  const ofFiles = name === FROM_FILES ? { files: {}, answers } : {};
  const { data } = taskSchema.safeParse({ name, ...ofFiles });
  if (data !== undefined) return formatOf(resolveCompat(data) as TaskSettings);
  throw new ConfigError(
    `Cannot serve the verifier as its task must be one of this version: ${
      named(name ?? "it has none")
    }`,
    { thing: "--verifier", remedy: "Train one with: deno task experiment train_verifier" },
  );
}
