/** Sums and maxima over the invocations of a workgroup, as text for programs. */

interface Kind {
  /** Type of the values. */
  readonly type: "f32" | "u32";
  /** WGSL of two of them put together. */
  readonly join: (a: string, b: string) => string;
  /** WGSL function that does it for a subgroup. */
  readonly ofSubgroup: string;
}

const max = (a: string, b: string) => `max(${a}, ${b})`;

const KINDS = {
  sumOverGroup: { type: "f32", join: (a, b) => `${a} + ${b}`, ofSubgroup: "subgroupAdd" },
  maxOverGroup: { type: "f32", join: max, ofSubgroup: "subgroupMax" },
  maxKeyOverGroup: { type: "u32", join: max, ofSubgroup: "subgroupMax" },
} as const satisfies Record<string, Kind>;

/**
 * A function `<name>(local, value)`, which every invocation of the workgroup must call and which gives each
 * of them the same result, put together in an order that is the same in every run.
 */
export type Reduction = keyof typeof KINDS;

/** Parameters of an entry point from which {@linkcode TAKE_SUBGROUP} takes what the reductions need. */
export const SUBGROUP_PARAMETERS = `
  @builtin(subgroup_id) ownSubgroup: u32,
  @builtin(num_subgroups) allSubgroups: u32,`;

/** First statements of an entry point whose reductions use subgroups. */
export const TAKE_SUBGROUP = `
  subgroupId = ownSubgroup;
  numSubgroups = allSubgroups;`;

/**
 * Declares reductions. With subgroups they wait twice for the whole workgroup instead of once for every
 * halving. How large a subgroup is, and which invocations it holds, is not known and may differ between
 * programs: each leaves its part under its number, and every invocation puts the parts together.
 *
 * @param names The reductions.
 * @param size Invocations of one workgroup; a power of two.
 * @param hasSubgroups Whether the text may use subgroups; then the entry point must begin with
 * {@linkcode TAKE_SUBGROUP}.
 * @returns WGSL declarations.
 */
export function reductionTexts(
  names: readonly Reduction[],
  size: number,
  hasSubgroups: boolean,
): string {
  const texts = names.map((name) => hasSubgroups ? bySubgroups(name, size) : byHalving(name, size));
  const numbers = "var<private> subgroupId: u32;\nvar<private> numSubgroups: u32;";
  return [...hasSubgroups ? [numbers] : [], ...texts].join("\n");
}

function bySubgroups(name: Reduction, size: number): string {
  const { type, join, ofSubgroup }: Kind = KINDS[name];
  return `
var<workgroup> ${name}Parts: array<${type}, ${size}>; // a subgroup may be a single invocation
fn ${name}(local: u32, value: ${type}) -> ${type} {
  workgroupBarrier(); // the parts of an earlier call have been read
  let part = ${ofSubgroup}(value);
  if (subgroupBroadcastFirst(local) == local) { ${name}Parts[subgroupId] = part; }
  workgroupBarrier();
  var result = ${name}Parts[0];
  for (var i = 1u; i < numSubgroups; i++) { result = ${join("result", `${name}Parts[i]`)}; }
  return result;
}`;
}

function byHalving(name: Reduction, size: number): string {
  const { type, join }: Kind = KINDS[name];
  const parts = `${name}Parts`;
  return `
var<workgroup> ${parts}: array<${type}, ${size}>;
fn ${name}(local: u32, value: ${type}) -> ${type} {
  workgroupBarrier(); // the parts of an earlier call have been read
  ${parts}[local] = value;
  workgroupBarrier();
  for (var step = ${size >> 1}u; step > 0u; step = step >> 1u) {
    if (local < step) { ${parts}[local] = ${join(`${parts}[local]`, `${parts}[local + step]`)}; }
    workgroupBarrier();
  }
  return ${parts}[0];
}`;
}
