import { parseArgs } from 'node:util';
import type { Incident } from './incidents/incident.ts';
import { INCIDENTS } from './incidents/incidents.ts';

const TARGETS = ['embedded', 'ministack'] as const;
export type TargetName = (typeof TARGETS)[number];

export const USAGE = `npm run demo -- [--target embedded|ministack] [--incident NAME]... [--json]

Plays four incidents on real services, from the first sign to the verified repair.
  --target    embedded: in this process, with processes of yours as hosts, in less than a minute
              (the default)
              ministack: deployed by cdk to an AWS emulator, with booted Debian hosts; needs root on
              Debian
  --incident  only this one: memory-leak, bad-configuration, dead-service or killed-service; may be
              given more than once
  --json      one JSON object a line on standard output; progress goes to standard error

Exit codes: 0 all ended as expected, 1 some did not, 2 this machine lacks something,
            130 interrupted.
`;

export interface DemoOptions {
  readonly json: boolean;
  readonly help: boolean;
  readonly target: TargetName;
  readonly incidents: readonly Incident[];
}

/** Reads the command line. @throws Error with what is wrong with it */
export function readOptions(args: readonly string[]): DemoOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
      target: { type: 'string', default: 'embedded' },
      incident: { type: 'string', multiple: true, default: Object.keys(INCIDENTS) },
    },
  });
  const target = TARGETS.find((name) => name === values.target);
  if (target === undefined)
    throw new Error(`--target is "${values.target}"; it must be ${TARGETS.join(' or ')}`);
  const incidents = [...new Set(values.incident)].map((name) => {
    const incident = Object.hasOwn(INCIDENTS, name) ? INCIDENTS[name] : undefined;
    if (incident) return incident;
    throw new Error(`--incident is "${name}"; it must be one of ${Object.keys(INCIDENTS).join(', ')}`);
  });
  return { json: values.json, help: values.help, target, incidents };
}
