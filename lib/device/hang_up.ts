/** Number of SIGHUP wherever there is one. */
const SIGHUP = 1;
/** `SIG_IGN`. */
const IGNORED = 1n;

/** Where `sigaction` is; both systems begin its structure with the handler. */
const LIBRARIES: Readonly<Record<string, string>> = {
  linux: "libc.so.6",
  darwin: "libSystem.B.dylib",
};

/**
 * Whether this process was started so that the end of its terminal does not end it, as by `nohup`: whoever
 * did that does not want it to be interrupted then.
 *
 * @param os The system; default: this one.
 * @returns False, too, where that cannot be known: without the permission to call native code.
 */
export function ignoresHangUp(os: string = Deno.build.os): boolean {
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
