/**
 * Jinja that comes to an end: a template of a downloaded folder must not stop the program that reads it.
 *
 * @module
 */
import { Environment, Interpreter, Template } from "@huggingface/jinja";

/** What a rendering takes at most: a step per evaluation, more for long values. */
const MAX_STEPS = 2_000_000;
/** Entries of a list; a loop makes a scope for each. */
const MAX_ENTRIES = 100_000;
const STEPS_PER_ENTRY = 4;
/** Characters of a text. */
const MAX_CHARACTERS = 4_000_000;
const CHARACTERS_PER_STEP = 64;

/** The library's clock, which it keeps to its own templates. */
const NOW = new Template("{{ strftime_now(format) }}");

/**
 * Renders a template, within bounds on steps and sizes: a loop over `range(10 ** 12)` or a list that
 * doubles is refused within seconds.
 *
 * @param template As parsed.
 * @param values What it may name.
 * @returns The text.
 * @throws {Error} When the template refuses its values, or exceeds a bound.
 */
export function renderBounded(
  template: Template,
  values: Readonly<Record<string, unknown>>,
): string {
  const environment = new Environment();
  const globals = {
    true: true,
    false: false,
    none: null,
    True: true,
    False: false,
    None: null,
    raise_exception: (message: string) => {
      throw new Error(message);
    },
    range,
    strftime_now: (format: string) => NOW.render({ format }),
  };
  for (const [name, value] of Object.entries({ ...globals, ...values })) {
    environment.set(name, value);
  }
  return String(new BoundedInterpreter(environment).run(template.parsed).value);
}

type Evaluate = Interpreter["evaluate"];

class BoundedInterpreter extends Interpreter {
  #steps = 0;

  override evaluate(...given: Parameters<Evaluate>): ReturnType<Evaluate> {
    this.#count(1);
    const result = super.evaluate(...given);
    const { value } = result;
    if (typeof value === "string") {
      this.#count(checkLength(value.length, MAX_CHARACTERS) / CHARACTERS_PER_STEP);
    } else if (Array.isArray(value)) {
      this.#count(checkLength(value.length, MAX_ENTRIES) * STEPS_PER_ENTRY);
    }
    return result;
  }

  #count(steps: number): void {
    this.#steps += steps;
    if (this.#steps > MAX_STEPS) throw new Error(`it takes more than ${MAX_STEPS} steps`);
  }
}

function checkLength(length: number, most: number): number {
  if (length <= most) return length;
  throw new Error(`it makes a text or a list longer than ${most}`);
}

/** Jinja's `range()`; the library's own makes any number of entries. */
function range(start: number, stop?: number, step: number = 1): number[] {
  const [from, to] = stop === undefined ? [0, start] : [start, stop];
  if (step === 0) throw new Error("range() needs a step other than 0");
  const length = checkLength(Math.max(0, Math.ceil((to - from) / step)), MAX_ENTRIES);
  return Array.from({ length }, (_, index) => from + index * step);
}
