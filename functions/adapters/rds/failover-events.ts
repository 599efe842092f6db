import { DescribeEventsCommand, type Event, type RDSClient } from '@aws-sdk/client-rds';
import type { FailoverEvent, FailoverPhase } from '../../core/target/standby-failover.ts';
import { translated } from '../aws/translate-error.ts';

const CATEGORY = 'failover';

/**
 * The API gives events no id, so they are known by their texts.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.Messages.html
 */
const TEXTS: readonly (readonly [RegExp, FailoverPhase])[] = [
  [/^Multi-AZ instance failover started/, 'started'], // RDS-EVENT-0013
  [/^Multi-AZ instance failover completed/, 'completed'], // RDS-EVENT-0049
  [/^Multi-AZ failover to standby complete/, 'completed'], // RDS-EVENT-0015
  [/^Abandoning user requested failover/, 'abandoned'], // RDS-EVENT-0034
];

/**
 * What RDS reports of the failovers of a Multi-AZ instance, oldest first. A duration counts back by the clock of RDS;
 * whether its default of an hour also cuts off a start without an end is not documented.
 */
export async function listFailovers(
  client: Pick<RDSClient, 'send'>,
  id: string,
  lastMinutes: number,
): Promise<readonly FailoverEvent[]> {
  const found: FailoverEvent[] = [];
  let Marker: string | undefined;
  do {
    const command = new DescribeEventsCommand({
      ...{ SourceIdentifier: id, SourceType: 'db-instance', EventCategories: [CATEGORY] },
      ...{ Duration: lastMinutes, Marker },
    });
    const page = await translated('rds:DescribeEvents', () => client.send(command));
    found.push(...(page.Events ?? []).flatMap((event) => failoverOf(event)));
    Marker = page.Marker;
  } while (Marker !== undefined && Marker !== '');
  return found.sort((one, other) => one.atMs - other.atMs);
}

function failoverOf({ Message = '', EventCategories, Date: date }: Event): readonly FailoverEvent[] {
  if (date === undefined || EventCategories?.includes(CATEGORY) !== true) return [];
  const [, phase = 'other'] = TEXTS.find(([text]) => text.test(Message)) ?? [];
  return [{ phase, atMs: date.getTime() }];
}
