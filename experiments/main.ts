/**
 * The command line of all experiments: `deno task experiment`.
 *
 * @module
 */
import { type CommandOptions, runCommand } from "../lib/tracking/run_command.ts";
import { userFolder } from "../lib/tracking/user_folder.ts";
import { quickSettings } from "./quick_settings.ts";
import { registry } from "./registry.ts";

/** The experiments, and the devices that they run on. */
export const commandOptions: CommandOptions = {
  registry,
  quickSettings,
  async startDevice(choice, options) {
    // Loaded only when something runs: the list and the help text need no tensors.
    const device = await import("../lib/device/mod.ts");
    const report = await device.startDevice(choice, options);
    return { report, line: device.formatDeviceReport(report) };
  },
};

if (import.meta.main) {
  Deno.exit(await runCommand(Deno.args, { ...commandOptions, folder: userFolder() }));
}
