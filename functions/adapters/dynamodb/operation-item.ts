import * as z from 'zod/mini';
import { lazily } from '../../core/lazily.ts';
import type { Layout } from '../../core/operation/layout.ts';
import {
  OPERATION_RESULTS,
  OPERATION_STATES,
  type Operation,
  type PlannedStep,
} from '../../core/operation/operation.ts';
import { type HealthAlert, healthAlert } from '../../core/signal/health-alert.ts';
import { decodeItem, decodeJson, encodeItem, epochMs, type Item } from './item.ts';
import { expiresAtSeconds, operationKey } from './keys.ts';

const operationItem = lazily(() =>
  z.object({
    pk: z.string(),
    sk: z.string(),
    component: z.string(),
    strategy: z.string(),
    planId: z.string(),
    state: z.enum(OPERATION_STATES),
    /** Without what the operation's own item already holds, and without an empty list. */
    alert: z.extend(healthAlert(), {
      component: z.exactOptional(healthAlert().shape.component),
      targets: z._default(healthAlert().shape.targets, []),
    }),
    fence: z.int().check(z.positive()),
    attempt: z.int().check(z.positive()),
    startedAtMs: epochMs,
    deadlineMs: epochMs,
    diagnosis: z.object({ rootCause: z.string(), confidence: z.number(), suggestedFix: z.string() }),
    result: z.exactOptional(z.enum(OPERATION_RESULTS)),
    failure: z.exactOptional(z.object({ error: z.string(), cause: z.string() })),
    warnings: z.exactOptional(z.array(z.string())),
    /** JSON: hundreds of targets take a third less space than as a map. */
    layout: z.exactOptional(z.string()),
    /** JSON, since the actions' parameters may be nested. */
    undo: z.exactOptional(z.string()),
    completedAtMs: z.exactOptional(epochMs),
  }),
);

/** Nothing is written twice (the id is the sort key, the alert's component the operation's), nothing empty. */
export function encodeOperation(operation: Operation, historyRetentionDays: number): Item {
  const { operationId, strategyId, alert, undoSteps: _undoLater, layout: _layoutLater, ...facts } = operation;
  const { component, targets, ...claim } = alert;
  return encodeItem({
    ...operationKey(operationId),
    ...facts,
    strategy: strategyId,
    alert: {
      ...claim,
      component: component === operation.component ? undefined : component,
      targets: targets.length === 0 ? undefined : targets,
    },
    expiresAt: expiresAtSeconds(operation.startedAtMs, historyRetentionDays),
  });
}

/** @throws ItemNotDecodable */
export function decodeOperation(item: Item): Operation {
  const { pk, sk: operationId, strategy, alert, layout, undo, ...facts } = decodeItem(item, operationItem);
  const json = (attribute: string, text: string) => decodeJson({ pk, sk: operationId }, attribute, text);
  const whole: HealthAlert = { ...alert, component: alert.component ?? facts.component };
  return {
    operationId,
    strategyId: strategy,
    ...facts,
    alert: whole,
    ...(layout !== undefined && { layout: json('layout', layout) as Layout }),
    ...(undo !== undefined && { undoSteps: json('undo', undo) as readonly PlannedStep[] }),
  };
}
