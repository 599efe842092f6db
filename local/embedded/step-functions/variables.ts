/** Variables of one scope: an execution's, or a Map iteration's, which reads the outer ones and writes its own. */
export class VariableScope {
  readonly #outer: VariableScope | undefined;
  readonly #values = new Map<string, unknown>();

  constructor(outer?: VariableScope) {
    this.#outer = outer;
  }

  /** `undefined` if it was never assigned. */
  lookup(name: string): unknown {
    return this.#values.has(name) ? this.#values.get(name) : this.#outer?.lookup(name);
  }

  /** Takes effect when the state that assigns ends; all at once. */
  assign(values: Readonly<Record<string, unknown>>): void {
    for (const [name, value] of Object.entries(values)) this.#values.set(name, value);
  }
}
