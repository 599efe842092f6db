import type { recordClient } from '../aws-model/recorded-client.ts';
import type { ServiceModel } from '../aws-model/service-model.ts';

/** An adapter over its service in this process, with every method called once. */
export interface Api {
  readonly service: string;
  readonly apiVersion: string;
  /** @returns the operations that it sends, and where a request or an answer breaks the model */
  readonly call: (model: ServiceModel) => Promise<ReturnType<typeof recordClient>>;
}
