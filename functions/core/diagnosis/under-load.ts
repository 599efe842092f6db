import type { Evidence } from './evidence.ts';
import { redSince } from './metric-signs.ts';

/** Whether the alarmed component has more to do than usual: what is slow or fails then need not be at fault. */
export function isUnderLoad(evidence: Evidence): boolean {
  const { alert, surges } = evidence;
  return surges?.[alert.component] !== undefined || redSince(evidence, 'traffic') <= alert.occurredAtMs;
}

export function surgeText(component: string, times: number): string {
  return `${component} has ${times.toFixed(1)} times as many requests as usual`;
}
