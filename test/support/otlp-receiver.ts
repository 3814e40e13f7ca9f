import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import protobuf from 'protobufjs';

/** A span as a receiver sees it. */
export interface ReceivedSpan {
  name: string;
  traceId: string;
  spanId: string;
  /** Empty for the first span of a trace. */
  parentSpanId: string;
  kind: string;
  attributes: Record<string, unknown>;
  isError: boolean;
}

/** A receiver of traces by OTLP over HTTP. It takes only what fits the messages of the protocol. */
export interface OtlpReceiver {
  url: string;
  /** The spans that have come, in the order of their arrival. */
  readonly spans: ReceivedSpan[];
  /** The attributes of the services that have sent them. */
  readonly resources: Record<string, unknown>[];
  /** The headers of the requests that have come. */
  readonly headers: IncomingMessage['headers'][];
  /** The reasons for which requests were refused. */
  readonly faults: string[];
  stop(): Promise<void>;
}

const PROTOCOL = protobuf.loadSync(fileURLToPath(new URL('otlp.proto', import.meta.url)));
const REQUEST = PROTOCOL.lookupType('otlp.ExportTraceServiceRequest');

export async function startOtlpReceiver(): Promise<OtlpReceiver> {
  const received: Omit<OtlpReceiver, 'url' | 'stop'> = { spans: [], resources: [], headers: [], faults: [] };
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      try {
        take(request, body);
        response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
      } catch (error) {
        received.faults.push((error as Error).message);
        response.writeHead(400).end();
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    ...received,
    url: `http://127.0.0.1:${port}`,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };

  function take({ method, url, headers }: IncomingMessage, body: Buffer): void {
    received.headers.push(headers);
    const called = `${method} ${url} ${headers['content-type']}`;
    if (called !== 'POST /v1/traces application/x-protobuf') throw new Error(`${called} is no export`);
    const bytes = headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
    refuseUnknownFields(REQUEST, protobuf.Reader.create(bytes), bytes.length);
    const message = REQUEST.decode(bytes);
    const { resourceSpans } = REQUEST.toObject(message, { longs: String, enums: String }) as Exported;
    for (const { resource, scopeSpans } of resourceSpans) {
      received.resources.push(attributesOf(resource.attributes));
      for (const span of scopeSpans.flatMap(({ spans }) => spans)) received.spans.push(spanOf(span));
    }
  }
}

/** Refuses fields that the protocol does not have: to decode would drop them. */
function refuseUnknownFields(type: protobuf.Type, reader: protobuf.Reader, end: number): void {
  while (reader.pos < end) {
    const tag = reader.uint32();
    const field = type.fieldsById[tag >>> 3]?.resolve();
    if (!field) throw new Error(`${type.name} has no field ${tag >>> 3}`);
    if (!(field.resolvedType instanceof protobuf.Type)) reader.skipType(tag & 7);
    else refuseUnknownFields(field.resolvedType, reader, reader.uint32() + reader.pos);
  }
}

interface Exported {
  resourceSpans: { resource: { attributes: KeyValue[] }; scopeSpans: { spans: SentSpan[] }[] }[];
}

interface SentSpan {
  name: string;
  traceId: Uint8Array;
  spanId: Uint8Array;
  parentSpanId?: Uint8Array;
  kind: string;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes?: KeyValue[];
  status?: { code?: string };
}

interface KeyValue {
  key: string;
  value: { [kind: string]: unknown; arrayValue?: { values: KeyValue['value'][] } };
}

function spanOf({ name, traceId, spanId, parentSpanId, kind, attributes = [], status, ...times }: SentSpan) {
  const hex = (bytes: Uint8Array = new Uint8Array()) => Buffer.from(bytes).toString('hex');
  if (name === '' || traceId.length !== 16 || spanId.length !== 8)
    throw new Error('a span without a name or ids');
  if (BigInt(times.endTimeUnixNano) < BigInt(times.startTimeUnixNano))
    throw new Error(`${name} ends before it begins`);
  return {
    ...{ name, kind, traceId: hex(traceId), spanId: hex(spanId), parentSpanId: hex(parentSpanId) },
    attributes: attributesOf(attributes),
    isError: status?.code === 'ERROR',
  };
}

function attributesOf(all: KeyValue[]): Record<string, unknown> {
  return Object.fromEntries(all.map(({ key, value }) => [key, valueOf(value)]));
}

function valueOf(value: KeyValue['value']): unknown {
  const [only] = Object.entries(value);
  return only[0] === 'arrayValue' ? value.arrayValue!.values.map(valueOf) : only[1];
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}
