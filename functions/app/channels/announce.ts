import type { CompiledConfiguration } from '../../core/configuration/compiled.ts';
import { channelRequest } from '../../core/notification/channel-request.ts';
import {
  changeIncident,
  type IncidentRecord,
  type IncidentVerdict,
} from '../../core/notification/incident.ts';
import { lastWord } from '../../core/notification/last-word.ts';
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
 * Sends a notice to every channel that wants it. Ticket systems receive each change of an incident once. Pagers receive
 * every failure under the key of the incident: they add it to the one that they have, and call people again if somebody
 * has closed that meanwhile. A chat may show a repeated notice twice. A recovery that ends no incident is not sent.
 *
 * @returns names of the channels that were notified
 * @throws ServiceError: Lambda tries again
 */
export async function announce(deps: AnnounceDeps, announcement: Announcement): Promise<readonly string[]> {
  const { notice, atMs } = announcement;
  const { incident } = notice;
  const verdict = incident && (await change(deps.incidents, incident, atMs, notice.component));
  if (incident?.change === 'resolve' && verdict?.announce === 'nothing') return [];
  return await send(deps, announcement, verdict);
}

/** @param verdict what the notice means for its incident */
async function send(
  deps: AnnounceDeps,
  { notice, topics }: Pick<Announcement, 'notice' | 'topics'>,
  verdict: IncidentVerdict | undefined,
): Promise<readonly string[]> {
  const { incident } = notice;
  const deliveries = deliveriesOf(deps.configuration, announced(notice, verdict?.announce), topics);
  await deps.channels.deliver(deliveries);
  if (incident && incident.change !== 'update' && verdict && verdict.announce !== 'nothing')
    await settle(deps, { ...notice, incident }, verdict);
  return deliveries.map(({ channel }) => channel);
}

/**
 * Notes that channels know of a change. While EventBridge was slow to accept it, the opposite change may have overtaken it:
 * then what is on record is sent once more, or a page would stay open for ever, or be closed although the component has
 * failed again. What EventBridge has accepted, it hands to each channel in its own time.
 */
async function settle(
  deps: AnnounceDeps,
  notice: Notice & { readonly incident: IncidentChange },
  { announce: what, record }: IncidentVerdict,
): Promise<void> {
  const { incidents } = deps;
  // Only now: a pager that could not be called is called again.
  if (what === 'change' && record && (await incidents.saveIncident({ ...record, announced: true }, record)))
    return;
  const now = await overtaking(incidents, notice.incident);
  if (now === undefined) return;
  const isOver = now.status === 'resolved';
  // Ends go to everybody who may have been notified, failures to those who repair.
  const topics: Announcement['topics'] = isOver ? ['architect', 'soc'] : ['architect'];
  const last = { notice: lastWord(now, notice), topics };
  await send(deps, last, { announce: isOver ? 'change' : 'repetition', record: now });
}

/**
 * The record of an incident that says the opposite of what channels received last. An end counts as not announced until it has
 * been sent again: should the function end before, `resolveRecovered` sends it, if the incident is of a component.
 */
async function overtaking(
  incidents: AnnounceDeps['incidents'],
  { key, change }: IncidentChange,
): Promise<IncidentRecord | undefined> {
  for (let tries = 0; tries < SAVE_TRIES; tries++) {
    const now = await incidents.readIncident(key);
    if (!now || (now.status === 'resolved') === (change === 'resolve')) return undefined;
    if (now.status === 'open') return now;
    const unannounced = { ...now, announced: false };
    if (await incidents.saveIncident(unannounced, now)) return unannounced;
  }
  throw tooManyChanges(key);
}

/** The notice with what it changes for channels that keep incidents. */
function announced(notice: Notice, announce: IncidentVerdict['announce'] | undefined): Notice {
  const { incident, ...plain } = notice;
  if (!incident || announce === 'change') return notice;
  return announce === 'repetition' ? { ...plain, incident: { ...incident, change: 'update' } } : plain;
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

/** @returns what has to be announced, with the record as it is now */
async function change(
  incidents: AnnounceDeps['incidents'],
  incident: IncidentChange,
  atMs: number,
  component: string | undefined,
): Promise<IncidentVerdict> {
  for (let tries = 0; tries < SAVE_TRIES; tries++) {
    const previous = await incidents.readIncident(incident.key);
    const { record, announce: what } = changeIncident(previous, incident, atMs, component);
    if (record === undefined || (await incidents.saveIncident(record, previous))) {
      const now = record ?? previous;
      return { announce: what, ...(now && { record: now }) };
    }
  }
  throw tooManyChanges(incident.key);
}

function tooManyChanges(key: string): StoreUnavailable {
  return new StoreUnavailable(
    `incident ${key}: changed ${SAVE_TRIES} times by others meanwhile; Lambda tries again`,
  );
}
