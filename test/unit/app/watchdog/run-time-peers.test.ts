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

  it('go on record with the time of their registration', async () => {
    const lab = meshLab(configured());
    await changePeer(
      { ...depsOf(lab), notifier: { notify: async () => undefined } },
      {
        detail: register('http://10.0.0.5/'),
      },
    );
    expect(await lab.store.listPeers()).toMatchObject([{ name: 'new', registeredAtMs: lab.clock.nowMs() }]);
  });

  it.each([
    [undefined, 'no detail'],
    [{ command: 'remove', name: '../new' }, '{"command":"remove","name":"../new"}'],
  ])('reach the architect as they were asked for if they are refused: %j', async (detail, asked) => {
    const sent: unknown[] = [];
    const notifier = { notify: async (notification: unknown) => void sent.push(notification) };
    const deps = { ...depsOf(meshLab(configured())), notifier };
    const time = '2026-11-22T13:30:00Z';
    const refused = await changePeer(deps, { time, detail });
    const reason = refused.outcome === 'refused' ? refused.reason : '';
    const body = { kind: 'peer-change-without-effect', time, asked, detail: reason };
    const subject = 'Selfheal: a change of peers had no effect';
    expect(sent).toStrictEqual([{ topic: 'architect', subject, body }]);
    await changePeer(deps, { source: 'me', time, detail });
    expect(sent[1]).toStrictEqual({ topic: 'architect', subject, body: { ...body, source: 'me' } });
  });

  it('cannot have an address that may not be asked, and nothing is kept', async () => {
    const lab = meshLab(configured());
    const deps = { ...depsOf(lab), notifier: { notify: async () => undefined } };
    const outcome = await changePeer(deps, { detail: register('http://169.254.169.254/') });
    expect(outcome).toMatchObject({ outcome: 'refused', reason: expect.stringContaining('169.254.169.254') });
    expect(await lab.store.listPeers()).toEqual([]);
  });
});
