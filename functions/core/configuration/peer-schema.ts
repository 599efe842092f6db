import * as z from 'zod';
import { durationSeconds } from './duration.ts';
import { httpUrl } from './http-url.ts';
import { componentName, instanceId, isWithoutRepetition, NO_REPETITION } from './names.ts';

export const missesBeforeRestart = z.int().min(1).max(20);
export const restartsBeforeIsolation = z.int().min(0).max(20);
export const restartGraceSeconds = durationSeconds({ min: 0, max: 1_800 });
export const forgetRestartsAfterSeconds = durationSeconds({ min: 10, max: 86_400 });
export const timeoutSeconds = durationSeconds({ min: 1, max: 9 });

const HOST = String.raw`([A-Za-z0-9]([A-Za-z0-9.-]{0,252}[A-Za-z0-9])?|\[[0-9a-fA-F:.]+\])`;
const PORT = '(6553[0-5]|655[0-2][0-9]|65[0-4][0-9]{2}|6[0-4][0-9]{3}|[1-5][0-9]{4}|[1-9][0-9]{0,3})';
const tcpAddress = z.string().regex(new RegExp(`^${HOST}:${PORT}$`), {
  error: 'host:port, such as db.internal:5432 or [fd00::1]:5432, with a port from 1 to 65535',
});

/** Something that is watched: a component's endpoint, or anything else. */
export const peer = z
  .strictObject({
    url: httpUrl.optional().describe('Checked with a GET request: status 200 means alive.'),
    tcp: tcpAddress.optional().describe('`host:port`: an accepted connection means alive.'),
    agent: instanceId.optional().describe('A managed node: an SSM agent that is online means alive.'),
    component: componentName
      .optional()
      .describe(
        'The component to heal when the peer is down. Default: the component of the same name, if there is one.',
      ),
    targets: z
      .array(instanceId)
      .max(50)
      .refine(isWithoutRepetition, NO_REPETITION)
      .default([])
      .describe('The hosts that a repair acts on. Default: all targets of the component.'),
    missesBeforeRestart: missesBeforeRestart.optional().describe('Default: the watchdog’s.'),
    restartsBeforeIsolation: restartsBeforeIsolation.optional().describe('Default: the watchdog’s.'),
    restartGraceSeconds: restartGraceSeconds.optional().describe('Default: the watchdog’s.'),
    forgetRestartsAfterSeconds: forgetRestartsAfterSeconds.optional().describe('Default: the watchdog’s.'),
    timeoutSeconds: timeoutSeconds.optional().describe('Default: the watchdog’s.'),
    enabled: z.boolean().default(true).describe('`false`: the peer is not watched.'),
  })
  .refine(({ url, tcp, agent }) => [url, tcp, agent].filter(Boolean).length <= 1, {
    error: 'one of `url`, `tcp` and `agent`',
    params: { code: 'conflicting-keys' },
  });

export type PeerDefinition = z.output<typeof peer>;
