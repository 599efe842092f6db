import type { Candidate, SkipReason } from '../core/operation/layout.ts';
import type { ManagedNode } from '../ports/runbook-runner.ts';

/** Whether a runbook can be sent to a node now. */
export function isFit({ online, platform }: ManagedNode): boolean {
  return online && platform === 'Linux';
}

/**
 * Targets, with the reason why a runbook can't be sent to one now.
 *
 * @param missing what it means that there is no managed node for a target
 */
export function availability(
  instanceIds: readonly string[],
  nodes: readonly ManagedNode[],
  missing: Extract<SkipReason, 'not-managed' | 'gone'>,
): readonly Candidate[] {
  const byId = new Map(nodes.map((node) => [node.instanceId, node]));
  return instanceIds.map((instanceId) => {
    const node = byId.get(instanceId);
    if (node === undefined) return { instanceId, unavailable: missing };
    if (isFit(node)) return { instanceId };
    return { instanceId, unavailable: node.online ? 'not-linux' : 'offline' };
  });
}
