import type { ChangeEvent } from '../../core/change/change-event.ts';
import type { StepId } from '../../core/operation/operation.ts';
import { signalHash } from '../../core/operation/operation-id.ts';

/** Primary key of an item. Both parts are strings. */
export interface ItemKey {
  readonly pk: string;
  readonly sk: string;
}

const LIMITS = 'LIMITS';
const COMPONENT_PREFIX = 'COMPONENT#';
const STEPS_PREFIX = 'STEPS#';
const REFUSALS_PREFIX = 'REFUSALS#';
const CHANGES_PREFIX = 'CHANGES#';
const SAMPLES_PREFIX = 'SAMPLES#';
const TIME_DIGITS = 15;
const SECONDS_PER_DAY = 86_400;

export const OPERATIONS_PARTITION = 'OPERATIONS';
const PLANS_PARTITION = 'PLANS';
export const DENIALS_PARTITION = 'DENIALS';
export const OBSERVATIONS_PARTITION = 'OBSERVATIONS';
export const PROPOSALS_PARTITION = 'PROPOSALS';
export const INCIDENTS_PARTITION = 'INCIDENTS';
export const ENDED_INCIDENTS_PARTITION = 'ENDED-INCIDENTS';
export const USED_ONCE_PARTITION = 'USED_ONCE';
export const APPROVAL_ATTEMPTS_PARTITION = 'APPROVAL_ATTEMPTS';
const NEIGHBOURHOOD_PREFIX = 'NEIGHBOURHOOD#';
export const LEARNING_KEY: ItemKey = { pk: 'LEARNING', sk: 'FORGOTTEN' };
export const DISCOVERED_GRAPH_KEY: ItemKey = { pk: 'DISCOVERED', sk: 'GRAPH' };
export const FLEET_KEY: ItemKey = { pk: 'FLEET', sk: LIMITS };

export function componentKey(component: string): ItemKey {
  return { pk: `${COMPONENT_PREFIX}${component}`, sk: LIMITS };
}

export function componentOf(key: ItemKey): string {
  return key.pk.slice(COMPONENT_PREFIX.length);
}

/** Operation ids sort by time, so that the last N are one query. */
export function operationKey(operationId: string): ItemKey {
  return { pk: OPERATIONS_PARTITION, sk: operationId };
}

/** Under the id that the operation would have. */
export function observationKey(operationId: string): ItemKey {
  return { pk: OBSERVATIONS_PARTITION, sk: operationId };
}

/** Under the id that the operation will have. */
export function proposalKey(proposalId: string): ItemKey {
  return { pk: PROPOSALS_PARTITION, sk: proposalId };
}

export function planKey(planId: string): ItemKey {
  return { pk: PLANS_PARTITION, sk: planId };
}

/** One for each permission and role. */
export function denialKey(action: string, role = 'unknown'): ItemKey {
  return { pk: DENIALS_PARTITION, sk: `${role}#${action}` };
}

export function stepsPartition(operationId: string): string {
  return `${STEPS_PREFIX}${operationId}`;
}

export function stepKey(operationId: string, stepId: StepId): ItemKey {
  return { pk: stepsPartition(operationId), sk: stepId };
}

export function operationOfStep(key: ItemKey): string {
  return key.pk.slice(STEPS_PREFIX.length);
}

export function refusalsPartition(component: string): string {
  return `${REFUSALS_PREFIX}${component}`;
}

/** The same signal refused again has the same key; keys sort by the time of the signal. */
export function refusalKey(component: string, signalId: string, occurredAtMs: number): ItemKey {
  const sk = `${sortableTime(occurredAtMs)}#${signalHash(component, signalId)}`;
  return { pk: refusalsPartition(component), sk };
}

/** Sorts as text as it does as a number. */
export function sortableTime(atMs: number): string {
  return String(atMs).padStart(TIME_DIGITS, '0');
}

export function changesPartition(component: string): string {
  return `${CHANGES_PREFIX}${component}`;
}

/** The same event again has the same key; keys sort by the time of the event. */
export function changeEventKey({ component, source, changeId, phase, atMs }: ChangeEvent): ItemKey {
  const identity = signalHash(component, `${source}#${changeId}#${phase}`);
  return { pk: changesPartition(component), sk: `${earliestChangeKey(atMs)}#${identity}` };
}

/** Sorts before the keys of this time, and after all earlier ones. */
export function earliestChangeKey(atMs: number): string {
  return sortableTime(Math.max(0, atMs));
}

/** A partition of its own for each monitor. Neither name contains a `#`. */
export function samplesPartition(component: string, monitor: string): string {
  return `${SAMPLES_PREFIX}${component}#${monitor}`;
}

/** When DynamoDB may delete an item, in epoch seconds as its TTL requires. */
export function expiresAtSeconds(fromMs: number, historyRetentionDays: number): number {
  return Math.floor(fromMs / 1_000) + historyRetentionDays * SECONDS_PER_DAY;
}

/** The incidents of a neighbourhood that are open or ended lately. */
export function boardKey(neighbourhood: string): ItemKey {
  return { pk: `${NEIGHBOURHOOD_PREFIX}${neighbourhood}`, sk: 'INCIDENTS' };
}

/** The names of the neighbourhoods that may have incidents. */
export const BOARD_NAMES_KEY: ItemKey = { pk: 'NEIGHBOURHOODS', sk: 'NAMES' };

/** Ids of incidents sort by time. */
export function endedIncidentKey(incidentId: string): ItemKey {
  return { pk: ENDED_INCIDENTS_PARTITION, sk: incidentId };
}
