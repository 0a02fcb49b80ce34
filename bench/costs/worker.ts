/**
 * Measures one point in a thread of its own, whose device has held no other tensors.
 *
 * @module
 */
import type { UpdateSizes } from "./curves.ts";
import { type Cost, measureCost } from "./measure.ts";

/** The part of a worker's global scope that is used here. */
const scope = self as unknown as {
  onmessage: (event: MessageEvent<UpdateSizes>) => void;
  postMessage: (cost: Cost) => void;
};
scope.onmessage = async ({ data }) => scope.postMessage(await measureCost(data));
