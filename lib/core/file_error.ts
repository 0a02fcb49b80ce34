import { MaporlError, RunError } from "./errors.ts";

/** Reason and remedy by the codes that operating systems and `Deno.errors` give. */
const REASONS: readonly { codes: RegExp; reason: string; remedy: string }[] = [
  {
    codes: /ENOSPC|EDQUOT|os error (28|122|112|39)\b|No space left|disk is full/i,
    reason: "there must be space on the disk",
    remedy: "Free some space or choose another disk with --out; what was saved before is untouched",
  },
  {
    codes: /EROFS|os error 30\b|Read-only file system/i,
    reason: "the disk must be writable",
    remedy: "Choose a folder on another disk with --out",
  },
  {
    codes: /NotCapable/,
    reason: "Deno must have the permission",
    remedy: "Start it through its task (deno task experiment) or add the permission it asks for",
  },
  {
    codes: /EACCES|EPERM|PermissionDenied|os error (13|1)\b/,
    reason: "you must have the right to",
    remedy: "Choose a folder that you may write to with --out, or change its owner",
  },
  {
    codes: /ENOENT|NotFound|os error [23]\b/,
    reason: "the path must exist",
    remedy: "Check the path for spelling; folders above it must exist",
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
  const known = REASONS.find(({ codes }) => codes.test(`${name} ${code} ${message}`));
  if (known === undefined) {
    return new RunError(`Cannot ${action} ${path}: ${message}`, { thing: path, cause: error });
  }
  return new RunError(`Cannot ${action} ${path} as ${known.reason}: ${message}`, {
    thing: path,
    remedy: known.remedy,
    cause: error,
  });
}
