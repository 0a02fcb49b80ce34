/**
 * Gives the caller's test file an environment of its own, until it is disposed of: test files run side by side in one
 * process, whose environment they share.
 *
 * @param values Variables that are its own, whatever is set later; undefined = unset. All others stay shared.
 * @returns Disposed of, the process's environment is back.
 */
export function ownEnvironment(values: Record<string, string | undefined>): Disposable {
  const own = { ...values };
  const shared = { ...Deno.env };
  Object.assign(Deno.env, {
    get: (name: string) => name in own ? own[name] : shared.get(name),
    set: (name: string, value: string) =>
      name in own ? void (own[name] = value) : shared.set(name, value),
    delete: (name: string) => name in own ? void (own[name] = undefined) : shared.delete(name),
  });
  return { [Symbol.dispose]: () => void Object.assign(Deno.env, shared) };
}
