import { describe, expect, it } from 'vitest';
import { changePeer } from '../../../../functions/app/watchdog/change-peer.ts';
import type { PeerChange } from '../../../../functions/core/watchdog/peer-event.ts';
import { configured, depsOf } from './configured-mesh.ts';
import { meshLab } from './mesh-lab.ts';

describe('peers registered at run time', () => {
  const register = (url: string): PeerChange => ({
    command: 'register',
    name: 'new',
    peer: { url, targets: [], enabled: true },
  });

  it('count from the next minute on, until they are removed', async () => {
    const lab = meshLab(configured());
    const deps = { ...depsOf(lab), notifier: { notify: async () => undefined } };
    expect(await changePeer(deps, { detail: register('http://10.0.0.5/') })).toEqual({
      outcome: 'registered',
      name: 'new',
    });
    expect((await lab.minute(0)).peers).toBe(6);
    expect(await changePeer(deps, { detail: { command: 'remove', name: 'new' } })).toEqual({
      outcome: 'removed',
      name: 'new',
    });
    expect((await lab.minute(60)).peers).toBe(5);
  });

  it('cannot have an address that may not be asked, and nothing is kept', async () => {
    const lab = meshLab(configured());
    const deps = { ...depsOf(lab), notifier: { notify: async () => undefined } };
    const outcome = await changePeer(deps, { detail: register('http://169.254.169.254/') });
    expect(outcome).toMatchObject({ outcome: 'refused', reason: expect.stringContaining('169.254.169.254') });
    expect(await lab.store.listPeers()).toEqual([]);
  });
});
