import { describe, expect, it } from 'vitest';
import type { Action } from '../../../../functions/core/configuration/schema/action-schema.ts';
import {
  agentsStep,
  hasFallback,
  stepSeconds,
  withAgentsFirst,
} from '../../../../functions/core/operation/agent-first.ts';

const SECURITY_GROUP = 'sg-0123456789abcdef0';
const isolation = (params: Action['params']): Action => ({
  ...{ type: 'isolate_network', params, timeoutSeconds: 60, onError: 'abort' },
});
const restart: Action = { type: 'start_component', params: {}, timeoutSeconds: 60, onError: 'abort' };
const agentFirst = isolation({ by: 'agent_first', securityGroup: SECURITY_GROUP, limitSeconds: 3_600 });
const byAgents: Action = {
  ...isolation({ by: 'agent', limitSeconds: 3_600 }),
  onError: 'continue',
};

describe('an isolation by agents first', () => {
  it('is two actions: the agents’, whose failure stops nothing, and then the one by security groups', () => {
    expect(withAgentsFirst([restart, agentFirst, restart])).toEqual([restart, byAgents, agentFirst, restart]);
  });

  it('stays two actions if they are laid out again', () => {
    const laidOut = withAgentsFirst([agentFirst]);
    expect(withAgentsFirst(laidOut)).toEqual([byAgents, agentFirst]);
  });

  it.each(['agent', 'security_groups'])('is none by: %s, which stays one action', (by) => {
    expect(withAgentsFirst([isolation({ by })])).toEqual([isolation({ by })]);
  });

  it('leaves to its own step what the agents, in the step before, have not done', () => {
    const actions = withAgentsFirst([restart, agentFirst, restart]);
    expect(actions.map((action) => hasFallback(actions, action))).toEqual([false, true, false, false]);
    expect(hasFallback([restart, agentFirst], restart)).toBe(false);
    expect(agentsStep('heal-7')).toBe('heal-6');
    expect(agentsStep('rollback-1')).toBe('rollback-0');
  });

  it('gives the agents time to fetch their command, and Systems Manager time to say that they did not', () => {
    expect(stepSeconds({ timeoutSeconds: 60 }, false)).toBe(60);
    expect(stepSeconds({ timeoutSeconds: 60 }, true)).toBe(105);
  });
});
