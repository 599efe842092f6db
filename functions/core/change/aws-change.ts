import * as z from 'zod/mini';
import type { CompiledConfiguration } from '../configuration/compiled.ts';
import { eventProblem } from '../signal/event-problem.ts';
import { normalized, shortReason, shortText } from '../signal/event-values.ts';
import { type ChangeKind, type ChangePhase, type ChangeSource, MAXIMUM_CHANGE_ID } from './change-event.ts';
import { ownersOf, type WatchedComponent } from './change-owners.ts';
import type { ParsedChange } from './parsed-change.ts';

/** An event of a service of AWS, without what no reader needs. */
export interface ServiceEvent {
  readonly detailType: string;
  /** The event's own id: that of a change that takes effect at once. */
  readonly eventId: string;
  readonly atMs: number;
  readonly resources: readonly string[];
  readonly detail: unknown;
}

/** What a service says of a change. */
export interface ServiceChange {
  readonly source: ChangeSource;
  readonly kind: ChangeKind;
  readonly changeId: string;
  /** What it changes, where the service makes one change of that at a time. */
  readonly resource?: string;
  readonly phase: ChangePhase;
  readonly summary: string;
  readonly isOwn: (component: WatchedComponent) => boolean;
}

/** What an event turned out to be: a change, nothing that matters, or not readable. */
export type Read = ServiceChange | { readonly ignored: string } | { readonly problem: string };

/** Reads the events of one service. */
export type ServiceReader = (event: ServiceEvent) => Read;

/** A reader that is only asked about details of the right shape. */
export function reading<Schema extends z.core.$ZodType>(
  schema: () => Schema,
  read: (detail: z.output<Schema>, event: ServiceEvent) => Read,
): ServiceReader {
  return (event) => {
    const given = normalized(event.detail);
    const parsed = z.safeParse(schema(), given);
    return parsed.success ? read(parsed.data, event) : { problem: eventProblem(parsed.error, given) };
  };
}

/** The name of a resource: what follows the last part of its ARN's type. */
export function nameInArn(arn: string, type: string): string | undefined {
  const [, , , , , ...rest] = arn.split(':');
  const resource = rest.join(':');
  return [`${type}/`, `${type}:`]
    .filter((prefix) => resource.startsWith(prefix))
    .map((prefix) => resource.slice(prefix.length))
    .at(0);
}

/** The events of the change, one for each component to which it belongs. */
export function changesFrom(
  read: Read,
  event: ServiceEvent,
  configuration: Pick<CompiledConfiguration, 'components'>,
): ParsedChange {
  if ('problem' in read) return { kind: 'not-understood', problem: read.problem };
  if ('ignored' in read) return { kind: 'ignored', detail: read.ignored };
  const { isOwn, summary, changeId, ...facts } = read;
  const owners = ownersOf(configuration, isOwn);
  if (owners.length === 0)
    return { kind: 'ignored', detail: shortReason(`${summary}: a change of no watched component`) };
  return {
    kind: 'changes',
    changes: owners.map((component) => ({
      ...facts,
      component,
      changeId: shortText(changeId, MAXIMUM_CHANGE_ID),
      atMs: event.atMs,
      summary: shortReason(summary),
    })),
  };
}
