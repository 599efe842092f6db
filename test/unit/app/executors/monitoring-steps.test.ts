import { describe, expect, it } from 'vitest';
import { begin as clusterInsights } from '../../../../functions/app/executors/cluster-insights.ts';
import { begin } from '../../../../functions/app/executors/detailed-monitoring.ts';
import { stepCall } from './step-call.ts';

const HOST = 'i-0000000000000000a';

/** Begins a step on a host, and lists what it asks EC2 for. */
async function begun(instance: object | undefined, given: Parameters<typeof stepCall>[0] = {}) {
  const asked: string[] = [];
  const instances = {
    read: async () => (instance ? [{ id: HOST, state: 'running', ...instance }] : []),
    monitor: async (id: string) => void asked.push(`monitor ${id}`),
    unmonitor: async (id: string) => void asked.push(`unmonitor ${id}`),
  };
  const { call } = stepCall({ targets: [HOST], ...given });
  return { answer: await begin(instances as never, call), asked };
}

const undo = {
  params: { phase: 'undo' },
  changes: { undone: { before: `{"${HOST}":"basic"}`, intended: `{"${HOST}":"detailed"}` } },
};

describe('detailed monitoring of a host', () => {
  it.each([
    ['EC2 does not know', undefined],
    ['EC2 has terminated', { state: 'terminated', isMonitored: false }],
  ])('is not asked for where it is one that %s', async (_, instance) => {
    const { answer, asked } = await begun(instance);
    expect(answer).toMatchObject({
      outcome: 'FAILED',
      detail: `monitoring of ${HOST}: EC2 does not know it, or has terminated it`,
    });
    expect(asked).toEqual([]);
    expect((await begun(instance, undo)).answer).toMatchObject({
      failsAs: 'ChangedBySomeoneElse',
      detail: `monitoring of ${HOST} has none: it is gone, neither detailed as before nor basic as intended: someone else has changed it, and it is left as it is`,
    });
  });

  it('is switched off by the undo though EC2 shows it as off already, which may be late', async () => {
    const { answer, asked } = await begun({ isMonitored: false }, undo);
    expect(answer).toMatchObject({ outcome: 'SUCCEEDED' });
    expect(asked).toEqual([`unmonitor ${HOST}`]);
  });
});

describe('the insights of a cluster', () => {
  it('are set back by the undo though ECS shows the level from before already, which may be late', async () => {
    const asked: string[] = [];
    const services = {
      insights: async () => 'disabled',
      setInsights: async (cluster: string, level: string) => void asked.push(`${cluster}: ${level}`),
    };
    const undone = { before: '"disabled"', intended: '"enhanced"' };
    const { call } = stepCall({ params: { phase: 'undo' }, changes: { undone } });
    expect(await clusterInsights(services, 'prod', call)).toEqual({
      outcome: 'SUCCEEDED',
      detail: 'Container Insights of cluster prod is back from enhanced to disabled',
    });
    expect(asked).toEqual(['prod: disabled']);
  });
});
