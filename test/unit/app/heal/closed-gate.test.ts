import { describe, expect, it } from 'vitest';
import type { ActionSubject } from '../../../../functions/app/executors/action-call.ts';
import { closedGate } from '../../../../functions/app/heal/gate.ts';
import { configured } from '../../../factories/configuration.ts';
import { node } from '../../../factories/ports/recording-runbooks.ts';

const [A, B, C] = ['i-0000000000000000a', 'i-0000000000000000b', 'i-0000000000000000c'] as const;

/** Why A may not be isolated, in a component with these fields and nodes. */
async function gateOf(fields: object, nodes: readonly ReturnType<typeof node>[], asks = async () => nodes) {
  const { components, strategies } = configured({
    components: { web: { service: undefined, ...fields } },
    strategies: [{ actions: [{ type: 'isolate_network' }] }],
  });
  const [component, strategy] = [components['web'], strategies[0]];
  if (!(component && strategy)) throw new Error('not configured');
  const subject = { operation: { component: 'web' }, fence: 1 } as ActionSubject;
  const deps = { runbooks: { resolveTargets: asks } } as never;
  return await closedGate(deps, subject, { strategy, component }, 'look-0', [A], []);
}

describe('the gate of a batch', () => {
  it('is open, and asks for nothing, where a component is not on hosts', async () => {
    const asked = () => Promise.reject(new Error('asked'));
    expect(await gateOf({ targets: { custom: 'queue' } }, [], asked)).toBeUndefined();
  });

  it('counts a host of the configuration that Systems Manager does not list', async () => {
    expect(await gateOf({ targets: { instanceIds: [A, B] } }, [node(A)])).toBe(
      `${A} may serve, and 0 other targets of web are healthy; minHealthyTargets requires 1: repair the others first, or lower it`,
    );
  });

  it('counts a host that only Systems Manager lists', async () => {
    const tagged = { targets: { tags: { app: 'web' } } };
    expect(await gateOf(tagged, [node(A)])).toBeUndefined();
    expect(await gateOf(tagged, [node(A), node(B, { online: false }), node(C, { online: false })])).toMatch(
      /0 other targets of web are healthy; minHealthyTargets requires 1/,
    );
    expect(await gateOf(tagged, [node(A), node(B)])).toBeUndefined();
  });
});
