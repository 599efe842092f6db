import { GetCalendarStateCommand, type SSMClient } from '@aws-sdk/client-ssm';
import type { Calendars } from '../../ports/calendars.ts';
import { ServiceUnavailable } from '../../ports/errors.ts';
import { translated } from '../aws/translate-error.ts';

/** Change calendars over Systems Manager. @throws ServiceError */
export function createCalendars(client: Pick<SSMClient, 'send'>): Calendars {
  return {
    state: async (calendar) => {
      const command = new GetCalendarStateCommand({ CalendarNames: [calendar] });
      const { State, NextTransitionTime = '' } = await translated('ssm:GetCalendarState', () =>
        client.send(command),
      );
      if (State === 'OPEN') return { state: 'OPEN' };
      if (State !== 'CLOSED')
        throw new ServiceUnavailable(`GetCalendarState answered ${State}, neither OPEN nor CLOSED`);
      const opensAtMs = Date.parse(NextTransitionTime);
      return { state: 'CLOSED', ...(!Number.isNaN(opensAtMs) && { opensAtMs }) };
    },
  };
}
