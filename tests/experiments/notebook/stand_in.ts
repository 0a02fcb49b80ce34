/**
 * Stands in for `Deno.jupyter` where a notebook runs as a script: writes what each call shows as a line of JSON.
 * Loaded before the script.
 *
 * @module
 */

/** How packages say what they look like. */
const DISPLAY = Symbol.for("Jupyter.display");

const display: typeof Deno.jupyter.display = async (thing, { raw = false } = {}) => {
  const shown = raw ? thing : await (thing as { [DISPLAY]: () => unknown })[DISPLAY]();
  console.log(JSON.stringify(shown));
};

// The setter is there, and undeclared: outside of the kernel only reading it is refused.
(Deno as { jupyter: unknown }).jupyter = { display };
