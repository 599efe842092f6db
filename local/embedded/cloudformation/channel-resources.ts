import * as z from 'zod';

/** Properties of the resources behind channels: chats, pagers and ticket systems. */
export const apiDestinationSchema = z.strictObject({
  Name: z.string().regex(/^[.\w-]{1,64}$/),
  Description: z.string().optional(),
  ConnectionArn: z.string(),
  HttpMethod: z.literal('POST'),
  InvocationEndpoint: z.string(),
  InvocationRateLimitPerSecond: z.int(),
});

const bodyParameter = z.strictObject({ Key: z.string(), Value: z.string(), IsValueSecret: z.boolean() });

export const connectionSchema = z.strictObject({
  Name: z.string().regex(/^[.\w-]{1,64}$/),
  Description: z.string().optional(),
  AuthorizationType: z.enum(['API_KEY', 'BASIC']),
  AuthParameters: z.strictObject({
    ApiKeyAuthParameters: z.strictObject({ ApiKeyName: z.string(), ApiKeyValue: z.string() }).optional(),
    BasicAuthParameters: z.strictObject({ Username: z.string(), Password: z.string() }).optional(),
    InvocationHttpParameters: z.strictObject({ BodyParameters: z.array(bodyParameter) }).optional(),
  }),
});

/** Of the subscriptions, only those of functions are known here: nobody reads e-mail. */
export const subscriptionSchema = z.strictObject({
  Protocol: z.enum(['email', 'lambda']),
  Endpoint: z.string(),
  TopicArn: z.string(),
  FilterPolicy: z.unknown().optional(),
});

export const httpParametersSchema = z.strictObject({
  PathParameterValues: z.array(z.string()).optional(),
  QueryStringParameters: z.record(z.string(), z.string()).optional(),
});

export type ApiDestinationProperties = z.output<typeof apiDestinationSchema>;
export type ConnectionProperties = z.output<typeof connectionSchema>;
export type HttpParameters = z.output<typeof httpParametersSchema>;
