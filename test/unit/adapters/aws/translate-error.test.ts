import { CloudWatchServiceException } from '@aws-sdk/client-cloudwatch';
import {
  DynamoDBServiceException,
  InternalServerError,
  RequestLimitExceeded,
  ThrottlingException,
} from '@aws-sdk/client-dynamodb';
import { EventBridgeServiceException } from '@aws-sdk/client-eventbridge';
import {
  EC2AccessDeniedException,
  KMSAccessDeniedException as LambdaKmsAccessDenied,
} from '@aws-sdk/client-lambda';
import {
  ExecutionDoesNotExist,
  KmsAccessDeniedException,
  KmsThrottlingException,
  SFNServiceException,
  StateMachineDoesNotExist,
} from '@aws-sdk/client-sfn';
import {
  AuthorizationErrorException,
  InvalidParameterException,
  InvalidSecurityException,
  KMSAccessDeniedException,
  KMSDisabledException,
  KMSNotFoundException,
  KMSThrottlingException,
  NotFoundException,
} from '@aws-sdk/client-sns';
import {
  InvalidDocument,
  InvalidInstanceId,
  InvocationDoesNotExist,
  SSMServiceException,
} from '@aws-sdk/client-ssm';
import { describe, expect, it } from 'vitest';
import {
  translateCode,
  translated,
  translateError,
} from '../../../../functions/adapters/aws/translate-error.ts';
import {
  mayHaveBeenAccepted,
  NotPermitted,
  ServiceUnavailable,
  StoreUnavailable,
} from '../../../../functions/ports/errors.ts';

const SESSION = 'arn:aws:sts::111122223333:assumed-role/SelfhealEngine-ActRole/selfheal-act';
const SAYS = { message: 'said the service', $metadata: { httpStatusCode: 400, requestId: 'request-1' } };

type Exception = new (options: {
  name: string;
  message: string;
  $fault: 'client' | 'server';
  $metadata: { httpStatusCode: number };
}) => Error;

/** An error as the SDK makes it of an answer that the service's model does not name. */
function unmodelled(Service: Exception, name: string, message = 'said the service', httpStatusCode = 400) {
  return new Service({ name, message, $fault: 'client', $metadata: { httpStatusCode } });
}

const network = (code: string, name = 'Error') =>
  Object.assign(new Error(`${code} 10.0.0.1:443`), { name, code });

describe('an SDK error that may pass by itself', () => {
  it.each([
    new ThrottlingException(SAYS),
    new RequestLimitExceeded(SAYS),
    new InternalServerError({ ...SAYS, $metadata: { httpStatusCode: 500 } }),
    new KmsThrottlingException(SAYS),
    new KMSThrottlingException(SAYS),
    unmodelled(SSMServiceException, 'ThrottlingException', 'Rate exceeded'),
    unmodelled(CloudWatchServiceException, 'Throttling', 'Rate exceeded'),
    unmodelled(EventBridgeServiceException, 'SlowDown', 'Reduce your request rate', 503),
    unmodelled(SSMServiceException, 'TooManyUpdates', 'Slow down', 429),
    unmodelled(SFNServiceException, 'Unknown', '<html>502 Bad Gateway</html>', 502),
    // Credentials and clocks: the next caller has fresh ones.
    unmodelled(
      SSMServiceException,
      'ExpiredTokenException',
      'The security token included in the request is expired',
    ),
    unmodelled(
      CloudWatchServiceException,
      'ExpiredToken',
      'The security token included in the request is expired',
      403,
    ),
    unmodelled(CloudWatchServiceException, 'RequestExpired', 'Request has expired.', 400),
    unmodelled(
      DynamoDBServiceException,
      'InvalidSignatureException',
      'Signature expired: 20261128T120000Z is now earlier than 20261128T120500Z',
    ),
    unmodelled(
      DynamoDBServiceException,
      'InvalidSignatureException',
      'Signature not yet current: 20261128T121000Z is still later than 20261128T120500Z',
    ),
    network('ECONNRESET'),
    network('ECONNREFUSED'),
    network('EPIPE'),
    network('ETIMEDOUT', 'TimeoutError'),
    network('ENOTFOUND'),
    network('EAI_AGAIN'),
    network('EHOSTUNREACH'),
    network('ENETUNREACH'),
    network('EPROTO'),
    Object.assign(new AggregateError([network('ECONNREFUSED')]), { code: 'ECONNREFUSED' }),
    Object.assign(new Error('Connection timed out after 2000 ms'), { name: 'TimeoutError' }),
  ])('means unavailability: $name $code $message', (error) => {
    const translatedError = translateError('ssm:SendCommand', error);
    expect(translatedError).toBeInstanceOf(ServiceUnavailable);
    expect(translatedError).toMatchObject({
      code: 'SERVICE_UNAVAILABLE',
      call: 'ssm:SendCommand',
      cause: error,
    });
    expect(translateError('dynamodb:PutItem', error, StoreUnavailable)).toMatchObject({
      name: 'StoreUnavailable',
      code: 'STORE_UNAVAILABLE',
    });
  });
});

describe('an SDK error for lack of a permission', () => {
  it.each([
    unmodelled(SSMServiceException, 'AccessDeniedException'),
    unmodelled(CloudWatchServiceException, 'AccessDenied', 'no', 403),
    unmodelled(CloudWatchServiceException, 'AccessDeniedFault', 'no', 403),
    new AuthorizationErrorException({ ...SAYS, $metadata: { httpStatusCode: 403 } }),
    unmodelled(CloudWatchServiceException, 'AuthorizationError', 'no', 403),
    unmodelled(
      CloudWatchServiceException,
      'UnauthorizedOperation',
      'You are not authorized to perform this operation.',
      403,
    ),
    unmodelled(CloudWatchServiceException, 'UnauthorizedException'),
    unmodelled(CloudWatchServiceException, 'NotAuthorized'),
    unmodelled(EventBridgeServiceException, 'NotAuthorizedForSourceException'),
    new KmsAccessDeniedException(SAYS),
    new KMSAccessDeniedException(SAYS),
    // Faults of the server, says Lambda: the role of a function that it calls lacks a permission.
    new LambdaKmsAccessDenied(SAYS),
    new EC2AccessDeniedException(SAYS),
    new InvalidSecurityException(SAYS),
    unmodelled(
      SSMServiceException,
      'UnrecognizedClientException',
      'The security token included in the request is invalid.',
    ),
    unmodelled(
      CloudWatchServiceException,
      'InvalidClientTokenId',
      'The security token included in the request is invalid.',
      403,
    ),
    unmodelled(SSMServiceException, 'OptInRequired', 'You are not subscribed to this service', 403),
    unmodelled(
      SSMServiceException,
      'MissingAuthenticationTokenException',
      'Missing Authentication Token',
      403,
    ),
    unmodelled(SSMServiceException, 'Unknown', 'Forbidden', 403),
    // A code that nobody knows, in the words that everybody uses.
    unmodelled(
      SSMServiceException,
      'SomethingDenied',
      `User: ${SESSION} is not authorized to perform: ssm:SendCommand`,
    ),
  ])('is recognised by its code, its status or its words: $name $message', (error) => {
    expect(translateError('ssm:SendCommand', error)).toMatchObject({
      name: 'NotPermitted',
      code: 'NOT_PERMITTED',
      serviceCode: error.name,
      denial: { action: 'ssm:SendCommand' },
      cause: error,
    });
  });

  it('carries action, resource and role as the service names them', () => {
    const resource = 'arn:aws:kms:eu-central-1:111122223333:key/1234abcd';
    const message = `User: ${SESSION} is not authorized to perform: kms:GenerateDataKey on resource: ${resource} because no identity-based policy allows the kms:GenerateDataKey action`;
    const denied = translateError('sns:Publish', new KMSAccessDeniedException({ ...SAYS, message }));
    expect(denied).toBeInstanceOf(NotPermitted);
    expect(denied).toMatchObject({
      call: 'sns:Publish',
      requestId: 'request-1',
      denial: { action: 'kms:GenerateDataKey', resource, role: 'SelfhealEngine-ActRole' },
      message: `missing permission: kms:GenerateDataKey on ${resource} for role SelfhealEngine-ActRole: KMSAccessDeniedException: ${message}`,
    });
  });
});

describe('an SDK error that is for good', () => {
  it.each([
    ['may have been accepted before', 2, true],
    ['was never accepted', 1, false],
  ])('%s if the SDK sent the request %i times', (_, attempts, isAccepted) => {
    const refused = Object.assign(new Error('busy'), {
      name: 'InvalidDBInstanceStateFault',
      $fault: 'client',
      $metadata: { httpStatusCode: 400, attempts },
    });
    expect(mayHaveBeenAccepted(translateError('rds:RebootDBInstance', refused))).toBe(isAccepted);
  });

  it.each([
    new ExecutionDoesNotExist(SAYS),
    new StateMachineDoesNotExist(SAYS),
    new NotFoundException(SAYS),
    new KMSNotFoundException(SAYS),
    new InvocationDoesNotExist(SAYS),
    unmodelled(DynamoDBServiceException, 'ResourceNotFoundException'),
  ])('says that something does not exist: $name', (error) => {
    expect(translateError('ssm:ListCommands', error)).toMatchObject({
      name: 'NotFound',
      code: 'NOT_FOUND',
      serviceCode: error.name,
    });
  });

  it.each([
    new InvalidDocument(SAYS),
    new InvalidInstanceId(SAYS),
    new InvalidParameterException(SAYS),
    new KMSDisabledException(SAYS),
    unmodelled(DynamoDBServiceException, 'ValidationException'),
    unmodelled(DynamoDBServiceException, 'SerializationException'),
    unmodelled(SFNServiceException, 'InvalidExecutionInput'),
  ])('says that the service refuses the request: $name', (error) => {
    expect(translateError('ssm:SendCommand', error)).toMatchObject({
      name: 'RequestRefused',
      code: 'REQUEST_REFUSED',
      serviceCode: error.name,
      message: `ssm:SendCommand: ${error.name}: said the service`,
    });
  });
});

describe('a defect', () => {
  it.each([
    new TypeError("Cannot read properties of undefined (reading 'Entries')"),
    new RangeError('Invalid time value'),
    new SyntaxError('Unexpected token < in JSON at position 0'),
    new Error('this function has no soc topic'),
    // The SDK notes its tries on whatever is thrown through it.
    Object.assign(new TypeError('x is not a function'), { $metadata: { attempts: 1, totalRetryDelay: 0 } }),
    Object.assign(new Error('aborted'), { name: 'AbortError' }),
    'a string',
    undefined,
  ])('passes through as it is: %s', async (defect) => {
    expect(translateError('ssm:SendCommand', defect)).toBe(defect);
    await expect(translated('ssm:SendCommand', () => Promise.reject(defect))).rejects.toBe(defect);
  });
});

describe('an error code inside an answer', () => {
  it.each([
    ['ThrottlingException', 'ServiceUnavailable'],
    ['InternalFailure', 'ServiceUnavailable'],
    ['InternalException', 'ServiceUnavailable'],
    ['ProvisionedThroughputExceeded', 'ServiceUnavailable'],
    ['ThrottlingError', 'ServiceUnavailable'],
    ['AccessDeniedException', 'NotPermitted'],
    ['NotAuthorizedForDetailTypeException', 'NotPermitted'],
    ['MalformedDetail', 'RequestRefused'],
    ['ValidationError', 'RequestRefused'],
    ['ResourceNotFoundException', 'NotFound'],
  ])('%s means %s', (code, name) => {
    expect(translateCode('events:PutEvents', code, 'said the service')).toMatchObject({
      name,
      serviceCode: code,
      call: 'events:PutEvents',
    });
  });
});
