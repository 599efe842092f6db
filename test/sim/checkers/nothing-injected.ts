import { HOSTILE } from '../schedule.ts';
import type { Evidence } from './evidence.ts';

const SHAPES: Readonly<Record<string, RegExp>> = {
  operationId: /^\d{8}T\d{6}Z-[0-9a-f]{12}$/,
  stepId: /^((heal|verify|rollback|keep)-\d{1,3}|look-\d{1,6})$/,
  fence: /^\d+$/,
  executionTimeout: /^\d+$/,
};

/** 9. Nothing taken from an event reaches a shell, a query or an expression except as a validated parameter. */
export function nothingInjected({ trace, fleet, operations }: Evidence): readonly string[] {
  const found: string[] = [];
  for (const { request } of trace.of('sent')) {
    const { parameters, instanceIds, comment, document } = request;
    const text = JSON.stringify([parameters, instanceIds, comment, document]);
    if (text.includes(HOSTILE)) found.push(`${comment}: an event's text reached a host: ${text}`);
    for (const [name, shape] of Object.entries(SHAPES)) {
      const value = parameters[name];
      if (value !== undefined && !shape.test(String(value))) found.push(`${comment}: ${name} is ${value}`);
    }
    if (!Object.hasOwn(fleet.components, String(parameters['component'])))
      found.push(`${comment}: ${parameters['component']} is not a component`);
  }
  for (const { component, strategyId, operationId } of operations)
    if (`${component} ${strategyId}`.includes(HOSTILE))
      found.push(`${operationId} took an event at its word`);
  return found;
}
