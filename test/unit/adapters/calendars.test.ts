import { GetCalendarStateCommand, type GetCalendarStateResponse } from '@aws-sdk/client-ssm';
import { describe, expect, it } from 'vitest';
import { createCalendars } from '../../../functions/adapters/ssm/calendars.ts';

function calendarsAnswering(answer: () => GetCalendarStateResponse) {
  const asked: unknown[] = [];
  const client = {
    send: async (command: unknown) => {
      if (command instanceof GetCalendarStateCommand) asked.push(command.input);
      return answer();
    },
  };
  return { asked, calendars: createCalendars(client as unknown as Parameters<typeof createCalendars>[0]) };
}

const denied = () =>
  Object.assign(new Error('User: arn:aws:iam::123456789012:user/x is not authorized'), {
    name: 'AccessDeniedException',
    $metadata: { httpStatusCode: 400 },
    $fault: 'client',
  });

describe('a change calendar', () => {
  it('needs only its name, and is read for the present', async () => {
    const { asked, calendars } = calendarsAnswering(() => ({ State: 'OPEN' }));
    expect(await calendars.state('releases')).toEqual({ state: 'OPEN' });
    expect(asked).toEqual([{ CalendarNames: ['releases'] }]);
  });

  it('says when it opens', async () => {
    const answer = { State: 'CLOSED', NextTransitionTime: '2026-11-30T08:00:00Z' } as const;
    const { calendars } = calendarsAnswering(() => answer);
    expect(await calendars.state('releases')).toEqual({
      state: 'CLOSED',
      opensAtMs: Date.parse('2026-11-30T08:00:00Z'),
    });
  });

  it('may have no next event', async () => {
    const { calendars } = calendarsAnswering(() => ({ State: 'CLOSED' }));
    expect(await calendars.state('releases')).toEqual({ state: 'CLOSED' });
  });

  it('counts as unavailable, not as open, when it answers something else', async () => {
    const { calendars } = calendarsAnswering(() => ({}));
    await expect(calendars.state('releases')).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  });

  it('names the missing permission when it may not be read', async () => {
    const { calendars } = calendarsAnswering(() => {
      throw denied();
    });
    await expect(calendars.state('releases')).rejects.toMatchObject({
      code: 'NOT_PERMITTED',
      denial: { action: 'ssm:GetCalendarState' },
    });
  });
});
