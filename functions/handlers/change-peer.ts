import * as z from 'zod/mini';
import { type ChangePeerDeps, changePeer } from '../app/watchdog/change-peer.ts';
import { sourcesOf } from '../core/signal/event-source.ts';
import type { Home } from '../core/signal/home.ts';
import { lambdaHandler } from '../runtime/lambda-handler.ts';
import { notifier } from '../runtime/notifier.ts';
import { watchdog } from '../runtime/watchdog-store.ts';
import { homeEvent } from './home-event.ts';
import { wired } from './wired.ts';

/** `Selfheal Peer`, from a source that may say so. */
const peerEvent = ({ configuration, home }: ChangePeerDeps & { readonly home: Home }) =>
  z.extend(homeEvent(home, z.unknown()), {
    source: z.enum(sourcesOf('Selfheal Peer', configuration)),
    time: z.optional(z.string()),
  });

export const createHandler = (deps: ChangePeerDeps & { readonly home: Home }) =>
  lambdaHandler(peerEvent(deps), (event) => changePeer(deps, event));

export const handler = wired('change-peer', createHandler, { notifier, watchdog });
