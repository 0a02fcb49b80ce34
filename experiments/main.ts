/**
 * The command line of all experiments: `deno task experiment`.
 *
 * @module
 */
import { runCommand } from "../lib/tracking/run_command.ts";
import { registry } from "./registry.ts";

if (import.meta.main) {
  const code = await runCommand(Deno.args, {
    registry,
    async startDevice(choice) {
      // Loaded only when something runs: the list and the help text need no tensors.
      const device = await import("../lib/device/mod.ts");
      const report = await device.startDevice(choice);
      return { report, line: device.formatDeviceReport(report) };
    },
  });
  Deno.exit(code);
}
