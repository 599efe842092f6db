import * as z from 'zod/mini';
import { lazily } from '../lazily.ts';
import { shortReason } from '../signal/event-values.ts';
import { verdictOf } from './command-outcome.ts';
import { hasEffect, type Isolation } from './isolations.ts';
import { isolatedBy } from './kept-limits.ts';
import type { StandingLook, TimeLimit } from './time-limit.ts';

/** How long after a look at isolated hosts the next one follows. */
export const LOOK_EVERY_MS = 3_600_000;

/**
 * Those of the hosts that their agents may have isolated. Of those that EC2 has cut off, agents know nothing, and need not
 * be within reach.
 */
export function isolatedByAgents(
  targets: readonly string[],
  isolations: readonly Isolation[],
): readonly string[] {
  const named = (some: readonly Isolation[]) => new Set(some.flatMap(({ record }) => record.targets));
  const byAgents = named(isolations.filter(({ byGroups }) => !byGroups));
  const byGroups = named(isolations.filter((one) => one.byGroups && hasEffect(one)));
  return targets.filter((id) => byAgents.has(id) && !byGroups.has(id));
}

/** How a host that is to be isolated was found, by its own word, and what has happened to it, for people. */
export type Standing = { readonly history: string } & (
  | { readonly state: 'isolated'; readonly putBack: number }
  /** Isolated by other rules than were loaded, and not put back. */
  | { readonly state: 'changed' }
  | { readonly state: 'open' }
);

const answer = lazily(() =>
  z.object({
    contained: z.literal('isolation'),
    putBack: z.int().check(z.nonnegative()),
    history: z.string(),
  }),
);

const NOT_CONTAINED = /^selfheal: NOT_CONTAINED: .*? s after the first look; (.+); see what has lifted it/;
const IS_OPEN = /^not isolated, as far as the host knows$|; found open: /;

/** @returns `undefined` where the host has not answered, or nothing follows from its answer */
export function standingOf(invocation: {
  readonly status: string;
  readonly output: string;
}): Standing | undefined {
  const verdict = verdictOf(invocation);
  if (invocation.status === 'Success') {
    const { data } = answer().safeParse(parsed(verdict));
    return data && { state: 'isolated', putBack: data.putBack, history: shortReason(data.history) };
  }
  const [, history] = NOT_CONTAINED.exec(verdict) ?? [];
  if (history === undefined) return undefined;
  return { state: IS_OPEN.test(history) ? 'open' : 'changed', history: shortReason(history) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A host, and what has happened to its isolation. */
export interface FoundHost {
  readonly id: string;
  readonly history: string;
}

export interface LookFindings {
  readonly open: readonly FoundHost[];
  /** Hosts whose isolation something else has lifted or changed since people were last notified of that, and that are still isolated. */
  readonly disturbed: readonly FoundHost[];
  /** The limit of the hosts that are not open; of no hosts if all are. */
  readonly left: TimeLimit;
}

/** What follows from the last look at the hosts of a limit. Those that have not answered stay as they were. */
export function findingsOf(
  limit: TimeLimit,
  look: StandingLook,
  standings: ReadonlyMap<string, Standing>,
): LookFindings {
  const open: FoundHost[] = [];
  const disturbed: FoundHost[] = [];
  const putBack: Record<string, number> = {};
  const changed: string[] = [];
  for (const id of limit.targets) {
    const standing = standings.get(id);
    if (standing?.state === 'open') {
      open.push({ id, history: standing.history });
      continue;
    }
    const known = { putBack: look.putBack?.[id] ?? 0, isChanged: look.changed?.includes(id) === true };
    const count = standing?.state === 'isolated' ? standing.putBack : known.putBack;
    const isChanged = standing ? standing.state === 'changed' : known.isChanged;
    if (count > 0) putBack[id] = count;
    if (isChanged) changed.push(id);
    if (standing && (count > known.putBack || (isChanged && !known.isChanged)))
      disturbed.push({ id, history: standing.history });
  }
  const kept: StandingLook = {
    atMs: look.atMs,
    ...(Object.keys(putBack).length > 0 && { putBack }),
    ...(changed.length > 0 && { changed }),
  };
  const isOpen = (target: string) => open.some(({ id }) => id === target);
  const targets = limit.targets.filter((id) => !isOpen(id));
  return { open, disturbed, left: { ...limit, targets, look: kept } };
}

const list = (hosts: readonly FoundHost[]): string =>
  hosts.map(({ id, history }) => `${id}: ${history}`).join('. ');

/** Notifies people of hosts that are open, though nothing on record has let them in. */
export function openMessage(
  limitId: string,
  limit: TimeLimit,
  hosts: readonly FoundHost[],
  strategyId: string,
): string {
  const ids = hosts.map(({ id }) => id);
  const again = `selfheal heal ${limit.component} --strategy ${strategyId} --target ${ids.join(' ')}`;
  return [
    `${ids.join(', ')}, isolated by operation ${isolatedBy(limitId, limit)}: open to the network, though no operation has lifted the isolation.`,
    `${list(hosts)}.`,
    `The time limit ends. \`${again} --reason …\` isolates what has to stay cut off.`,
  ].join(' ');
}

/** Notifies people of hosts that are isolated, though something else has lifted or changed that. */
export function disturbedMessage(limitId: string, limit: TimeLimit, hosts: readonly FoundHost[]): string {
  return [
    `Something else lifts or changes the isolation that operation ${isolatedBy(limitId, limit)} has made: find out what it is.`,
    `${list(hosts)}.`,
  ].join(' ');
}
