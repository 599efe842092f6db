import { StateError } from './errors.ts';
import { jsonBytes, MAXIMUM_ASSIGN_BYTES, MAXIMUM_VARIABLES_BYTES } from './limits.ts';

interface Stored {
  readonly value: unknown;
  readonly bytes: number;
}

/** Variables of one scope: an execution's, or a Map iteration's, which reads the outer ones and writes its own. */
export class VariableScope {
  readonly #outer: VariableScope | undefined;
  readonly #values = new Map<string, Stored>();
  /** The bytes that all scopes of the execution hold together. */
  readonly #total: { bytes: number };

  constructor(outer?: VariableScope) {
    this.#outer = outer;
    this.#total = outer === undefined ? { bytes: 0 } : outer.#total;
  }

  /** `undefined` if it was never assigned. */
  lookup(name: string): unknown {
    const stored = this.#values.get(name);
    return stored === undefined ? this.#outer?.lookup(name) : stored.value;
  }

  /**
   * Takes effect when the assigning state ends, all at once.
   *
   * @param place for messages: state and field
   * @throws StateError `States.DataLimitExceeded` for more than 256 KiB at once, or 10 MiB in the execution
   */
  assign(values: Readonly<Record<string, unknown>>, place: string): void {
    const bytes = jsonBytes(values);
    if (bytes > MAXIMUM_ASSIGN_BYTES) throw tooLarge(place, bytes, MAXIMUM_ASSIGN_BYTES);
    const stored = Object.entries(values).map(
      ([name, value]) => [name, { value, bytes: jsonBytes(value) }] as const,
    );
    const total = stored.reduce(
      (sum, [name, each]) => sum + each.bytes - (this.#values.get(name)?.bytes ?? 0),
      this.#total.bytes,
    );
    if (total > MAXIMUM_VARIABLES_BYTES)
      throw tooLarge(`all variables with ${place}`, total, MAXIMUM_VARIABLES_BYTES);
    this.#total.bytes = total;
    for (const [name, each] of stored) this.#values.set(name, each);
  }

  /** Ends the scope: its variables no longer count. */
  end(): void {
    for (const { bytes } of this.#values.values()) this.#total.bytes -= bytes;
    this.#values.clear();
  }
}

function tooLarge(what: string, bytes: number, allowed: number): StateError {
  return new StateError('States.DataLimitExceeded', `${what}: ${bytes} bytes, ${allowed} are allowed`);
}
