import type { ServerResponse } from 'node:http';
import type { FastifyReply } from 'fastify';
import { ImageError } from '../image/errors.js';

/**
 * Does work for an answer. The signal aborts when the connection closes; an error of the work after that is logged and not
 * thrown, since no client is left to read it.
 */
export async function whileConnected(
  reply: FastifyReply,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<FastifyReply> {
  const connected = new AbortController();
  const closed = () => connected.abort(new Error(CLOSED));
  if (reply.raw.destroyed) closed();
  reply.raw.once('close', closed);
  try {
    await work(connected.signal);
  } catch (error) {
    if (!connected.signal.aborted) throw error;
    reply.log.info({ err: error }, 'the client left before its answer began');
    reply.hijack();
  } finally {
    reply.raw.off('close', closed);
  }
  return reply;
}

/** The data of an image as the body of an answer. */
export interface SentData {
  imageId: string;
  /** The Content-Length of the answer, in bytes. */
  length: number;
  /** Sends the head. */
  begin(): void;
  /** Reads the bytes. A piece is valid until the next one is read. */
  read(): AsyncIterable<Buffer>;
}

/** Sends data piece by piece. Never throws: it logs an error and closes the connection. */
export async function sendData(
  { imageId, length, begin, read }: SentData,
  { raw: response, log }: FastifyReply,
): Promise<void> {
  let sent = 0;
  try {
    begin();
    if (length > 0) {
      for await (const piece of read()) {
        sent += piece.length;
        if (sent > length) break;
        await written(response, piece);
      }
    }
    if (sent !== length)
      throw new ImageError('DATA_DAMAGED', { id: imageId, actual: sent, expected: length });
    response.end();
  } catch (error) {
    // The status is sent already. Only a broken connection tells the client that data is missing.
    if (response.headersSent) response.flushHeaders();
    response.destroy();
    log.warn({ err: error, imageId, sent, length }, 'a download ended early');
  }
}

/** Waits until the system has taken the piece. Fails if the connection closes. */
function written(response: ServerResponse, piece: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const closed = () => reject(new Error(CLOSED));
    response.once('close', closed);
    response.write(piece, (error) => {
      response.off('close', closed);
      if (error) reject(error);
      else resolve();
    });
  });
}

const CLOSED = 'the client has closed the connection';
