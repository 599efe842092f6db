import { shortReason } from '../signal/event-values.ts';
import type { WriteEvent } from './write-event.ts';

/** Something that was found several times. */
export interface CountedFinding {
  readonly count: number;
  /** Masked. */
  readonly text: string;
}

/** A call that changed something. */
export interface FoundChange {
  /** In UTC, to the second. */
  readonly at: string;
  /** `UpdateService (ecs.amazonaws.com) on orders-svc by role deploy as jane` */
  readonly text: string;
}

const COUNTED = /^(?<count>\d+) × (?<text>.*) \((?:first at|trace) [^()]*\)$/;
const CHANGE = /^(?<at>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ) (?<text>.+ by .+)$/;

/** In UTC, to the second. */
export function timeOf(atMs: number): string {
  return new Date(atMs).toISOString().replace(/\.\d+/, '');
}

/** `128 × text (first at 2026-11-22T13:21:07Z)`. @param where without brackets */
export function countedLine(
  { count, text }: CountedFinding,
  where: `first at ${string}` | `trace ${string}`,
): string {
  return `${count} × ${text} (${where})`;
}

/** @returns `undefined` for a line of another form */
export function readCountedLine(line: string): CountedFinding | undefined {
  const { count, text } = COUNTED.exec(line)?.groups ?? {};
  return count === undefined || text === undefined ? undefined : { count: Number(count), text };
}

/** `2026-11-22T13:10:04Z UpdateService (ecs.amazonaws.com) on orders-svc by role deploy as jane` */
export function changeLine(
  { atMs, name, service, principal, error }: Omit<WriteEvent, 'id'>,
  resource: string,
): string {
  const refused = error === undefined ? '' : `, refused: ${error}`;
  return shortReason(`${timeOf(atMs)} ${name} (${service}) on ${resource} by ${principal}${refused}`);
}

/** @returns `undefined` for a line of another form */
export function readChangeLine(line: string): FoundChange | undefined {
  const { at, text } = CHANGE.exec(line)?.groups ?? {};
  return at === undefined || text === undefined ? undefined : { at, text };
}
