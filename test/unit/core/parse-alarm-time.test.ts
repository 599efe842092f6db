import { describe, expect, it } from 'vitest';
import { sampleEvent } from '../../factories/events/sample-event.ts';
import { AT_SAMPLE, parse } from './alarm-event-lab.ts';

describe('the time of an alarm’s event', () => {
  const event = sampleEvent('metric-alarm');
  const withTimestamp = (timestamp: string) =>
    parse({ ...event, detail: { ...event.detail, state: { value: 'ALARM', timestamp } } }, AT_SAMPLE);

  it.each([
    ['1969-12-31T23:59:59.000+0000', 'is more than 14 days ago; correct the sender’s clock'],
    ['2019-09-18T17:04:39.000+0000', 'is more than 14 days ago; correct the sender’s clock'],
    ['2019-10-02T17:20:01.000+0000', 'is more than 15 minutes from now; correct the sender’s clock'],
    ['9999-12-31T23:59:59.000+0000', 'is more than 15 minutes from now; correct the sender’s clock'],
  ])('cannot be far from now, because no record could be sorted or read by it: %s', (timestamp, problem) => {
    const [date = ''] = timestamp.split('+');
    expect(withTimestamp(timestamp)).toEqual({
      kind: 'not-understood',
      problem: `state.timestamp ${date}Z ${problem}`,
    });
  });

  it.each(['2019-10-02T16:04:40.000+0000', '2019-10-02T17:19:00.000+0000'])(
    'may be late, or from a clock that is a little ahead: %s',
    (timestamp) => {
      expect(withTimestamp(timestamp)).toMatchObject({ kind: 'alert' });
    },
  );

  it.each(['2', '2019-10-02', '10/02/2019', 'Wed, 02 Oct 2019 17:04:40 GMT', '2019-10-02T17:04:40', ''])(
    'has to be written in full, instead of guessing it: %s',
    (timestamp) => {
      expect(withTimestamp(timestamp)).toEqual({
        kind: 'not-understood',
        problem: `state.timestamp ${JSON.stringify(timestamp)} is not a time`,
      });
    },
  );
});

describe('a replayed event of an alarm', () => {
  const HOUR = 3_600_000;

  it.each(['metric-alarm', 'composite-alarm-no-longer-suppressed', 'contributor-state-change'])(
    'is withheld after more than an hour, whatever the alarm said: %s',
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
