/**
 * Shows the discussions of a run: `deno task view RUN_FOLDER`.
 *
 * @module
 */
import { named } from "../lib/core/mod.ts";
import { RUN_PAGE, writeRunPage } from "../lib/report/mod.ts";
import {
  exitCodeOf,
  exitCodes,
  printError,
  printErrorLine,
  printLine,
  userPath,
} from "../lib/tracking/mod.ts";

const USAGE = `Usage: deno task view RUN_FOLDER

Writes RUN_FOLDER/${RUN_PAGE}, a page for any browser that shows every discussion of a run: who said
what, who saw what, how it was scored and rewarded, who changed whom. For each model it has an analysis: who
moved whom rightly and wrongly, who gave way, when all agree; for training, what holds the reward back
and how scores drift from the truth. It needs no network. Of a run that is not finished it shows what
was saved so far.`;

async function main(args: readonly string[]): Promise<number> {
  if (args.length === 0 || args.includes("--help") || args.includes("-h")) {
    printLine(USAGE);
    return exitCodes.done;
  }
  const [path, second] = args;
  if (second !== undefined) {
    printErrorLine(
      `error: Cannot show the discussions of ${args.length} runs as it must be one: ` +
        `${named(second)} is the second. Call the command once for each`,
    );
    return exitCodes.refused;
  }
  if (path!.startsWith("-")) {
    printErrorLine(
      `error: Cannot take ${
        named(path!)
      } as there is no such flag. A folder of this name is ./${path}`,
    );
    return exitCodes.refused;
  }
  printLine(await writeRunPage(userPath(path!).replace(/(?<=.)[\\/]+$/, "")));
  return exitCodes.done;
}

if (import.meta.main) {
  Deno.exit(
    await main(Deno.args).catch((error) => {
      printError(error, { isDebug: false });
      return exitCodeOf(error, { isRunning: false });
    }),
  );
}
