import type { CompiledConfiguration } from '../../core/configuration/compiled.ts';
import { channelRequest } from '../../core/notification/channel-request.ts';
import { changeIncident, type IncidentRecord } from '../../core/notification/incident.ts';
import type { IncidentChange, Notice } from '../../core/notification/notice.ts';
import type { Notification } from '../../ports/announcers.ts';
import type { ChannelDelivery, ChannelEvents, IncidentStore } from '../../ports/channels.ts';
import { StoreUnavailable } from '../../ports/errors.ts';

export interface AnnounceDeps {
  readonly configuration: Pick<CompiledConfiguration, 'settings'>;
  readonly channels: ChannelEvents;
  readonly incidents: Pick<IncidentStore, 'readIncident' | 'saveIncident'>;
}

export interface Announcement {
  readonly notice: Notice;
  /** The topics that it is for. */
  readonly topics: readonly Notification['topic'][];
  /** When it happened. */
  readonly atMs: number;
}

const SAVE_TRIES = 5;

/**
 * Sends a notice to every channel that wants it. Channels that keep incidents receive each change once; a chat may show
 * a repeated notice twice, and a pager more about the same incident. A recovery that ends no incident is not sent.
 *
 * @returns names of the channels that were notified
 * @throws ServiceError: Lambda tries again
 */
export async function announce(
  deps: AnnounceDeps,
  { notice, topics, atMs }: Announcement,
): Promise<readonly string[]> {
  const { incident } = notice;
  const changed = incident && (await change(deps.incidents, incident, atMs, notice.component));
  if (incident?.change === 'resolve' && !changed) return [];

  const told = changed ? notice : unchanged(notice);
  const deliveries = deliveriesOf(deps.configuration, told, topics);
  await deps.channels.deliver(deliveries);
  // Only now: a pager that could not be called is called again.
  if (changed) await deps.incidents.saveIncident({ ...changed, announced: true }, changed);
  return deliveries.map(({ channel }) => channel);
}

/** Of an incident of several components, pagers hear of what is new about it, under the same key. */
function unchanged({ incident, ...plain }: Notice): Notice {
  const isShared = incident?.change === 'open' && incident.incidentId !== undefined;
  return isShared ? { ...plain, incident: { ...incident, change: 'update' } } : plain;
}

function deliveriesOf(
  { settings }: Pick<CompiledConfiguration, 'settings'>,
  notice: Notice,
  topics: Announcement['topics'],
): readonly ChannelDelivery[] {
  const { incident } = notice;
  return Object.entries(settings.notify.channels).flatMap(([name, channel]) => {
    if (!channel.topics.some((topic) => topics.includes(topic))) return [];
    const body = channelRequest(channel, notice, { hasButtons: settings.approvals?.slack !== undefined });
    if (body === undefined) return [];
    return [
      {
        channel: name,
        request: incident?.change === 'update' ? 'open' : (incident?.change ?? 'tell'),
        ...(incident && { key: incident.key }),
        body,
      },
    ];
  });
}

/** @returns the record that has to be announced; `undefined` if there is nothing to announce */
async function change(
  incidents: AnnounceDeps['incidents'],
  incident: IncidentChange,
  atMs: number,
  component: string | undefined,
): Promise<IncidentRecord | undefined> {
  for (let tries = 0; tries < SAVE_TRIES; tries++) {
    const previous = await incidents.readIncident(incident.key);
    const { record, announce: isNew } = changeIncident(previous, incident, atMs, component);
    const isSaved =
      record === undefined || record === previous || (await incidents.saveIncident(record, previous));
    if (isSaved) return isNew ? (record ?? previous) : undefined;
  }
  throw new StoreUnavailable(
    `incident ${incident.key}: changed ${SAVE_TRIES} times by others meanwhile; Lambda tries again`,
  );
}
