/**
 * The process that runs the programs of a data set, started by `runPrograms()` and by nothing else.
 *
 * Three walls stand around a program. The process may do nothing but read the interpreter's own folder, and is killed
 * where a program does not end. Of what MicroPython takes from JavaScript, a list of what computing needs stays, so that
 * there are no files, no clock, nothing random, and no `js` module, by which a program could write results of others.
 * And each program has an interpreter of its own, with memory of its own, so that none sees another.
 *
 * It reads `{ programs, call, memory }` from its input and writes a line of JSON when it is ready and for each program.
 *
 * @module
 */
import { loadMicroPython } from "@micropython/micropython-webassembly-pyscript";

/** What an interpreter gives, as it is used here. */
interface Interpreter {
  runPython(code: string): void;
  readonly globals: { get(name: string): unknown };
}

type Imports = Record<string, Record<string, (...args: number[]) => number>>;

/** Imports that a program may call as they are: calls that can be unwound, which compiled C is full of. */
const KEPT = /^(invoke_\w+|_emscripten_throw_longjmp|_abort_js)$/;
/** Imports that answer "there is no such file", as an import of a module looks for one first. */
const FILES = /^(__syscall_|fd_)/;
const NO_SUCH_FILE = 44;
/** Characters of a program's own words that an error shows. */
const MAX_SHOWN = 200;
/** Bytes that a program may print. */
const MAX_PRINTED = 2 ** 16;

const wasm = await WebAssembly.compile(
  await Deno.readFile(
    new URL(
      "micropython.wasm",
      import.meta.resolve("@micropython/micropython-webassembly-pyscript"),
    ),
  ),
);
const { programs, call, memory } = JSON.parse(await new Response(Deno.stdin.readable).text()) as {
  readonly programs: readonly string[];
  readonly call: string;
  readonly memory: number;
};

// The interpreter would free objects of an earlier program under their numbers in a later one.
globalThis.FinalizationRegistry = class {
  register(): void {}
  unregister(): boolean {
    return false;
  }
} as unknown as typeof FinalizationRegistry;
// Its loader says more than there is to say.
console.error = console.warn = () => {};
WebAssembly.instantiate = ((_: unknown, imports: Imports) => {
  const held: { heap?: WebAssembly.Memory } = {};
  for (const section of Object.values(imports)) {
    for (const name of Object.keys(section)) {
      if (!KEPT.test(name)) section[name] = replacementOf(name, section[name]!, held);
    }
  }
  const instance = new WebAssembly.Instance(wasm, imports);
  held.heap = instance.exports.memory as WebAssembly.Memory;
  return Promise.resolve({ module: wasm, instance });
}) as unknown as typeof WebAssembly.instantiate;

function replacementOf(
  name: string,
  original: (...args: number[]) => number,
  held: { readonly heap?: WebAssembly.Memory },
): (...args: number[]) => number {
  if (name === "emscripten_resize_heap") {
    return (size) => (size! >>> 0) > memory ? 0 : original(size!);
  }
  if (name === "fd_write") {
    let printed = 0;
    return (_, pieces, count, written) => {
      const view = new DataView(held.heap!.buffer);
      let bytes = 0;
      for (let i = 0; i < count!; i++) bytes += view.getUint32(pieces! + 8 * i + 4, true);
      printed += bytes;
      if (printed > MAX_PRINTED) throw new Error(`it must print at most ${MAX_PRINTED} bytes`);
      view.setUint32(written!, bytes, true); // what is printed goes nowhere
      return 0;
    };
  }
  if (FILES.test(name)) return () => name.startsWith("fd_") ? NO_SUCH_FILE : -NO_SUCH_FILE;
  return () => {
    throw new Error(`it must compute and nothing else, and calls ${name} of its host`);
  };
}

/** Whole numbers as text: as numbers they would be cut to 32 bits. */
const asked = `_value = ${call}
_kind = type(_value).__name__
_digits = str(_value) if _kind == "int" else ""
`;

async function resultOf(program: string): Promise<{ value: number } | { problem: string }> {
  const interpreter: Interpreter = await loadMicroPython({ linebuffer: false, stdout: () => {} });
  interpreter.runPython(program);
  interpreter.runPython(asked);
  const get = (name: string) => interpreter.globals.get(name);
  const kind = get("_kind");
  const shown = kind === "int" ? get("_digits") : get("_value");
  if (kind !== "int" && kind !== "float") {
    return { problem: `it must return a number, and returns ${String(kind).slice(0, MAX_SHOWN)}` };
  }
  const value = Number(shown);
  // Doubles hold whole numbers exactly up to here.
  if (Number.isFinite(value) && Math.abs(value) <= Number.MAX_SAFE_INTEGER) {
    return { value: value === 0 ? 0 : value };
  }
  const largest = Number.MAX_SAFE_INTEGER;
  const written = String(shown).slice(0, MAX_SHOWN);
  return { problem: `it must return a number up to ${largest}, and returns ${written}` };
}

/** What is wrong with a program, in a line. */
function problemOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const [last = ""] = message.trimEnd().split("\n").slice(-1);
  const isPython = (error as Error | undefined)?.name === "PythonError";
  return (isPython ? `it must run, and ends with ${last}` : last).slice(0, MAX_SHOWN);
}

const say = (line: object) =>
  Deno.stdout.writeSync(new TextEncoder().encode(`${JSON.stringify(line)}\n`));

say({ ready: true });
for (const program of programs) {
  say(await resultOf(program).catch((error) => ({ problem: problemOf(error) })));
}
