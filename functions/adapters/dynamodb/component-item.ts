import * as z from 'zod/mini';
import {
  type Claim,
  type ComponentRecord,
  newComponentRecord,
  type PendingStep,
  type Reports,
} from '../../core/admission/records.ts';
import { CHANGE_SOURCES, REVERSIBLE_KINDS } from '../../core/change/change-event.ts';
import { lazily } from '../../core/lazily.ts';
import { isStepId, type StepId } from '../../core/operation/operation.ts';
import { decodeFamily, decodeItem, encodeItem, epochMs, type Item, stringSet } from './item.ts';
import { componentKey, componentOf } from './keys.ts';
import { override } from './override-item.ts';

/**
 * Each cooldown is an attribute of its own, so that it can be set on an item whose other attributes are unknown. The
 * fleet's item has the same for strategies whose cooldown is fleet-wide.
 */
export const COOLDOWN_PREFIX = 'cooldownUntilMs#';
/** Each reporter's time is an attribute of its own. It counts only while the reporter is in `reportedBy`. */
export const REPORT_PREFIX = 'reportedAtMs#';

const timesByStrategy = lazily(() => z._default(z.record(z.string(), z.array(epochMs)), {}));

/** The attribute that says whether a person has the component left alone. */
export const EXCLUSION = 'exclusion' satisfies keyof ComponentRecord;
/** The attribute with the mode that a person set for the component. */
export const MODE_OVERRIDE = 'modeOverride' satisfies keyof ComponentRecord;

const rolledBackChange = lazily(() =>
  z.object({
    startedUpToMs: epochMs,
    kinds: z.exactOptional(z.array(z.enum(REVERSIBLE_KINDS))),
    source: z.exactOptional(z.enum(CHANGE_SOURCES)),
    changeId: z.exactOptional(z.string()),
    resource: z.exactOptional(z.string()),
    isWhole: z.exactOptional(z.literal(true)),
  }),
);

const componentItem = lazily(() =>
  z.object({
    pk: z.string(),
    sk: z.string(),
    revision: z.int().check(z.positive()),
    fence: z.int().check(z.nonnegative()),
    claim: z.exactOptional(
      z.object({
        operation: z.string(),
        strategy: z.string(),
        leaseUntilMs: epochMs,
        step: z.exactOptional(
          z.object({
            id: z.custom<StepId>((value) => typeof value === 'string' && isStepId(value), 'not a step id'),
            order: z.int(),
            token: z.union([z.string(), z.instanceof(Uint8Array)]),
            startedAtMs: epochMs,
            deadlineMs: epochMs,
            waitsFor: z.exactOptional(z.string()),
            waitUntilMs: z.exactOptional(epochMs),
          }),
        ),
      }),
    ),
    attemptsMs: timesByStrategy(),
    failuresMs: timesByStrategy(),
    exhaustionNotifiedAtMs: z.exactOptional(epochMs),
    reportedBy: z.exactOptional(stringSet()),
    reportedAtMs: z.exactOptional(epochMs),
    anomalyMetric: z.exactOptional(z.string()),
    observed: z.exactOptional(
      z.object({
        operationId: z.string(),
        strategyId: z.string(),
        untilMs: epochMs,
        attemptsMs: timesByStrategy(),
        cooldownUntilMs: z.record(z.string(), epochMs),
        unrecovered: z.array(z.string()),
      }),
    ),
    proposal: z.exactOptional(z.object({ proposalId: z.string(), expiresAtMs: epochMs })),
    deniedUntilMs: z.exactOptional(epochMs),
    exclusion: z.exactOptional(override()),
    modeOverride: z.exactOptional(override()),
    rolledBack: z.exactOptional(
      z.extend(rolledBackChange(), { earlier: z.exactOptional(z.array(rolledBackChange())) }),
    ),
  }),
);
type ComponentItem = z.output<ReturnType<typeof componentItem>>;

/** The item of a component. Without observations it stays under 1 KB, with a task token of 900 characters: it costs one unit. */
export function encodeComponent(record: ComponentRecord): Item {
  const { component, revision, fence, claim, attemptsMs, failuresMs, exhaustionNotifiedAtMs } = record;
  const { reports, observed, proposal, deniedUntilMs, exclusion, modeOverride, rolledBack } = record;
  const cooldowns = Object.entries(record.cooldownUntilMs).map(([id, untilMs]) => [
    `${COOLDOWN_PREFIX}${id}`,
    untilMs,
  ]);
  return encodeItem({
    ...componentKey(component),
    revision,
    fence,
    claim: claim && {
      operation: claim.operationId,
      strategy: claim.strategyId,
      leaseUntilMs: claim.leaseUntilMs,
      step: claim.step && encodeStep(claim.step),
    },
    attemptsMs: withoutEmpty(attemptsMs),
    failuresMs: withoutEmpty(failuresMs),
    exhaustionNotifiedAtMs,
    ...(reports && encodeReports(reports)),
    observed,
    proposal,
    deniedUntilMs,
    exclusion,
    modeOverride,
    rolledBack,
    ...Object.fromEntries(cooldowns),
  });
}

/** @throws ItemNotDecodable */
export function decodeComponent(item: Item): ComponentRecord {
  const decoded = decodeItem(item, componentItem);
  const { revision, fence, attemptsMs, failuresMs, exhaustionNotifiedAtMs } = decoded;
  const { reportedBy, reportedAtMs, anomalyMetric, observed, proposal, deniedUntilMs } = decoded;
  const { exclusion, modeOverride, rolledBack } = decoded;
  const claim = decodeClaim(decoded);
  return {
    component: componentOf(decoded),
    revision,
    fence,
    ...(claim && { claim }),
    attemptsMs,
    failuresMs,
    cooldownUntilMs: decodeFamily(item, COOLDOWN_PREFIX, epochMs),
    ...(exhaustionNotifiedAtMs !== undefined && { exhaustionNotifiedAtMs }),
    ...(reportedBy &&
      reportedAtMs !== undefined && {
        reports: decodeReports(item, { by: reportedBy, lastMs: reportedAtMs, anomalyMetric }),
      }),
    ...(observed && { observed }),
    ...(proposal && { proposal }),
    ...(deniedUntilMs !== undefined && { deniedUntilMs }),
    ...(exclusion && { exclusion }),
    ...(modeOverride && { modeOverride }),
    ...(rolledBack && { rolledBack }),
  };
}

/** A set, so that the last report to end leaves no attribute. DynamoDB stores no empty set. */
function encodeReports({ by, lastMs, sentMs, anomalyMetric }: Reports): Readonly<Record<string, unknown>> {
  if (by.length === 0) return {};
  const times = by.map((reporter) => [`${REPORT_PREFIX}${reporter}`, sentMs?.[reporter]]);
  return { reportedBy: new Set(by), reportedAtMs: lastMs, anomalyMetric, ...Object.fromEntries(times) };
}

function decodeReports(
  item: Item,
  {
    by,
    lastMs,
    anomalyMetric,
  }: { readonly by: readonly string[]; readonly lastMs: number; readonly anomalyMetric: string | undefined },
): Reports {
  const times = Object.entries(decodeFamily(item, REPORT_PREFIX, epochMs));
  const known = times.filter(([reporter]) => by.includes(reporter));
  return {
    ...{ by, lastMs: Math.max(lastMs, ...known.map(([, atMs]) => atMs)) },
    ...(known.length > 0 && { sentMs: Object.fromEntries(known) }),
    ...(anomalyMetric !== undefined && { anomalyMetric }),
  };
}

/** The record of a component; an empty one where the table has no item. */
export function componentFrom(item: Item | undefined, component: string): ComponentRecord {
  return item ? decodeComponent(item) : newComponentRecord(component);
}

/** The pending step inside a claim. */
export function encodeStep(step: PendingStep): Readonly<Record<string, unknown>> {
  const { stepId: id, order, taskToken, startedAtMs, deadlineMs, waitsFor, waitUntilMs } = step;
  return { id, order, token: encodeToken(taskToken), startedAtMs, deadlineMs, waitsFor, waitUntilMs };
}

/** Strategies without times are left out; `undefined` if none is left. */
export function withoutEmpty(
  times: Readonly<Record<string, readonly number[]>>,
): Readonly<Record<string, readonly number[]>> | undefined {
  const kept = Object.entries(times).filter(([, values]) => values.length > 0);
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}

/** A claim has no fence of its own in the item: both change only together, so the component's is the claim's. */
function decodeClaim({ claim, fence }: ComponentItem): Claim | undefined {
  if (!claim) return undefined;
  const { operation, strategy, leaseUntilMs, step } = claim;
  return {
    operationId: operation,
    strategyId: strategy,
    fence,
    leaseUntilMs,
    ...(step && {
      step: {
        stepId: step.id,
        order: step.order,
        taskToken: decodeToken(step.token),
        startedAtMs: step.startedAtMs,
        deadlineMs: step.deadlineMs,
        ...(step.waitsFor !== undefined && { waitsFor: step.waitsFor }),
        ...(step.waitUntilMs !== undefined && { waitUntilMs: step.waitUntilMs }),
      },
    }),
  };
}

/** Task tokens are base64: as binary they take up a quarter less, and the console shows them as base64 again. */
function encodeToken(token: string): string | Uint8Array {
  const bytes = Buffer.from(token, 'base64');
  return bytes.length > 0 && bytes.toString('base64') === token ? new Uint8Array(bytes) : token;
}

function decodeToken(token: string | Uint8Array): string {
  return typeof token === 'string' ? token : Buffer.from(token).toString('base64');
}
