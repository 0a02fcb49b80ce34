/**
 * A thread that does nothing but take the signals of a process whose other threads block them.
 *
 * @module
 */
import { unblockSignals } from "./signal_mask.ts";

unblockSignals();
const never = new Int32Array(new SharedArrayBuffer(4));
Atomics.wait(never, 0, 0);
