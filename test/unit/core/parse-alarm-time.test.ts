import { describe, expect, it } from 'vitest';
import { sampleEvent } from '../../factories/events/sample-event.ts';
import { AT_SAMPLE, parse } from './alarm-event-lab.ts';

describe('a time that can’t be true', () => {
  const event = sampleEvent('metric-alarm');
  const withTimestamp = (timestamp: string) =>
    parse({ ...event, detail: { ...event.detail, state: { value: 'ALARM', timestamp } } }, AT_SAMPLE);

  it.each([
    ['1969-12-31T23:59:59.000+0000', 'is more than 14 days ago; correct the sender’s clock'],
    ['2019-09-18T17:04:39.000+0000', 'is more than 14 days ago; correct the sender’s clock'],
    ['2019-10-02T17:20:01.000+0000', 'is more than 15 minutes from now; correct the sender’s clock'],
    ['9999-12-31T23:59:59.000+0000', 'is more than 15 minutes from now; correct the sender’s clock'],
  ])(
    'a time of an alarm, %s, is not understood: no record could be sorted or read by it',
    (timestamp, problem) => {
      const [date = ''] = timestamp.split('+');
      expect(withTimestamp(timestamp)).toEqual({
        kind: 'not-understood',
        problem: `state.timestamp ${date}Z ${problem}`,
      });
    },
  );

  it.each(['2019-10-02T16:04:40.000+0000', '2019-10-02T17:19:00.000+0000'])(
    'is not that of an alarm whose event is late, or from a clock a little ahead: %s',
    (timestamp) => {
      expect(withTimestamp(timestamp)).toMatchObject({ kind: 'alert' });
    },
  );

  it.each(['2', '2019-10-02', '10/02/2019', 'Wed, 02 Oct 2019 17:04:40 GMT', '2019-10-02T17:04:40', ''])(
    'a time of an alarm is not guessed at: %s',
    (timestamp) => {
      expect(withTimestamp(timestamp)).toEqual({
        kind: 'not-understood',
        problem: `state.timestamp ${JSON.stringify(timestamp)} is not a time`,
      });
    },
  );
});

describe('an alarm’s event that was replayed', () => {
  const HOUR = 3_600_000;

  it.each(['metric-alarm', 'composite-alarm-no-longer-suppressed', 'contributor-state-change'])(
    'more than an hour later is withheld, whatever the alarm said: %s',
    (name) => {
      const event = sampleEvent(name) as unknown as {
        readonly detail: { readonly state: { readonly timestamp: string } };
      };
      const { state } = event.detail;
      const atMs = Date.parse(state.timestamp.replace('+0000', 'Z'));
      for (const value of ['ALARM', 'OK']) {
        const changed = {
          ...event,
          detail: { ...event.detail, state: { value, timestamp: state.timestamp } },
        };
        expect(parse(changed, atMs + HOUR)).not.toMatchObject({ kind: 'withheld' });
        expect(parse(changed, atMs + HOUR + 1)).toMatchObject({
          kind: 'withheld',
          why: 'EXPIRED',
          component: 'web',
          detail: expect.stringContaining('more than 60 minutes ago'),
        });
      }
    },
  );
});
