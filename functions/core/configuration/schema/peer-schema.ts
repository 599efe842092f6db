import * as z from 'zod/mini';
import { durationSeconds } from '../duration.ts';
import { httpUrl } from '../http-url.ts';
import { componentName, instanceId, isWithoutRepetition, NO_REPETITION } from '../names.ts';

export const missesBeforeRestart = z.int().check(z.minimum(1), z.maximum(20));
export const restartsBeforeIsolation = z.int().check(z.minimum(0), z.maximum(20));
export const restartGraceSeconds = durationSeconds({ min: 0, max: 1_800 });
export const forgetRestartsAfterSeconds = durationSeconds({ min: 10, max: 86_400 });
export const timeoutSeconds = durationSeconds({ min: 1, max: 9 });

const HOST = String.raw`([A-Za-z0-9]([A-Za-z0-9.-]{0,252}[A-Za-z0-9])?|\[[0-9a-fA-F:.]+\])`;
const PORT = '(6553[0-5]|655[0-2][0-9]|65[0-4][0-9]{2}|6[0-4][0-9]{3}|[1-5][0-9]{4}|[1-9][0-9]{0,3})';
const tcpAddress = z.string().check(
  z.regex(new RegExp(`^${HOST}:${PORT}$`), {
    error: 'host:port, such as db.internal:5432 or [fd00::1]:5432, with a port from 1 to 65535',
  }),
);

/** Something that is watched: a component's endpoint, or anything else. */
export const peer = z
  .strictObject({
    url: z.optional(httpUrl).check(z.describe('Checked with a GET request: status 200 means alive.')),
    tcp: z.optional(tcpAddress).check(z.describe('`host:port`: an accepted connection means alive.')),
    agent: z
      .optional(instanceId)
      .check(z.describe('A managed node: an SSM agent that is online means alive.')),
    component: z
      .optional(componentName)
      .check(
        z.describe(
          'The component to heal when the peer is down. Default: the component of the same name, if there is one.',
        ),
      ),
    targets: z
      ._default(z.array(instanceId).check(z.maxLength(50), z.refine(isWithoutRepetition, NO_REPETITION)), [])
      .check(z.describe('The hosts that a repair acts on. Default: all targets of the component.')),
    missesBeforeRestart: z.optional(missesBeforeRestart).check(z.describe('Default: the watchdog’s.')),
    restartsBeforeIsolation: z
      .optional(restartsBeforeIsolation)
      .check(z.describe('Default: the watchdog’s.')),
    restartGraceSeconds: z.optional(restartGraceSeconds).check(z.describe('Default: the watchdog’s.')),
    forgetRestartsAfterSeconds: z
      .optional(forgetRestartsAfterSeconds)
      .check(z.describe('Default: the watchdog’s.')),
    timeoutSeconds: z.optional(timeoutSeconds).check(z.describe('Default: the watchdog’s.')),
    enabled: z._default(z.boolean(), true).check(z.describe('`false`: the peer is not watched.')),
  })
  .check(
    z.refine(({ url, tcp, agent }) => [url, tcp, agent].filter(Boolean).length <= 1, {
      error: 'one of `url`, `tcp` and `agent`',
      params: { code: 'conflicting-keys' },
    }),
  );

export type PeerDefinition = z.output<typeof peer>;
