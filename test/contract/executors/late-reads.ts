import type { EmbeddedClock } from '../../../local/embedded/clock/embedded-clock.ts';
import type { Operations } from '../../../local/embedded/in-process-client.ts';

/**
 * A service that is eventually consistent: for a while after each write, its reads answer as if it had not been made.
 *
 * @param reads the operations whose answers are late; each takes one thing only
 */
export function withLateReads(
  operations: Operations,
  reads: readonly string[],
  { clock, lagMs }: { readonly clock: Pick<EmbeddedClock, 'after'>; readonly lagMs: number },
): Operations {
  /** Of the writes that are not seen yet, oldest first: what each read would have answered just before. */
  const unseen: Readonly<Record<string, () => object>>[] = [];
  const asked = new Map<string, unknown>();
  const now = (name: string, input: unknown): object => operations[name]?.(input) ?? {};
  const late = (name: string) => (input: unknown) => {
    asked.set(name, input);
    return unseen[0]?.[name]?.() ?? now(name, input);
  };
  const writing = (name: string) => (input: unknown) => {
    if (lagMs > 0) {
      const before = [...asked].map(([read, last]) => {
        const answer = now(read, last);
        return [read, () => answer] as const;
      });
      unseen.push(Object.fromEntries(before));
      clock.after(lagMs, () => void unseen.shift());
    }
    return now(name, input);
  };
  return Object.fromEntries(
    Object.keys(operations).map((name) => [name, reads.includes(name) ? late(name) : writing(name)]),
  );
}
