import type { CompiledConfiguration } from '../configuration/compiled.ts';
import { changesFrom, type ServiceEvent } from './aws-change.ts';
import { AWS_CHANGE_EVENTS } from './aws-readers.ts';
import type { ParsedChange } from './parsed-change.ts';

/** Whether an event of AWS may be about a change. */
export function isAwsChange(source: string, detailType: string): boolean {
  return readerOf(source, detailType) !== undefined;
}

/** Reads an event of a service of AWS for which isAwsChange holds. Never throws. */
export function parseAwsChange(
  source: string,
  event: ServiceEvent,
  configuration: Pick<CompiledConfiguration, 'components'>,
): ParsedChange {
  const read = readerOf(source, event.detailType);
  if (read) return changesFrom(read(event), event, configuration);
  return {
    kind: 'not-understood',
    problem: `source ${source}, detail-type ${event.detailType}: not a change`,
  };
}

function readerOf(source: string, detailType: string) {
  const bySource = Object.hasOwn(AWS_CHANGE_EVENTS, source) ? AWS_CHANGE_EVENTS[source] : undefined;
  return bySource && Object.hasOwn(bySource, detailType) ? bySource[detailType] : undefined;
}
