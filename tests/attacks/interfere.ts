/**
 * Loaded before an experiment (`deno run --preload`): makes its file operations fail, sends it signals
 * at a chosen one, or gives it a full disk to print to. What is wished stands in this module's query.
 *
 * @module
 */

/** What is to go wrong in a process. */
export interface Wish {
  /** The file operation, counted from 1, at which it goes wrong; 0 for never. */
  readonly at: number;
  /** What is counted: all operations, or those that write no bytes (steps). */
  readonly among: "operations" | "steps";
  /** A part of a path: counted from the first operation on such a one. Default: from the first of all. */
  readonly from?: string;
  /** Code of the error that operation ends with. */
  readonly error?: DiskError | undefined;
  /** Whether every later operation that needs space or the disk fails as well. */
  readonly lasting?: boolean;
  /** Number of the signal that the process gets at that operation. */
  readonly signal?: number;
  /** Whether it gets it after the operation instead of before. */
  readonly after?: boolean;
  /** File descriptors of output that lie on a full disk. */
  readonly full?: readonly number[];
}

/** Codes of errors that disks give. */
export type DiskError = "ENOSPC" | "EDQUOT" | "EIO" | "EROFS" | "EPERM" | "EACCES";

const ERRORS: Readonly<Record<DiskError, () => Error>> = {
  ENOSPC: () => new Error("No space left on device (os error 28)"),
  EDQUOT: () => new Error("Disk quota exceeded (os error 122)"),
  EIO: () => new Error("Input/output error (os error 5)"),
  EROFS: () => new Error("Read-only file system (os error 30)"),
  EPERM: () => new Deno.errors.PermissionDenied("Operation not permitted (os error 1)"),
  EACCES: () => new Deno.errors.PermissionDenied("Permission denied (os error 13)"),
};

/** Operations that also work on a full disk. */
const NEED_NO_SPACE = /^(remove|rename)/;

type Operation = (...args: unknown[]) => unknown;

/** The C library, for what Deno needs rights for that experiments do not have. */
const openLibc = () =>
  Deno.dlopen(Deno.build.os === "darwin" ? "libSystem.dylib" : "libc.so.6", {
    kill: { parameters: ["i32", "i32"], result: "i32" },
    open: { parameters: ["buffer", "i32"], result: "i32" },
    dup2: { parameters: ["i32", "i32"], result: "i32" },
  }).symbols;

/** Counts the operations that change files, and interferes with one. */
function interfere(wish: Wish): void {
  const libc = wish.signal === undefined && !wish.full?.length ? undefined : openLibc();
  const path = new TextEncoder().encode("/dev/full\0");
  for (const descriptor of wish.full ?? []) libc!.dup2(libc!.open(path, 1), descriptor);
  let [operations, steps] = [0, 0];
  let isCounting = wish.from === undefined;
  let isBroken = false;

  const say = (event: string) => {
    try {
      console.error(`attack: ${event}`);
    } catch { /* the output is what is attacked */ }
  };
  /** Wraps an operation; `part` does a piece of it, as disks do that fill up. */
  const wrap = (owner: object, name: string, part?: (self: unknown, args: unknown[]) => void) => {
    const holder = owner as Record<string, Operation>;
    const original = holder[name];
    if (typeof original !== "function") return;
    const isAsync = !name.endsWith("Sync");
    holder[name] = function (this: unknown, ...args: unknown[]) {
      if (name.startsWith("open") && !isWriting(args[1])) return original.apply(this, args);
      isCounting ||= args.some((path) => typeof path === "string" && path.includes(wish.from!));
      if (!isCounting) return original.apply(this, args);
      operations++;
      const isStep = !/^write(Sync)?$/.test(name);
      if (isStep) steps++;
      const isIt = wish.at === (wish.among === "steps" ? isStep && steps : operations);
      if (isIt) {
        say(`at operation ${operations}, ${name} ${typeof args[0] === "string" ? args[0] : ""}`);
      }
      if (isIt && wish.signal !== undefined && !wish.after) libc!.kill(Deno.pid, wish.signal);
      const fails = wish.error !== undefined &&
        (isIt || (isBroken && !(isSpace(wish.error) && NEED_NO_SPACE.test(name))));
      if (fails) {
        isBroken = wish.lasting === true;
        if (isSpace(wish.error!)) part?.(this, args);
        const error = Object.assign(ERRORS[wish.error!](), { code: wish.error });
        if (isAsync) return Promise.reject(error);
        throw error;
      }
      const result = original.apply(this, args);
      if (!isIt || wish.signal === undefined || !wish.after) return result;
      const raise = () => void libc!.kill(Deno.pid, wish.signal!);
      if (isAsync) return (result as Promise<unknown>).finally(raise);
      raise();
      return result;
    };
  };

  for (const name of ["open", "mkdir", "rename", "remove", "writeFile", "writeTextFile", "link"]) {
    for (const form of [name, `${name}Sync`]) wrap(Deno, form);
  }
  for (const name of ["copyFile", "symlink", "truncate"]) {
    for (const form of [name, `${name}Sync`]) wrap(Deno, form);
  }
  const writeSync = Deno.FsFile.prototype.writeSync;
  const half = (self: unknown, [bytes]: unknown[]) =>
    void writeSync.call(
      self as Deno.FsFile,
      (bytes as Uint8Array).subarray(0, (bytes as Uint8Array).length >> 1),
    );
  for (const name of ["write", "writeSync"]) wrap(Deno.FsFile.prototype, name, half);
  for (const name of ["sync", "syncSync", "syncData", "syncDataSync", "truncate"]) {
    wrap(Deno.FsFile.prototype, name);
  }
  globalThis.addEventListener("unload", () => say(`${operations} operations, ${steps} steps`));
}

const isSpace = (code: DiskError) => code === "ENOSPC" || code === "EDQUOT";

function isWriting(options: unknown): boolean {
  const { write, append, create, createNew } = (options ?? {}) as Deno.OpenOptions;
  return [write, append, create, createNew].includes(true);
}

const wish = new URL(import.meta.url).searchParams.get("wish");
if (wish !== null) interfere(JSON.parse(wish));
