import { describe, expect, it } from 'vitest';
import { watchMinute } from '../../../../functions/app/watchdog/watch-minute.ts';
import { configured, NAMES, THREE } from './configured-mesh.ts';
import { type MeshLab, meshLab, START_MS, urlOf } from './mesh-lab.ts';

describe('a minute that confirms misses', () => {
  const quick = { intervalSeconds: 10, confirmSeconds: 2 };
  const secondsOf = ({ rounds }: { readonly rounds: readonly { readonly roundAtMs: number }[] }) =>
    rounds.map(({ roundAtMs }) => (roundAtMs - START_MS) / 1_000);
  const restartsOf = ({ events }: MeshLab) =>
    events.flatMap(({ detailType, detail, atMs }) =>
      detailType === 'Selfheal Watchdog Escalation' && detail['action'] === 'restart'
        ? [`${detail['peerName']} ${(atMs - START_MS) / 1_000}`]
        : [],
    );

  it('asks for a restart within an interval and two quick looks', async () => {
    const lab = meshLab(configured(quick));
    lab.dark.get('anybody')?.add(urlOf('b'));
    expect(secondsOf(await lab.minute(0)).slice(0, 4)).toEqual([0, 2, 4, 10]);
    expect(lab.said().slice(0, 3)).toEqual(['b: alert', 'b: alert', 'b: restart']);
    expect(restartsOf(lab)[0]).toBe('b 4');
  });

  it('checks nobody again who has answered', async () => {
    const lab = meshLab(configured(quick));
    expect(secondsOf(await lab.minute(0))).toEqual([0, 10, 20, 30, 40, 50]);
    expect(lab.asked).toHaveLength(30);
  });

  it('lets a peer that answers in between recover, and asks for nothing', async () => {
    const lab = meshLab(configured(quick));
    lab.dark.get('anybody')?.add(urlOf('b'));
    const deps = lab.deps();
    const probe = deps.http.probe;
    let asked = 0;
    const flaky: typeof deps = {
      ...deps,
      http: {
        probe: async (url, timeoutMs) => {
          if (url === urlOf('b') && ++asked === 2) lab.dark.get('anybody')?.clear();
          return await probe(url, timeoutMs);
        },
      },
    };
    const minute = await lab.clock.run(watchMinute(flaky, { shard: 0 }));
    expect(secondsOf(minute)).toEqual([0, 2, 10, 20, 30, 40, 50]);
    expect(lab.said()).toEqual(['b: alert', 'b: recovery']);
  });

  it('keeps a peer whose restart was requested to the interval, whatever others are confirmed', async () => {
    const lab = meshLab(configured(quick));
    lab.dark.get('anybody')?.add(urlOf('b'));
    const deps = lab.deps();
    const { probe } = deps.http;
    // The second peer goes dark after the first one's restart was asked for.
    const later: typeof deps = {
      ...deps,
      http: {
        probe: async (url, timeoutMs) => {
          if (restartsOf(lab).length > 0) lab.dark.get('anybody')?.add(urlOf('c'));
          return await probe(url, timeoutMs);
        },
      },
    };
    await lab.clock.run(watchMinute(later, { shard: 0 }));
    expect(restartsOf(lab)).toEqual(['b 4', 'c 14', 'b 30', 'c 40']);
  });

  it('goes on in the next invocation where the last one ended', async () => {
    const lab = meshLab(configured({ ...quick, missesBeforeRestart: 6 }));
    lab.dark.get('anybody')?.add(urlOf('b'));
    const [first, second] = [watchMinute(lab.deps(), { shard: 0 }), watchMinute(lab.deps(), { shard: 0 })];
    await lab.clock.run(Promise.all([first, second]));
    // 0, 2, 4, 6, 8 and 10: each decided once, though two invocations run them.
    expect(restartsOf(lab)[0]).toBe('b 10');
    expect((await lab.store.readShard(0))?.totals.misses).toBe(
      lab.figures.reduce((sum, { misses }) => sum + misses, 0),
    );
  });

  it('runs no confirmation when a slow round has left no time for it', async () => {
    const lab = meshLab(configured(quick));
    lab.dark.get('anybody')?.add(urlOf('b'));
    const deps = lab.deps();
    const { probe } = deps.http;
    let asked = 0;
    const slow: typeof deps = {
      ...deps,
      http: {
        probe: async (url, timeoutMs) => {
          if (++asked === 1) await lab.clock.sleep(11_000);
          return await probe(url, timeoutMs);
        },
      },
    };
    const minute = await lab.clock.run(watchMinute(slow, { shard: 0 }));
    expect(secondsOf(minute).slice(0, 3)).toEqual([0, 10, 12]);
  });

  it('leaves what is due a minute after its start to the next invocation', async () => {
    const lab = meshLab(configured(quick));
    const deps = lab.deps();
    const { probe } = deps.http;
    const later: typeof deps = {
      ...deps,
      http: {
        probe: async (url, timeoutMs) => {
          if (lab.clock.nowMs() >= START_MS + 60_000) lab.dark.get('anybody')?.add(urlOf('b'));
          return await probe(url, timeoutMs);
        },
      },
    };
    lab.clock.set(START_MS + 2_000);
    const minute = await lab.clock.run(watchMinute(later, { shard: 0 }));
    expect(secondsOf(minute)).toEqual([0, 10, 20, 30, 40, 50, 60]);
    lab.clock.set(START_MS + 62_000);
    const next = await lab.clock.run(watchMinute(later, { shard: 0 }));
    expect(secondsOf(next).slice(0, 3)).toEqual([60, 62, 64]);
  });

  it('needs the votes of the vantage points for each look', async () => {
    const lab = meshLab(configured({ ...quick, ...THREE }));
    lab.dark.get('anybody')?.add(urlOf('b'));
    lab.dark.set('outside', new Set([urlOf('c')]));
    const minutes = await lab.clock.run(
      Promise.all(
        ['outside', 'east', 'west'].map((vantagePoint) =>
          watchMinute(lab.deps(vantagePoint), { shard: 0, vantagePoint }),
        ),
      ),
    );
    for (const minute of minutes) expect(secondsOf(minute).slice(0, 4)).toEqual([0, 2, 4, 10]);
    expect(lab.said().slice(0, 3)).toEqual(['b: alert', 'b: alert', 'b: restart']);
    expect(lab.said().filter((text) => text.startsWith('c'))).toEqual([]);
  });

  it('asks for nothing when the observer is cut off between two checks', async () => {
    const lab = meshLab(configured({ ...quick, intervalSeconds: 60 }));
    lab.dark.get('anybody')?.add(urlOf('b'));
    const deps = lab.deps();
    const { probe } = deps.http;
    let looks = 0;
    const cutOff: typeof deps = {
      ...deps,
      http: {
        probe: async (url, timeoutMs) => {
          if (++looks === NAMES.length + 1)
            for (const name of NAMES) lab.dark.get('anybody')?.add(urlOf(name));
          return await probe(url, timeoutMs);
        },
      },
    };
    const { rounds } = await lab.clock.run(watchMinute(cutOff, { shard: 0 }));
    expect(rounds.slice(1).map(({ outcome }) => outcome)).toContain('held');
    expect(restartsOf(lab)).toEqual([]);
  });
});
