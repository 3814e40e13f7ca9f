import type { Segment, SegmentDigest } from './segment-sender.js';
import { StoreError } from './store.js';

/** The digests that one server compares with the bytes that arrive. */
export interface S3Checksums {
  /** Returns the digests that the next segment needs. */
  wanted(): readonly SegmentDigest[];
  /** Returns the algorithm to ask for when a multipart upload begins. */
  asked(): AskedChecksum;
  /** Learns from the answer to the beginning of a multipart upload whether the server takes CRC32. */
  learn(answered: string | undefined): void;
  /** Returns the parameters of the SDK that send the digests of a segment. */
  of(segment: Segment): SentChecksums;
  /**
   * Checks that the server has compared a digest of the segment. A server that knows no CRC32 ignores it and stores
   * damaged bytes.
   *
   * @throws StoreError
   */
  requireCompared(sent: SentChecksums, answered: string | undefined, what: string): void;
}

export interface AskedChecksum {
  /** Undefined for a server that does not take it. */
  ChecksumAlgorithm?: 'CRC32';
}

export interface SentChecksums {
  ContentMD5?: string;
  ChecksumCRC32?: string;
}

/**
 * Every server compares MD5, which takes eight times the processor time of a CRC32. So the first multipart upload asks the
 * server for CRC32, and a server that takes it gets no MD5 from then on.
 */
export function s3Checksums(): S3Checksums {
  let takesCrc32: boolean | undefined;

  return {
    wanted() {
      if (takesCrc32 === undefined) return ['md5', 'crc32'];
      return takesCrc32 ? ['crc32'] : ['md5'];
    },

    asked: () => (takesCrc32 === false ? {} : { ChecksumAlgorithm: 'CRC32' }),

    learn(answered) {
      takesCrc32 = answered === 'CRC32';
    },

    of: ({ md5, crc32 }) => ({
      ...(md5 === undefined ? {} : { ContentMD5: Buffer.from(md5, 'hex').toString('base64') }),
      ...(takesCrc32 && crc32 !== undefined ? { ChecksumCRC32: inBase64(crc32) } : {}),
    }),

    requireCompared({ ContentMD5, ChecksumCRC32 }, answered, what) {
      if (ContentMD5 !== undefined || answered === ChecksumCRC32) return;
      takesCrc32 = false;
      throw new StoreError('unavailable', { detail: `S3 did not compare the CRC32 of ${what}` });
    },
  };
}

function inBase64(crc32: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32);
  return bytes.toString('base64');
}
