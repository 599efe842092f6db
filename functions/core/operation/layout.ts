import type { Component } from '../configuration/schema/schema.ts';
import { selectsHosts } from '../configuration/target-selector.ts';

/** Why a target of a component is not repaired, though it might have been. */
export const SKIP_REASONS = [
  'offline',
  'not-linux',
  'not-managed',
  'gone',
  'healthy',
  'not-looked-at',
] as const;
export type SkipReason = (typeof SKIP_REASONS)[number];

/** Instance ids with the reason why each is skipped. */
export type SkippedTargets = Readonly<Record<string, SkipReason>>;

/** Instance ids, each with that of the instance that has taken its place. */
export type ReplacedTargets = Readonly<Record<string, string>>;

/**
 * In which order an operation repairs its targets: one batch after another. Laid out once, before the first action, so
 * that every later decision, the undo of a crashed operation included, refers to the same batches.
 */
export interface Layout {
  /** Instance ids; no target is in two batches. */
  readonly batches: readonly (readonly string[])[];
  readonly skipped: SkippedTargets;
  /** Why it can't be carried out: its only batch is empty then. */
  readonly problem?: { readonly code: 'TargetsUnavailable' | 'TooManyTargets'; readonly detail: string };
}

/** What is known of a target before the batches are laid out. */
export interface Candidate {
  readonly instanceId: string;
  /** Why it can't be repaired now. */
  readonly unavailable?: SkipReason;
}

/** What a read-only look at a target found; `unknown` if there was no answer. It never counts as healthy. */
export type TargetHealth = 'healthy' | 'unhealthy' | 'unknown';

/** Whether it is known beforehand that a component has no second target. */
export function hasOneTarget({ targets }: Component): boolean {
  return !selectsHosts(targets) || ('instanceIds' in targets && targets.instanceIds.length === 1);
}

/** One command's limit, and so that of one batch: SendCommand takes 50 instance ids. */
export const MAXIMUM_BATCH = 50;

/** A list in pieces of a size, the last one may be shorter. */
export function chunked<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}

/**
 * Batches of the targets that are to be repaired: those found unhealthy, if any was; otherwise all that are available.
 *
 * @param health what a look found, if there was one
 */
export function layOutBatches(
  candidates: readonly Candidate[],
  health: ReadonlyMap<string, TargetHealth>,
  batchSize: number,
): Layout {
  const available = candidates.filter(({ unavailable }) => unavailable === undefined);
  const found = available.filter(({ instanceId }) => health.get(instanceId) === 'unhealthy');
  const repaired = new Set((found.length > 0 ? found : available).map(({ instanceId }) => instanceId));
  const reasonOf = ({ instanceId, unavailable }: Candidate): SkipReason =>
    unavailable ?? (health.get(instanceId) === 'healthy' ? 'healthy' : 'not-looked-at');
  const skipped = candidates
    .filter(({ instanceId }) => !repaired.has(instanceId))
    .map((candidate) => [candidate.instanceId, reasonOf(candidate)] as const);
  return {
    batches: chunked([...repaired].sort(), Math.min(batchSize, MAXIMUM_BATCH)),
    skipped: Object.fromEntries(skipped.sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}
