/** Number of SIGHUP wherever there is one. */
const SIGHUP = 1;
/** `SIG_IGN`. */
const IGNORED = 1n;

/** Where `sigaction` is; both systems begin its structure with the handler. */
const LIBRARIES: Readonly<Record<string, string>> = {
  linux: "libc.so.6",
  darwin: "libSystem.B.dylib",
};

/** Deno takes SIGHUP for itself half a second after its start: what holds before is read at once. */
const AT_START = readDisposition(Deno.build.os);

/**
 * Whether this process was started so that the end of its terminal does not end it, as by `nohup`: whoever
 * did that does not want it to be interrupted then.
 *
 * Tasks load this module before all others (`--preload`), as it has to be asked for early.
 *
 * @returns False, too, where that cannot be known: without the permission to call native code, on
 * Windows, or when this module is loaded later than half a second after the start.
 */
export function ignoresHangUp(): boolean {
  return AT_START;
}

function readDisposition(os: string): boolean {
  const library = LIBRARIES[os];
  if (library === undefined) return false;
  try {
    const opened = Deno.dlopen(library, {
      sigaction: { parameters: ["i32", "pointer", "buffer"], result: "i32" },
    });
    const action = new BigUint64Array(64); // more than the structure takes
    const status = opened.symbols.sigaction(SIGHUP, null, action);
    opened.close();
    return status === 0 && action[0] === IGNORED;
  } catch {
    return false;
  }
}
