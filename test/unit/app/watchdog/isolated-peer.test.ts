import { describe, expect, it } from 'vitest';
import { watchMinute } from '../../../../functions/app/watchdog/watch-minute.ts';
import { configured } from './configured-mesh.ts';
import { type MeshLab, meshLab, START_MS, urlOf } from './mesh-lab.ts';

describe('a minute with a peer that stays isolated', () => {
  /** 14 rounds: the isolation was asked for in the 12th, the first reminder is due in the 15th. */
  const isolated = async () => {
    const lab = meshLab(configured());
    lab.dark.get('anybody')?.add(urlOf('b'));
    for (let at = 0; at < 7; at++) await lab.minute(at * 60);
    expect(lab.said().slice(-2)).toEqual(['b: isolate', 'b: alert_architect']);
    lab.events.splice(0);
    return lab;
  };

  it('asks triage for its isolation again and again, and notifies nobody else', async () => {
    const lab = await isolated();
    for (let at = 7; at < 10; at++) await lab.minute(at * 60);
    const ids = lab.events.map(({ detail }) => detail['signalId']);
    const roundAtMs = (round: number) => START_MS + (round - 1) * 30_000;
    expect(ids).toEqual([15, 18].map((round) => `watchdog/b/${roundAtMs(round)}/isolate`));
    expect(lab.said()).toEqual([]);
  });

  it('writes once a round, also when it reminds of it', async () => {
    const lab = await isolated();
    let writes = 0;
    const { saveRound, ...store } = lab.store;
    const counting: MeshLab['store'] = {
      ...store,
      saveRound: (...call) => {
        writes++;
        return saveRound(...call);
      },
      clearPending: async () => {
        throw new Error('nothing is pending');
      },
    };
    lab.clock.set(START_MS + 7 * 60_000);
    await lab.clock.run(watchMinute({ ...lab.deps(), watchdog: counting }, { shard: 0 }));
    expect(lab.events).toHaveLength(1);
    expect(writes).toBe(2);
  });

  it('keeps no reminder that it could not send: the next one comes', async () => {
    const lab = await isolated();
    lab.busIsDown = true;
    expect((await lab.minute(7 * 60)).problems).toHaveLength(1);
    expect((await lab.store.readShard(0))?.pending).toEqual([]);
    lab.busIsDown = false;
    await lab.minute(8 * 60);
    expect(lab.events).toHaveLength(1);
  });
});
