import { MaporlError, RunError } from "./errors.ts";
import { named } from "./printable.ts";

/** What stands in the way, by the codes that operating systems and `Deno.errors` give. */
interface Obstacle {
  readonly codes: RegExp;
  readonly reason: string;
  /** What to do where a file is read, and where one is made. */
  readonly remedies: { readonly reading: string; readonly making: string };
}

const both = (remedy: string) => ({ reading: remedy, making: remedy });

const OBSTACLES: readonly Obstacle[] = [
  {
    codes: /ENOSPC|EDQUOT|os error (28|122|112)\b|No space left|disk is full/i,
    reason: "there must be space on the disk",
    remedies: both("Free some space on that disk; what was saved before is untouched"),
  },
  {
    codes: /EROFS|os error 30\b|Read-only file system/i,
    reason: "the disk must be writable",
    remedies: both("Choose a folder on another disk, or make that disk writable"),
  },
  {
    // Also where a task may read and write everything: the system's own files, such as /proc.
    codes: /Requires all access/,
    reason: "Deno keeps the system's own files from it",
    remedies: both("Choose a path elsewhere"),
  },
  {
    codes: /NotCapable/,
    reason: "Deno must have the permission",
    remedies: both(
      "Start it through its task (deno task experiment) or add the permission it asks for",
    ),
  },
  {
    codes: /EACCES|EPERM|PermissionDenied|os error (13|1)\b/,
    reason: "you must have the right to",
    remedies: {
      reading: "Give yourself the right to read it, or name another file",
      making: "Choose a folder that you may write to, or give yourself the right to",
    },
  },
  {
    codes: /ENOTDIR|os error (20|267)\b|Not a directory/,
    reason: "all above it must be folders",
    remedies: both("Check the path: a part of it is a file"),
  },
  {
    codes: /EEXIST|AlreadyExists|os error (17|183)\b/,
    reason: "no file may be in its place",
    remedies: both("Choose another path: a file is there, or a link that leads nowhere"),
  },
  {
    codes: /EISDIR|os error 21\b|Is a directory/,
    reason: "it must be a file",
    remedies: both("It is a folder: name a file in it"),
  },
  {
    codes: /ENAMETOOLONG|os error (36|206)\b|name too long/i,
    reason: "its name must be shorter",
    remedies: both("Choose a shorter name"),
  },
  {
    codes: /ELOOP|os error 40\b|levels of symbolic links/i,
    reason: "links must lead to a file",
    remedies: both("Remove the link, which leads to itself"),
  },
  {
    codes: /ENOENT|NotFound|os error [23]\b/,
    reason: "the path must exist",
    remedies: {
      reading: "Check the path for spelling",
      making: "Make the folders above it, or remove a link there that leads nowhere",
    },
  },
];

/**
 * Turns what the operating system says about a file into an error that names the path and a remedy.
 *
 * @param error What was thrown; a {@linkcode MaporlError} is passed through.
 * @param path The file or folder that was meant.
 * @param action What was tried: `"write"`, `"read"`, `"create"`.
 * @returns The error to throw.
 */
export function fileError(error: unknown, path: string, action: string): MaporlError {
  if (error instanceof MaporlError) return error;
  const { name = "", code = "", message = String(error) } = error instanceof Error
    ? error as Error & { code?: string }
    : {};
  // Not by what a path in it is called: a file may have the name of a code.
  const words = `${name} ${code} ${withoutPaths(message, path)}`;
  const known = OBSTACLES.find(({ codes }) => codes.test(words));
  if (known === undefined) {
    return new RunError(`Cannot ${action} ${named(path)}: ${message}`, {
      thing: path,
      cause: error,
    });
  }
  // The system ends with what it did to which path, which is named already.
  const said = message.replace(
    /(\(os error \d+\)): .*$|, run again with the --allow-all .*$/s,
    "$1",
  );
  return new RunError(`Cannot ${action} ${named(path)} as ${known.reason}: ${said}`, {
    thing: path,
    remedy: known.remedies[action === "read" ? "reading" : "making"],
    cause: error,
  });
}

/** What a system says, without the paths it says it of: Deno has them after its code, Node after the call. */
function withoutPaths(message: string, path: string): string {
  // A bare name could be a word of the message: "read", or a digit of its code.
  const names = path.includes("/") ? [path] : [`'${path}'`, `"${path}"`];
  return names.reduce((text, name) => text.replaceAll(name, ""), message)
    .replace(/(\(os error \d+\)): .*$/s, "$1")
    .replace(/(^E[A-Z]+: [^,']*, \w+) .*$/s, "$1");
}
