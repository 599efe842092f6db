import * as z from 'zod';

export const idsInput = z.object({ InstanceIds: z.array(z.string()).min(1) });
export const describeInput = z.union([
  idsInput,
  z.object({
    Filters: z
      .array(
        z.object({
          Name: z.union([z.literal('instance-state-name'), z.templateLiteral(['tag:', z.string()])]),
          Values: z.array(z.string()).max(200),
        }),
      )
      .min(1),
  }),
]);
export const snapshotsInput = z.object({
  InstanceSpecification: z.object({ InstanceId: z.string() }),
  Description: z.string(),
  TagSpecifications: z
    .array(
      z.object({
        ResourceType: z.literal('snapshot'),
        Tags: z.array(z.object({ Key: z.string(), Value: z.string() })),
      }),
    )
    .length(1),
});
export const describeSnapshotsInput = z.object({
  OwnerIds: z.tuple([z.literal('self')]),
  Filters: z
    .array(z.object({ Name: z.string().regex(/^tag:/), Values: z.array(z.string()).length(1) }))
    .length(1),
});
export const groupsInput = z.object({ NetworkInterfaceId: z.string(), Groups: z.array(z.string()).min(1) });
export const typesInput = z.object({ InstanceTypes: z.array(z.string()).min(1).max(100) });
