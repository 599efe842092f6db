import type { CompiledConfiguration } from '../configuration/compiled.ts';
import { changesFrom, type ServiceEvent } from './aws-change.ts';
import { AWS_CHANGE_EVENTS } from './aws-readers.ts';
import type { ParsedChange } from './parsed-change.ts';
import { parseSelfhealChange } from './selfheal-change.ts';

/** An event that reports a change, of an allowed source and with a plausible time. */
export interface ChangeReport extends ServiceEvent {
  readonly source: string;
}

/** Reads an event of a service of AWS or a `Selfheal Change`. Never throws. */
export function parseChange(
  { source, ...event }: ChangeReport,
  configuration: Pick<CompiledConfiguration, 'components'>,
): ParsedChange {
  const { detailType, detail, atMs } = event;
  if (detailType === 'Selfheal Change') return parseSelfhealChange(detail, atMs, configuration);
  const bySource = Object.hasOwn(AWS_CHANGE_EVENTS, source) ? AWS_CHANGE_EVENTS[source] : undefined;
  const read = bySource && Object.hasOwn(bySource, detailType) ? bySource[detailType] : undefined;
  if (read) return changesFrom(read(event), event, configuration);
  return {
    kind: 'not-understood',
    problem: `source ${source}, detail-type ${detailType}: not a known signal`,
  };
}
