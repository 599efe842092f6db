import type { Component } from '../configuration/schema/schema.ts';
import type { TargetHealth } from './layout.ts';

/** How many other targets have to be healthy before one may be taken down. */
export function minimumHealthy({ minHealthyTargets }: Component, targetCount: number): number {
  return minHealthyTargets ?? (targetCount > 1 ? 1 : 0);
}

/**
 * Why a batch may not be taken down; `undefined` if it may. Targets that were just found unhealthy serve nobody: to
 * take them down costs nothing, so that an outage of all targets can still be repaired.
 *
 * @param health of every target that was looked at; any other is not healthy
 */
export function tooFewHealthy(
  component: string,
  batch: readonly string[],
  health: ReadonlyMap<string, TargetHealth>,
  minimum: number,
): string | undefined {
  const atRisk = batch.filter((id) => health.get(id) !== 'unhealthy');
  if (atRisk.length === 0) return undefined;
  const others = [...health].filter(([id, found]) => found === 'healthy' && !batch.includes(id));
  if (others.length >= minimum) return undefined;
  return (
    `${atRisk.join(', ')} may serve, and ${others.length} other targets of ${component} are healthy; ` +
    `minHealthyTargets requires ${minimum}: repair the others first, or lower it`
  );
}
