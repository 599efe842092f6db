import { describe, expect, it } from 'vitest';
import { meshStatus } from '../../../../functions/app/watchdog/mesh-status.ts';
import { configured, depsOf } from './configured-mesh.ts';
import { meshLab, urlOf } from './mesh-lab.ts';

describe('the status of the mesh', () => {
  it('stays right though nothing but the rounds is written', async () => {
    const lab = meshLab(configured({ vantagePoints: [{ name: 'outside' }] }));
    await lab.minute(0);
    lab.dark.get('anybody')?.add(urlOf('b'));
    await lab.minute(60);
    const { self, stats, peers } = await meshStatus(depsOf(lab));
    expect(self).toBe('outside');
    expect(stats).toMatchObject({ total_checks: 20, total_misses: 2, peer_count: 5 });
    const [a, b] = peers;
    expect(a).toMatchObject({
      status: 'HEALTHY',
      last_seen: '2026-11-22T13:31:30.000Z',
      response_time_ms: 7,
    });
    expect(b).toMatchObject({
      status: 'DEGRADED',
      missed_count: 2,
      last_seen: '2026-11-22T13:30:30.000Z',
      response_time_ms: 7,
    });
  });
});
