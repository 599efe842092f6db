import { DescribeEventsCommand, type Event, type RDSClient } from '@aws-sdk/client-rds';
import type { FailoverEvent, FailoverOf, FailoverPhase } from '../../core/target/failover-event.ts';
import { translated } from '../aws/translate-error.ts';

const CATEGORY = 'failover';
const SOURCES = { instance: 'db-instance', cluster: 'db-cluster' } as const;

/**
 * The API gives events no id, so they are known by their texts.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.Messages.html
 */
const TEXTS: Readonly<Record<FailoverOf, readonly (readonly [RegExp, FailoverPhase])[]>> = {
  instance: [
    [/^Multi-AZ instance failover started/, 'started'], // RDS-EVENT-0013
    [/^Multi-AZ instance failover completed/, 'completed'], // RDS-EVENT-0049
    [/^Multi-AZ failover to standby complete/, 'completed'], // RDS-EVENT-0015
    [/^Abandoning user requested failover/, 'abandoned'], // RDS-EVENT-0034
  ],
  cluster: [
    // RDS-EVENT-0072 and RDS-EVENT-0073
    [/^Started (?:(?:same|cross) AZ )?failover to DB instance:? *(?<to>[\w-]+)/, 'started'],
    [/^Completed failover to DB instance:? *(?<to>[\w-]+)/, 'completed'], // RDS-EVENT-0071
    [/^Cluster failover failed/, 'abandoned'], // RDS-EVENT-0069
    [/^Promoting previous primary again/, 'abandoned'], // RDS-EVENT-0070
  ],
};

/**
 * What RDS reports of the failovers of a Multi-AZ instance or a cluster, oldest first. A duration counts back by the clock
 * of RDS; whether its default of an hour also cuts off a start without an end is not documented.
 */
export async function listFailovers(
  client: Pick<RDSClient, 'send'>,
  of: FailoverOf,
  id: string,
  lastMinutes: number,
): Promise<readonly FailoverEvent[]> {
  const found: FailoverEvent[] = [];
  let Marker: string | undefined;
  do {
    const command = new DescribeEventsCommand({
      ...{ SourceIdentifier: id, SourceType: SOURCES[of], EventCategories: [CATEGORY] },
      ...{ Duration: lastMinutes, Marker },
    });
    const page = await translated('rds:DescribeEvents', () => client.send(command));
    found.push(...(page.Events ?? []).flatMap((event) => failoverOf(of, event)));
    Marker = page.Marker;
  } while (Marker !== undefined && Marker !== '');
  return found.sort((one, other) => one.atMs - other.atMs);
}

function failoverOf(
  of: FailoverOf,
  { Message = '', EventCategories, Date: date }: Event,
): readonly FailoverEvent[] {
  if (date === undefined || EventCategories?.includes(CATEGORY) !== true) return [];
  const [text, phase = 'other'] = TEXTS[of].find(([known]) => known.test(Message)) ?? [];
  const to = text?.exec(Message)?.groups?.['to'];
  return [{ phase, atMs: date.getTime(), ...(to !== undefined && { to }) }];
}
