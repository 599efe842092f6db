/** Which element of which list a value is in: the element's index, by the list's number in the event. */
export type Membership = ReadonlyMap<number, number>;

/** A leaf of an event. */
export interface EventField {
  readonly value: unknown;
  readonly membership: Membership;
}

/** The leaves of an event by their paths, such as `detail.state.value`; elements of a list have their list's path. */
export type EventFields = ReadonlyMap<string, readonly EventField[]>;

/**
 * Flattens an event as EventBridge does: objects and lists are not values, so empty ones leave no trace.
 *
 * @param steps the names of fields that matter; other fields are left out
 * @see https://github.com/aws/event-ruler/blob/main/src/main/software/amazon/event/ruler/Event.java
 */
export function fieldsOf(event: object, steps: ReadonlySet<string>): EventFields {
  const fields = new Map<string, EventField[]>();
  let lists = 0;

  const visit = (value: unknown, path: string, membership: Membership): void => {
    if (Array.isArray(value)) visitList(value, path, membership);
    else if (typeof value === 'object' && value !== null) visitObject(value, path, membership);
    else {
      const known = fields.get(path);
      if (known === undefined) fields.set(path, [{ value, membership }]);
      else known.push({ value, membership });
    }
  };
  const visitObject = (value: object, path: string, membership: Membership): void => {
    for (const [key, each] of Object.entries(value))
      if (steps.has(key)) visit(each, path === '' ? key : `${path}.${key}`, membership);
  };
  // Only objects and lists in a list belong together with what else is in them.
  const visitList = (list: readonly unknown[], path: string, membership: Membership): void => {
    const number = lists;
    lists += 1;
    for (const [index, each] of list.entries()) {
      const isLeaf = typeof each !== 'object' || each === null;
      visit(each, path, isLeaf ? membership : new Map(membership).set(number, index));
    }
  };

  visitObject(event, '', new Map());
  return fields;
}

/** Both together; `undefined` if they are in different elements of one list. */
export function together(one: Membership, other: Membership): Membership | undefined {
  if (other.size === 0) return one;
  for (const [list, index] of other) {
    const known = one.get(list);
    if (known !== undefined && known !== index) return undefined;
  }
  return new Map([...one, ...other]);
}
