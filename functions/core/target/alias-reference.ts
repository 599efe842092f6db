/** An alias that was pointed to a version, which serves once its provisioned concurrency is ready. Lambda gives that no id. */
export interface AliasReference {
  /** `function:alias` */
  readonly id: string;
  readonly version: string;
}

const PREFIX = 'lambda';

/** No cluster of ECS has a colon in its name, so this is no reference to a deployment. */
export function aliasReferenceId({ id, version }: AliasReference): string {
  return [PREFIX, version, id].join(':');
}

/** @returns `undefined` for a reference to something else */
export function parseAliasReference(reference: string): AliasReference | undefined {
  const [prefix, version = '', ...id] = reference.split(':');
  return prefix === PREFIX ? { id: id.join(':'), version } : undefined;
}

/** For people: `move of alias orders:live to version 4`. */
export function describeAliasReference({ id, version }: AliasReference): string {
  return `move of alias ${id} to version ${version}`;
}
