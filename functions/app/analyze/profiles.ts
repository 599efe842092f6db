import type { BaselineShard, ComponentBaselines, ProfileState } from '../../core/analysis/baseline.ts';
import { type ProfileAnswer, type ProfileRow, profileAnswer } from '../../core/analysis/profile-answer.ts';
import { ALL_HOSTS, PROFILE_PERIOD_SECONDS } from '../../core/analysis/profile-series.ts';
import type { SeriesRead } from '../../core/analysis/read-window.ts';
import type { SeriesSource } from '../../core/analysis/watched-series.ts';
import type { Component } from '../../core/configuration/schema/component-schema.ts';
import { type HostSelector, isHybrid, selectsHosts } from '../../core/configuration/target-selector.ts';
import { isTerminal } from '../../core/operation/command-outcome.ts';
import { MAXIMUM_BATCH } from '../../core/operation/layout.ts';
import { isFit, type ManagedNode } from '../../core/operation/target-availability.ts';
import { ServiceError } from '../../ports/errors.ts';
import type { OperationStore } from '../../ports/operation-store.ts';
import type { Essentials } from '../../ports/ports.ts';
import type { RunbookRunner } from '../../ports/runbook-runner.ts';
import { notingDenials } from '../denials.ts';

export interface ProfileDeps extends Essentials {
  readonly store: Pick<OperationStore, 'noteDenial'>;
  readonly runbooks: Pick<RunbookRunner, 'resolveTargets' | 'send' | 'listInvocations'>;
}

/** What the hosts of a component have answered to the commands of the last run. */
export interface CollectedProfile {
  /** By instance. */
  readonly answers: ReadonlyMap<string, ProfileAnswer>;
  /** Why there is no answer, by instance. */
  readonly notes: ReadonlyMap<string, string>;
}

const READ = 'selfheal-read-profile';
const INSTALL = 'selfheal-install-collector';
const PERIOD_MS = PROFILE_PERIOD_SECONDS * 1_000;
/** A run that begins a little early still reads what the last one has asked for. */
const SLACK_MS = 30_000;
/** A host on which the collector cannot be installed is asked again after this long. */
const INSTALL_AGAIN_MS = 30 * 60_000;
const DELIVERY_SECONDS = 60;
const EXECUTION_SECONDS = 30;
const RING_MS = 24 * 3_600_000;

/**
 * Reads what the commands of an earlier run have brought. A run does not wait for its own: an answer that takes seconds
 * would cost more than everything else. What is not answered yet is asked for again: a host keeps it for about a day.
 *
 * @throws ServiceError
 */
export async function collectProfile(
  deps: ProfileDeps,
  state: ProfileState | undefined,
): Promise<CollectedProfile> {
  const answers = new Map<string, ProfileAnswer>();
  const notes = new Map<string, string>();
  for (const { commandId, sinceMs } of state?.requests ?? []) {
    const invocations = await notingDenials(deps, () => deps.runbooks.listInvocations(commandId));
    for (const { instanceId, status, output } of invocations) {
      const answer = status === 'Success' ? profileAnswer(output, sinceMs) : undefined;
      if (answer) answers.set(instanceId, answer);
      else if (isTerminal(status) && !isInstalled(output)) notes.set(instanceId, noteOf(status, output));
    }
  }
  return { answers, notes };
}

const isInstalled = (output: string) => output.includes('"installed":true');

function noteOf(status: string, output: string): string {
  return /^selfheal: .*/m.exec(output)?.[0] ?? status;
}

/**
 * Asks the hosts for what they have measured since what is on record, and has the collector installed where it is not.
 *
 * @param kept the component's record after what was collected has been judged
 * @returns what is to be kept of the profile
 * @throws ServiceError
 */
async function requestProfile(
  deps: ProfileDeps,
  name: string,
  component: Component,
  kept: ComponentBaselines | undefined,
  { answers, notes }: CollectedProfile,
): Promise<ProfileState | undefined> {
  const { profile, targets } = component;
  const state = kept?.profile;
  const nowMs = deps.clock.nowMs();
  if (!profile || !selectsHosts(targets)) return undefined;
  if (state && nowMs - state.requestedAtMs < PERIOD_MS - SLACK_MS) return state;
  const nodes = await notingDenials(deps, () => deps.runbooks.resolveTargets(targets));
  const hosts = profiledHosts(targets, nodes);
  const fit = new Set(hosts.filter((id) => nodes.some((node) => node.instanceId === id && isFit(node))));
  const requests: { commandId: string; sinceMs: number }[] = [];
  const send = async (document: string, ids: readonly string[], since?: number) => {
    for (let first = 0; first < ids.length; first += MAXIMUM_BATCH) {
      const instanceIds = ids.slice(first, first + MAXIMUM_BATCH);
      const commandId = await notingDenials(deps, () =>
        deps.runbooks.send({
          document,
          parameters: {
            operationId: `profile-${nowMs.toString(36)}`,
            stepId: 'look-0',
            fence: '0',
            component: name,
            executionTimeout: String(EXECUTION_SECONDS),
            service: component.service ?? '',
            endpoint: profile.endpoint ?? '',
            custom: profile.custom.join(','),
            intervalSeconds: String(profile.intervalSeconds),
            ...(since !== undefined && { since: String(since / 1_000) }),
          },
          instanceIds,
          comment: `Selfheal: profile of ${name}`,
          deliveryTimeoutSeconds: DELIVERY_SECONDS,
          maxConcurrency: instanceIds.length,
          stopsAtError: false,
        }),
      );
      requests.push({ commandId, sinceMs: since ?? nowMs });
    }
  };
  const lacking = [...notes].filter(([, note]) => note.includes('COLLECTOR_MISSING')).map(([id]) => id);
  const mayInstall = nowMs - (state?.installedAtMs ?? 0) >= INSTALL_AGAIN_MS;
  const installing = mayInstall ? lacking.filter((id) => fit.has(id)) : [];
  await send(INSTALL, installing);
  const reading = [...fit].filter((id) => !installing.includes(id)).sort();
  for (const [since, ids] of Map.groupBy(reading, (id) => sinceOf(kept, id, nowMs)))
    await send(READ, ids, since);
  const latest = hosts.flatMap((id) => {
    const row = answers.get(id)?.latest ?? state?.latest[id];
    const note = fit.has(id) ? notes.get(id) : 'the host is offline, or not managed by Systems Manager';
    if (!row && note === undefined) return [];
    const { missing: said, ...measured }: ProfileRow = row ?? { atMs: 0, values: {} };
    const missing = note ?? said;
    return [[id, { ...measured, ...(missing !== undefined && { missing }) }] as const];
  });
  const installedAtMs = installing.length > 0 ? nowMs : state?.installedAtMs;
  return {
    requests,
    requestedAtMs: nowMs,
    ...(installedAtMs !== undefined && { installedAtMs }),
    latest: Object.fromEntries(latest),
  };
}

/** The instances whose profiles are kept. Of those that come and go, a command's worth, the same ones as long as they are there. */
function profiledHosts(targets: HostSelector, nodes: readonly ManagedNode[]): readonly string[] {
  if ('instanceIds' in targets) return targets.instanceIds;
  const ids = nodes.map(({ instanceId }) => instanceId).filter((id) => !isHybrid(id));
  return ids.sort().slice(0, MAXIMUM_BATCH);
}

/** What was read of a column; `undefined` if none of its hosts has answered. */
export function profileRead(
  { answers }: CollectedProfile,
  { instanceId, column }: Extract<SeriesSource, { readonly kind: 'profile' }>,
): SeriesRead | undefined {
  if (instanceId === undefined) return largestOf(answers.values(), column);
  const answer = answers.get(instanceId);
  return answer && largestOf([answer], column);
}

/**
 * What was read of a column on all hosts that have answered: in each period, the largest value of any. It is complete as
 * far as all of their answers are.
 */
export function largestOf(answers: Iterable<ProfileAnswer>, column: string): SeriesRead | undefined {
  const largest = new Map<number, number>();
  let completeUntilMs = Number.POSITIVE_INFINITY;
  for (const answer of answers) {
    completeUntilMs = Math.min(completeUntilMs, answer.completeUntilMs);
    for (const { atMs, value } of answer.points.get(column) ?? [])
      largest.set(atMs, Math.max(value, largest.get(atMs) ?? value));
  }
  if (completeUntilMs === Number.POSITIVE_INFINITY) return undefined;
  const points = [...largest].map(([atMs, value]) => ({ atMs, value }));
  return {
    points: points.filter(({ atMs }) => atMs < completeUntilMs).sort((a, b) => a.atMs - b.atMs),
    completeUntilMs,
  };
}

/** Where the series of a host were read to; the beginning of its ring, if none was. */
function sinceOf(kept: ComponentBaselines | undefined, instanceId: string, nowMs: number): number {
  const own = Object.entries(kept?.series ?? {}).flatMap(([name, { readUntilMs }]) =>
    name.startsWith('profile/') && [instanceId, ALL_HOSTS].some((host) => name.split('/')[2] === host)
      ? [readUntilMs]
      : [],
  );
  const oldest = Math.floor((nowMs - RING_MS) / PERIOD_MS) * PERIOD_MS;
  return own.length === 0 ? oldest : Math.max(oldest, Math.min(...own));
}

/** The record with what is now known of the profiles of its components, and what went wrong. */
export async function requestProfiles(
  deps: ProfileDeps,
  record: BaselineShard,
  collected: ReadonlyMap<string, CollectedProfile>,
): Promise<{
  readonly record: BaselineShard;
  readonly isChanged: boolean;
  readonly problems: readonly string[];
}> {
  const components = { ...record.components };
  const problems: string[] = [];
  let isChanged = false;
  for (const [name, profile] of collected) {
    const component = deps.configuration.components[name];
    if (!component) continue;
    const kept = components[name];
    try {
      const state = await requestProfile(deps, name, component, kept, profile);
      if (!state || state === kept?.profile) continue;
      components[name] = { ...(kept ?? { series: {} }), profile: state };
      isChanged = true;
    } catch (error) {
      // A missing permission has been noted: it must not keep the record's other series from being counted.
      if (!(error instanceof ServiceError)) throw error;
      problems.push(`profile of ${name}: ${error.message}`);
    }
  }
  return { record: { ...record, components }, isChanged, problems };
}
