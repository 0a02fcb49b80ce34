/**
 * tfjs, with the types that stand in maporl's signatures as types of this module: `deno doc` does not
 * count what a package declares as public.
 *
 * @module
 */
import type * as tfjs from "tfjs";
export * from "tfjs";

/** A tensor of any rank and type. */
export type Tensor = tfjs.Tensor;
/** A tensor of rank 0. */
export type Scalar = tfjs.Scalar;
/** A tensor of rank 1. */
export type Tensor1D = tfjs.Tensor1D;
/** A tensor of rank 2. */
export type Tensor2D = tfjs.Tensor2D;
/** A tensor of rank 3. */
export type Tensor3D = tfjs.Tensor3D;
/** A tensor whose values can be assigned: what training changes. */
export type Variable = tfjs.Variable;
