import * as z from 'zod';
import { type ChangePeerDeps, changePeer } from '../app/watchdog/change-peer.ts';
import { sourcesOf } from '../core/signal/event-source.ts';
import type { Home } from '../core/signal/home.ts';
import { peerChange } from '../core/watchdog/peer-event.ts';
import { lambdaHandler } from '../runtime/lambda-handler.ts';
import { watchdog } from '../runtime/port-builders.ts';
import { homeEvent } from './home-event.ts';
import { wired } from './wired.ts';

/** `Selfheal Peer`, from a source that may say so. */
const peerEvent = ({ configuration, home }: ChangePeerDeps & { readonly home: Home }) =>
  homeEvent(home, peerChange).extend({ source: z.enum(sourcesOf('Selfheal Peer', configuration)) });

export const createHandler = (deps: ChangePeerDeps & { readonly home: Home }) =>
  lambdaHandler(peerEvent(deps), ({ detail }) => changePeer(deps, detail));

export const handler = wired('change-peer', createHandler, { watchdog });
