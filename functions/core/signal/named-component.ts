import type { CompiledConfiguration } from '../configuration/compiled.ts';
import { componentName } from '../configuration/names.ts';

/** The name under which refusals of events that name no component are filed. */
export const NOBODY = 'unknown';

/** The component that an event names, as far as it can be read, even if nothing else can. */
export function componentNamedBy(event: unknown, { alarms }: CompiledConfiguration): string {
  const { alarmName, component } = fieldsOf(fieldsOf(event)['detail']);
  if (typeof alarmName === 'string' && Object.hasOwn(alarms, alarmName)) {
    return alarms[alarmName]?.component ?? NOBODY;
  }
  const named = componentName.safeParse(component);
  return named.success ? named.data : NOBODY;
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
