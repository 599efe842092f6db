import { createHash } from 'node:crypto';
import { type DocumentContent, parseDocumentContent } from './document-content.ts';
import { type Operation, SsmError } from './protocol.ts';
import {
  createDocumentRequest,
  deleteDocumentRequest,
  describeDocumentRequest,
  getDocumentRequest,
  readRequest,
  updateDefaultVersionRequest,
  updateDocumentRequest,
} from './requests.ts';

interface StoredVersion {
  text: string;
  format: string;
  content: DocumentContent;
  createdAt: Date;
}

interface StoredDocument {
  name: string;
  versions: StoredVersion[];
  defaultVersion: number;
}

/** The documents that were created, in memory. */
export interface DocumentStore {
  /**
   * A version's content.
   * @param version `$DEFAULT`, `$LATEST` or a number
   * @throws SsmError `InvalidDocument` if there is no such document, `InvalidDocumentVersion` if no such version of it.
   */
  content(name: string, version?: string): DocumentContent;
  operations: Record<
    | 'CreateDocument'
    | 'UpdateDocument'
    | 'DescribeDocument'
    | 'GetDocument'
    | 'DeleteDocument'
    | 'UpdateDocumentDefaultVersion',
    Operation
  >;
}

/** An empty store of Command documents. `now` dates the versions. */
export function createDocumentStore(now: () => Date): DocumentStore {
  const documents = new Map<string, StoredDocument>();

  const find = (name: string): StoredDocument => {
    // A document may be named by its ARN: arn:aws:ssm:<region>:<account>:document/<name>.
    const short = name.replace(/^arn:[^:]*:ssm:[^:]*:[^:]*:document\//, '');
    const document = documents.get(short);
    if (document === undefined)
      throw new SsmError('InvalidDocument', 'No matching value was found for Name.');
    return document;
  };

  const version = (request: { readonly Content: string; readonly DocumentFormat: string }): StoredVersion => {
    const { Content: text, DocumentFormat: format } = request;
    return { text, format, content: parseDocumentContent(text, format), createdAt: now() };
  };

  return {
    content: (name, version = '$DEFAULT') => {
      const document = find(name);
      return current(document, numberOf(document, version)).content;
    },
    operations: {
      CreateDocument: (input) => {
        const request = readRequest(createDocumentRequest, input);
        const name = request.Name;
        if (documents.has(name)) {
          throw new SsmError('DocumentAlreadyExists', `Document with same name ${name} already exists`);
        }
        const document = { name, versions: [version(request)], defaultVersion: 1 };
        documents.set(name, document);
        return { DocumentDescription: describe(document) };
      },
      UpdateDocument: (input) => {
        const request = readRequest(updateDocumentRequest, input);
        const document = find(request.Name);
        const next = version(request);
        if (document.versions.at(-1)?.text === next.text) {
          throw new SsmError(
            'DuplicateDocumentContent',
            'The content of the association document matches another document.',
          );
        }
        document.versions.push(next);
        return { DocumentDescription: describe(document, document.versions.length) };
      },
      UpdateDocumentDefaultVersion: (input) => {
        const request = readRequest(updateDefaultVersionRequest, input);
        const document = find(request.Name);
        const wanted = Number(request.DocumentVersion);
        if (document.versions[wanted - 1] === undefined) {
          throw new SsmError('InvalidDocumentVersion', `Document ${document.name} has no version ${wanted}.`);
        }
        document.defaultVersion = wanted;
        return { Description: { Name: document.name, DefaultVersion: String(wanted) } };
      },
      DescribeDocument: (input) => {
        const { Name, DocumentVersion = '$DEFAULT' } = readRequest(describeDocumentRequest, input);
        const document = find(Name);
        return { Document: describe(document, numberOf(document, DocumentVersion)) };
      },
      GetDocument: (input) => {
        const { Name, DocumentVersion = '$DEFAULT', DocumentFormat } = readRequest(getDocumentRequest, input);
        const document = find(Name);
        const { text, format } = current(document, numberOf(document, DocumentVersion));
        if (DocumentFormat !== undefined && DocumentFormat !== format)
          throw new SsmError('ValidationException', `this endpoint keeps ${Name} as ${format} only`);
        return {
          Name: document.name,
          Content: text,
          DocumentFormat: format,
          DocumentType: 'Command',
          Status: 'Active',
        };
      },
      DeleteDocument: (input) => {
        documents.delete(find(readRequest(deleteDocumentRequest, input).Name).name);
        return {};
      },
    },
  };
}

function numberOf(document: StoredDocument, version: string): number {
  if (version === '$DEFAULT') return document.defaultVersion;
  return version === '$LATEST' ? document.versions.length : Number(version);
}

function current(document: StoredDocument, number = document.defaultVersion): StoredVersion {
  const found = document.versions[number - 1];
  if (found === undefined)
    throw new SsmError('InvalidDocumentVersion', `Document ${document.name} has no version ${number}.`);
  return found;
}

function describe(document: StoredDocument, number = document.defaultVersion) {
  const { text, format, content, createdAt } = current(document, number);
  return {
    Name: document.name,
    Description: content.description,
    DocumentFormat: format,
    DocumentType: 'Command',
    DocumentVersion: String(number),
    DefaultVersion: String(document.defaultVersion),
    LatestVersion: String(document.versions.length),
    SchemaVersion: content.schemaVersion,
    Hash: createHash('sha256').update(text).digest('hex'),
    HashType: 'Sha256',
    Status: 'Active',
    PlatformTypes: ['Linux'],
    CreatedDate: createdAt,
    Parameters: Object.entries(content.parameters).map(([name, parameter]) => ({
      Name: name,
      Type: parameter.type,
      DefaultValue: Array.isArray(parameter.default) ? parameter.default.join(',') : parameter.default,
    })),
  };
}
