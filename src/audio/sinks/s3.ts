import type { S3Client, S3ClientConfig } from '@aws-sdk/client-s3';
import { untraced } from '../../otel/suppress.js';
import { requireInstalled } from '../optional.js';
import type { FinishedRecording, RecordingInfo, RecordingSink, StoredRecording } from './sink.js';

/** An `S3Client` of `@aws-sdk/client-s3`, described structurally, so that its types need not be installed. */
export interface S3ClientLike {
  send(...args: never[]): unknown;
  readonly config: object;
}

/** The configuration of an `S3Client`; what is not named here is handed on all the same. */
export interface S3ClientOptions {
  readonly region?: string;
  /** Of a store that is not Amazon's. */
  readonly endpoint?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string } | object;
  readonly forcePathStyle?: boolean;
  readonly [option: string]: unknown;
}

/** Where recordings lie in an S3-compatible store. */
export interface S3SinkOptions {
  bucket: string;
  /** Begins every key, for instance `calls/`. Default: none. */
  prefix?: string;
  /**
   * A client of yours, or the configuration of one, as `S3Client` of `@aws-sdk/client-s3` takes it. Default: what the
   * AWS client finds in the environment.
   */
  client?: S3ClientLike | S3ClientOptions;
}

/** A sink whose recordings can be read through signed URLs. */
export interface S3Sink extends RecordingSink {
  /**
   * A URL with which the recording can be read without credentials for a while.
   *
   * @param url `voice.recording.url` of the session: `s3://bucket/key`
   * @param options `expiresInSeconds`: default 300
   * @throws TypeError when it is not the URL of an object in this bucket
   */
  readUrl(url: string, options?: { expiresInSeconds?: number }): Promise<string>;
}

const PACKAGES = ['@aws-sdk/client-s3', '@aws-sdk/lib-storage', '@aws-sdk/s3-request-presigner'] as const;
const READ_SECONDS = 300;
/** One part of an upload, and how many are under way: 5 MiB is the least that S3 takes, so 10 MiB are in memory. */
const PART_BYTES = 5 * 1024 * 1024;
const PARTS_AT_A_TIME = 2;

/**
 * Recordings as objects of an S3-compatible store, uploaded as a stream in parts.
 *
 * @throws TypeError when an option is missing or of the wrong type
 * @throws Error with the install line when the AWS client is not installed
 */
export function s3Sink(options: S3SinkOptions): S3Sink {
  const { bucket, prefix = '', client = {} } = options ?? {};
  if (typeof bucket !== 'string' || bucket === '') throw new TypeError('s3Sink: bucket must be a name');
  if (typeof prefix !== 'string') throw new TypeError('s3Sink: prefix must be a string');
  if (typeof client !== 'object' || client === null) {
    throw new TypeError('s3Sink: client must be an S3Client or the configuration of one');
  }
  requireInstalled(PACKAGES, 's3Sink');
  return new ObjectStoreSink(bucket, prefix, client);
}

class ObjectStoreSink implements S3Sink {
  readonly #bucket: string;
  readonly #prefix: string;
  readonly #given: S3ClientLike | S3ClientOptions;
  #client: Promise<S3Client> | undefined;

  constructor(bucket: string, prefix: string, client: S3ClientLike | S3ClientOptions) {
    this.#bucket = bucket;
    this.#prefix = prefix;
    this.#given = client;
  }

  locate({ fileName }: RecordingInfo): string {
    return `s3://${this.#bucket}/${this.#prefix}${fileName}`;
  }

  async store(recording: FinishedRecording): Promise<StoredRecording> {
    const [client, { Upload }] = await Promise.all([this.#ready(), import('@aws-sdk/lib-storage')]);
    const body = recording.stream();
    try {
      await untraced(() =>
        new Upload({
          client,
          params: {
            Bucket: this.#bucket,
            Key: this.#prefix + recording.fileName,
            Body: body,
            ContentType: recording.mimeType,
          },
          partSize: PART_BYTES,
          queueSize: PARTS_AT_A_TIME,
        }).done(),
      );
    } finally {
      body.destroy();
    }
    return { url: this.locate(recording) };
  }

  async readUrl(url: string, options: { expiresInSeconds?: number } = {}): Promise<string> {
    const base = `s3://${this.#bucket}/`;
    if (typeof url !== 'string' || !url.startsWith(base) || url === base) {
      throw new TypeError(`readUrl: the URL must begin with ${base}`);
    }
    const [client, { GetObjectCommand }, { getSignedUrl }] = await Promise.all([
      this.#ready(),
      import('@aws-sdk/client-s3'),
      import('@aws-sdk/s3-request-presigner'),
    ]);
    const command = new GetObjectCommand({ Bucket: this.#bucket, Key: url.slice(base.length) });
    return getSignedUrl(client, command, { expiresIn: options.expiresInSeconds ?? READ_SECONDS });
  }

  #ready(): Promise<S3Client> {
    this.#client ??= import('@aws-sdk/client-s3').then(({ S3Client }) =>
      // What the AWS client makes of either is its own business; the types are only described here.
      isClient(this.#given) ? this.#given : new S3Client(this.#given as S3ClientConfig),
    );
    return this.#client;
  }
}

function isClient(given: S3ClientLike | S3ClientOptions): given is S3Client {
  return 'send' in given && typeof given.send === 'function';
}
