import { describe, expect, it } from 'vitest';
import { watchMinute } from '../../../../functions/app/watchdog/watch-minute.ts';
import { configured, NAMES, THREE } from './configured-mesh.ts';
import { type MeshLab, meshLab, START_MS, urlOf } from './mesh-lab.ts';

describe('partitions', () => {
  const everything = () => new Set(NAMES.map(urlOf));

  it('a partition of the only observer heals nothing, and one alert says so', async () => {
    const lab = meshLab(configured());
    await lab.minute(0);
    lab.dark.set('outside', everything());
    for (const at of [60, 120, 180, 240]) await lab.minute(at);
    expect(lab.said()).toEqual(['outside: alert_architect']);
    expect(lab.events.filter(({ detailType }) => detailType === 'Selfheal Signal')).toEqual([]);
  });

  const minuteOfAll = (lab: MeshLab, minute: number, points = ['outside', 'east', 'west']) => {
    lab.clock.set(START_MS + minute * 60_000);
    const invocations = points.map((vantagePoint) =>
      watchMinute(lab.deps(vantagePoint), { shard: 0, vantagePoint }),
    );
    return lab.clock.run(Promise.all(invocations));
  };

  it('a partition of one host from one vantage point heals nothing', async () => {
    const lab = meshLab(configured(THREE));
    lab.dark.set('east', new Set([urlOf('b')]));
    for (let minute = 0; minute < 4; minute++) await minuteOfAll(lab, minute);
    expect(lab.events).toEqual([]);
  });

  it('a vantage point that is cut off loses its votes, and the others go on', async () => {
    const lab = meshLab(configured(THREE));
    lab.dark.set('outside', everything());
    lab.dark.get('anybody')?.add(urlOf('b'));
    for (let minute = 0; minute < 2; minute++) await minuteOfAll(lab, minute);
    expect(lab.said().slice(0, 4)).toEqual([
      'outside: alert_architect',
      'b: alert',
      'b: alert',
      'b: restart',
    ]);
  });

  it('each round of several vantage points is decided once, by the first', async () => {
    const lab = meshLab(configured(THREE));
    const [first, ...others] = await minuteOfAll(lab, 0);
    expect(first?.rounds.map(({ outcome }) => outcome)).toEqual(['decided', 'decided']);
    for (const { rounds } of others) {
      expect(rounds.map(({ outcome }) => outcome)).toEqual(['decided-elsewhere', 'decided-elsewhere']);
    }
    expect(lab.figures).toHaveLength(2);
  });

  it('cost waiting time only while a report is missing', async () => {
    const together = meshLab(configured(THREE));
    await minuteOfAll(together, 0);
    // At most one look: the others' reports may come just after the first.
    for (const { durationMs } of together.figures) expect(durationMs).toBeLessThanOrEqual(500);
    const oneMissing = meshLab(configured(THREE));
    await minuteOfAll(oneMissing, 0, ['outside', 'east']);
    expect(oneMissing.figures.map(({ durationMs }) => durationMs)).toEqual([4_000, 4_000]);
  });

  it('a vantage point waits six seconds longer than the one before it that may decide', async () => {
    const lab = meshLab(configured(THREE));
    await minuteOfAll(lab, 0, ['east']);
    await minuteOfAll(lab, 1, ['west']);
    const [east, , west] = lab.figures.map(({ durationMs }) => durationMs);
    expect([east, west]).toEqual([10_000, 16_000]);
  });

  it('the vantage point that decides may go silent: another takes its place, and says so', async () => {
    const lab = meshLab(configured(THREE));
    lab.dark.get('anybody')?.add(urlOf('b'));
    for (let minute = 0; minute < 2; minute++) await minuteOfAll(lab, minute, ['east', 'west']);
    expect(lab.said()).toEqual([
      'b: alert',
      'b: alert',
      'outside: alert_architect',
      'b: restart',
      'b: alert',
    ]);
  });
});
