import type { Findings } from '../../core/investigation/findings.ts';
import type { TimeRange } from '../../core/investigation/onset-windows.ts';
import { type ResourceEvents, trailFindings } from '../../core/investigation/trail-findings.ts';
import type { WriteEvent } from '../../core/investigation/write-event.ts';
import type { Clock } from '../../ports/clock.ts';
import { NotPermitted, ServiceError } from '../../ports/errors.ts';
import type { Trail } from '../../ports/trail.ts';
import { type DenialDeps, noteDenial } from '../denials.ts';

export interface ReadTrailDeps extends DenialDeps {
  readonly trail: Trail;
  readonly clock: Clock;
}

/** CloudTrail allows two look-ups a second in an account, and two operations may be investigated at a time. */
const PAUSE_MS = 1_100;
/** Of 50 events each, most of which may only read. */
const PAGES_AT_MOST = 3;

/**
 * Reads who changed the resources of a component before its fault, one look-up after another. A resource that cannot be
 * asked about is named, and the others are; after a missing permission, no other would be answered.
 */
export async function readTrail(
  deps: ReadTrailDeps,
  resources: readonly string[],
  range: TimeRange,
): Promise<Findings> {
  const found: ResourceEvents[] = [];
  for (const resource of resources) {
    try {
      found.push({ resource, ...(await changesOf(deps, resource, range)) });
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      found.push({ resource, problem: `not read: ${error.name}: ${error.message}` });
      if (!(error instanceof NotPermitted)) continue;
      await noteDenial(deps, error.denial);
      break;
    }
  }
  return trailFindings(range, deps.clock.nowMs(), found);
}

async function changesOf(
  { trail, clock }: ReadTrailDeps,
  resource: string,
  range: TimeRange,
): Promise<Omit<ResourceEvents, 'resource'>> {
  const events: WriteEvent[] = [];
  let next: string | undefined;
  for (let page = 1; page <= PAGES_AT_MOST; page += 1) {
    const answer = await trail.changesOf(resource, range, next);
    await clock.sleep(PAUSE_MS);
    events.push(...answer.events);
    next = answer.next;
    if (next === undefined) return { events };
  }
  return { events, problem: 'there are more events than were read: earlier changes may be missing' };
}
