import { parseArgs } from 'node:util';
import type { Incident } from './incidents/incident.ts';
import { INCIDENTS } from './incidents/incidents.ts';

const TARGETS = ['embedded', 'ministack'] as const;
export type TargetName = (typeof TARGETS)[number];

export const USAGE = `npm run demo -- [--target embedded|ministack] [--incident NAME]... [--json] [--serve]

Plays incidents on real services, from the first sign to the verified repair.
  --target    embedded: in this process, with processes of yours as hosts, in less than a minute
              (the default)
              ministack: deployed by cdk to an AWS emulator, with booted Debian hosts; needs root on
              Debian
  --incident  only this one: memory-leak, bad-configuration, dead-service, killed-service, or, only
              with --target embedded, bad-release, damaged-database or descriptor-leak; may be
              given more than once. Default: all; damaged-database is left out where there is
              no PostgreSQL
  --json      one JSON object a line on standard output; progress goes to standard error
  --serve     the command selfheal works with the demo, until you press Ctrl-C; with --target
              embedded, this needs Java, and Maven for the first time

Exit codes: 0 all ended as expected, 1 some did not, 2 this machine lacks something,
            130 interrupted.
`;

export interface DemoOptions {
  readonly json: boolean;
  readonly help: boolean;
  readonly serve: boolean;
  readonly target: TargetName;
  readonly incidents: readonly Incident[];
}

/** Reads the command line. @throws Error with what is wrong with it */
export function readOptions(args: readonly string[]): DemoOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      json: { type: 'boolean', default: false },
      serve: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
      target: { type: 'string', default: 'embedded' },
      incident: { type: 'string', multiple: true },
    },
  });
  const target = TARGETS.find((name) => name === values.target);
  if (target === undefined)
    throw new Error(`--target is "${values.target}"; it must be ${TARGETS.join(' or ')}`);
  const playable = incidentsOn(target);
  const names = values.incident ?? [...playable.keys()];
  const incidents = [...new Set(names)].map((name) => {
    const incident = playable.get(name);
    if (incident) return incident;
    throw new Error(
      `--incident is "${name}"; with --target ${target} it must be one of ${[...playable.keys()].join(', ')}`,
    );
  });
  const { json, help, serve } = values;
  return { json, help, serve, target, incidents };
}

/** The incidents that a target can play, by their names on the command line. */
export function incidentsOn(target: TargetName): ReadonlyMap<string, Incident> {
  return new Map(
    Object.entries(INCIDENTS).filter(([, { isEmbeddedOnly }]) => target === 'embedded' || !isEmbeddedOnly),
  );
}
