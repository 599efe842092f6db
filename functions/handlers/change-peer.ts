import * as z from 'zod';
import { type ChangePeerDeps, changePeer } from '../app/watchdog/change-peer.ts';
import { peerChange } from '../core/watchdog/peer-event.ts';
import { lambdaHandler } from '../runtime/lambda-handler.ts';
import { createWatchdogCore } from '../runtime/watchdog-dependencies.ts';
import { wired } from './wired.ts';

/** `Selfheal Peer`. */
const peerEvent = z.object({ detail: peerChange });

export const createHandler = (deps: ChangePeerDeps) =>
  lambdaHandler(peerEvent, ({ detail }) => changePeer(deps, detail));

export const handler = wired(() => createHandler(createWatchdogCore()));
