/** How programs for the GPU are written down, and the WGSL text that they become. */
import { type Reduction, reductionTexts, SUBGROUP_PARAMETERS, TAKE_SUBGROUP } from "./reduce.ts";

/** Type of a storage buffer's elements in WGSL. */
export type ElementType = "f32" | "i32" | "u32" | "f16" | "vec2<u32>" | "vec4<f32>" | "vec4<f16>";

/** A storage buffer of a program. */
export interface BufferUse {
  /** Type of its elements; float32 by default. */
  readonly type?: ElementType;
  /** Whether the program writes to it; it only reads by default. */
  readonly writes?: boolean;
}

/** A compute program. Programs are compiled once per object: keep them in constants or caches. */
export interface Program {
  /** Shown by the driver in errors and traces. */
  readonly name: string;
  /** Storage buffers by the names under which the text uses them, in the order of their bindings. */
  readonly buffers: Readonly<Record<string, BufferUse>>;
  /** Plain numbers that the text reads as `args.<name>`. */
  readonly args: Readonly<Record<string, "u32" | "f32">>;
  /** Invocations of one workgroup; at most 256, which every device allows. */
  readonly workgroupSize: number;
  /** Sums and maxima over a workgroup that the text calls. */
  readonly reductions?: readonly Reduction[];
  /** Declarations: functions, constants, workgroup memory. */
  readonly declarations?: string;
  /**
   * Statements of one invocation. `group` counts the workgroups from 0, `local` the invocations within
   * one; both are u32.
   */
  readonly body: string;
}

/**
 * Texts for each of a number of indices.
 *
 * @param n How many.
 * @param text Text for one index.
 * @returns All of them, a line each.
 */
export function each(n: number, text: (i: number) => string): string {
  return Array.from({ length: n }, (_, i) => text(i)).join("\n");
}

/** Invocations of a program that works on each element by itself. */
export const ELEMENTWISE_SIZE = 256;

/**
 * A program that works on each element by itself.
 *
 * @param name Its name.
 * @param options Buffers, arguments besides `size`, and the statements for element `i`.
 * @returns A program with the argument `size`; takes ⌈size / 256⌉ workgroups.
 */
export function elementwise(
  name: string,
  options: {
    readonly buffers: Readonly<Record<string, BufferUse>>;
    readonly args?: Readonly<Record<string, "u32" | "f32">>;
    readonly declarations?: string;
    readonly body: string;
  },
): Program {
  return {
    ...options,
    name,
    args: { size: "u32", ...options.args },
    workgroupSize: ELEMENTWISE_SIZE,
    body: `
  let i = group * ${ELEMENTWISE_SIZE}u + local;
  if (i < args.size) {
    ${options.body}
  }`,
  };
}

/**
 * The WGSL text of a program. Workgroups are dispatched in as many rows as the device's limit per
 * dimension asks for; those beyond the last one end at once.
 *
 * @param program The program.
 * @param subgroupHeader What a text begins with where its reductions may use subgroups; undefined where
 * they may not.
 * @returns A module with the entry point `main`.
 */
export function wgslOf(program: Program, subgroupHeader?: string): string {
  const { buffers, args, workgroupSize, reductions = [], declarations = "", body } = program;
  const hasSubgroups = reductions.length > 0 && subgroupHeader !== undefined;
  const uses = Object.entries(buffers);
  const bindings = uses.map(([name, { type = "f32", writes = false }], i) =>
    `@group(0) @binding(${i}) var<storage, ${
      writes ? "read_write" : "read"
    }> ${name}: array<${type}>;`
  );
  const fields = Object.entries(args).map(([name, type]) => `  ${name}: ${type},`);
  const usesHalf = uses.some(([, { type }]) => type === "f16" || type === "vec4<f16>");
  return `${usesHalf ? "enable f16;" : ""}${hasSubgroups ? subgroupHeader : ""}
struct Args {
  numGroups: u32,
${fields.join("\n")}
}
${bindings.join("\n")}
@group(0) @binding(${uses.length}) var<uniform> args: Args;
${reductionTexts(reductions, workgroupSize, hasSubgroups)}
${declarations}
@compute @workgroup_size(${workgroupSize})
fn main(
  @builtin(workgroup_id) groupId: vec3<u32>,
  @builtin(num_workgroups) gridSize: vec3<u32>,
  @builtin(local_invocation_index) local: u32,${hasSubgroups ? SUBGROUP_PARAMETERS : ""}
) {${hasSubgroups ? TAKE_SUBGROUP : ""}
  let group = groupId.x + groupId.y * gridSize.x;
  if (group >= args.numGroups) { return; }
${body}
}
`;
}
