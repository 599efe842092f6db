import { type Bodies, startRecordingProxy } from '../../bench/recording-proxy.ts';
import type { ServiceModel } from './service-model.ts';
import { shapeFaults } from './shape-faults.ts';

export interface Call {
  readonly operation: string;
  readonly request: unknown;
  /** `undefined` if the request was refused. */
  readonly response: unknown;
}

/** An endpoint of a service, and everything that is asked and answered there. */
export interface RecordedService {
  /** For clients. */
  readonly url: string;
  /** Oldest first. */
  readonly calls: Call[];
  /** Where what was sent, or answered, is not of the model's shapes. */
  readonly faults: (model: ServiceModel) => readonly string[];
  readonly close: () => Promise<void>;
}

/** Listens in front of an endpoint that speaks one of AWS's JSON protocols, or the query protocol. */
export async function recordService(upstream: string): Promise<RecordedService> {
  const calls: Call[] = [];
  const proxy = await startRecordingProxy({
    service: 'recorded',
    upstream,
    record: ({ operation, status }, bodies) =>
      void calls.push({ operation, ...decoded(bodies, status >= 200 && status < 300) }),
  });
  return {
    url: proxy.url,
    calls,
    faults: (model) => calls.flatMap((call) => faultsOf(model, call)),
    close: proxy.close,
  };
}

function faultsOf(model: ServiceModel, { operation, request, response }: Call): readonly string[] {
  const { input, output } = model.operations[operation] ?? {};
  return [
    ...(input ? shapeFaults(model, input.shape, request) : [`${operation} is no operation`]),
    ...(output && response !== undefined ? shapeFaults(model, output.shape, response) : []),
  ];
}

function decoded({ request, answer }: Bodies, isAnswered: boolean): Omit<Call, 'operation'> {
  if (request.startsWith('{'))
    return { request: JSON.parse(request), response: isAnswered ? JSON.parse(answer) : undefined };
  const { Action, Version, ...members } = Object.fromEntries(new URLSearchParams(request));
  return { request: members, response: isAnswered ? leavesOf(answer, `${Action}Result`) : undefined };
}

/** The members of a result that is a flat structure of texts: all that is asked for by the query protocol here. */
function leavesOf(xml: string, wrapper: string): Readonly<Record<string, string>> {
  const result = new RegExp(`<${wrapper}>(.*)</${wrapper}>`, 's').exec(xml)?.[1] ?? '';
  return Object.fromEntries(
    [...result.matchAll(/<(\w+)>([^<>]*)<\/\1>/g)].map(([, name, text]) => [name, text]),
  );
}
